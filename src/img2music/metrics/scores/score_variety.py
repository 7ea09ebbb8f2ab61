"""How varied composed scores are: the entropy of what they are made of, in bits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from math import log, log2

import numpy as np

from img2music.composition.brief import Brief, Feeling
from img2music.composition.compose import compose
from img2music.composition.score import Role, Score
from img2music.metrics.scores.note_overlap import highest_overlaps, overlap, pitched_onsets

TEMPO_STEP = 1.06
"""Ratio of the tempos of two neighbouring bins."""
DENSITY_STEP = 2.0
"""Notes a second."""
_KICKS = (35, 36)


def entropy(values: Iterable[Hashable]) -> float:
    """Shannon entropy, bits."""
    counts = Counter(values)
    total = sum(counts.values())
    return sum(-count / total * log2(count / total) for count in counts.values())


def variety(scores: Sequence[Score]) -> dict[str, float]:
    """Entropies of tempo, key, mode, metre, density, style, progression and rhythm."""
    return {
        "tempo": entropy(round(log(score.tempo.initial) / log(TEMPO_STEP)) for score in scores),
        "key": entropy(score.key for score in scores),
        "mode": entropy(score.mode for score in scores),
        "metre": entropy(str(score.metre) for score in scores),
        "density": entropy(round(density(score) / DENSITY_STEP) for score in scores),
        "style": entropy(score.style for score in scores),
        "progression": entropy(progression(score) for score in scores),
        "rhythm": entropy(rhythm(score) for score in scores),
    }


def variety_of(genre: str, count: int, seconds: float) -> dict[str, float]:
    """The variety of `count` scores of a genre, by seed."""
    return variety([compose(Brief(genre, seed=seed, seconds=seconds)) for seed in range(count)])


def density(score: Score) -> float:
    """Notes a second, drums included."""
    return sum(len(part.notes) for part in score.parts) / score.seconds


def progression(score: Score) -> tuple[tuple[int, str], ...]:
    """The first four chords, counted from the key."""
    return tuple(((chord.root - score.key) % 12, chord.quality) for chord in score.chords[:4])


def rhythm(score: Score) -> tuple[int, ...]:
    """Where, in sixteenths, the kick drum plays in the first two bars that it is in; without drums the tune."""
    bar = score.metre.beats
    kicks = [
        note.start for part in score.parts if part.role is Role.DRUMS for note in part.notes if note.pitch in _KICKS
    ]
    tune = [note.start for part in score.parts if part.role in (Role.MELODY, Role.VOICE) for note in part.notes]
    starts = sorted(kicks if len(kicks) > 2 else tune)
    if not starts:
        return ()
    first = starts[0] // bar * bar
    return tuple(sorted({round(4 * (start - first)) for start in starts if start < first + 2 * bar}))


def novelty(genre: str, count: int, seconds: float, pictures: int = 40) -> dict[str, float]:
    """Of `count` scores of a genre the highest overlap with another: median, 95th percentile and highest; and of
    `pictures` moods the median overlap of two seeds."""
    scores = [compose(Brief(genre, seed=seed, seconds=seconds)) for seed in range(count)]
    highest = highest_overlaps(scores)
    rng = np.random.default_rng(0)
    pairs = []
    for number in range(pictures):
        mood = Feeling(*(round(float(value), 3) for value in rng.random(5)))
        one, two = (
            pitched_onsets(compose(Brief(genre, mood, seed=10_000 + 2 * number + part, seconds=seconds)))
            for part in (0, 1)
        )
        pairs.append(overlap(one, two))
    return {
        "median": float(np.median(highest)),
        "95 %": float(np.quantile(highest, 0.95)),
        "highest": float(highest.max()),
        "two seeds": float(np.median(pairs)),
    }
