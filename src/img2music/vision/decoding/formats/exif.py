"""The orientation of a picture in its metadata: Exif, which is a TIFF directory, or XMP."""

from __future__ import annotations

import re
import struct

_ORIENTATION = 0x0112
_HEAD = b"Exif\0\0"
_INTEGERS = {3: "H", 4: "L", 8: "h", 9: "l"}
"""Types of TIFF's entries and how `struct` names them."""
_XMP_BYTES = 2**20
_IN_XMP = re.compile(rb'tiff:Orientation(?:="|>)([0-9])')


def orientation(found: int | None, xmp: bytes = b"") -> int:
    """How the picture lies, 1 to 8 as in Exif: as `found` there, else as `xmp` says, else 1, which is upright."""
    if found is None and (match := _IN_XMP.search(xmp[:_XMP_BYTES])):
        found = int(match[1])
    return found if found is not None and 1 <= found <= 8 else 1


def in_exif(data: bytes) -> int | None:
    """The orientation in a block of Exif; None where it holds none, or is damaged."""
    start = 0
    while data.startswith(_HEAD, start):
        start += len(_HEAD)
    data = data[start:]
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return None
    found = None
    try:
        (start,) = struct.unpack_from(f"{order}L", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, values = struct.unpack_from(f"{order}HHL", data, place)
            if tag == _ORIENTATION and kind in _INTEGERS and values:
                format = order + _INTEGERS[kind]
                inside = values * struct.calcsize(format) <= 4
                (at,) = (place + 8,) if inside else struct.unpack_from(f"{order}L", data, place + 8)
                (found,) = struct.unpack_from(format, data, at)
    except struct.error:  # the rest of the directory is missing
        pass
    return found
