"""Of `img2music.audio`."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np

from img2music.audio.descriptors import bar_lines, measure_character, onset_strength, tempo
from img2music.audio.level import level, normalise_level
from img2music.audio.limiter import limit_peak, oversample, true_peak
from img2music.audio.loudness import loudness, normalise_loudness
from img2music.audio.noise_fill import noisiness, roughen
from img2music.audio.phase import invert, refine, single_pass_phase
from img2music.audio.resampling import look_ahead, resample
from img2music.audio.stft import istft, magnitude, stft

from .inputs import tune

_TEMPOS = (43.0, 61.0, 75.0, 98.0, 120.0, 143.0, 171.0, 205.0, 236.0)
_RATES = ((44100, 22050), (48000, 22050), (22050, 44100), (44101, 22050), (8000, 22050), (96000, 22050))


def values() -> dict[str, object]:
    """Of every file of the package that computes samples."""
    return _descriptors() | _levels() | _spectra() | _resampling()


def _descriptors() -> dict[str, object]:
    found: dict[str, object] = {}
    for bpm in (80.0, 120.0, 150.0):
        samples = tune(8.0, bpm)
        found[f"character {bpm}"] = astuple(measure_character(samples))
        found[f"bars {bpm}"] = bar_lines(samples)
    magnitudes = magnitude(tune())
    found["onset strength"] = onset_strength(magnitudes)
    found["onset strength of the bass"] = onset_strength(magnitudes[:, :9])
    frames = np.arange(900)
    found["tempos"] = [tempo(_pulses(frames, bpm)) for bpm in _TEMPOS]
    found["tempos at the ends"] = [tempo(_pulses(frames, bpm, 0.0)) for bpm in (38.5, 39.4, 40.1, 236.0, 247.0)]
    random = np.random.default_rng(3)
    # a few pitch classes each, some of which are near the border of major and minor
    found["modes"] = [measure_character(_chord(random)).major for _ in range(30)]
    sparse = [np.repeat(random.random(6) ** 3, 1500) * random.standard_normal(9000) for _ in range(6)]
    found["densities"] = [measure_character(samples.astype(np.float32)).density for samples in sparse]
    return found


def _pulses(frames: np.ndarray, bpm: float, between: float = 0.6) -> np.ndarray:
    period = 60 * 22050 / 256 / bpm
    return np.exp(-(frames % period) / 2) + between * np.exp(-(frames % (period / 2)) / 2)


def _chord(random: np.random.Generator) -> np.ndarray:
    time = np.arange(8192) / 22050
    pitches = random.integers(36, 90, 6)
    waves = [np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time) for pitch in pitches]
    return (random.random(6) @ np.array(waves)).astype(np.float32)


def _levels() -> dict[str, object]:
    loud, soft = 3 * tune(), 0.001 * tune(2.0)
    quiet_then_loud = np.concatenate([soft, 0.1 * loud, loud])
    stereo = np.stack([loud, 0.5 * np.roll(loud, 300)], 1)
    found: dict[str, object] = {
        "level": [level(loud), level(soft)],
        "normalised level": normalise_level(loud),
        "true peaks": [true_peak(loud), true_peak(soft), true_peak(stereo), true_peak(loud[:777])],
        "oversampled": [*oversample(loud[:8]), *oversample(loud[:7])],
        "limited": limit_peak(loud),
        "limited lower": limit_peak(loud, -6.0),
        "limited stereo": limit_peak(stereo),
        "limited short": limit_peak(4 * loud[:5000]),
        "loudness": [
            loudness(sound, rate) for sound in (loud, quiet_then_loud, stereo) for rate in (22050, 44100, 48000)
        ],
        "loudness of little": [loudness(loud[:length], 22050) for length in (4000, 8819, 8820, 8821, 13000)],
    }
    for name, sound in {"loud": loud, "soft": soft, "stereo": stereo, "noise": _noise()}.items():
        finished = normalise_loudness(sound, 22050)
        found[f"finished {name}"] = finished
        found[f"finished {name}, measured"] = [loudness(finished, 22050), true_peak(finished)]
    return found


def _noise() -> np.ndarray:
    return 5 * np.random.default_rng(2).standard_normal(30000).astype(np.float32) ** 3


def _spectra() -> dict[str, object]:
    samples = tune(2.0)
    frames = stft(samples)
    magnitudes = np.abs(frames)
    smooth = np.ascontiguousarray(
        np.stack([np.convolve(row, np.ones(9) / 9, "same") for row in magnitudes]), np.float32
    )
    phasors = single_pass_phase(magnitudes)
    again = refine(magnitudes, phasors)
    return {
        "frames": frames.view(np.float32),
        "frames back": istft(frames[:40]),
        "noisiness": noisiness(smooth),
        "noisiness of tones": noisiness(magnitudes),
        "roughened": roughen(smooth),
        "phases": phasors[:12].view(np.float32),
        "refined": magnitude(again),
        "inverted": magnitude(invert(smooth)),
        "inverted in two steps": magnitude(invert(smooth, 2)),
    }


def _resampling() -> dict[str, object]:
    samples = tune(2.5, rate=44100)
    found: dict[str, object] = {
        f"resampled {before} to {after}": resample(samples, before, after) for before, after in _RATES
    }
    found["resampled ends"] = [*resample(samples[:900], 44100, 22050)[:8], *resample(samples[:900], 44101, 22050)[-8:]]
    found["look ahead"] = [look_ahead(before, after) for before, after in (*_RATES, (22050, 22050), (11025, 44101))]
    return found
