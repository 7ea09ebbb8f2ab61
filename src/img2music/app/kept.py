"""A snippet that is kept, and the files that it can be had in."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from importlib.util import find_spec

from img2music.app.changes import Band
from img2music.options import Options
from img2music.output.formats import MIDI, VIDEO
from img2music.output.snippet import ENCODINGS, Snippet

FORMATS: tuple[str, ...] = (*ENCODINGS, VIDEO) if find_spec("av") else tuple(ENCODINGS)
"""The formats that are offered; video only where PyAV is installed."""
STEM = "wav"
"""The format of stems."""
ARCHIVE = "zip"
"""The format that holds all others."""


@dataclass(frozen=True)
class Making:
    """How a kept snippet was made, and what can be made of it.

    `picture` is the name of the picture's file, `options` are those it was made with, `whole` those that it has with
    its whole `band`, which only composed music has, and `stems` the names of those that it can be taken apart into.
    """

    picture: str = "picture"
    options: Options = field(default_factory=Options)
    whole: Options = field(default_factory=Options)
    band: Band | None = None
    stems: tuple[str, ...] = ()


UNKNOWN = Making()
"""Of a snippet that can only be heard and downloaded."""


@dataclass(frozen=True, eq=False)
class KeptSnippet:
    """A snippet on the shelf: `key` is its unguessable address, `name` the name of its files without suffix, and
    `picture` the bytes of the picture file that it was made for."""

    key: str
    name: str
    snippet: Snippet
    picture: bytes
    making: Making = UNKNOWN
    writing: threading.Lock = field(default_factory=threading.Lock)
    """Held while one of its files is being written."""

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that it can be had in: those of sounds, and of its score if it has one."""
        return FORMATS if self.snippet.score is None else (*FORMATS, MIDI)

    @property
    def files(self) -> dict[str, str]:
        """The names of all its files, by what follows its key in their addresses."""
        whole = {format: f"{self.name}.{format}" for format in (*self.formats, ARCHIVE)}
        return whole | {stem_file(name): f"{self.name}-{stem_file(name)}" for name in self.making.stems}

    @property
    def size(self) -> int:
        """Size of samples and picture in bytes."""
        return self.snippet.samples.nbytes + len(self.picture)


def stem_file(name: str) -> str:
    """What follows a snippet's key in the address of one of its stems."""
    return f"{name}.{STEM}"
