"""Leading voices from chord to chord: the smoothest way that breaks no rule of four-part writing.

Voices of a chord are pitches from the bass up. The rules are those of every harmony book: no parallel fifths, octaves
or unisons, no crossing, leading tones rise, sevenths fall, a third is not missing, upper voices keep within an octave
of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from typing import TypeVar

from img2music.composition.theory.roman import Harmony

T = TypeVar("T")
FORBIDDEN = 100.0
"""The cost of breaking a rule."""
_KEPT = 5
"""Voicings of a chord that are tried; the others are awkward by themselves."""


@dataclass(frozen=True)
class Range:
    """The lowest and the highest pitch of a voice."""

    low: int
    high: int


def lead(
    chords: Sequence[Harmony],
    basses: Sequence[int],
    sopranos: Sequence[int],
    inner: Sequence[Range],
) -> list[tuple[int, ...]]:
    """Voices from the bass up for each chord: the inner ones between the bass and the soprano that are given."""
    options = [
        voicings(chord, bass, soprano, tuple(inner))
        for chord, bass, soprano in zip(chords, basses, sopranos, strict=True)
    ]
    return best_path(
        options, lambda index, a, b: motion_cost(a, b, chords[index - 1].leading, chords[index - 1].seventh)
    )


def best_path(options: Sequence[Sequence[tuple[float, T]]], between: Callable[[int, T, T], float]) -> list[T]:
    """One of the `options`, each a cost and a choice, at every place, so that all costs add up to the least.

    `between(index, before, choice)` is what the step to place `index` costs. No step costs less than nothing.
    """
    if not options:
        return []
    totals = [cost for cost, _ in options[0]]
    steps: list[list[int]] = []
    for index in range(1, len(options)):
        following, came = [], []
        earlier = options[index - 1]
        order = sorted(range(len(totals)), key=totals.__getitem__)
        for cost, choice in options[index]:
            best, at = float("inf"), 0
            for place in order:
                if totals[place] >= best:
                    break
                reached = totals[place] + between(index, earlier[place][1], choice)
                if reached < best:
                    best, at = reached, place
            following.append(best + cost)
            came.append(at)
        totals = following
        steps.append(came)
    at = min(range(len(totals)), key=totals.__getitem__)
    path = [options[-1][at][1]]
    for index in range(len(steps) - 1, -1, -1):
        at = steps[index][at]
        path.append(options[index][at][1])
    return path[::-1]


@lru_cache(16384)
def voicings(
    chord: Harmony, bass: int, soprano: int, inner: tuple[Range, ...]
) -> tuple[tuple[float, tuple[int, ...]], ...]:
    """The least awkward ways to fill in the inner voices, with what they cost."""
    places = [
        [p for p in range(max(voice.low, bass), min(voice.high, soprano) + 1) if p % 12 in chord.tones]
        for voice in inner
    ]
    found = []
    for middle in product(*places):
        voices = (bass, *middle, soprano)
        if all(a <= b for a, b in pairwise(voices)):
            found.append((spacing_cost(chord, voices), voices))
    if not found:  # the outer voices are too close: the inner ones join them
        return ((FORBIDDEN, (bass, *(min(max(bass, voice.low), soprano) for voice in inner), soprano)),)
    return tuple(sorted(found)[:_KEPT])


def spacing_cost(chord: Harmony, voices: Sequence[int]) -> float:
    """How awkward voices are by themselves: what is missing or doubled, gaps and unisons."""
    classes = [voice % 12 for voice in voices]
    cost = 0.0
    for place, tone in enumerate(chord.tones):
        count = classes.count(tone)
        if not count:
            cost += 1.5 if place == 2 else 12.0 if place == 1 else 6.0 if place == 3 else 4.0
        elif count > 1 and tone in (chord.leading, chord.seventh):
            cost += 30.0 * (count - 1)
        elif count > 1:
            cost += (0.0, 1.0, 0.5, 8.0)[place] * (count - 1)
    for low, high in pairwise(voices[1:]):
        cost += max(high - low - 12, 0) + (3.0 if low == high else 0.5 if high - low == 1 else 0.0)
    return cost + (3.0 if len(voices) > 1 and voices[0] == voices[1] else 0.0)


@lru_cache(65536)
def motion_cost(before: tuple[int, ...], after: tuple[int, ...], leading: int | None, seventh: int | None) -> float:
    """What it costs to move from voices to voices, given the tones of the first that have to resolve."""
    if before == after:
        return 0.0
    cost, last = 0.0, len(before) - 1
    for place, (a, b) in enumerate(zip(before, after, strict=True)):
        size = abs(b - a)
        if place:
            cost += (size if size <= 2 else size * 1.6) * (0.3 if place == last else 1.0)
        if leading is not None and a % 12 == leading and b - a not in (0, 1):
            cost += 3.0 if 0 < place < last and b - a == -4 else 25.0
        if seventh is not None and a % 12 == seventh and b - a not in (0, -1, -2):
            cost += 25.0
    for i in range(last):
        for j in range(i + 1, last + 1):
            if is_parallel(before[i], before[j], after[i], after[j]):
                cost += FORBIDDEN
    for low, high in zip(range(last), range(1, last + 1), strict=True):
        if after[low] > before[high] or after[high] < before[low]:  # overlap
            cost += 6.0
    return cost


def is_parallel(low: int, high: int, next_low: int, next_high: int) -> bool:
    """Whether two voices move from one perfect fifth, octave or unison to another of the same."""
    if low == next_low or high == next_high:
        return False
    interval = (high - low) % 12
    return interval in (0, 7) and (next_high - next_low) % 12 == interval
