"""JPEG, ITU-T T.81: its segments, without those that the pixels do not depend on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from img2music.vision.decoding.formats.exif import in_exif, orientation
from img2music.vision.decoding.outline import MAX_PIXELS, DamagedError, Outline, UnfitError

MAX_SCANS = 100
_MOST_SEGMENTS = 2**20
_MOST_SCANNED = 10**9
"""Pixels times scans: a scan may say next to nothing, and yet every pixel is visited."""
_MOST_ARITHMETIC = 8 * 10**6
"""The same in arithmetic coding, where a byte may stand for thousands of pixels that each take long."""

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_FIRST_ARITHMETIC = 0xC9
_PROGRESSIVE = frozenset((0xC2, 0xC6, 0xCA, 0xCE))
_HUFFMAN, _ARITHMETIC, _QUANTISATION, _RESTART = 0xC4, 0xCC, 0xDB, 0xDD
_JFIF, _EXIF, _ADOBE = 0xE0, 0xE1, 0xEE
_MARKER = re.compile(rb"\xff([^\x00\xff])")
_AFTER_SCAN = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")


@dataclass
class _Frame:
    """What the header of the frame says: sides in pixels, and the sampling factors of each component."""

    marker: int
    width: int
    height: int
    sampling: list[tuple[int, int]]

    @classmethod
    def of(cls, marker: int, body: bytes) -> _Frame:
        if len(body) < 6 or len(body) < 6 + 3 * body[5]:
            raise DamagedError
        sampling = [(body[7 + 3 * i] >> 4, body[7 + 3 * i] & 15) for i in range(body[5])]
        if not all(1 <= factor <= 4 for pair in sampling for factor in pair):
            raise DamagedError
        return cls(marker, int.from_bytes(body[3:5]), int.from_bytes(body[1:3]), sampling)

    def memory(self, whole: bool) -> float:
        """Bytes a pixel; with `whole` the coefficients of all blocks are held until the last scan."""
        pixel = 1 if len(self.sampling) == 1 else 4
        if not whole:
            return pixel
        across, down = (max(factors) for factors in zip(*self.sampling, strict=True))
        return pixel + 2 * sum(h * v for h, v in self.sampling) / (across * down)


@dataclass
class _Tables:
    """The latest definition of each table that was not yet written."""

    by_marker: dict[int, dict[int, bytes]] = field(default_factory=dict)

    def put(self, marker: int, body: bytes) -> None:
        """Take the tables of a segment. Raises `DamagedError`."""
        known = self.by_marker.setdefault(marker, {})
        place = 0
        while place < len(body):
            if marker == _QUANTISATION:
                size = 1 + 64 * (1 + (body[place] > 15))
            elif marker == _HUFFMAN:
                size = 17 + sum(body[place + 1 : place + 17])
            else:
                size = 2
            if place + size > len(body):
                raise DamagedError
            # a table of 16 bits is another one's successor all the same
            key = body[place] & 15 if marker == _QUANTISATION else 0 if marker == _RESTART else body[place]
            known[key] = body[place : place + size]
            place += size

    def take(self) -> Iterator[bytes]:
        """The segments that define what is known, which is then forgotten."""
        for marker, tables in self.by_marker.items():
            yield from (_segment(marker, table) for table in tables.values())
        self.by_marker = {}


def outline(data: bytes) -> Outline:
    """The outline of a JPEG. What a telephone appends to a picture, a film or another picture, is left out.

    Raises `DamagedError`, and `UnfitError` when there are too many scans.
    """
    kept: list[bytes | memoryview] = [b"\xff\xd8"]
    view, tables = memoryview(data), _Tables()
    frame: _Frame | None = None
    exif = xmp = b""
    applications: dict[int, bytes] = {}
    scans, place, whole, segments = 0, 2, False, 0
    while found := _MARKER.search(data, place):
        marker, place = found[1][0], found.end()
        segments += 1
        if segments > _MOST_SEGMENTS:
            raise UnfitError("is stored in above a million segments; save it anew as JPEG or PNG")
        if marker == _END:
            break
        if 0xD0 <= marker <= 0xD7 or marker == 0x01:  # stray ones have no body
            continue
        length = int.from_bytes(data[place : place + 2])
        if length < 2 or place + length > len(data):
            found = None
            break
        start, place = place + 2, place + length
        if marker in (_HUFFMAN, _ARITHMETIC, _QUANTISATION, _RESTART):
            tables.put(marker, data[start:place])
        elif marker in _FRAMES:
            if frame is not None:
                raise DamagedError
            frame = _Frame.of(marker, data[start:place])
            kept.append(_segment(marker, data[start:place]))
        elif marker == _SCAN:
            if frame is None:
                raise DamagedError
            scans += 1
            if scans == 1:
                kept += [_segment(number, body) for number, body in applications.items()]
            if scans > MAX_SCANS:
                raise UnfitError(f"is stored in above {MAX_SCANS} scans; save it anew as JPEG or PNG")
            whole |= frame.marker in _PROGRESSIVE or data[start] < len(frame.sampling)
            kept += tables.take()
            after = _AFTER_SCAN.search(data, place)
            end = after.start() if after else len(data.rstrip(b"\xff"))
            kept.append(view[start - 4 : end])
            place = end
        elif marker == _EXIF and not exif and data.startswith(b"Exif\0\0", start):
            exif = data[start:place]
        elif marker == _EXIF and data.startswith(b"http://ns.adobe.com/xap/1.0/\0", start):
            xmp = data[start:place]
        elif (marker == _JFIF and data.startswith(b"JFIF", start)) or (
            marker == _ADOBE and data.startswith(b"Adobe", start)
        ):
            applications[marker] = data[start:place]
        elif not (0xE0 <= marker <= 0xEF or marker in (0xDC, 0xFE)):  # what applications and people noted is left out
            raise DamagedError
    if frame is None or not scans:
        raise DamagedError
    kept.append(b"\xff\xd9")
    most = (_MOST_ARITHMETIC if frame.marker >= _FIRST_ARITHMETIC else _MOST_SCANNED) // (scans if whole else 1)
    return Outline(
        "JPEG",
        frame.width,
        height=frame.height,
        memory=frame.memory(whole),
        data=b"".join(kept),
        orientation=orientation(in_exif(exif), xmp),
        most_pixels=min(most, MAX_PIXELS),
        ends=found is not None,
    )


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2) + body
