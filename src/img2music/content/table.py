"""The table that leads from what is seen or read to music: `content.toml`, which says itself how it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

MOVES = ("tempo", "brightness", "density", "energy", "major", "tension")
"""Attributes of a feeling that rows move."""
_LEAST_OBJECT, _LEAST_INSTRUMENT = 0.35, 0.2


@dataclass(frozen=True)
class Row:
    """One kind of content. `signs` are its classes of objects, or its words; it counts from the probability `least`
    on. `drawn` are its instruments by drawings."""

    called: str
    signs: tuple[str, ...]
    least: float
    drawn: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    style: str | None = None
    room: float | None = None
    moves: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class Table:
    """The rows of instruments, of other objects and of words."""

    instruments: tuple[Row, ...]
    objects: tuple[Row, ...]
    words: tuple[Row, ...]


@cache
def content_table() -> Table:
    """The table that comes with the package."""
    text = (resources.files("img2music.content") / "content.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return Table(
        tuple(_row(values, "classes", _LEAST_INSTRUMENT) for values in found["instrument"]),
        tuple(_row(values, "classes", _LEAST_OBJECT) for values in found["object"]),
        tuple(_row(values, "words", 0.0) for values in found["word"]),
    )


def _row(values: Mapping[str, Any], signs: str, least: float) -> Row:
    return Row(
        values.get("called") or values[signs][0],
        tuple(values.get(signs, ())),
        least=float(values.get("least", least)),
        drawn=tuple(values.get("drawn", ())),
        instruments=tuple(values.get("instruments", ())),
        style=values.get("style"),
        room=values.get("room"),
        moves={name: float(values[name]) for name in MOVES if name in values},
        reason=values.get("reason", ""),
    )
