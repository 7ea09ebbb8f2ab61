"""Phase for magnitudes: integrated from the slopes of their logarithm, then a few accelerated Griffin-Lim steps.

In the transform of a signal by a Gaussian window, phase and log magnitude determine each other: how far the phase
turns from frame to frame follows from the slope of the log magnitude in frequency, how far it turns from bin to bin
from the slope in time. Ours is a Hann window, which is nearly one. A frame's spectral peaks go on from the frame
before, and the bins around a peak follow it.

References: Průša, Balazs & Søndergaard, A noniterative method for reconstruction of phase from STFT magnitude, 2017;
Průša & Søndergaard, Real-time spectrogram inversion using phase gradient heap integration, DAFx 2016; Beauregard,
Harish & Wyse, Single pass spectrogram inversion, DSP 2015 (peaks and the bins around them); Perraudin, Balazs &
Søndergaard, A fast Griffin-Lim algorithm, WASPAA 2013.
"""

from __future__ import annotations

import numpy as np

from img2music.spectrogram import BINS, HOP, WINDOW, blocks, istft, stft

MOMENTUM = 0.99
STEPS = 4

_WIDTH = 0.25645 * WINDOW / HOP
"""Of the Gaussian that is nearest to our window (Průša et al. 2017), in hops."""
_SMALLEST = 1e-5
"""Magnitude below which slopes say nothing."""


def invert(magnitudes: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """Magnitudes `(F, 513)`, F even, to samples `((F - 1) * 256,)` float32 at 22,050 Hz."""
    magnitudes = np.ascontiguousarray(magnitudes, np.float32)
    return refine(magnitudes, single_pass_phase(magnitudes), steps)


def refine(magnitudes: np.ndarray, phasors: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """Samples `((F - 1) * 256,)` of magnitudes `(F, 513)` whose phases begin as `phasors` and are made consistent."""
    frames = magnitudes * phasors
    previous = np.zeros_like(frames)
    for _ in range(steps):
        consistent = stft(istft(frames))
        for block in blocks(len(frames)):
            ahead = previous[block]
            ahead *= np.float32(-MOMENTUM / (1 + MOMENTUM))
            ahead += consistent[block]
            ahead *= magnitudes[block] / np.maximum(np.abs(ahead), 1e-9)
        frames, previous = previous, consistent
    return istft(frames)


def single_pass_phase(magnitudes: np.ndarray) -> np.ndarray:
    """Unit phasors `(F, 513)` complex64 that fit magnitudes `(F, 513)`, found frame by frame."""
    logarithms = np.log(np.maximum(magnitudes, _SMALLEST))
    owner = _owners(magnitudes)
    across, onwards = _across_bins(logarithms), _onwards(logarithms)
    turn = across + np.take_along_axis(onwards - across, owner, 1)
    angle = np.zeros(BINS, np.float32)
    angles = np.empty(magnitudes.shape, np.float32)
    for frame in range(len(magnitudes)):
        angle = np.remainder(angle[owner[frame]] + turn[frame], np.float32(2 * np.pi))
        angles[frame] = angle
    phasors = np.empty(magnitudes.shape, np.complex64)
    np.cos(angles, out=phasors.real)
    np.sin(angles, out=phasors.imag)
    return phasors


def _onwards(logarithms: np.ndarray) -> np.ndarray:
    """By how many radians the phase turns from the frame before, `(F, 513)`, whole turns left out."""
    slope = np.zeros_like(logarithms)
    slope[:, 1:-1] = (logarithms[:, 2:] - logarithms[:, :-2]) * np.float32(0.5 / _WIDTH)
    slope[1:] = 0.5 * (slope[1:] + slope[:-1])
    return slope + (np.arange(BINS) * HOP % WINDOW * (2 * np.pi / WINDOW)).astype(np.float32)


def _across_bins(logarithms: np.ndarray) -> np.ndarray:
    """By how many radians the phase turns from the lowest bin, `(F, 513)`. Half a turn a bin is because a frame's
    phase counts from its beginning, half a window before its middle."""
    slope = np.zeros_like(logarithms)
    slope[1:-1] = (logarithms[2:] - logarithms[:-2]) * np.float32(-0.5 * _WIDTH)
    across = np.zeros_like(logarithms)
    np.cumsum(0.5 * (slope[:, 1:] + slope[:, :-1]), axis=1, out=across[:, 1:])
    across[:, 1::2] += np.float32(np.pi)
    return across


def _owners(magnitudes: np.ndarray) -> np.ndarray:
    """The bin of the peak that each bin belongs to, `(F, 513)` int64: the nearest one."""
    padded = np.pad(magnitudes, ((0, 0), (1, 1)), mode="edge")
    peak = (magnitudes > padded[:, :-2]) & (magnitudes >= padded[:, 2:])
    peak[:, 0] |= ~peak.any(1)
    bins = np.arange(BINS)
    below = np.maximum.accumulate(np.where(peak, bins, -BINS), axis=1)
    above = np.minimum.accumulate(np.where(peak, bins, 2 * BINS)[:, ::-1], axis=1)[:, ::-1]
    return np.where(bins - below <= above - bins, below, above)
