"""Tags of MP4 files: `moov`, `udta`, `meta`, `ilst`.

Sources: ISO/IEC 14496-12, section 4.2; QuickTime File Format, Apple, chapter on metadata.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_NAMES = {b"\xa9nam": "TITLE", b"\xa9ART": "ARTIST", b"\xa9gen": "GENRE", b"\xa9cmt": "COMMENT"}
_PATH = ((b"moov", 0), (b"udta", 0), (b"meta", 4), (b"ilst", 0))
"""Atoms in one another, and how many bytes are in front of what they hold."""


def mp4_texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Names and texts. Raises `struct.error` or `ValueError` where the file is damaged."""
    for wanted, before in _PATH:
        data = next((content for kind, content in _atoms(data) if kind == wanted), b"")[before:]
    for kind, content in _atoms(data):
        parts = dict(_atoms(content))
        name = _NAMES.get(kind) or parts.get(b"name", b"")[4:].decode("utf-8", "replace").upper()
        yield name, parts.get(b"data", b"")[8:].decode("utf-8", "replace")


def _atoms(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        elif size == 0:  # to the end
            size = len(data) - at
        if at + size < start:
            raise ValueError("an atom that is shorter than its head")
        yield kind, data[start : at + size]
        at += size
