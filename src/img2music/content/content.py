"""What is seen in a picture or read on it, as far as it says anything about music."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from img2music.content.table import MOVES, Row, content_table

_SURE = 0.3
"""Probability of all instruments together below which none counts as seen in a photograph."""
_CLEAR = 0.4
"""Probability of an instrument from which a picture is taken for a photograph of it, whatever a drawing might be."""
_DRAWN = 0.75
"""Probability from which an instrument counts as seen in a drawing. Both were chosen on hands that were left out."""
_MOST = 3
"""Instruments that a picture brings in."""
_MOST_MOVED = 0.4
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True)
class Finding:
    """One thing that was seen, with its probability, or one word that was read, with none."""

    called: str
    probability: float | None
    row: Row


@dataclass(frozen=True)
class Content:
    """What was found, the surest first, and what it makes of the music.

    `instruments` are featured, the first as the lead. `moves` are added to the attributes of a feeling.
    """

    seen: tuple[Finding, ...] = ()
    read: tuple[Finding, ...] = ()

    @property
    def instruments(self) -> tuple[str, ...]:
        """Those that are seen before those that are read."""
        named = [name for finding in (*self.seen, *self.read) for name in finding.row.instruments]
        return tuple(dict.fromkeys(named))[:_MOST]

    @property
    def styles(self) -> tuple[str, ...]:
        """Of any genre; what is read comes first."""
        return tuple(finding.row.style for finding in (*self.read, *self.seen) if finding.row.style)

    @property
    def room(self) -> float | None:
        """The largest room that is suggested."""
        rooms = [finding.row.room for finding in (*self.seen, *self.read) if finding.row.room is not None]
        return max(rooms, default=None)

    @property
    def moves(self) -> dict[str, float]:
        """What is added to each attribute that is moved."""
        found = (*self.seen, *self.read)
        sums = {name: sum(finding.row.moves.get(name, 0.0) for finding in found) for name in MOVES}
        return {name: min(max(value, -_MOST_MOVED), _MOST_MOVED) for name, value in sums.items() if value}

    def as_list(self) -> list[dict[str, object]]:
        """What was found, for JSON."""
        seen: list[dict[str, object]] = [
            {"seen": finding.called, "probability": round(finding.probability or 0, 3)} for finding in self.seen
        ]
        read: list[dict[str, object]] = [{"read": finding.called} for finding in self.read]
        return seen + read


def content_of(objects: Mapping[str, float], words: str, drawn: Mapping[str, float] | None = None) -> Content:
    """The content of a picture from the probabilities of objects, the words on it, and the probabilities of instruments
    as they are `drawn`; nothing where nothing is sure.

    Instruments are first sought as in photographs. Where none is clear, one that is drawn comes before them.
    """
    table = content_table()
    every = sum(_share(row.signs, objects) for row in table.instruments)
    photographed = _found(table.instruments, objects) if every >= _SURE else []
    shares = [] if _is_clear(photographed) else [(row, _share(row.drawn, drawn or {})) for row in table.instruments]
    drawings = [Finding(row.called, share, row) for row, share in shares if share >= _DRAWN]
    instruments = {finding.called: finding for finding in (*photographed, *drawings)}
    seen = [*instruments.values(), *_found(table.objects, objects)]
    seen.sort(key=lambda finding: -(finding.probability or 0.0))
    return Content(tuple(seen), _read(table.words, words))


def _is_clear(photographed: Sequence[Finding]) -> bool:
    return any((finding.probability or 0.0) >= _CLEAR for finding in photographed)


def _found(rows: Sequence[Row], objects: Mapping[str, float]) -> list[Finding]:
    shares = ((row, _share(row.signs, objects)) for row in rows if row.signs)
    return [Finding(row.called, share, row) for row, share in shares if share >= row.least]


def _share(names: Sequence[str], probabilities: Mapping[str, float]) -> float:
    return sum(probabilities.get(name, 0.0) for name in names)


def _read(rows: Sequence[Row], words: str) -> tuple[Finding, ...]:
    """Words in the order in which they are on the picture; of two that overlap the longer."""
    text = f" {_plain(words)} "
    found: list[tuple[int, Finding]] = []
    for row in rows:
        places = [(text.find(f" {_plain(word)} "), word) for word in row.signs]
        here = min((place for place in places if place[0] >= 0), default=None)
        if here is not None:
            found.append((here[0], Finding(here[1], None, row)))
    said = [f" {_plain(finding.called)} " for _, finding in found]
    whole = [
        entry for entry, own in zip(found, said, strict=True) if not any(own in one and own != one for one in said)
    ]
    return tuple(finding for _, finding in sorted(whole, key=lambda entry: entry[0]))


def _plain(text: str) -> str:
    """Words in small letters without accents, with single spaces between them."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(one for one in letters if not unicodedata.combining(one))))
