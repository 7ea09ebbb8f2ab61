"""The report: one self-contained HTML page, and the same as Markdown without the figures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import jinja2

from img2music.experiments.reproduction.section import Figure, Section, Sound, Table, cell
from img2music.system.files import atomic_write

TITLE = "Img2Music: the paper reproduced"


def write_html(sections: Sequence[Section], figures: Path, sounds: Path, conditions: str, path: Path) -> None:
    """Write the sections to `path`, what they show of the folders `figures` and `sounds` inside the page itself."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("img2music.experiments.reproduction"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"cell": cell, "number": _is_number}
    page = environment.get_template("report.html").render(
        title=TITLE,
        sections=sections,
        conditions=conditions,
        day=date.today().isoformat(),
        inline=lambda shown: _inline(figures if isinstance(shown, Figure) else sounds, shown),
    )
    with atomic_write(path, force=True) as temporary:
        temporary.write_text(page, encoding="utf-8")


def write_markdown(sections: Sequence[Section], conditions: str, path: Path) -> None:
    """Write text and tables of the sections to `path`; `conditions` are the models and the machine."""
    parts = [f"# {TITLE}", f"{date.today().isoformat()}, {conditions}"]
    for section in sections:
        parts += [f"## {section.title}", *section.text, *map(_markdown_table, section.tables)]
    with atomic_write(path, force=True) as temporary:
        temporary.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _markdown_table(table: Table) -> str:
    rows = [table.columns, ["---"] * len(table.columns), *([cell(value) for value in row] for row in table.rows)]
    lines = ["| " + " | ".join(str(value).replace("|", "\\|") for value in row) + " |" for row in rows]
    return "\n".join([f"**{table.title}**", "", *lines])


def _inline(folder: Path, shown: Figure | Sound) -> str:
    kind = "image/png" if isinstance(shown, Figure) else "audio/ogg"
    data = base64.b64encode((folder / shown.file).read_bytes()).decode()
    return f"data:{kind};base64,{data}"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))
