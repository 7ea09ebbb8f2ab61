"""Which notes are heard in a sound, by a network that nothing here was trained on: Basic Pitch.

Reference: Bittner et al., A lightweight instrument-agnostic model for polyphonic note transcription and multipitch
estimation, 2022. The network is `nmp.onnx` of the package `basic-pitch` (Spotify, Apache-2.0).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from img2music.audio.stft import HOP, RATE
from img2music.errors import ModelError
from img2music.models.network_file import check_alone
from img2music.models.session import onnxruntime

LOWEST = 21
"""MIDI pitch of the first of the network's 88."""
THRESHOLD = 0.4
"""Of the posterior of an onset."""
TOLERANCE = 0.05
"""s within which two onsets are one."""
_WINDOW = 43_844
"""Samples that the network takes at a time."""
_MARGIN = 15
"""Frames at both ends of a window that are not used."""


class Transcriber:
    """Sounds to onsets. Raises `ModelError` when `path` is not the network."""

    def __init__(self, path: Path) -> None:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path} cannot be read; give the file nmp.onnx of basic-pitch.") from error
        check_alone(data, path)
        try:
            self._session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises types of its own for each kind of damage
            raise ModelError(f"{path} is not a working model; give the file nmp.onnx of basic-pitch.") from error
        self._input = self._session.get_inputs()[0].name

    def __call__(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """When notes begin in samples `(T,)` at 22,050 Hz, in s, and their MIDI pitches, both `(N,)`."""
        onsets = self._posteriors(samples)
        inner = onsets[1:-1]
        peaks = (inner > THRESHOLD) & (inner >= onsets[:-2]) & (inner > onsets[2:])
        frames, rows = np.nonzero(peaks)
        return (frames + 1) * HOP / RATE, rows + LOWEST

    def _posteriors(self, samples: np.ndarray) -> np.ndarray:
        """Posterior of an onset of each pitch in each frame, `(F, 88)`."""
        padded = np.concatenate([np.zeros(_MARGIN * HOP, np.float32), samples.astype(np.float32)])
        found = []
        for start in range(0, len(padded), _WINDOW - 2 * _MARGIN * HOP):
            piece = padded[start : start + _WINDOW]
            piece = np.pad(piece, (0, _WINDOW - len(piece)))
            onsets = self._session.run(None, {self._input: piece[None, :, None]})[0]
            found.append(onsets[0][_MARGIN:-_MARGIN])
        return np.concatenate(found)


def note_f1(
    ones: tuple[np.ndarray, np.ndarray], others: tuple[np.ndarray, np.ndarray], tolerance: float = TOLERANCE
) -> float:
    """F1 of two sets of onsets (s) and pitches: each note of one meets at most one of the other, of the same pitch and
    within `tolerance` s."""
    if not len(ones[0]) or not len(others[0]):
        return 0.0
    hits = sum(
        _hits(np.sort(ones[0][ones[1] == pitch]), np.sort(others[0][others[1] == pitch]), tolerance)
        for pitch in np.intersect1d(ones[1], others[1])
    )
    return 2 * hits / (len(ones[0]) + len(others[0]))


def _hits(ones: np.ndarray, others: np.ndarray, tolerance: float) -> int:
    """How many pairs two sorted sets of times make: the earliest that can meet do, which leaves most to the others."""
    one = other = hits = 0
    while one < len(ones) and other < len(others):
        apart = ones[one] - others[other]
        if abs(apart) <= tolerance:
            hits, one, other = hits + 1, one + 1, other + 1
        elif apart < 0:
            one += 1
        else:
            other += 1
    return hits
