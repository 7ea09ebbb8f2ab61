"""Training music on disk: an index of clips with title, origin and licence, and its splits.

Layouts read: a folder with one sub-folder per genre (GTZAN's `genres_original` unpacks so); the same with
the `manifest.json` that `corpus` writes; or one with a `music.csv`, such as `data music` writes, of columns
`file` and `genre` and, where they are known, `title`, `licence`, `may_ship`, `origin` and `work`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from img2music.audio import SUFFIXES
from img2music.data.layout import genre_files
from img2music.data.tables import read_table
from img2music.errors import AudioError
from img2music.files import reason
from img2music.genres import GENRES

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Clip:
    """A piece of real or rendered audio. `work` is what must stay on one side of a split. Where they are known, `bars`
    are the beginnings of bars in s, `tempo` is in beats per minute, `mode` major or minor."""

    path: Path
    genre: str
    title: str
    origin: str = UNKNOWN
    licence: str = UNKNOWN
    may_ship: bool = False
    work: str = ""
    bars: tuple[float, ...] = ()
    tempo: float | None = None
    mode: str | None = None


def read_clips(folder: Path, genres: Sequence[str] = GENRES) -> list[Clip]:
    """Clips of `genres` below `folder`, sorted by path. Raises `AudioError` when there are none, or the
    index there cannot be read."""
    if (folder / "manifest.json").is_file():
        clips = _read_manifest(folder / "manifest.json")
    elif (folder / "music.csv").is_file():
        clips = _read_index(folder / "music.csv")
    else:
        clips = _read_folders(folder, genres)
    chosen = sorted((clip for clip in clips if clip.genre in genres), key=lambda clip: clip.path)
    if not chosen:
        raise AudioError(f"{folder}: no clips found; put one sub-folder per genre there")
    return chosen


def _read_manifest(manifest: Path) -> list[Clip]:
    try:
        entries = json.loads(manifest.read_text(encoding="utf-8"))
        return [
            Clip(
                path=manifest.parent / entry["file"],
                genre=entry["genre"],
                title=entry["title"],
                origin=entry["origin"],
                licence=entry["licence"],
                may_ship=True,
                work=entry["title"].split(", arranged")[0],  # other arrangements of a work belong to it
                bars=tuple(map(float, entry.get("bars", ()))),
                tempo=float(entry["tempo"]) if "tempo" in entry else None,
                mode=entry.get("mode"),
            )
            for entry in entries
        ]
    except OSError as problem:
        raise AudioError(f"Cannot read {manifest}: {reason(problem)}.") from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise AudioError(f"{manifest} is no manifest of a corpus; remove it or build the corpus anew.") from problem


def _read_index(index: Path) -> list[Clip]:
    return [
        Clip(
            path=index.parent / row["file"],
            genre=row["genre"],
            title=row.get("title") or _title(Path(row["file"])),
            origin=row.get("origin") or UNKNOWN,
            licence=row.get("licence") or UNKNOWN,
            may_ship=row.get("may_ship") == "1",
            work=row.get("work") or _work(Path(row["file"])),
        )
        for row in read_table(index, ("file", "genre"), AudioError)
    ]


def _read_folders(folder: Path, genres: Sequence[str]) -> list[Clip]:
    return [
        Clip(path=path, genre=genre, title=_title(path), work=_work(path))
        for genre, path in genre_files(folder, genres, SUFFIXES)
    ]


def _title(path: Path) -> str:
    return path.stem.replace("_", " ").replace("-", " ")


def _work(path: Path) -> str:
    """Excerpts of one piece are numbered at the end (`battle_01`, `battle_05`) and belong together."""
    stem, _, last = path.stem.rpartition("_")
    return stem if last.isdigit() and len(last) == 2 else path.stem


def matching(clips: Sequence[Clip], patterns: Sequence[str]) -> list[Clip]:
    """Those clips whose file names match one of the `patterns`, in which * stands for anything."""
    return [clip for clip in clips if any(fnmatch(clip.path.name, pattern) for pattern in patterns)]


def hold_out(clips: Sequence[Clip], share: float, seed: int = 0) -> tuple[list[Clip], list[Clip]]:
    """Clips to train on and clips held out: `share` of each genre's works, whole works only."""
    held: set[tuple[str, str]] = set()
    for genre in sorted({clip.genre for clip in clips}):
        works = sorted({clip.work for clip in clips if clip.genre == genre})
        random.Random(f"{seed} {genre}").shuffle(works)
        held |= {(genre, work) for work in works[: round(share * len(works))]}
    inside = [clip for clip in clips if (clip.genre, clip.work) not in held]
    outside = [clip for clip in clips if (clip.genre, clip.work) in held]
    return inside, outside
