"""What a corpus says of its clips, for whoever reads it: nothing that renders music is needed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from img2music.files import atomic_write


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
    """The entries of a corpus by file; empty if there is none."""
    path = out / "manifest.json"
    if not path.is_file():
        return {}
    return {
        row["file"]: Entry(**row | {"bars": tuple(row.get("bars", ()))})
        for row in json.loads(path.read_text(encoding="utf-8"))
    }


def save_manifest(out: Path, entries: dict[str, Entry]) -> None:
    """Write the entries of a corpus. Raises `OutputError`."""
    rows = [asdict(entries[file]) for file in sorted(entries)]
    text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    with atomic_write(out / "manifest.json", force=True) as temporary:
        temporary.write_text(text, encoding="utf-8")
