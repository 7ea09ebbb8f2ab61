"""Sections by name, and how bars are shared out among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from img2music.composition.contour import Contour, at
from img2music.composition.score import Section
from img2music.errors import OptionError

# name: (energy, weight in length)
KINDS: dict[str, tuple[float, float]] = {
    "intro": (0.3, 0.5),
    "verse": (0.5, 1.0),
    "prechorus": (0.65, 0.5),
    "chorus": (0.9, 1.0),
    "hook": (0.85, 1.0),
    "build": (0.6, 0.5),
    "drop": (1.0, 1.0),
    "bridge": (0.6, 1.0),
    "break": (0.25, 0.5),
    "interlude": (0.4, 0.5),
    "solo": (0.75, 1.0),
    "head": (0.65, 1.0),
    "trades": (0.7, 1.0),
    "theme": (0.55, 1.0),
    "contrast": (0.45, 1.0),
    "development": (0.75, 1.0),
    "variation": (0.65, 1.0),
    "reprise": (0.6, 1.0),
    "coda": (0.4, 0.5),
    "outro": (0.35, 0.5),
}
"""What sections there are, how energetic each is, and how long beside the others."""


_ENERGY = 0.5
"""How much more energy a section has where the detail is highest than where it is lowest."""
_LEAST_ENERGY = 0.15


def arrange(names: Sequence[str], bars: int) -> tuple[Section, ...]:
    """Sections of these names in this order, in `bars` bars. Raises `OptionError` when that cannot be."""
    plain = [name.strip().casefold().replace("-", "").replace(" ", "") for name in names]
    unknown = [name for name, kind in zip(names, plain, strict=True) if kind not in KINDS]
    if unknown:
        raise OptionError(f"There is no section '{unknown[0]}'; choose among {', '.join(KINDS)}.")
    if not plain or len(plain) > bars:
        raise OptionError(f"{len(plain)} sections do not fit into {bars} bars; name 1 to {bars}.")
    return lay_out([(name, *KINDS[name]) for name in plain], bars)


def lay_out(order: Sequence[tuple[str, float, float]], bars: int) -> tuple[Section, ...]:
    """Sections of (name, energy, weight in length), in `bars` bars; those of one name have the same label.

    Lengths are multiples of four or two bars where that is possible; what is left over goes to the last.
    """
    lengths = _shares([weight for _, _, weight in order], bars)
    labels: dict[str, str] = {}
    sections, first = [], 0
    for (name, energy, _), length in zip(order, lengths, strict=True):
        label = labels.setdefault(name, chr(ord("A") + len(labels)))
        sections.append(Section(name, label, first, length, energy))
        first += length
    return tuple(sections)


def _shares(weights: Sequence[float], bars: int) -> list[int]:
    """Whole numbers that add up to `bars`, in proportion to the weights, each at least 1."""
    total, count = sum(weights), len(weights)
    unit = next((unit for unit in (4, 2) if bars >= 3 * unit and bars >= 1.5 * unit * count), 1)
    ends, passed = [0], 0.0
    for index, weight in enumerate(weights[:-1]):
        passed += weight
        # A little less than half rounds down, so that later sections, the louder ones, rather get the odd bars.
        end = int(bars * passed / total / unit + 0.49) * unit
        after = count - index - 1
        ends.append(min(max(end, ends[-1] + 1), bars - after))
    ends.append(bars)
    return [end - start for start, end in pairwise(ends)]


def shaped(sections: Sequence[Section], contour: Contour | None, energy: float | None) -> tuple[Section, ...]:
    """The sections with more energy where there is more detail, and all with more or less for an `energy` from 0 to
    1."""
    bars = sum(section.bars for section in sections)
    found = []
    for section in sections:
        more = 0.0 if energy is None else _ENERGY * (energy - 0.5)
        if contour is not None:
            middle = [(section.first + bar + 0.5) / bars for bar in range(section.bars)]
            more += _ENERGY * (sum(at(contour.detail, place) for place in middle) / len(middle) - 0.5)
        least = min(section.energy, _LEAST_ENERGY)
        found.append(
            replace(section, energy=round(min(max(section.energy + more, least), 1.0), 3)) if more else section
        )
    return tuple(found)
