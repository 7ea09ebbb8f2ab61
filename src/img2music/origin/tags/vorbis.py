"""Vorbis comments, in FLAC and in Ogg files.

Sources: Vorbis I specification, chapter 5, Xiph.Org; RFC 9639, section 8; RFC 3533, section 6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_COMMENTS = 4  # the type of a block of FLAC
_PAGE = 27  # bytes of a page of Ogg before its table of segments
_MOST_HEADERS = 2**24  # bytes in which the comments end


def flac_texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Names and texts of a FLAC file. Raises `struct.error` where it is damaged."""
    at, last = 4, False
    while not last:
        (head,) = struct.unpack_from(">I", data, at)
        last, kind, size = bool(head >> 31), head >> 24 & 0x7F, head & 0xFFFFFF
        if kind == _COMMENTS:
            yield from _comments(data[at + 4 : at + 4 + size])
        at += 4 + size


def ogg_texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Names and texts of an Ogg Vorbis file. Raises `struct.error` or `IndexError` where it is damaged."""
    packets = _packets(data[:_MOST_HEADERS])
    next(packets, b"")
    comments = next(packets, b"")
    if comments[:7] == b"\x03vorbis":
        yield from _comments(comments[7:])


def _comments(block: bytes) -> Iterator[tuple[str, str]]:
    (vendor,) = struct.unpack_from("<I", block)
    (number,) = struct.unpack_from("<I", block, 4 + vendor)
    at = 8 + vendor
    for _ in range(number):
        (size,) = struct.unpack_from("<I", block, at)
        name, _, text = block[at + 4 : at + 4 + size].partition(b"=")
        yield name.decode("ascii", "replace").upper(), text.decode("utf-8", "replace")
        at += 4 + size


def _packets(data: bytes) -> Iterator[bytes]:
    """The packets of the only stream of an Ogg file."""
    packet, at = bytearray(), 0
    while data[at : at + 4] == b"OggS":
        table = data[at + _PAGE : at + _PAGE + data[at + _PAGE - 1]]
        at += _PAGE + len(table)
        for size in table:
            packet += data[at : at + size]
            at += size
            if size < 255:
                yield bytes(packet)
                packet.clear()
