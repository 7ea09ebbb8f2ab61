"""BMP: the header, whose numbers alone say how much is decoded."""

from __future__ import annotations

import struct

from img2music.vision.decoding.outline import MAX_PIXELS, DamagedError, Outline, UnfitError

_RUN_LENGTHS = (1, 2)
_MOST_RUNS, _MOST_RUN_BYTES = 16 * 10**6, 6 * 10**6
"""Pixels and bytes of a run-length encoded picture: Pillow decodes these in Python."""
_OLD, _NEW = 12, (40, 52, 56, 64, 108, 124)


def outline(data: bytes) -> Outline:
    """The outline of a BMP. Raises `DamagedError`, and `UnfitError` when decoding would take long."""
    try:
        (size,) = struct.unpack_from("<L", data, 14)
        if size == _OLD:
            width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
            compression = 0
        elif size in _NEW:
            width, height, _, bits, compression = struct.unpack_from("<LlHHL", data, 18)
        else:
            raise DamagedError
    except struct.error as problem:
        raise DamagedError from problem
    memory, most = 1.0 if bits <= 8 else 4.0, MAX_PIXELS
    if compression in _RUN_LENGTHS:
        if len(data) > _MOST_RUN_BYTES:
            raise UnfitError(f"holds above {_MOST_RUN_BYTES // 10**6} MB of run lengths; save it anew as JPEG or PNG")
        memory, most = 4.0, _MOST_RUNS  # twice as a list of bytes, and the picture
    return Outline("BMP", width, height=abs(height), memory=memory, data=data, most_pixels=most)
