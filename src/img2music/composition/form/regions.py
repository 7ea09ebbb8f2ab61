"""The large regions of a contour, and sections that begin where they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from img2music.composition.contour import Contour, at
from img2music.composition.score import Section

_POINTS = 16
"""At which a contour is looked at, whatever it has."""
_SHORTEST = 4
"""Points of the smallest region."""
_GAIN = 0.3
"""By how much the squares of what regions differ from their means must fall for one more of them."""
_LONGEST = 24
"""Bars of the longest piece that follows regions; longer ones have the form of their style."""
_REACH = 0.25
"""How far a section's beginning may move, as a share of the piece."""
_FEWEST_BARS = 2
"""Of a section that was moved or divided."""


def borders_of(contour: Contour) -> tuple[float, ...]:
    """The places from 0 to 1 where one region ends and the next begins: those that leave the least difference within
    regions, of which there is one more only if that makes much difference."""
    places = [(point + 0.5) / _POINTS for point in range(_POINTS)]
    rows = [[at(values, place) for place in places] for values in (contour.lightness, contour.detail, contour.height)]
    # the least difference of what comes before each point, and the borders that lead to it
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for end in range(1, _POINTS + 1):
        whole = _difference(rows, 0, end) if end >= _SHORTEST else float("inf")
        found: list[tuple[float, tuple[int, ...]]] = [(whole, ())]
        for start in range(_SHORTEST, end - _SHORTEST + 1):
            before, borders = best[start]
            found.append((before + _GAIN + _difference(rows, start, end), (*borders, start)))
        best.append(min(found, key=lambda entry: entry[0]))
    return tuple(border / _POINTS for border in best[-1][1])


def following(sections: Sequence[Section], contour: Contour | None) -> tuple[Section, ...]:
    """The sections of a piece that is not long, beginning where the regions of a contour do.

    The nearest beginning moves to a border of regions; a section in which none is near goes on as another one of its
    name. Sections have two bars or more.
    """
    bars = sum(section.bars for section in sections)
    found = list(sections)
    if contour is None or bars > _LONGEST:
        return tuple(found)
    kept: set[int] = set()
    for place in borders_of(contour):
        border = round(place * bars)
        found = _with_beginning(found, border, kept, _REACH * bars)
        kept.add(border)
    return tuple(found)


def _difference(rows: Sequence[Sequence[float]], start: int, end: int) -> float:
    """The squares of what the points from `start` to `end` differ from their means."""
    total = 0.0
    for row in rows:
        mean = sum(row[start:end]) / (end - start)
        total += sum((value - mean) ** 2 for value in row[start:end])
    return total


def _with_beginning(sections: list[Section], bar: int, kept: set[int], reach: float) -> list[Section]:
    """The sections with one that begins at a bar, where that can be; those that begin at bars that are `kept` stay."""
    if any(section.first == bar for section in sections):
        return sections
    movable = [
        number
        for number in range(1, len(sections))
        if sections[number].first not in kept
        and abs(sections[number].first - bar) <= reach
        and sections[number - 1].first + _FEWEST_BARS <= bar <= _end(sections[number]) - _FEWEST_BARS
    ]
    if movable:
        number = min(movable, key=lambda one: abs(sections[one].first - bar))
        before, after = sections[number - 1], sections[number]
        moved = [replace(before, bars=bar - before.first), replace(after, first=bar, bars=_end(after) - bar)]
        return [*sections[: number - 1], *moved, *sections[number + 1 :]]
    long = (n for n, each in enumerate(sections) if each.first + _FEWEST_BARS <= bar <= _end(each) - _FEWEST_BARS)
    number = next(long, -1)
    if number < 0:
        return sections
    whole = sections[number]
    halves = [replace(whole, bars=bar - whole.first), replace(whole, first=bar, bars=_end(whole) - bar)]
    return [*sections[:number], *halves, *sections[number + 1 :]]


def _end(section: Section) -> int:
    return section.first + section.bars
