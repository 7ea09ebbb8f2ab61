"""Recordings that were written as a stream, whose headers do not give their length."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

_UNKNOWN = b"\xff\xff\xff\xff"  # what libsndfile takes for "to the end of the file"
_MOST_CHUNKS = 1000
_WAV_HEADER, _CAF_HEADER = 12, 8  # bytes before the first chunk


def size_patches(file: BinaryIO) -> dict[int, bytes]:
    """The bytes to read at some offsets in place of the file's own, so that libsndfile reads it to its end.

    Most files need none. WAV has a size of zero where a program could not seek back to write it, RF64 and BW64 have
    the size in a chunk of its own, and AU and CAF can mark it as unknown in ways that libsndfile does not support.
    The file's position afterwards is undefined. Raises `OSError`.
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
    """A file with the patches applied, in the form that `soundfile.SoundFile` takes.

    Its methods are called from C code, through which no exception passes: the first one is kept as `problem`, and the
    file appears to end there.
    """

    def __init__(self, file: BinaryIO, patches: dict[int, bytes]) -> None:
        self._file, self._patches = file, patches
        self._at, self._end = 0, file.seek(0, os.SEEK_END)
        self.problem: BaseException | None = None

    def tell(self) -> int:
        """The current position."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position, at least 0."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._end}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as the file goes; returns the number of bytes."""
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
    """Whether only further chunks follow, as in a file that really has no samples."""
    for name, size, content in _chunks(file, at, header, end):
        if not (name.isascii() and name.decode("ascii").isprintable()):
            return False
        at = content + size + size % 2
    return at in (end, end + 1)
