"""Recordings that were written as a stream, whose headers say nothing of how long they are."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

_UNKNOWN = b"\xff\xff\xff\xff"  # what libsndfile takes for "to the end of the file"
_MOST_CHUNKS = 1000
_WAV_HEADER, _CAF_HEADER = 12, 8  # bytes before the first chunk


def size_patches(file: BinaryIO) -> dict[int, bytes]:
    """Return what the file should have held at which places, for libsndfile to read it to its end.

    That is nothing for most files. WAV has a size of zero where a program could not go back to write it, RF64 and BW64
    have it in a chunk of their own, AU and CAF have ways to say that it is unknown that libsndfile does not know.
    Where the file is read next is left anywhere. Raises OSError.
    """
    end = file.seek(0, os.SEEK_END)
    head = _read(file, 0, 16)
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return _wav_patches(file, head[:4], end)
    if head[:4] == b".snd" and head[8:12] == bytes(4):
        return {8: _UNKNOWN}
    if head[:4] == b"caff":
        return _caf_patches(file, end)
    return {}


class PatchedFile:
    """A file that reads as if it had the patches, as `soundfile.SoundFile` wants one.

    Its methods are called by C, which no exception gets through; the first one is kept as `problem`, and the file ends.
    """

    def __init__(self, file: BinaryIO, patches: dict[int, bytes]) -> None:
        self._file, self._patches = file, patches
        self._at, self._end = 0, file.seek(0, os.SEEK_END)
        self.problem: BaseException | None = None

    def tell(self) -> int:
        """Where it is read next."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, at most to the beginning."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._end}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as the file reaches; returns how many bytes that were."""
        try:
            data = bytearray(_read(self._file, self._at, len(buffer)) if self.problem is None else b"")
            for place, patch in self._patches.items():
                for number, byte in enumerate(patch, place - self._at):
                    if 0 <= number < len(data):
                        data[number] = byte
            buffer[: len(data)] = bytes(data)
        except BaseException as problem:
            self.problem = problem
            return 0
        self._at += len(data)
        return len(data)


def _read(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)


def _wav_patches(file: BinaryIO, kind: bytes, end: int) -> dict[int, bytes]:
    order = ">" if kind == b"RIFX" else "<"
    known = 0  # bytes of samples, as RF64 has them
    for name, size, at in _chunks(file, _WAV_HEADER, f"{order}4sI", end):
        if name == b"ds64":
            _, known = struct.unpack("<QQ", _read(file, at, 16).ljust(16, b"\0"))
        elif name == b"data":
            if kind not in (b"RF64", b"BW64"):
                unknown = size == 0 and not _only_chunks(file, at, f"{order}4sI", end)
                return {at - 4: _UNKNOWN} if unknown else {}
            return {0: b"RF64"} if 0 < known <= end - at else {0: b"RIFF", at - 4: _UNKNOWN}
    return {}


def _caf_patches(file: BinaryIO, end: int) -> dict[int, bytes]:
    for name, size, at in _chunks(file, _CAF_HEADER, ">4sq", end):
        if name == b"data" and size == -1:
            return {at - 8: struct.pack(">q", end - at)}
    return {}


def _chunks(file: BinaryIO, at: int, header: str, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The name and size of each chunk as stored, and where its content begins; RIFF makes odd sizes even."""
    length = struct.calcsize(header)
    for _ in range(_MOST_CHUNKS):
        if at + length > end:
            return
        name, size = struct.unpack(header, _read(file, at, length))
        yield name, size, at + length
        at += length + max(size, 0) + (size % 2 if header.endswith("I") else 0)


def _only_chunks(file: BinaryIO, at: int, header: str, end: int) -> bool:
    """Whether chunks and nothing else follow, as behind samples of which there are really none."""
    for name, size, content in _chunks(file, at, header, end):
        if not (name.isascii() and name.decode("ascii").isprintable()):
            return False
        at = content + size + size % 2
    return at in (end, end + 1)
