"""Tags of WAV files: the chunk `LIST INFO`, and ID3 in a chunk of its own.

Source: Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft 1991, chapter 2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from img2music.origin.tags.id3 import id3_texts

_NAMES = {b"INAM": "TITLE", b"IART": "ARTIST", b"IGNR": "GENRE", b"ICMT": "COMMENT", b"ICOP": "LICENSE"}


def wav_texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Names and texts, those of ID3 last. Raises `struct.error` or `ValueError` where the file is damaged."""
    id3 = b""
    for kind, content in _chunks(data, 12):
        if kind == b"LIST" and content[:4] == b"INFO":
            for name, text in _chunks(content, 4):
                if name in _NAMES:
                    yield _NAMES[name], text.rstrip(b"\0").decode("utf-8", "replace")
        elif kind.lower() == b"id3 ":
            id3 = content
    yield from id3_texts(id3)


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        yield kind, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
