"""What goes through the pipes between a process and the one that decodes pictures for it.

A request is the length of a picture file and its bytes. An answer is the pixels in RGB, some rows at a time so that
neither side holds them twice, and each side works while the other does; or what is wrong with the picture, in UTF-8,
which may be found while rows are under way.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import IO

from PIL import Image

from img2music.vision.decoding.outline import UnfitError
from img2music.vision.decoding.pixels import Part, cut

_LENGTH = struct.Struct(">Q")
_PART = struct.Struct(">?4L")
"""Whether rows follow; the picture's width and height, the first row and their count, or the length of what is wrong
and nothing."""


def write_request(stream: IO[bytes], data: bytes) -> None:
    """Ask for the picture in the bytes of a file."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_request(stream: IO[bytes]) -> bytes | None:
    """The next picture file, and None when there is no other."""
    start = stream.read(_LENGTH.size)
    return _exactly(stream, *_LENGTH.unpack(start)) if len(start) == _LENGTH.size else None


def write_parts(stream: IO[bytes], parts: Iterable[Part]) -> None:
    """Answer with a picture."""
    for part in parts:
        for strip in cut(part):
            stream.write(_PART.pack(True, *strip.size, strip.top, strip.pixels.height))
            stream.write(strip.pixels.tobytes())
    stream.flush()


def write_problem(stream: IO[bytes], problem: str) -> None:
    """Answer with what is wrong, instead of a picture or of the rest of one."""
    text = problem.encode()
    stream.write(_PART.pack(False, len(text), 0, 0, 0) + text)
    stream.flush()


def read_parts(stream: IO[bytes]) -> Iterator[Part]:
    """The picture that is answered. Raises `UnfitError` with what is wrong, and `EOFError` when it breaks off."""
    below, height = 0, 1
    while below < height:
        good, width, height, top, rows = _PART.unpack(_exactly(stream, _PART.size))
        if not good:
            raise UnfitError(_exactly(stream, width).decode())
        yield Part((width, height), top, Image.frombytes("RGB", (width, rows), _exactly(stream, 3 * width * rows)))
        below = top + rows


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data
