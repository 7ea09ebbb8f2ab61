"""AVIF and HEIC, both in the container of ISO/IEC 23008-12: the sizes that its boxes name."""

from __future__ import annotations

import re
import struct

from img2music.vision.decoding.outline import DamagedError, Outline

AVIF, HEIC = "AVIF", "HEIC"
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))
_ANY_BRANDS = frozenset((b"mif1", b"msf1", b"mif2"))
_MEMORY = {AVIF: 16, HEIC: 7}
"""Bytes a pixel: planes of brightness and colour, what is made of them, and Pillow's own."""
_SIZE = re.compile(rb"ispe\0\0\0\0(.{8})", re.DOTALL)
_ENTRY = re.compile(rb"av01\0{6}..\0{16}(.{4})", re.DOTALL)
_EXIF_ITEM = re.compile(rb"(infe[\x02\x03].{7}(?:..)?)Exif", re.DOTALL)
_MOST_SIZES = 4096


def kind_of(data: bytes) -> str | None:
    """Which of both a file is by its first box; None for a film or anything else."""
    if data[4:8] != b"ftyp":
        return None
    end = max(16, min(int.from_bytes(data[:4]), 1024))
    brands = {data[8:12], *(data[place : place + 4] for place in range(16, end, 4))}
    if data[8:12] in _AVIF_BRANDS | _HEIC_BRANDS | _ANY_BRANDS:
        if brands & _AVIF_BRANDS:
            return AVIF
        if brands & _HEIC_BRANDS:
            return HEIC
    return None


def outline(data: bytes) -> Outline:
    """The outline of an AVIF or HEIC: the largest size in it. Raises `DamagedError` when it names none.

    How the picture lies is not told: its decoder turns it, by other boxes than Exif, which is hidden from it.
    """
    kind = kind_of(data)
    sides = [struct.unpack(">LL", size) for size in _SIZE.findall(data)]
    sides += [struct.unpack(">HH", size) for size in _ENTRY.findall(data)]
    if kind is None or not 1 <= len(sides) <= _MOST_SIZES:
        raise DamagedError
    width, height = max(sides, key=lambda side: side[0] * side[1])
    hidden = _EXIF_ITEM.sub(rb"\1skip", data)
    return Outline(kind, max(width, 0), height=max(height, 0), memory=_MEMORY[kind], data=hidden)
