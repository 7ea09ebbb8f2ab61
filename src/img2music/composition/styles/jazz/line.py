"""A melodic line over changes: from where notes are and how the line should bend, to pitches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from img2music.composition.score import ChordSymbol
from img2music.composition.theory.harmony import QUALITIES, chord_scale, tones
from img2music.composition.theory.voice_leading import best_path

CHORD, SCALE, CHROMATIC = 2, 1, 0
_LEAPS = (1.2, 0.1, 0.0, 0.2, 0.3, 0.55, 1.5, 0.8, 1.2, 1.3, 2.5, 2.5, 1.3)


@dataclass(frozen=True, slots=True)
class Slot:
    """A note without a pitch: where it is, the chord that it is heard over, and about which pitch is `wanted`.

    A `strong` one is on a beat, a `target` where a chord begins or a phrase ends.
    """

    start: float
    length: float
    chord: ChordSymbol
    wanted: float
    strong: bool
    target: bool = False


def fitted(
    slots: Sequence[Slot], low: int, high: int, rng: Random, blue: int | None = None, chromatic: float = 1.0
) -> list[int]:
    """Pitches for the slots between `low` and `high`.

    Chord tones are on beats, thirds and sevenths where chords begin; what is outside the scale leads by a semitone into
    a tone of the chord. `blue` is a tonic whose blue notes are welcome; `chromatic` is how freely the line leaves the
    scale, 1 being usual.
    """
    options = []
    for slot in slots:
        wanted = min(max(slot.wanted, low + 2), high - 2)
        found = []
        for pitch, cost, kind in _palette(slot.chord.root, slot.chord.quality, slot.strong, slot.target, blue):
            nearest = pitch + 12 * round((wanted - pitch) / 12)
            for place in (nearest, nearest + (12 if nearest < wanted else -12)):
                away = abs(place - wanted)
                if away < 7.5 and low <= place <= high:
                    price = cost if kind else cost / max(chromatic, 0.1)
                    found.append((price + 0.2 * away + 0.7 * rng.random(), (place, kind)))
        options.append(sorted(found)[:6] or [(0.0, (round(wanted), CHORD))])
    return [pitch for pitch, _ in best_path(options, _move)]


def _move(index: int, before: tuple[int, int], after: tuple[int, int]) -> float:
    size = abs(after[0] - before[0])
    cost = _LEAPS[size] if size < 13 else 3.0
    if not before[1] and (size != 1 or after[1] != CHORD):
        cost += 5.0
    if before[1] == SCALE and size > 4:
        cost += 0.8
    return cost


@lru_cache(8192)
def _palette(
    root: int, quality: str, strong: bool, target: bool, blue: int | None
) -> tuple[tuple[int, float, int], ...]:
    """Pitch classes, what they cost there, and what they are to the chord."""
    chord = ChordSymbol(0.0, 1.0, root, quality)
    own, scale = tones(chord), chord_scale(chord)
    major = 4 in QUALITIES[quality][0]
    found = []
    for tone in range(12):
        above = (tone - root) % 12
        if tone in own:
            cost = 0.0 if not target else -0.5 if above in (3, 4, 10, 11) else 0.2
            found.append((tone, cost + (0.3 if above == 0 else 0.0), CHORD))
        elif tone in scale:
            cost = 1.0 if target else 0.75 if strong else 0.3
            found.append((tone, cost + (1.2 if major and above == 5 and strong else 0.0), SCALE))
        elif blue is not None and (tone - blue) % 12 in (3, 6, 10):
            found.append((tone, 0.5, SCALE))
        elif not strong:
            found.append((tone, 1.3, CHROMATIC))
    return tuple(found)
