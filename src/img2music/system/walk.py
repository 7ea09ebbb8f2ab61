"""Searching folders for files with given suffixes, and counting the others."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from img2music.errors import OptionError, printable
from img2music.system.files import reason

_MOST_SUFFIXES = 8
LINKS = "link to a folder"
"""The name under which links to folders are counted among what was passed over."""


@dataclass(frozen=True)
class Found:
    """The files that were found, sorted, and the number of other files by suffix."""

    files: tuple[Path, ...]
    passed_over: Counter[str] = field(default_factory=Counter)


def find_files(top: Path, suffixes: Collection[str], without: Path | None = None) -> Found:
    """The files in the folder `top` and those below it with one of `suffixes`, in small letters.

    Hidden files and folders are left out, and so is the folder `without`, which a command writes to, unless `top` lies
    in it. Links to files are followed; links to folders are not, since they could form a circle. A file with several
    names in `top` is given once, by its own name if that is among them. Raises `OSError` when a folder cannot
    be read.
    """
    own = _own(top, without)
    found: list[Path] = []
    passed_over: Counter[str] = Counter()
    for place, links in _folders(top, own):
        passed_over[LINKS] += links
        with os.scandir(place) as entries:
            for entry in entries:
                if _is_hidden(entry.name) or _is_folder(entry):
                    continue
                suffix = os.path.splitext(entry.name)[1].lower()
                if suffix in suffixes:
                    found.append(Path(entry.path))
                else:
                    passed_over[suffix] += 1
    return Found(tuple(sorted(real_files(found, top, without))), +passed_over)


def listed_files(top: Path, suffixes: Collection[str], without: Path | None = None) -> Found:
    """As `find_files`, of a folder that an option names: raises `OptionError` when a folder cannot be read."""
    try:
        return find_files(top, suffixes, without)
    except OSError as problem:
        raise OptionError(f"Cannot list the folder {problem.filename or top}: {reason(problem)}.") from problem


def real_files(paths: Iterable[Path], top: Path, without: Path | None = None) -> list[Path]:
    """Each file of `paths` once, by its own name rather than by that of a link, and none in the folder `without`,
    unless `top`, below which they were found, lies in it."""
    own = _own(top, without)
    names: dict[str, Path] = {}
    for path in paths:
        try:
            real = os.path.realpath(path)
        except (OSError, ValueError):  # reading it says what is wrong with it
            real = str(path)
        if own is not None and _lies_in(real, own):
            continue
        if real not in names or (str(path) == real, str(names[real])) > (str(names[real]) == real, str(path)):
            names[real] = path
    return list(names.values())


def find_folders(top: Path) -> Iterator[Path]:
    """The folder `top` and those below it, without hidden ones and links to folders. Raises `OSError`."""
    return (Path(place) for place, _ in _folders(top, None))


def describe(passed_over: Counter[str]) -> str:
    """What was passed over as one line, such as "4 files passed over: .heic 3, .txt 1"; empty if nothing was."""
    counts = Counter({suffix: count for suffix, count in passed_over.items() if suffix != LINKS and count})
    parts = []
    if files := counts.total():
        named = [f"{suffix or 'without suffix'} {count}" for suffix, count in _most(counts)]
        others = files - sum(count for _, count in _most(counts))
        named += [f"others {others}"] if others else []
        parts.append(f"{files} {'file' if files == 1 else 'files'} passed over: {', '.join(named)}")
    if links := passed_over[LINKS]:
        parts.append(f"{links} {LINKS} not followed" if links == 1 else f"{links} links to folders not followed")
    return printable("; ".join(parts))


def _own(top: Path, without: Path | None) -> str | None:
    """The real path of the folder that must not be read below `top`, if there is one."""
    if without is None:
        return None
    own = os.path.realpath(without)
    return None if _lies_in(os.path.realpath(top), own) else own


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_SUFFIXES]


def _folders(top: Path, own: str | None) -> Iterator[tuple[str, int]]:
    """Each folder from `top` on down, but `own`, and the number of links to folders in it."""

    def fail(problem: OSError) -> None:
        raise problem

    for place, below, _ in os.walk(top, onerror=fail):
        visible = [name for name in sorted(below) if not _is_hidden(name)]
        links = [name for name in visible if os.path.islink(os.path.join(place, name))]
        below[:] = [
            name
            for name in visible
            if name not in links and (own is None or os.path.realpath(os.path.join(place, name)) != own)
        ]
        yield place, len(links)


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _lies_in(real: str, folder: str) -> bool:
    return real == folder or real.startswith(folder.rstrip(os.sep) + os.sep)
