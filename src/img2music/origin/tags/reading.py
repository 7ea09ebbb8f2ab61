"""The format of a file of music, and the tags that this program writes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable

from img2music.origin.tags.atoms import mp4_texts
from img2music.origin.tags.id3 import id3_texts
from img2music.origin.tags.riff import wav_texts
from img2music.origin.tags.vorbis import flac_texts, ogg_texts

NAMES = ("TITLE", "ARTIST", "GENRE", "COMMENT", "PICTURE", "SEED", "ALPHA", "MODELS", "LICENSE")
"""The tags that are read, in this order."""
_LONGEST = 4096  # characters
_READERS: dict[str, Callable[[bytes], Iterable[tuple[str, str]]]] = {
    "wav": wav_texts,
    "flac": flac_texts,
    "ogg": ogg_texts,
    "mp3": id3_texts,
    "mp4": mp4_texts,
}


def format_of(data: bytes) -> str | None:
    """The format of a file, by its first bytes; None for one that this program does not write."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[:4] in (b"fLaC", b"OggS"):
        return "flac" if data[:1] == b"f" else "ogg"
    if data[4:8] == b"ftyp":
        return "mp4"
    is_frame = len(data) > 1 and data[0] == 0xFF and data[1] >= 0xE0
    return "mp3" if data[:3] == b"ID3" or is_frame else None


def read_tags(data: bytes, format: str) -> dict[str, str]:
    """Those of `NAMES` that a file has, as far as they can be read; the first of each name counts."""
    found: dict[str, str] = {}
    try:
        for name, text in _READERS[format](data):
            if name in NAMES and text and name not in found:
                found[name] = text[:_LONGEST]
    except (struct.error, IndexError, ValueError):  # the rest is damaged
        pass
    return {name: found[name] for name in NAMES if name in found}
