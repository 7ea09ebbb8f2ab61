"""Standard input and output, which the name `-` stands for: a picture from a pipe, and music into one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from img2music.errors import OptionError, OutputError, PictureError
from img2music.output.formats import VIDEO
from img2music.system.descriptors import read_up_to
from img2music.system.files import reason

if TYPE_CHECKING:
    from img2music.vision.picture import PictureFile

STANDARD = Path("-")
"""The name of standard input where one reads, and of standard output where one writes."""
_NAMELESS = Path("picture")


def read_picture(path: Path) -> PictureFile:
    """The picture in a file or on standard input, where its name is `picture`.

    Raises `PictureError` as `load_picture` does, and when standard input is a terminal.
    """
    from img2music.vision.picture import MAX_BYTES, PictureFile

    if path != STANDARD:
        return PictureFile.read(path)
    if sys.stdin is None or sys.stdin.isatty():
        raise PictureError("There is no picture on standard input; pipe one in or name a file.")
    try:
        data = read_up_to(sys.stdin, MAX_BYTES + 1)
    except OSError as problem:
        raise PictureError(f"Cannot read standard input: {reason(problem)}.") from problem
    return PictureFile.decode(data, _NAMELESS, "The picture on standard input")


def check_output(format: str, several: bool = False, beside: bool = False) -> None:
    """Raise `OptionError` when the result cannot go to standard output: it is a terminal, or there are `several` sounds
    or files `beside` them."""
    if several or beside:
        raise OptionError(
            "-o - writes one sound alone; leave out --top-n, --sidecar, --midi and --stems or give a file."
        )
    if format == VIDEO:
        raise OptionError(f"-o - writes sounds only; choose another --format or give a file for the {VIDEO}.")
    if _is_closed():
        raise OptionError("Standard output is closed; send it on with | or >, or give a file to -o.")
    if sys.stdout.isatty():
        raise OptionError("A terminal cannot show a sound; send it on with | or >, or give a file to -o.")


def write_output(data: bytes) -> None:
    """Write to standard output. Raises `OutputError` when that fails, and `BrokenPipeError` when nobody reads it."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise OutputError(f"Cannot write to standard output: {reason(problem)}.") from problem


def _is_closed() -> bool:
    try:
        return sys.stdout is None or sys.stdout.fileno() < 0
    except OSError:
        return True
