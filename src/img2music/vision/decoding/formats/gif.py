"""GIF89a: the screen, and the first picture with what controls it."""

from __future__ import annotations

from img2music.vision.decoding.outline import DamagedError, Outline

_HEADER = 13
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL = 0xF9


def outline(data: bytes) -> Outline:
    """The outline of a GIF with its first picture alone. Raises `DamagedError`."""
    try:
        return _outline(data)
    except IndexError as problem:
        raise DamagedError from problem


def _outline(data: bytes) -> Outline:
    place = _HEADER + _palette(data[10])
    kept = [data[:place]]
    control = b""
    while data[place] != _IMAGE:
        if data[place] == _TRAILER:
            raise DamagedError
        if data[place] != _EXTENSION:  # some programs end an extension twice
            place += 1
            continue
        end = _after_blocks(data, place + 2)
        if data[place + 1] == _CONTROL:
            control = data[place:end]
        place = end
    left, top, width, height = (int.from_bytes(data[place + i : place + i + 2], "little") for i in (1, 3, 5, 7))
    codes = place + 10 + _palette(data[place + 9])
    kept += [control, data[place : _after_blocks(data, codes + 1)], b";"]
    # the screen grows with a picture that does not fit in
    screen = [int.from_bytes(data[i : i + 2], "little") for i in (6, 8)]
    return Outline(
        "GIF", max(screen[0], left + width), height=max(screen[1], top + height), memory=2, data=b"".join(kept)
    )


def _palette(flags: int) -> int:
    """Bytes of the palette that follows."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, place: int) -> int:
    """Where blocks, each with its length before it, have ended, or the file has."""
    while place < len(data) and data[place]:
        place += data[place] + 1
    return min(place + 1, len(data))
