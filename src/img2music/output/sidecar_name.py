"""What the sidecar of a file of music is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

from img2music.system.names import fitting, marked

SUFFIX = ".json"


def sidecar_name(music: str, format_in: Callable[[str], str | None], is_there: Callable[[str], bool]) -> str:
    """The name of the sidecar beside the file `music`: the one that it has, or else the one to give it.

    It is `a.json` beside `a.wav`. Where that is the sidecar of `a.flac`, it is `a.wav.json`: each format has its own.
    `format_in` tells for a name which format the sidecar of that name is about, None where there is no sidecar;
    `is_there` tells whether there is a file of music.
    """
    format = PurePath(music).suffix.removeprefix(".")
    first, *others = (name + SUFFIX for name in (fitting(PurePath(music).stem), fitting(music), marked(music, music)))
    # `a.wav.json` is also the first name for `a.wav.wav`
    of_another = [name for name in others if is_there(f"{name.removesuffix(SUFFIX)}.{format}")]
    formats = {name: format_in(name) for name in (first, *others) if name not in of_another}
    its_own = [name for name, found in formats.items() if found == format]
    to_give = [name for name, found in formats.items() if found is None]
    return next(iter(its_own + to_give), others[-1])


def music_of(sidecar: Path, format: str) -> Path:
    """The file of music in that format which a sidecar is named after."""
    return sidecar.with_suffix("") if sidecar.stem.endswith(f".{format}") else sidecar.with_suffix(f".{format}")
