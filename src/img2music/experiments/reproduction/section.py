"""A section of the report: sentences, tables and figures, kept as JSON between runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from img2music.errors import OutputError
from img2music.system.files import atomic_write
from img2music.system.json_text import read_json

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Rows under named columns."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Figure:
    """A picture file in the report's `figures` folder, and what it shows."""

    file: str
    caption: str


@dataclass(frozen=True)
class Sound:
    """An Ogg file in the report's `sounds` folder, and what it is."""

    file: str
    caption: str


@dataclass
class Section:
    """What one step found, in the order text, tables, figures, sounds."""

    title: str
    text: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    sounds: list[Sound] = field(default_factory=list)

    def save(self, path: Path) -> None:
        """Write the section to `path`, whole or not at all."""
        with atomic_write(path, force=True) as temporary:
            temporary.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Section:
        """The section that `save` wrote. Raises `OutputError` when it is damaged."""
        values = read_json(path, OutputError, "remove it, and the step is done again")
        return cls(
            values["title"],
            values["text"],
            [Table(**table) for table in values["tables"]],
            [Figure(**figure) for figure in values["figures"]],
            [Sound(**sound) for sound in values["sounds"]],
        )


def cell(value: Cell) -> str:
    """A table cell as text: three significant decimals, a dash for nothing."""
    if value is None:
        return "–"
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) and abs(value) < 100 else _plain(value)


def _plain(value: Cell) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
