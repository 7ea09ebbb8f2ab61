"""Phase recovery: phases integrated from the slopes of the log magnitudes, then a few fast Griffin-Lim steps.

In the transform of a signal by a Gaussian window, phase and log magnitude determine each other: how far the phase
advances from frame to frame follows from the slope of the log magnitude in frequency, how far it advances from bin to
bin from the slope in time. The Hann window used here is nearly Gaussian. The phase of a spectral peak continues from
the frame before, and the bins around a peak follow it.

References: Průša, Balazs & Søndergaard, A noniterative method for reconstruction of phase from STFT magnitude, 2017;
Průša & Søndergaard, Real-time spectrogram inversion using phase gradient heap integration, DAFx 2016; Beauregard,
Harish & Wyse, Single pass spectrogram inversion, DSP 2015 (peaks and the bins around them); Perraudin, Balazs &
Søndergaard, A fast Griffin-Lim algorithm, WASPAA 2013.
"""

from __future__ import annotations

import numpy as np

from img2music.audio.stft import BINS, HOP, WINDOW, blocks, istft, stft

MOMENTUM = 0.99
STEPS = 4
EXCITED_STEPS = 1
"""Steps after phases of an excitation: each draws them away from it, towards what decoded magnitudes agree with."""
EXCITED = 0.1
"""Share of the strongest bin of its frame above which a bin of an excitation gives its phase."""

_WIDTH = 0.25645 * WINDOW / HOP
"""Width of the Gaussian nearest to the Hann window (Průša et al. 2017), in hops."""
_SMALLEST = 1e-5
"""Magnitude below which slopes carry no information."""
_FEW = 16
"""Frames after which phases are wrapped, so that single precision stays exact."""


def invert(magnitudes: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """Magnitudes `(F, 513)`, F even, to samples `((F - 1) * 256,)` float32 at 22,050 Hz."""
    magnitudes = np.ascontiguousarray(magnitudes, np.float32)
    return refine(magnitudes, single_pass_phase(magnitudes), steps)


def refine(magnitudes: np.ndarray, phasors: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """Samples `((F - 1) * 256,)` of magnitudes `(F, 513)` with initial phases `phasors`, made consistent."""
    return istft(refined_frames(magnitudes, phasors, steps))


def refined_frames(magnitudes: np.ndarray, phasors: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """As `refine`, but the frames `(F, 513)` complex64 that samples are made of."""
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
    return frames


def single_pass_phase(magnitudes: np.ndarray) -> np.ndarray:
    """Unit phasors `(F, 513)` complex64 for magnitudes `(F, 513)`, found frame by frame."""
    logarithms = np.log(np.maximum(magnitudes, _SMALLEST))
    across, onwards = _across_bins(logarithms), _onwards(logarithms)
    onwards -= across
    angles = _without_whole_turns(across)
    owners, before = _owners(magnitudes), np.zeros(BINS, np.float32)
    for frame, (angle, owner) in enumerate(zip(angles, owners, strict=True)):
        if frame % _FEW == 0:
            before = _without_whole_turns(before)
        angle += (before + onwards[frame]).take(owner)
        before = angle
    phasors = np.empty(magnitudes.shape, np.complex64)
    np.cos(angles, out=phasors.real)
    np.sin(angles, out=phasors.imag)
    return phasors


def tonal_share(excitation: np.ndarray) -> np.ndarray:
    """How sure it is that each bin is part of a tone of an excitation `(F, 513)` complex64: from 0 to 1, `(F, 513)`."""
    strength = np.abs(excitation)
    return np.minimum(strength / np.maximum(EXCITED * strength.max(1, keepdims=True), 1e-9), 1)


def excited_phase(magnitudes: np.ndarray, excitation: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Unit phasors `(F, 513)` complex64 for magnitudes `(F, 513)`: those of an excitation where its `tonal_share` is 1,
    and elsewhere as `single_pass_phase` finds them."""
    phasors, strong = single_pass_phase(magnitudes), share == 1
    phasors[strong] = excitation[strong] / np.abs(excitation[strong])
    return phasors


def _without_whole_turns(angles: np.ndarray) -> np.ndarray:
    """Angles in radians, wrapped to -π..π."""
    turn = np.float32(2 * np.pi)
    return angles - turn * np.rint(angles / turn)


def _onwards(logarithms: np.ndarray) -> np.ndarray:
    """The phase advance from the frame before in radians, `(F, 513)`, without whole turns."""
    slope = np.zeros_like(logarithms)
    slope[:, 1:-1] = (logarithms[:, 2:] - logarithms[:, :-2]) * np.float32(0.5 / _WIDTH)
    slope[1:] = 0.5 * (slope[1:] + slope[:-1])
    return slope + (np.arange(BINS) * HOP % WINDOW * (2 * np.pi / WINDOW)).astype(np.float32)


def _across_bins(logarithms: np.ndarray) -> np.ndarray:
    """The phase relative to the lowest bin in radians, `(F, 513)`. Each bin adds π, since the phase of a frame counts
    from its beginning, half a window before its middle."""
    slope = np.zeros_like(logarithms)
    slope[1:-1] = (logarithms[2:] - logarithms[:-2]) * np.float32(-0.5 * _WIDTH)
    across = np.zeros_like(logarithms)
    np.cumsum(0.5 * (slope[:, 1:] + slope[:, :-1]), axis=1, out=across[:, 1:])
    across[:, 1::2] += np.float32(np.pi)
    return across


def _owners(magnitudes: np.ndarray) -> np.ndarray:
    """The bin of the peak that each bin belongs to, `(F, 513)` int64: the nearest one, the lower of two."""
    peak = np.zeros(magnitudes.shape, bool)
    peak[:, 1:] = magnitudes[:, 1:] > magnitudes[:, :-1]
    peak[:, 1:-1] &= magnitudes[:, 1:-1] >= magnitudes[:, 2:]
    peak[:, 0] |= ~peak.any(1)
    frames, bins = np.nonzero(peak)
    # a peak owns the bins from halfway to the peak before, the first peak of a frame those from bin 0
    begins = frames * BINS
    begins[1:] += np.where(frames[1:] == frames[:-1], (bins[1:] + bins[:-1]) // 2 + 1, 0)
    return np.repeat(bins, np.diff(begins, append=peak.size)).reshape(peak.shape)
