"""What the network of the synthesis is given of a performance, at runtime as in training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2music.composition.score import Role
from img2music.genres import GENRES
from img2music.synthesis.performance import MIX_FIELDS, PART_FIELDS, Performance
from img2music.synthesis.piano_roll import piano_roll

_COLUMN = {name: index for index, name in enumerate(PART_FIELDS)}
_MIX_SCALES = {"room": 1 / 1.5, "wet": 1.0, "crackle": 25.0, "drive": 2.0, "tilt": 1 / 2.5}
"""Which bring what varies to about 1."""
PART_CONDITIONS = 15 + len(Role)
"""Numbers that say of a part how it is mixed and how it plays."""
PIECE_CONDITIONS = len(GENRES) + len(MIX_FIELDS) + 2
"""Numbers that say of the piece what holds for all parts."""


@dataclass(frozen=True, eq=False)
class Conditions:
    """Of a window of `S` latent steps: `rolls` `(P, S, WIDTH)`, `parts` `(P, PART_CONDITIONS)` and `piece`
    `(PIECE_CONDITIONS,)` float32, and `instruments` `(P,)` int64."""

    rolls: np.ndarray
    instruments: np.ndarray
    parts: np.ndarray
    piece: np.ndarray


class Conditioner:
    """The conditions of one performance, window by window. `pace` is in latent steps a second.

    Parts without notes are left out. Raises `ValueError` when there are no notes at all.
    """

    def __init__(self, performance: Performance, pace: float) -> None:
        self._notes = [notes for part in range(len(performance.parts)) if len(notes := performance.notes_of(part))]
        if not self._notes:
            raise ValueError("a performance without notes")
        rows = performance.parts[np.unique(performance.notes[:, 0]).astype(int)]
        length = float(performance.notes[:, 2].max())
        self._pace = pace
        self._instruments = rows[:, _COLUMN["instrument"]].astype(np.int64)
        self._drums = rows[:, _COLUMN["drums"]] > 0
        shares = [_active_share(notes, length) for notes in self._notes]
        playing = zip(rows, self._notes, shares, strict=True)
        self._parts = np.stack([_part_conditions(row, notes, share, length) for row, notes, share in playing])
        self._piece = _piece_conditions(performance, rows[:, _COLUMN["gain"]], np.array(shares))

    def __call__(self, first: int, steps: int) -> Conditions:
        """The conditions from latent step `first` on."""
        rolls = [
            piano_roll(notes, bool(drums), first, steps, self._pace)
            for notes, drums in zip(self._notes, self._drums, strict=True)
        ]
        return Conditions(np.stack(rolls), self._instruments, self._parts, self._piece)


def _part_conditions(row: np.ndarray, notes: np.ndarray, share: float, length: float) -> np.ndarray:
    fader = {name: float(row[index]) for name, index in _COLUMN.items()}
    velocity = notes[:, 4] / 100
    found = np.zeros(PART_CONDITIONS, np.float32)
    found[:15] = (
        fader["drums"],
        fader["gain"] / 5,
        3 * fader["reverb"],
        _octaves(fader["low"], 100.0),
        _octaves(fader["high"], 3000.0),
        fader["low"] > 0,
        fader["high"] > 0,
        fader["duck"] / 4,
        fader["wobble"] / 8,
        fader["pan"],
        4 * (float(velocity.mean()) - 0.75),
        6 * float(velocity.std()),
        np.log2(len(notes) / length + 0.1),
        np.log2(float((notes[:, 2] - notes[:, 1]).mean()) + 0.01) + 2,
        2 * share - 1,
    )
    found[15 + int(fader["role"])] = 1
    return found


def _piece_conditions(performance: Performance, gains: np.ndarray, shares: np.ndarray) -> np.ndarray:
    scaled = [float(value) * _MIX_SCALES[name] for name, value in zip(MIX_FIELDS, performance.mix, strict=True)]
    # music is mixed to one loudness: the more there is, the softer each part of it
    power = 10 * np.log10(np.sum(shares * 10 ** (gains / 10)) + 1e-3)
    return np.array([*performance.genres, *scaled, power / 5, np.log2(len(gains)) - 2], np.float32)


def _octaves(hertz: float, reference: float) -> float:
    """How far an edge of a pass band lies from where it usually is; 0 where there is none."""
    return float(np.log2(hertz / reference)) if hertz > 0 else 0.0


def _active_share(notes: np.ndarray, length: float) -> float:
    """The share of the piece in which a part plays."""
    order = np.argsort(notes[:, 1])
    starts, ends = notes[order, 1], np.maximum.accumulate(notes[order, 2])
    before = np.concatenate([[0.0], ends[:-1]])
    return float(np.clip(ends - np.maximum(starts, before), 0, None).sum() / max(length, 1e-3))
