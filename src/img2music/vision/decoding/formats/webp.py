"""WebP, RFC 9649: the first picture of the container, without metadata."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from img2music.vision.decoding.formats.exif import in_exif, orientation
from img2music.vision.decoding.outline import DamagedError, Outline

_MEMORY = 16.5
"""Bytes a pixel: the decoder holds two canvases, its answer is another one, and Pillow has its own."""
_NOTES = 0x20 | 0x08 | 0x04
"""Flags of the chunks ICCP, EXIF and XMP."""
_FRAME = 16
"""Bytes before the chunks of an animation's frame."""


def outline(data: bytes) -> Outline:
    """The outline of a WebP, of an animation its first frame. Raises `DamagedError`."""
    try:
        return _outline(data)
    except (struct.error, IndexError) as problem:
        raise DamagedError from problem


def _outline(data: bytes) -> Outline:
    kept: dict[bytes, bytes | memoryview] = {}
    exif, xmp = b"", b""
    sides: set[tuple[int, int]] = set()
    for kind, body in _chunks(memoryview(data)[12:]):
        if kind == b"EXIF":
            exif = exif or bytes(body)
        elif kind == b"XMP ":
            xmp = xmp or bytes(body)
        elif kind in (b"VP8X", b"ANIM", b"ALPH", b"VP8 ", b"VP8L", b"ANMF") and kind not in kept:
            kept[kind] = body
            sides.update(_sides(kind, body))
    if not sides:
        raise DamagedError
    if b"VP8X" in kept:
        extended = bytes(kept[b"VP8X"])
        kept[b"VP8X"] = bytes((extended[0] & ~_NOTES,)) + extended[1:]
    width, height = (max(side) for side in zip(*sides, strict=True))
    return Outline(
        "WEBP", width, height=height, memory=_MEMORY, data=_file(kept), orientation=orientation(in_exif(exif), xmp)
    )


def _chunks(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    place = 0
    while place + 8 <= len(data):
        kind, length = struct.unpack_from("<4sL", data, place)
        yield kind, data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def _sides(kind: bytes, body: memoryview) -> Iterator[tuple[int, int]]:
    """Every width and height that a chunk names."""
    if kind == b"VP8X":
        yield 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    elif kind == b"ANMF":
        yield 1 + int.from_bytes(body[6:9], "little"), 1 + int.from_bytes(body[9:12], "little")
        for inner, part in _chunks(body[_FRAME:]):
            yield from _sides(inner, part)
    elif kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        yield width & 0x3FFF, height & 0x3FFF
    elif kind == b"VP8L":
        (packed,) = struct.unpack_from("<L", body, 1)
        yield 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)


def _file(kept: dict[bytes, bytes | memoryview]) -> bytes:
    parts: list[bytes | memoryview] = []
    for kind, body in kept.items():
        parts += (struct.pack("<4sL", kind, len(body)), body, b"\0" * (len(body) % 2))
    return b"".join((struct.pack("<4sL4s", b"RIFF", 4 + sum(map(len, parts)), b"WEBP"), *parts))
