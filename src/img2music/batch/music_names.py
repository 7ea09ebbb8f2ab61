"""Names for the music of each picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import PurePath
from typing import TypeVar

from img2music.system.names import fitting, marked, same_place

AnyPath = TypeVar("AnyPath", bound=PurePath)


def music_names(pictures: Iterable[AnyPath]) -> dict[AnyPath, AnyPath]:
    """The name of each picture's music, without the suffix of its format; distinct on every file system.

    Each is named after its picture without the suffix. Pictures that would share a name keep their suffix; if that is
    not enough, as with `A.png` and `a.png`, a hash is appended.
    """
    ways = {picture: _ways(picture) for picture in pictures}
    chosen = dict.fromkeys(ways, 0)
    while clashes := _clashes({picture: ways[picture][way] for picture, way in chosen.items()}):
        for together in clashes:
            lowest = min(chosen[picture] for picture in together)
            for picture in together:
                chosen[picture] += chosen[picture] == lowest
    return {picture: ways[picture][way] for picture, way in chosen.items()}


def _ways(picture: AnyPath) -> list[AnyPath]:
    """The names that a picture's music can have, in order of preference."""
    return [
        picture.with_name(name)
        for name in (fitting(picture.stem), fitting(picture.name), marked(picture.name, picture.as_posix()))
    ]


def _clashes(names: dict[AnyPath, AnyPath]) -> Collection[list[AnyPath]]:
    """Groups of pictures whose music would have the same name."""
    together: dict[str, list[AnyPath]] = defaultdict(list)
    for picture, name in names.items():
        together[same_place(str(name))].append(picture)
    return [members for members in together.values() if len(members) > 1]
