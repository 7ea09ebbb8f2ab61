"""Training music on disk: an index of clips with title, origin and licence, and its splits.

Layouts read: a folder with one sub-folder per genre (GTZAN's `genres_original` unpacks so); the same with
the `manifest.json` that `corpus` writes; or one with a `music.csv`, such as `data music` writes, of columns
`file` and `genre` and, where they are known, `title`, `licence`, `may_ship`, `origin` and `work`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from img2music.audio.files.io import SUFFIXES
from img2music.data.clips.works import work_by_name, work_by_title
from img2music.data.common.layout import genre_files, is_there
from img2music.data.common.listing import Listing, listing_of
from img2music.data.common.notes import note
from img2music.data.common.tables import LARGEST, read_table
from img2music.errors import AudioError
from img2music.genres import GENRES, genre_meant
from img2music.system.files import read_regular
from img2music.system.json_text import parse_json

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
    """Clips of `genres` below `folder`, sorted by path.

    Rows of an index with unknown genres are named in a line. Raises `AudioError` when there are none, or the index
    there cannot be read.
    """
    listing = list_clips(folder, genres)
    for line in Listing([], listing.others).notes(folder):
        note(line)
    return listing.items


def list_clips(folder: Path, genres: Sequence[str] = GENRES) -> Listing[Clip]:
    """As `read_clips`, with what was not read instead of a line about it."""
    passed_over: Counter[str] = Counter()
    if is_there(folder / "manifest.json"):
        clips = _read_manifest(folder / "manifest.json", genres)
    elif is_there(folder / "music.csv"):
        clips = _read_index(folder / "music.csv", genres)
    else:
        found = genre_files(folder, genres, SUFFIXES)
        clips = [Clip(path, genre, _title(path), work=work_by_name(path, genre)) for genre, path in found.files]
        passed_over = found.passed_over
    listing = listing_of(clips, genres, passed_over)
    if not listing.items:
        others = ", ".join(f"{genre} {count}" for genre, count in listing.others.most_common(5))
        detail = f" (rows of other genres: {others})" if others else ""
        raise AudioError(f"{folder}: no clips found{detail}; put one sub-folder per genre there")
    return listing


def _read_manifest(manifest: Path, genres: Sequence[str]) -> list[Clip]:
    try:
        entries = parse_json(read_regular(manifest, LARGEST, AudioError))
        return [
            Clip(
                path=manifest.parent / entry["file"],
                genre=genre_meant(entry["genre"], genres),
                title=_text(entry["title"]),
                origin=_text(entry["origin"]),
                licence=_text(entry["licence"]),
                may_ship=True,
                work=_text(entry["title"]).split(", arranged")[0],  # other arrangements of a work belong to it
                bars=tuple(map(float, entry.get("bars", ()))),
                tempo=float(entry["tempo"]) if "tempo" in entry else None,
                mode=entry.get("mode"),
            )
            for entry in entries
        ]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as problem:
        raise AudioError(f"{manifest} is no manifest of a corpus; remove it or build the corpus anew.") from problem


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _read_index(index: Path, genres: Sequence[str]) -> list[Clip]:
    clips = []
    for row in read_table(index, ("file", "genre"), AudioError):
        path, genre, title = Path(row["file"]), genre_meant(row["genre"], genres), row.get("title", "")
        clips.append(
            Clip(
                path=index.parent / path,
                genre=genre,
                title=title or _title(path),
                origin=row.get("origin") or UNKNOWN,
                licence=row.get("licence") or UNKNOWN,
                may_ship=row.get("may_ship") == "1",
                work=row.get("work") or (work_by_title(title, path, genre) if title else work_by_name(path, genre)),
            )
        )
    return clips


def _title(path: Path) -> str:
    return path.stem.replace("_", " ").replace("-", " ")


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
