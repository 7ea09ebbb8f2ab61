"""Which pictures a batch reads, and where the music of each goes."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeVar

from img2music.errors import OptionError
from img2music.files import reason, visible_files

SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"))
"""What counts as a picture in a folder; a file that is named itself is always read."""
AnyPath = TypeVar("AnyPath", bound=PurePath)


@dataclass(frozen=True)
class Piece:
    """One picture and the file its music goes to."""

    picture: Path
    music: Path


def plan(sources: list[str], out: Path, format: str) -> list[Piece]:
    """The pieces of folders, files and glob patterns, sorted, each picture once.

    Below `out` lies the same tree as below the folder that all sources share. Pictures whose names differ only in
    their suffix keep it: `a.jpg.wav` and `a.png.wav`. Raises `OptionError` when a source is missing, a folder cannot
    be read, there is no picture, or the sources share no folder.
    """
    tops, pictures = [], set()
    for source in sources:
        for place in _places(source):
            if place.is_dir():
                tops.append(place)
                pictures.update(_walk(place, Path(os.path.abspath(out))))
            else:
                tops.append(place.parent)
                pictures.add(place)
    if not pictures:
        raise OptionError(f"There is no picture in {', '.join(sources)}; choose another folder.")
    top = _shared(tops)
    names = music_names(picture.relative_to(top) for picture in pictures)
    return [
        Piece(top / picture, out / name.with_name(f"{name.name}.{format}")) for picture, name in sorted(names.items())
    ]


def music_names(pictures: Iterable[AnyPath]) -> dict[AnyPath, AnyPath]:
    """What the music of each picture is called, without the suffix of its format."""
    stems = {picture: picture.with_suffix("") for picture in pictures}
    # file systems that ignore capitals would take two such names for one
    namesakes = Counter(str(stem).casefold() for stem in stems.values())
    return {picture: stem if namesakes[str(stem).casefold()] == 1 else picture for picture, stem in stems.items()}


def _places(source: str) -> list[Path]:
    """The files and folders, as absolute paths, that a source names."""
    named = [source] if os.path.lexists(source) else sorted(glob.glob(source, recursive=True))
    if not named:
        raise OptionError(f"Cannot read {source}: no such file or folder; check the path.")
    return [Path(os.path.abspath(name)) for name in named]


def _walk(top: Path, out: Path) -> Iterator[Path]:
    """The pictures below a folder, without hidden ones and what lies in `out`."""

    try:
        yield from visible_files(top, SUFFIXES, out)
    except OSError as problem:
        raise OptionError(f"Cannot read {problem.filename}: {reason(problem)}.") from problem


def _shared(tops: list[Path]) -> Path:
    try:
        return Path(os.path.commonpath(tops))
    except ValueError as problem:
        raise OptionError("The pictures lie on different drives; give each drive a run of its own.") from problem
