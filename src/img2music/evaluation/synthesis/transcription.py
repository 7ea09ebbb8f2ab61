"""Which notes are heard in a sound, by a network that nothing here was trained on: Basic Pitch.

Notes are found as its package finds them by default (`basic_pitch.note_creation`), but for those that it adds without
an onset.

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
ONSET, HELD = 0.5, 0.3
"""Posteriors above which a note begins, and above which it goes on."""
_SHORTEST, _GAP = 11, 11
"""Frames that a note is longer than, and for which it may be inaudible."""
_RISE = 2
"""Frames within which the posterior of a note rises where it begins."""
TOLERANCE = 0.05
"""s within which two onsets are one."""
_WINDOW = 43_844
"""Samples that the network takes at a time."""
_FRAMES, _MARGIN = 172, 15
"""Frames that it gives of each, and those at both ends that are not used."""
_STEP = (_FRAMES - 2 * _MARGIN) * HOP
"""Samples from one window to the next: as many as the frames that are used, so that times do not drift."""


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
        frames, rows = notes_in(*self._posteriors(samples))
        return frames * HOP / RATE, rows + LOWEST

    def _posteriors(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Posteriors that each pitch begins and that it sounds, of each frame, both `(F, 88)`."""
        padded = np.concatenate([np.zeros(_MARGIN * HOP, np.float32), samples.astype(np.float32)])
        found = []
        for start in range(0, len(padded), _STEP):
            piece = padded[start : start + _WINDOW]
            piece = np.pad(piece, (0, _WINDOW - len(piece)))
            onsets, sounding, *_ = self._session.run(None, {self._input: piece[None, :, None]})
            found.append(np.stack([onsets[0], sounding[0]])[:, _MARGIN:-_MARGIN])
        onsets, sounding = np.concatenate(found, 1)[:, : len(samples) // HOP + 1]
        return onsets, sounding


def notes_in(onsets: np.ndarray, sounding: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First frames and rows `(N,)` of the notes in posteriors `(F, 88)`: the latest first, each of which takes what
    sounds of its pitch and beside it."""
    begins, left, found = _peaks(np.maximum(onsets, _rises(sounding, onsets.max()))), sounding.copy(), []
    for frame, row in zip(*(places[::-1] for places in np.nonzero(begins)), strict=True):
        end = _end_of(left[:, row], frame)
        if end - frame > _SHORTEST:
            left[frame:end, max(row - 1, 0) : row + 2] = 0
            found.append((frame, row))
    frames, rows = np.array(found[::-1], int).reshape(-1, 2).T
    return frames, rows


def _rises(sounding: np.ndarray, highest: float) -> np.ndarray:
    """By how much each pitch sounds more than in each of the frames before, as onsets whose most likely one is the
    `highest`."""
    earlier = [np.pad(sounding, ((by, 0), (0, 0)))[: len(sounding)] for by in range(1, _RISE + 1)]
    rises = np.maximum(sounding - np.max(earlier, 0), 0)
    rises[:_RISE] = 0
    return rises * (highest / max(float(rises.max()), 1e-9))


def _peaks(onsets: np.ndarray) -> np.ndarray:
    """Whether each place in `(F, 88)` is an onset: higher than the frames beside it, and likely."""
    found = np.zeros(onsets.shape, bool)
    found[1:-1] = (onsets[1:-1] > onsets[:-2]) & (onsets[1:-1] > onsets[2:]) & (onsets[1:-1] >= ONSET)
    return found


def _end_of(sounding: np.ndarray, begin: int) -> int:
    """The frame after the last in which a pitch with posteriors `(F,)` sounds, before it is inaudible for long."""
    silent = 0
    for frame in range(begin + 1, len(sounding) - 1):
        silent = 0 if sounding[frame] >= HELD else silent + 1
        if silent == _GAP:
            return frame + 1 - _GAP
    return len(sounding) - 1 - silent


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
