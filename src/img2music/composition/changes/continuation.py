"""How the form of a piece goes on: something else, and what is known again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from img2music.composition.form.sections import KINDS, lay_out
from img2music.composition.score import Section

_CONTRASTS = {
    "classical": ("episode",),
    "hiphop": ("verse", "bridge"),
    "pop": ("verse", "bridge"),
    "jazz": ("solo",),
}
"""What comes between returns, by genre, in turn."""
_ENDS = {"classical": "coda", "hiphop": "outro", "pop": "outro", "jazz": "outro"}
_PAIR = 16
"""Bars of something else and a return together, about."""
_LEAST = 6
"""Bars below which there is a return alone."""
_ENDED = 20
"""Bars from which there is an ending by itself."""
_RISE = 0.1
"""What the last return has more in energy, where it does not end the piece alone."""


def continuation(sections: Sequence[Section], bars: int, genre: str) -> tuple[Section, ...]:
    """The sections that follow others for so many `bars`; those that return have the label that they had."""
    if sections[-1].name.startswith("variation"):
        return _variations(sections, bars)
    home = _home(sections, genre)
    rows: list[tuple[str, float, float]] = []
    pairs = 0 if bars < _LEAST else max(round(bars / _PAIR), 1)
    contrasts = _CONTRASTS[genre]
    for number in range(pairs):
        name = contrasts[number % len(contrasts)]
        name = f"{name} {_episodes(sections) + number + 1}" if name == "episode" else name
        rows += [(name, KINDS.get(name, (0.65, 1.0))[0], 1.0), (home.name, home.energy, 1.0)]
    rows = rows or [(home.name, home.energy, 1.0)]
    if pairs > 1:
        rows[-1] = (home.name, min(home.energy + _RISE, 1.0), 1.0)
    if bars >= _ENDED:
        rows.append((_ENDS[genre], KINDS[_ENDS[genre]][0], 0.5))
    known = {section.name: section.label for section in reversed(sections)} | {home.name: home.label}
    return renumbered(_labelled(lay_out(rows, bars), known), sum(section.bars for section in sections))


def renumbered(sections: Iterable[Section], first: int) -> tuple[Section, ...]:
    """Sections that begin `first` bars later."""
    return tuple(replace(section, first=section.first + first) for section in sections)


def _home(sections: Sequence[Section], genre: str) -> Section:
    """What returns: the theme of classical music, the tune of jazz, the loudest section of songs."""
    if genre == "classical":
        return sections[0]
    heads = [section for section in sections if section.name in ("head", "theme")]
    return heads[0] if heads and genre == "jazz" else max(sections, key=lambda section: section.energy)


def _episodes(sections: Sequence[Section]) -> int:
    return sum(section.name.startswith("episode") for section in sections)


def _labelled(sections: Sequence[Section], known: dict[str, str]) -> list[Section]:
    """Sections with known labels by their names, and new letters for new names."""
    labels, found = dict(known), list[Section]()
    for section in sections:
        if section.name not in labels:
            labels[section.name] = next(
                letter for letter in map(chr, range(ord("A"), ord("A") + 128)) if letter not in labels.values()
            )
        found.append(replace(section, label=labels[section.name]))
    return found


def _variations(sections: Sequence[Section], bars: int) -> tuple[Section, ...]:
    """More variations, as long as the theme."""
    theme = sections[0]
    count = max(bars // theme.bars, 1)
    lengths = [theme.bars] * (count - 1) + [bars - theme.bars * (count - 1)]
    found, first = [], sum(section.bars for section in sections)
    for number, length in enumerate(lengths, len(sections)):
        energy = round(0.45 + 0.4 * (number - len(sections) + 1) / count, 3)
        found.append(Section(f"variation {number}", theme.label, first, length, energy))
        first += length
    return tuple(found)
