"""Musical descriptors of samples `(T,)` at 22,050 Hz, with NumPy alone: tempo, mode, brightness, density, bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2music.audio.stft import BINS, HOP, RATE, magnitude

_FRAMES = RATE / HOP  # a second
FREQUENCIES = np.linspace(0, RATE / 2, BINS)
"""Hz of the bins of magnitudes."""
_WIDTHS = 1 / (700 + FREQUENCIES)  # of a bin, in mel
# Krumhansl & Kessler 1982: how well each step of the scale fits, from the tonic on.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_PITCHES = (65.0, 2100.0)  # Hz; C2 to C7 and a little
_SLOWEST, _FASTEST, _USUAL = 40.0, 240.0, 120.0  # beats per minute
_NEAR = round(0.07 * _FRAMES)  # frames around an onset that have no higher one
_BASS = 150.0  # Hz; below it bass and kick mark the first beat
_BEATS = 4
_STEADY = 1.5  # onsets on the beat, of those anywhere


@dataclass(frozen=True)
class Character:
    """Descriptors of a piece of music: `tempo` in beats per minute, whether it is in `major`, `brightness` (spectral
    centroid) in Hz, `density` in onsets per second, `dynamics` (standard deviation of the level) in dB."""

    tempo: float
    major: bool
    brightness: float
    density: float
    dynamics: float


def measure_character(samples: np.ndarray) -> Character:
    """The descriptors of samples of some seconds."""
    magnitudes = magnitude(samples)
    rise = onset_strength(magnitudes)
    return Character(
        tempo=tempo(rise),
        major=fits_major(_chroma(samples)),
        brightness=float(np.median(spectral_centroid(magnitudes))),
        density=_onsets(rise) / max(len(samples) / RATE, 1e-3),
        dynamics=_dynamics(magnitudes),
    )


def spectral_centroid(magnitudes: np.ndarray) -> np.ndarray:
    """The centre of the spectrum of each frame `(F,)` of magnitudes `(F, BINS)`, Hz."""
    centres: np.ndarray = magnitudes @ FREQUENCIES / np.maximum(magnitudes.sum(1), 1e-6)
    return centres


def bar_lines(samples: np.ndarray) -> tuple[float, ...]:
    """The beginnings of bars in s, none where there is no steady beat.

    The beat is fitted to the onsets within 3 % of the estimated tempo. Four beats make a bar, and the beat with most
    bass is taken for the first.
    """
    magnitudes = magnitude(samples)
    rise, bass = onset_strength(magnitudes), onset_strength(magnitudes[:, : int(np.searchsorted(FREQUENCIES, _BASS))])
    frames = np.arange(len(rise))
    beat = 60 * _FRAMES / tempo(rise)
    fits = [
        (float(np.interp(np.arange(phase, len(rise) - 1, length), frames, rise).mean()), length, phase)
        for length in beat * np.linspace(0.97, 1.03, 31)
        for phase in np.arange(0, length)
    ]
    fit, length, phase = max(fits)
    if fit < _STEADY * max(float(rise.mean()), 1e-6):
        return ()
    beats = np.arange(phase, len(rise) - 1, length)
    first = max(range(_BEATS), key=lambda turn: float(np.interp(beats[turn::_BEATS], frames, bass).mean()))
    return tuple(round(float(bar) / _FRAMES, 3) for bar in beats[first::_BEATS])


def onset_strength(magnitudes: np.ndarray) -> np.ndarray:
    """The onset strength `(F,)` of magnitudes `(F, B)`: by how many dB each frame is louder than the one before, at
    least 0, averaged over the `B` lowest bins with mel weights."""
    quietest = 10 ** (-80 / 20) * max(float(magnitudes.max()), 1e-6)
    level = 20 * np.log10(np.maximum(magnitudes, quietest))
    width = _WIDTHS[: magnitudes.shape[1]]
    return np.concatenate([[0.0], np.maximum(np.diff(level, axis=0), 0) @ width / width.sum()])


def tempo(rise: np.ndarray) -> float:
    """Beats per minute of an onset strength `(F,)`: the lag of the highest autocorrelation, weighted towards 120
    (Ellis, Beat tracking by dynamic programming, 2007)."""
    centred = rise - rise.mean()
    spectrum = np.fft.rfft(centred, 2 * len(centred))
    autocorrelation = np.fft.irfft(np.square(np.abs(spectrum)))[: len(centred)]
    lags = np.arange(round(60 * _FRAMES / _FASTEST), min(round(60 * _FRAMES / _SLOWEST), len(centred) - 1))
    prior = np.exp(-0.5 * np.square(np.log2(60 * _FRAMES / lags / _USUAL)))
    return float(60 * _FRAMES / lags[int(np.argmax(autocorrelation[lags] * prior))])


def fits_major(chroma: np.ndarray) -> bool:
    """Whether pitch classes `(12,)` fit a major key better than a minor one (Krumhansl & Kessler, 1982)."""
    major, minor = (
        max(np.corrcoef(np.roll(profile, tonic), chroma)[0, 1] for tonic in range(12)) for profile in (_MAJOR, _MINOR)
    )
    return bool(major >= minor)


def _chroma(samples: np.ndarray) -> np.ndarray:
    """Energy of each pitch class from C on, `(12,)`."""
    power = np.square(np.abs(np.fft.rfft(samples * np.hanning(len(samples)))))
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    inside = (hertz >= _PITCHES[0]) & (hertz < _PITCHES[1])
    pitch = np.rint(12 * np.log2(hertz[inside] / 440) + 69).astype(int) % 12
    return np.sqrt(np.bincount(pitch, power[inside], 12)) + 1e-9 * np.arange(
        12
    )  # avoids a division by zero for silence


def _onsets(rise: np.ndarray) -> int:
    """The number of peaks of an onset strength above their surroundings."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(rise, _NEAR), 2 * _NEAR + 1)
    stands_out = rise > windows.mean(1) + 0.5 * rise.std()
    return int(np.count_nonzero(stands_out & (rise >= windows.max(1))))


def _dynamics(magnitudes: np.ndarray) -> float:
    """Standard deviation of the level in dB; levels are clipped 40 dB below the loudest."""
    power = np.square(magnitudes).sum(1)
    level = 10 * np.log10(np.maximum(power, 1e-4 * max(float(power.max()), 1e-9)))
    return float(level.std())
