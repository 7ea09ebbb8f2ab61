"""Glob patterns such as `covers/**/*.jpg`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from itertools import takewhile
from pathlib import Path

from img2music.system.walk import find_folders

_WILD = frozenset("*?[")
_DEEP = "**"
"""Matches a folder and all below it."""


def matches(pattern: str) -> list[Path]:
    """The files and folders that a pattern matches, sorted, each once.

    Hidden ones match only an explicit dot. `**` does not follow links to folders, which could form a circle.
    """
    parts = Path(pattern).parts
    return sorted(set(_matches(Path(), parts)))


def fixed_part(pattern: str) -> Path:
    """The folder before the first part of a pattern that has wildcards."""
    parts = Path(pattern).parts
    return Path(*takewhile(lambda part: not _WILD & set(part), parts[:-1]))


def _matches(place: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """What the rest of a pattern matches in a folder."""
    if not parts:
        if os.path.lexists(place):
            yield place
        return
    first, rest = parts[0], parts[1:]
    if first == _DEEP:
        for folder in _below(place):
            yield from _matches(folder, rest)
    elif _WILD & set(first):
        for name in _listed(place):
            if fnmatch(name, first) and (first.startswith(".") or not name.startswith(".")):
                yield from _matches(place / name, rest)
    else:
        yield from _matches(place / first, rest)


def _below(place: Path) -> list[Path]:
    try:
        return list(find_folders(place)) if place.is_dir() else []
    except OSError:  # a folder that cannot be listed matches nothing
        return []


def _listed(place: Path) -> list[str]:
    try:
        return sorted(os.listdir(place))
    except (OSError, ValueError):
        return []
