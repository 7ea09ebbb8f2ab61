"""Metadata of a WAV file in a `LIST INFO` chunk, which old and simple programs read.

Source: Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft 1991, chapter 2.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Mapping

_HEADER = 12  # bytes of RIFF, its size and WAVE
_LARGEST_SIZE = 2**32 - 1


def with_info(data: bytes, texts: Mapping[str, str]) -> bytes:
    """A WAV file with `texts`, by their four-letter identifiers, in front of its samples.

    The chunk does not state its encoding. It is UTF-8, as FFmpeg and libsndfile write and expect it: PyAV opens no file
    with Latin-1 there. Empty texts are left out. Raises `ValueError` when `data` is no WAV
    file.
    """
    info = b"INFO" + b"".join(_chunk(kind.encode("ascii"), _stored(text)) for kind, text in texts.items() if text)
    at = _start_of_samples(data)
    content = data[8:at] + _chunk(b"LIST", info) + data[at:]
    if len(content) > _LARGEST_SIZE:
        raise ValueError("a WAV file cannot be larger than 4 GiB")
    return _chunk(b"RIFF", content)


def _stored(text: str) -> bytes:
    # some systems decompose é in names into two characters, which few programs display as one
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace") + b"\0"


def _chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk, padded to even length with a byte that its size does not count."""
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _start_of_samples(data: bytes) -> int:
    """The offset of the chunk of samples."""
    if data[:4] != b"RIFF" or data[8:_HEADER] != b"WAVE":
        raise ValueError("no WAV file")
    at = _HEADER
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        if kind == b"data":
            return at
        at += 8 + size + size % 2
    raise ValueError("a WAV file without samples")
