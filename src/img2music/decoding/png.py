"""PNG, ISO/IEC 15948: the few chunks that pixels depend on."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress

from img2music.decoding.exif import in_exif, orientation
from img2music.decoding.outline import DamagedError, Outline

_MAGIC = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_MOST_RAW = 256 * 10**6
"""Bytes of the picture before they were compressed; each takes some nanoseconds."""
_MOST_NOTES = 2**20
"""Bytes of text, compressed or not, in which an orientation is looked for."""
_XMP, _RAW_EXIF = b"XML:com.adobe.xmp", b"Raw profile type exif"


def outline(data: bytes) -> Outline:
    """The outline of a PNG, of an animated one its still picture. Raises `DamagedError`."""
    kept: dict[bytes, memoryview] = {}
    pixels: list[memoryview] = []
    exif, xmp = b"", b""
    view, place = memoryview(data), len(_MAGIC)
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">L4s", data, place)
        body, end = view[place + 8 : place + 8 + length], place + 12 + length
        if kind == b"IDAT":
            pixels.append(body)
        elif kind in (b"IHDR", b"PLTE", b"tRNS"):
            kept[kind] = view[place:end]
        elif kind == b"eXIf":
            exif = bytes(body)
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            exif, xmp = _from_note(kind, body, exif, xmp)
        elif kind == b"IEND":
            break
        place = end
    header = bytes(kept.get(b"IHDR", b""))
    if len(header) != 25 or not pixels:
        raise DamagedError
    width, height, bits, colour = struct.unpack_from(">LLBB", header, 8)
    channels = _CHANNELS.get(colour)
    if channels is None or bits not in (1, 2, 4, 8, 16):
        raise DamagedError
    memory = (2 if bits == 16 else 1) if colour in (0, 3) else 4
    most = int(_MOST_RAW * 8 / (bits * channels))
    return Outline("PNG", width, height, memory, _file(kept, pixels), orientation(in_exif(exif), xmp), most)


def _file(kept: dict[bytes, memoryview], pixels: list[memoryview]) -> bytes:
    """A PNG of the chunks that matter, with all pixels in one."""
    size = sum(map(len, pixels))
    checksum = zlib.crc32(b"IDAT")
    for part in pixels:
        checksum = zlib.crc32(part, checksum)
    chunks = [kept[kind] for kind in (b"IHDR", b"PLTE", b"tRNS") if kind in kept]
    start = (_MAGIC, *chunks, struct.pack(">L", size), b"IDAT")
    return b"".join((*start, *pixels, struct.pack(">L", checksum), _END))


_END = struct.pack(">L4sL", 0, b"IEND", zlib.crc32(b"IEND"))


def _from_note(kind: bytes, body: memoryview, exif: bytes, xmp: bytes) -> tuple[bytes, bytes]:
    """`exif` and `xmp`, or what a chunk of text says instead."""
    key = bytes(body[:80]).split(b"\0", 1)[0]
    if key == _XMP and kind == b"iTXt":
        return exif, _text(kind, bytes(body[len(key) + 1 :]))
    if key == _RAW_EXIF and kind != b"iTXt" and not exif:
        # as ImageMagick writes it: a line feed, "exif", the length, and hexadecimal digits in lines
        digits = b"".join(_text(kind, bytes(body[len(key) + 1 :])).split(b"\n")[3:])
        with suppress(ValueError):
            return bytes.fromhex(digits.decode("ascii", "replace")), xmp
    return exif, xmp


def _text(kind: bytes, rest: bytes) -> bytes:
    """At most `_MOST_NOTES` bytes of the text in a chunk after its key."""
    squeezed = kind == b"zTXt"
    if kind == b"iTXt":
        squeezed = rest[:1] == b"\1"
        *_, rest = rest[2:].split(b"\0", 2)  # after a language and a translated key
    elif squeezed:
        rest = rest[1:]
    if not squeezed:
        return rest[:_MOST_NOTES]
    try:
        return zlib.decompressobj().decompress(rest, _MOST_NOTES)
    except zlib.error:
        return b""
