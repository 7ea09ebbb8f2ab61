"""TIFF 6.0 and BigTIFF: the first directory, written anew with the entries that pixels depend on."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from img2music.vision.decoding.formats.exif import orientation
from img2music.vision.decoding.outline import MAX_PARTS, MAX_PIXELS, DamagedError, Outline, UnfitError

MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""Bytes of a value of each type."""
_INTEGERS = {1: "B", 3: "H", 4: "L", 8: "h", 9: "l", 16: "Q"}

_WIDTH, _HEIGHT, _BITS, _COMPRESSION = 256, 257, 258, 259
_SAMPLES, _PLANES, _ORIENTATION, _XMP = 277, 284, 274, 700
_STRIPS, _ROWS, _STRIP_BYTES = 273, 278, 279
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES = 322, 323, 324, 325
_MOST_VALUES = {
    **dict.fromkeys((_WIDTH, _HEIGHT, _COMPRESSION, 262, 266, _SAMPLES, _ROWS, _PLANES, _TILE_WIDTH, _TILE_HEIGHT), 1),
    **dict.fromkeys((_BITS, 292, 293, 317, 326, 327, 328, 332, 338, 339, 529, 530, 531, 532, 32995, 50674), 64),
    **dict.fromkeys(range(512, 522), 64),  # of old-style JPEG
    **dict.fromkeys((_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES), MAX_PARTS),
    320: 3 * 2**16,  # the palette
    347: 2**16,  # tables of JPEG
}
"""The entries that pixels depend on, and how many values each may have."""
_RAW, _JPEG, _DOUBLE = 1, (6, 7), (34887, 34925, 50000, 50001)
"""Compressions: none; JPEG; and those whose decoders hold a strip a second time."""
_MOST_JPEG, _MOST_JPEG_PARTS = 16 * 10**6, 2**14
"""Pixels and parts of a picture in JPEG, each part of which may come in many scans."""
_MOST_ENTRIES = 4096


@dataclass(frozen=True)
class _Entry:
    """An entry of a directory, with values that lie at `place` in the file."""

    kind: int
    count: int
    place: int

    @property
    def size(self) -> int:
        return self.count * _SIZES[self.kind]


@dataclass(frozen=True)
class _Layout:
    """How numbers are written: their order, and where the sizes of BigTIFF are meant."""

    order: str
    big: bool

    @property
    def offset(self) -> str:
        return "Q" if self.big else "L"

    @property
    def inline(self) -> int:
        """Bytes of values that stand in the entry itself."""
        return 8 if self.big else 4


