"""Piano rolls: what each part does at each latent step, pitch by pitch."""

from __future__ import annotations

import numpy as np

LOWEST, PITCHES = 21, 88
"""Of pitched parts, the keys of a piano; pitches beyond them go to the nearest octave within."""
LOWEST_KEY, KEYS = 27, 61
"""Of drum kits, from high Q to open surdo."""
DECAY, RELEASE = 0.4, 0.25
"""s in which the age of a note and the time since its end fall to 1/e."""
_RINGING = 5
"""Releases after which a note is no longer seen."""
PITCHED, DRUMMED = ("onset", "sustain", "decay", "release"), ("onset", "decay")
"""Of each pitch and of each drum. Onset: velocity, shared by the two steps that an onset is between. Sustain: share
of the step that the note is held. Decay: velocity, falling with the age of the note while it is held, or of a drum.
Release: velocity, falling with the time since its end."""
WIDTH = len(PITCHED) * PITCHES + len(DRUMMED) * KEYS
"""Numbers in a row of a roll."""


def piano_roll(notes: np.ndarray, drums: bool, first: int, steps: int, pace: float) -> np.ndarray:
    """The roll `(steps, WIDTH)` float32 of one part from latent step `first` on.

    `notes` has the columns of `Performance.notes`; `pace` is in latent steps a second. Parts of drums fill the last
    columns, all others the first.
    """
    roll = np.zeros((steps, WIDTH), np.float32)
    split = len(PITCHED) * PITCHES
    if drums:
        _fill_drums(roll[:, split:].reshape(steps, len(DRUMMED), KEYS), notes, first, pace)
    else:
        _fill_pitched(roll[:, :split].reshape(steps, len(PITCHED), PITCHES), notes, first, pace)
    return roll


def _fill_pitched(roll: np.ndarray, notes: np.ndarray, first: int, pace: float) -> None:
    steps = len(roll)
    tail = _RINGING * RELEASE * pace
    for _, start, end, pitch, velocity, _ in _seen(notes, first, steps, pace, tail):
        row, strength = _folded(int(pitch)), velocity / 100
        _onset(roll[:, 0, row], start, strength)
        low, high = max(int(start), 0), min(int(np.ceil(end)), steps)
        if low < high:
            at = np.arange(low, high)
            held = np.minimum(at + 1, end) - np.maximum(at, start)
            np.maximum(roll[low:high, 1, row], held, out=roll[low:high, 1, row])
            age = np.maximum(at - start, 0) / (DECAY * pace)
            np.maximum(roll[low:high, 2, row], strength * np.exp(-age), out=roll[low:high, 2, row])
        low, high = max(int(np.ceil(end)), 0), min(int(end + tail), steps)
        if low < high:
            since = (np.arange(low, high) - end) / (RELEASE * pace)
            np.maximum(roll[low:high, 3, row], strength * np.exp(-since), out=roll[low:high, 3, row])


def _fill_drums(roll: np.ndarray, notes: np.ndarray, first: int, pace: float) -> None:
    steps = len(roll)
    tail = _RINGING * DECAY * pace
    for _, start, _, pitch, velocity, _ in _seen(notes, first, steps, pace, tail):
        row, strength = int(np.clip(pitch - LOWEST_KEY, 0, KEYS - 1)), velocity / 100
        _onset(roll[:, 0, row], start, strength)
        low, high = max(int(np.ceil(start)), 0), min(int(start + tail), steps)
        if low < high:
            age = (np.arange(low, high) - start) / (DECAY * pace)
            np.maximum(roll[low:high, 1, row], strength * np.exp(-age), out=roll[low:high, 1, row])


def _seen(notes: np.ndarray, first: int, steps: int, pace: float, tail: float) -> np.ndarray:
    """The notes that reach into the roll, their times in latent steps from its beginning."""
    found = notes.astype(np.float64)
    found[:, 1:3] = found[:, 1:3] * pace - first
    ends = np.maximum(found[:, 1], found[:, 2])
    return found[(found[:, 1] < steps) & (ends + tail > 0)]


def _onset(column: np.ndarray, start: float, strength: float) -> None:
    step = int(np.floor(start))
    share = start - step
    for at, part in ((step, 1 - share), (step + 1, share)):
        if 0 <= at < len(column):
            column[at] = min(column[at] + part * strength, 2.0)


def _folded(pitch: int) -> int:
    while pitch < LOWEST:
        pitch += 12
    while pitch >= LOWEST + PITCHES:
        pitch -= 12
    return pitch - LOWEST
