"""What a corpus says of its clips, for whoever reads it: nothing that renders music is needed."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from img2music.errors import OptionError
from img2music.system.files import atomic_write
from img2music.system.json_text import read_json


@dataclass(frozen=True)
class Entry:
    """What the manifest says about one clip: tempo in BPM, density in notes a second, where bars begin in seconds."""

    file: str
    title: str
    genre: str
    seed: int
    tempo: float
    key: str
    mode: str
    density: float
    licence: str
    origin: str
    soundfont: str
    bars: tuple[float, ...] = ()
    style: str = ""
    metre: str = "4/4"


def read_manifest(out: Path) -> dict[str, Entry]:
    """The entries of a corpus by file; empty if there is none. Raises `OptionError` when its manifest is damaged."""
    path = out / "manifest.json"
    if not os.path.lexists(path):
        return {}
    rows = read_json(path, OptionError, "remove it or build the corpus anew")
    try:
        return {row["file"]: Entry(**row | {"bars": tuple(row.get("bars", ()))}) for row in rows}
    except (AttributeError, KeyError, TypeError) as problem:
        raise OptionError(f"{path} is no manifest of a corpus; remove it or build the corpus anew.") from problem


def save_manifest(out: Path, entries: dict[str, Entry]) -> None:
    """Write the entries of a corpus. Raises `OutputError`."""
    rows = [asdict(entries[file]) for file in sorted(entries)]
    text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    with atomic_write(out / "manifest.json", force=True) as temporary:
        temporary.write_text(text, encoding="utf-8")