class _Directory:
    """The first directory of a TIFF."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        order = {b"II": "<", b"MM": ">"}[data[:2]]
        self.layout = _Layout(order, data[2:4] in (b"+\0", b"\0+"))
        big = self.layout.big
        (start,) = struct.unpack_from(order + self.layout.offset, data, 8 if big else 4)
        (count,) = struct.unpack_from(order + ("Q" if big else "H"), data, start)
        if count > _MOST_ENTRIES:
            raise UnfitError(f"has above {_MOST_ENTRIES:,} entries in its directory; save it anew as JPEG or PNG")
        self.entries: dict[int, _Entry] = {}
        step, place = (20, start + 8) if big else (12, start + 2)
        for at in range(place, place + step * count, step):
            tag, kind, values = struct.unpack_from(f"{order}HH{self.layout.offset}", data, at)
            if kind not in _SIZES or values == 0:
                continue
            entry = _Entry(kind, values, at + (12 if big else 8))
            if entry.size > self.layout.inline:
                (outside,) = struct.unpack_from(order + self.layout.offset, data, entry.place)
                entry = replace(entry, place=outside)
            if entry.place + entry.size <= len(data):
                self.entries[tag] = entry

    def number(self, tag: int, default: int | None = None) -> int:
        """The first value of an entry. Raises `DamagedError` when it is missing and has no default."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in _INTEGERS:
            if default is None:
                raise DamagedError
            return default
        (value,) = struct.unpack_from(self.layout.order + _INTEGERS[entry.kind], self.data, entry.place)
        return int(value)

    def largest(self, tag: int, default: int) -> int:
        """The largest value of an entry."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in _INTEGERS:
            return default
        count = min(entry.count, _MOST_VALUES[tag])
        format = f"{self.layout.order}{count}{_INTEGERS[entry.kind]}"
        return max(struct.unpack_from(format, self.data, entry.place))

    def written(self, parts: int) -> bytes:
        """The file with another first directory, which has the needed entries alone and is the last."""
        order, offset, inline = self.layout.order, self.layout.offset, self.layout.inline
        rows = []
        for tag, most in sorted(_MOST_VALUES.items()):
            if (entry := self.entries.get(tag)) is None:
                continue
            most = parts if most == MAX_PARTS else most
            entry = replace(entry, count=min(entry.count, most))
            if entry.size <= inline:
                value = self.data[entry.place : entry.place + entry.size].ljust(inline, b"\0")
            else:
                value = struct.pack(order + offset, entry.place)
            rows.append(struct.pack(f"{order}HH{offset}", tag, entry.kind, entry.count) + value)
        count = struct.pack(order + ("Q" if self.layout.big else "H"), len(rows))
        end = struct.pack(order + offset, 0)
        place = 8 if self.layout.big else 4
        padding = b"\0" * (-len(self.data) % 8)
        start = struct.pack(order + offset, len(self.data) + len(padding))
        body = memoryview(self.data)[place + len(start) :]
        return b"".join((self.data[:place], start, body, padding, count, *rows, end))


def outline(data: bytes) -> Outline:
    """The outline of a TIFF's first picture. Raises `DamagedError`, and `UnfitError` when it has too many parts."""
    try:
        return _outline(_Directory(data))
    except (KeyError, struct.error, OverflowError) as problem:
        raise DamagedError from problem


def _outline(directory: _Directory) -> Outline:
    width, height = directory.number(_WIDTH), directory.number(_HEIGHT)
    tiled = _STRIPS not in directory.entries and _TILES in directory.entries
    part_width = directory.number(_TILE_WIDTH) if tiled else width
    part_height = directory.number(_TILE_HEIGHT) if tiled else min(directory.number(_ROWS, height), height)
    if min(width, height, part_width, part_height) <= 0:
        raise DamagedError
    samples = directory.number(_SAMPLES, 1)
    across, down = -(-width // part_width), -(-height // part_height)
    parts = across * down * (max(samples, 1) if directory.number(_PLANES, 1) == 2 else 1)
    compression = directory.number(_COMPRESSION, _RAW)
    jpeg = compression in _JPEG
    if parts > (_MOST_JPEG_PARTS if jpeg else MAX_PARTS):
        raise UnfitError("is cut into too many strips or tiles; save it anew as JPEG or PNG")
    if max(part_width, part_height) > width * height and compression != _RAW:
        raise DamagedError
    bits = directory.largest(_BITS, 1)
    # the picture as Pillow holds it, and a part of it as it was before it was compressed
    pixel = 4.0 if samples > 1 or bits > 16 or jpeg else 2.0 if bits > 8 else 1.0
    part = 0.0
    if compression != _RAW:
        part = max(samples * bits / 8, pixel) * part_width * part_height / (width * height)
        part *= 2 if compression in _DOUBLE else 1
    xmp = directory.entries.get(_XMP)
    note = b"" if xmp is None else directory.data[xmp.place : xmp.place + xmp.size]
    found = directory.number(_ORIENTATION, 0) or None
    return Outline(
        "TIFF",
        width,
        height=height,
        memory=pixel + part,
        data=directory.written(parts),
        orientation=orientation(found, note),
        most_pixels=_MOST_JPEG if jpeg else MAX_PIXELS,
    )
