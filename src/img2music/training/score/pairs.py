"""Pairs to learn synthesis from: performances of composed scores, and the latents of their renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
from safetensors.numpy import load_file, save

from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.instruments import INSTRUMENTS
from img2music.composition.score import Part, Score
from img2music.synthesis.performance import Performance
from img2music.system.files import atomic_write

SECONDS = 20.0
"""Length of a clip."""
HELD_OUT = {"validation": 1_000_000, "test": 2_000_000}
"""Where the seeds of scores begin that no training sees."""
_RECAST = 0.3
"""Share of the training clips whose parts may go to instruments that the style would not choose."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A performance and the latents of its sound, `(C, S)` float16."""

    performance: Performance
    latents: np.ndarray

    @classmethod
    def load(cls, path: Path) -> Pair:
        """What `save` kept."""
        kept = load_file(path)
        return cls(Performance.of(kept.__getitem__), kept["latents"])

    def save(self, path: Path) -> None:
        """Keep it in one file."""
        save_tensors(path, self.performance.arrays | {"latents": self.latents})


def save_tensors(path: Path, tensors: Mapping[str, np.ndarray]) -> None:
    """Write tensors to a safetensors file, in a folder that is made if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, force=True) as temporary:
        temporary.write_bytes(save({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}))


def training_score(genre: str, seed: int, seconds: float = SECONDS) -> Score:
    """A score to learn from: as composed, or with some parts given to other instruments and to other levels."""
    score = compose(Brief(genre, seed=seed, seconds=seconds))
    random = Random(f"{genre} {seed}")
    if random.random() >= _RECAST:
        return score
    return replace(score, parts=tuple(_recast(part, random) for part in score.parts))


def held_out_score(genre: str, seed: int, use: str, seconds: float = SECONDS) -> Score:
    """A score of the `validation` or of the `test`."""
    return compose(Brief(genre, seed=HELD_OUT[use] + seed, seconds=seconds))


def score_for(use: str, genre: str, seed: int) -> Score:
    """The score of a seed for `training`, `validation` or `test`."""
    return held_out_score(genre, seed, use) if use in HELD_OUT else training_score(genre, seed)


def _recast(part: Part, random: Random) -> Part:
    """A part on an instrument drawn from all that reach its notes, and up to 4 dB louder or softer."""
    part = replace(part, level=part.level + random.uniform(-4, 4))
    if random.random() < 0.5 or not part.notes:
        return part
    low, high = min(note.pitch for note in part.notes), max(note.pitch for note in part.notes)
    able = [
        instrument
        for instrument in INSTRUMENTS.values()
        if instrument.drums == part.instrument.drums and instrument.low <= low and high <= instrument.high
    ]
    return replace(part, instrument=random.choice(able)) if able else part
