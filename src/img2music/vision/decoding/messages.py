"""What goes through the pipes between a process and the one that decodes pictures for it.

A request is the length of a picture file and its bytes. An answer is either what is wrong with the picture, in UTF-8,
or its size and its pixels in RGB, some rows at a time so that neither side holds them twice.
"""

from __future__ import annotations

import struct
from typing import IO

from PIL import Image

from img2music.vision.decoding.outline import UnfitError

_LENGTH = struct.Struct(">Q")
_ANSWER = struct.Struct(">?LL")
"""Whether there is a picture; its width and height, or the length of what is wrong and nothing."""
_STRIP = 2**18  # pixels


def write_request(stream: IO[bytes], data: bytes) -> None:
    """Ask for the picture in the bytes of a file."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_request(stream: IO[bytes]) -> bytes | None:
    """The next picture file, and None when there is no other."""
    start = stream.read(_LENGTH.size)
    return _exactly(stream, *_LENGTH.unpack(start)) if len(start) == _LENGTH.size else None


def write_picture(stream: IO[bytes], picture: Image.Image) -> None:
    """Answer with an RGB image."""
    stream.write(_ANSWER.pack(True, *picture.size))
    for top, bottom in _strips(*picture.size):
        stream.write(picture.crop((0, top, picture.width, bottom)).tobytes())
    stream.flush()


def write_problem(stream: IO[bytes], problem: str) -> None:
    """Answer with what is wrong."""
    text = problem.encode()
    stream.write(_ANSWER.pack(False, len(text), 0) + text)
    stream.flush()


def read_answer(stream: IO[bytes]) -> Image.Image:
    """The picture that was answered. Raises `UnfitError` with what is wrong, and `EOFError` when it breaks off."""
    good, width, height = _ANSWER.unpack(_exactly(stream, _ANSWER.size))
    if not good:
        raise UnfitError(_exactly(stream, width).decode())
    picture = Image.new("RGB", (width, height))
    for top, bottom in _strips(width, height):
        pixels = _exactly(stream, 3 * width * (bottom - top))
        picture.paste(Image.frombytes("RGB", (width, bottom - top), pixels), (0, top))
    return picture


def _strips(width: int, height: int) -> list[tuple[int, int]]:
    """The first row of each strip, and the one after its last."""
    rows = max(1, _STRIP // width)
    return [(top, min(top + rows, height)) for top in range(0, height, rows)]


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data
