"""What a WAV file says about itself in a `LIST` chunk of the kind `INFO`, which old and simple programs read.

Source: Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft 1991, chapter 2.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Mapping

_HEADER = 12  # bytes of RIFF, its size and WAVE
_LARGEST_SIZE = 2**32 - 1


def with_info(data: bytes, texts: Mapping[str, str]) -> bytes:
    """Return a WAV file with ``texts``, by the four letters of their kinds, in front of its samples.

    The chunk has no way to say how its letters are stored. They are UTF-8, as FFmpeg and libsndfile write and expect
    them: PyAV opens no file with Latin-1 there. Empty texts are left out. Raises ValueError when ``data`` is no WAV
    file.
    """
    info = b"INFO" + b"".join(_chunk(kind.encode("ascii"), _stored(text)) for kind, text in texts.items() if text)
    at = _start_of_samples(data)
    content = data[8:at] + _chunk(b"LIST", info) + data[at:]
    if len(content) > _LARGEST_SIZE:
        raise ValueError("a WAV file cannot be larger than 4 GiB")
    return _chunk(b"RIFF", content)


def _stored(text: str) -> bytes:
    # Some systems store é in names as two characters, which few programs draw as one.
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace") + b"\0"


def _chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk, which a further byte that its size does not count makes even."""
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _start_of_samples(data: bytes) -> int:
    """Where the chunk of the samples begins."""
    if data[:4] != b"RIFF" or data[8:_HEADER] != b"WAVE":
        raise ValueError("no WAV file")
    at = _HEADER
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        if kind == b"data":
            return at
        at += 8 + size + size % 2
    raise ValueError("a WAV file without samples")
