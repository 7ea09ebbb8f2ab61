"""What the network of the synthesis is given of a performance, at runtime as in training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2music.composition.score import Role
from img2music.genres import GENRES
from img2music.synthesis.desk import BANDS
from img2music.synthesis.performance import MASTER, PART_FIELDS, Performance
from img2music.synthesis.piano_roll import piano_roll

_COLUMN = {name: index for index, name in enumerate(PART_FIELDS)}
_MASTER_SCALES = {
    "room": (0.0, 1 / 1.5),
    "bright": (0.0, 1.0),
    "echo": (0.0, 1.0),
    "crackle": (0.0, 25.0),
    "parallel": (0.0, 2.0),
    "glue": (1.0, 0.7),
    "drive": (0.0, 2.0),
    "loudness": (-16.0, 0.25),
}
"""What is taken off and multiplied, so that what varies does so by about 1."""
_BAND_SCALE = 0.1
_MIXED, _ROLES, _PRODUCED = 15, len(Role), 5
PART_CONDITIONS = _MIXED + _ROLES + _PRODUCED
"""Numbers that say of a part how it is mixed and how it plays."""
ROLES = slice(_MIXED, _MIXED + _ROLES)
"""Those of them that say which role it has, one of which is 1."""
PIECE_CONDITIONS = len(GENRES) + 2 + len(MASTER) + len(BANDS)
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
    found[:_MIXED] = (
        fader["drums"],
        fader["gain"] / 5,
        3 * fader["room"],
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
    found[_MIXED + int(fader["role"])] = 1
    found[_MIXED + _ROLES :] = (
        fader["width"] - 1,
        3 * fader["echo"],
        np.log2(fader["squeeze"]),
        2 * fader["drive"],
        2 * fader["double"],
    )
    return found


def _piece_conditions(performance: Performance, gains: np.ndarray, shares: np.ndarray) -> np.ndarray:
    scaled = [
        (float(value) - usual) * scale
        for value, (usual, scale) in zip(performance.mix[: len(MASTER)], _MASTER_SCALES.values(), strict=True)
    ]
    balance = _BAND_SCALE * performance.mix[len(MASTER) :]
    # music is mixed to one loudness: the more there is, the softer each part of it
    power = 10 * np.log10(np.sum(shares * 10 ** (gains / 10)) + 1e-3)
    found = (*performance.genres, power / 5, np.log2(len(gains)) - 2, *scaled, *balance)
    return np.array(found, np.float32)


def _octaves(hertz: float, reference: float) -> float:
    """How far an edge of a pass band lies from where it usually is; 0 where there is none."""
    return float(np.log2(hertz / reference)) if hertz > 0 else 0.0


def _active_share(notes: np.ndarray, length: float) -> float:
    """The share of the piece in which a part plays."""
    order = np.argsort(notes[:, 1])
    starts, ends = notes[order, 1], np.maximum.accumulate(notes[order, 2])
    before = np.concatenate([[0.0], ends[:-1]])
    return float(np.clip(ends - np.maximum(starts, before), 0, None).sum() / max(length, 1e-3))
