"""PNG, ISO/IEC 15948: the few chunks that pixels depend on."""

from __future__ import annotations

import struct
import zlib

from img2music.vision.decoding.formats.exif import in_exif, orientation
from img2music.vision.decoding.outline import DamagedError, Outline

_MAGIC = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_MOST_RAW = 256 * 10**6
"""Bytes of the picture before they were compressed; each takes some nanoseconds."""
_MOST_NOTES = 2**20
"""Bytes of text, compressed or not, in which an orientation is looked for."""
_LONGEST_KEY = 80
_XMP, _RAW_EXIF = b"XML:com.adobe.xmp", b"Raw profile type exif"


def outline(data: bytes) -> Outline:
    """The outline of a PNG, of an animated one its still picture. Raises `DamagedError`."""
    kept: dict[bytes, memoryview] = {}
    pixels = bytearray()
    notes: dict[bytes, bytes] = {}
    view, place = memoryview(data), len(_MAGIC)
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">L4s", data, place)
        body, end = view[place + 8 : place + 8 + length], place + 12 + length
        if kind == b"IDAT":
            pixels += body
        elif kind in (b"IHDR", b"PLTE", b"tRNS"):
            kept[kind] = view[place:end]
        elif kind == b"eXIf":
            notes[kind] = bytes(body)
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            key = bytes(body[:_LONGEST_KEY]).split(b"\0", 1)[0]
            if key in (_XMP, _RAW_EXIF) and key not in notes:
                notes[key] = _text(kind, bytes(body[len(key) + 1 :]))
        elif kind == b"IEND":
            break
        place = end
    header = bytes(kept.get(b"IHDR", b""))
    if len(header) != 25:
        raise DamagedError
    width, height, bits, colour = struct.unpack_from(">LLBB", header, 8)
    channels = _CHANNELS.get(colour)
    if channels is None or bits not in (1, 2, 4, 8, 16):
        raise DamagedError
    memory = (2 if bits == 16 else 1) if colour in (0, 3) else 4
    most = int(_MOST_RAW * 8 / (bits * channels))
    exif = notes[b"eXIf"] if b"eXIf" in notes else _from_digits(notes.get(_RAW_EXIF, b""))
    lies = orientation(in_exif(exif), notes.get(_XMP, b""))
    return Outline(
        "PNG", width, height=height, memory=memory, data=_file(kept, pixels), orientation=lies, most_pixels=most
    )


def _file(kept: dict[bytes, memoryview], pixels: bytearray) -> bytes:
    """A PNG of the chunks that matter, with all pixels in one."""
    chunks = [kept[kind] for kind in (b"IHDR", b"PLTE", b"tRNS") if kind in kept]
    checksum = zlib.crc32(pixels, zlib.crc32(b"IDAT"))
    length = struct.pack(">L", len(pixels))
    return b"".join([_MAGIC, *chunks, length, b"IDAT", pixels, struct.pack(">L", checksum), _END])


_END = struct.pack(">L4sL", 0, b"IEND", zlib.crc32(b"IEND"))


def _from_digits(text: bytes) -> bytes:
    """Exif as ImageMagick writes it: a line feed, "exif", its length, and hexadecimal digits in lines."""
    try:
        return bytes.fromhex(b"".join(text.split(b"\n")[3:]).decode("ascii"))
    except ValueError:
        return b""


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
