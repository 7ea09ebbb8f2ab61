"""The plan of a batch: which pictures it reads, and where the music of each goes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from img2music.batch.music_names import music_names
from img2music.batch.patterns import fixed_part, matches
from img2music.errors import OptionError
from img2music.system.files import reason
from img2music.system.walk import Found, describe, find_files, real_files
from img2music.vision.picture import SUFFIXES


@dataclass(frozen=True)
class Task:
    """One picture and the file of its music."""

    picture: Path
    music: Path


@dataclass(frozen=True)
class Plan:
    """The tasks of a batch, and the numbers of other files in its folders by suffix."""

    tasks: list[Task]
    passed_over: Counter[str] = field(default_factory=Counter)


def plan(sources: list[str], out: Path, format: str) -> Plan:
    """The tasks for folders, files and glob patterns, sorted, each picture once.

    The tree below `out` is that below the common folder of all sources. `out` itself is read only when it is named
    alone. Pictures whose music would have the same name keep their suffix: `a.jpg.wav` and `a.png.wav`. Other pictures
    in the same folder count as well, so that names do not depend on which of them are read. Raises `OptionError` when a
    source is missing, a folder cannot be read, there is no picture, or the sources share no folder.
    """
    tops: list[Path] = []
    pictures: list[Path] = []
    passed_over: Counter[str] = Counter()
    for source in sources:
        for place in _places(source, out, alone=len(sources) == 1):
            if place.is_dir():
                found = _walk(place, out)
                tops.append(place)
                pictures += found.files
                passed_over += found.passed_over
            else:
                tops.append(place.parent)
                pictures.append(place)
    chosen = sorted(real_files(pictures, out))
    if not chosen:
        others = describe(passed_over)
        note = f" ({others})" if others else ""
        raise OptionError(f"There is no picture in {', '.join(sources)}{note}; choose another.")
    top = _shared(tops)
    names = music_names(path.relative_to(top) for path in sorted({*chosen, *_beside(chosen)}))
    tasks = [(path, out / names[path.relative_to(top)]) for path in chosen]
    return Plan([Task(path, music.with_name(f"{music.name}.{format}")) for path, music in tasks], passed_over)


def _places(source: str, out: Path, alone: bool) -> list[Path]:
    """The files and folders that a source names, as absolute paths.

    Matches of a pattern in the folder `out` are left out, and so is `out` itself unless it is given `alone`: a shell
    may have put it there when it expanded a pattern.
    """
    if os.path.lexists(source):
        place = Path(os.path.abspath(source))
        is_out = os.path.realpath(place) == os.path.realpath(out)
        return [] if is_out and not alone else [place]
    found = (Path(os.path.abspath(name)) for name in matches(source))
    named = real_files(found, Path(os.path.abspath(fixed_part(source))), out)
    if not named:
        raise OptionError(f"Cannot read {source}: no such file or folder; check the path.")
    return named


def _walk(top: Path, out: Path) -> Found:
    """The pictures below a folder, without hidden ones and those in `out`."""
    try:
        return find_files(top, SUFFIXES, out)
    except OSError as problem:
        raise OptionError(f"Cannot read {problem.filename}: {reason(problem)}.") from problem


def _beside(pictures: Iterable[Path]) -> list[Path]:
    """All pictures in the folders of some, as far as these can be listed."""
    found = []
    for folder in {picture.parent for picture in pictures}:
        try:
            names = [name for name in os.listdir(folder) if not name.startswith(".")]
        except OSError:  # a file in it may be read for all that
            continue
        found += [folder / name for name in names if os.path.splitext(name)[1].lower() in SUFFIXES]
    return found


def _shared(tops: list[Path]) -> Path:
    try:
        return Path(os.path.commonpath(tops))
    except ValueError as problem:
        raise OptionError("The pictures lie on different drives; give each drive a run of its own.") from problem
