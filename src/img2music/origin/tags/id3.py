"""Texts in ID3 tags of versions 2.3 and 2.4, at the beginning of MP3 files and in WAV files.

Source: ID3 tag version 2.3.0 and 2.4.0, M. Nilsson, 1999 and 2000. Compressed and encrypted frames, and tags with an
extended header, are left out; this program writes none.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_NAMES = {b"TIT2": "TITLE", b"TPE1": "ARTIST", b"TCON": "GENRE"}
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_EXTENDED = 0x40


def id3_texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Names and texts. Raises `struct.error`, `IndexError` or `ValueError` where the tag is damaged."""
    if data[:3] != b"ID3" or data[5] & ~0x80 or data[3] not in (3, 4):
        return
    version, end = data[3], 10 + _syncsafe(data[6:10])
    tag = data[10:end]
    if data[5] and version == 3:
        tag = tag.replace(b"\xff\0", b"\xff")
    at = 0
    while at + 10 <= len(tag) and tag[at]:
        kind, size, flags = struct.unpack_from(">4sIH", tag, at)
        if version == 4:
            size = _syncsafe(tag[at + 4 : at + 8])
        content = tag[at + 10 : at + 10 + size]
        at += 10 + size
        if not flags & 0xFF and content:
            yield from _frame(kind, content)


def _frame(kind: bytes, content: bytes) -> Iterator[tuple[str, str]]:
    if kind in _NAMES:
        yield _NAMES[kind], _text(content[0], content[1:]).partition("\0")[0]
    elif kind == b"COMM":
        about, _, text = _text(content[0], content[4:]).partition("\0")
        if not about:
            yield "COMMENT", text.strip("\0\ufeff")
    elif kind == b"TXXX":
        name, _, text = _text(content[0], content[1:]).partition("\0")
        yield name.upper(), text.strip("\0\ufeff")


def _text(encoding: int, content: bytes) -> str:
    return content.decode(_ENCODINGS[encoding], "replace")


def _syncsafe(digits: bytes) -> int:
    """A number of which each byte holds 7 bits. Raises `struct.error` when there are not four."""
    first, second, third, fourth = struct.unpack(">4B", digits)
    return int(first << 21 | second << 14 | third << 7 | fourth)
