"""Standard streams made dependable: text is written completely, in any encoding, or there is an error."""

from __future__ import annotations

import errno
import io
import os
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

if TYPE_CHECKING:
    from typing_extensions import Buffer

_STANDARD = (0, 1, 2)
_PAUSE = 0.01  # s


class _Whole(io.RawIOBase):
    """Writes everything to a descriptor, in as many calls as it takes, or raises `OSError`, then and on every later
    write. When `lenient` it never raises, and drops what cannot be written."""

    def __init__(self, descriptor: int, lenient: bool) -> None:
        self.lenient = lenient
        self._descriptor = descriptor
        self._problem: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def write(self, data: Buffer) -> int:
        rest = memoryview(data).cast("B")
        length = len(rest)
        try:
            while rest and self._problem is None:
                rest = rest[self._write_some(rest) :]
        except OSError as problem:
            self._problem = problem
        if self._problem is not None and not self.lenient:
            raise self._problem
        return length

    def _write_some(self, data: memoryview) -> int:
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:
            _wait_until_writable(self._descriptor)
            return 0


class _Closed(_Whole):
    """Stands in for standard output that was closed before the program started."""

    def __init__(self) -> None:
        super().__init__(-1, lenient=False)

    def fileno(self) -> int:
        raise OSError(errno.EBADF, "standard output is closed; send it on with | or >, or use --quiet")

    def isatty(self) -> bool:
        return False

    def _write_some(self, data: memoryview) -> int:
        return self.fileno()


@contextmanager
def dependable_streams() -> Iterator[TextIO]:
    """Yield standard output, which in the block writes everything or raises `OSError`, at the latest on flush.

    Characters that its encoding lacks are written as escapes such as `\\u266b`. Standard error is written as far as
    possible. Neither is ever None: writing to closed standard output is an error, and text for closed standard error is
    dropped.
    """
    before = sys.stdout, sys.stderr
    _occupy()
    streams = _dependable(before[0], lenient=False), _dependable(before[1], lenient=True)
    sys.stdout, sys.stderr = streams
    try:
        yield streams[0]
    finally:
        sys.stdout, sys.stderr = before
        for stream in streams:
            _forgive(stream)


def _occupy() -> None:
    """Open the null device for closed standard streams, or the next file would get their descriptor."""
    for descriptor in _STANDARD:
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest number that is free


def _dependable(stream: TextIO | None, lenient: bool) -> TextIO:
    if stream is None:
        if lenient:
            return open(os.devnull, "w", encoding="utf-8")
        return io.TextIOWrapper(io.BufferedWriter(_Closed()), "utf-8", "backslashreplace")
    try:
        raw = _Whole(stream.fileno(), lenient)
    except (OSError, ValueError):  # something in memory
        return stream
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    if os.name == "nt" and stream.isatty():  # Python writes to it in a way of its own
        stream.reconfigure(errors="backslashreplace")
        return stream
    with suppress(OSError):
        stream.flush()
    return io.TextIOWrapper(
        cast(BinaryIO, raw) if stream.write_through else io.BufferedWriter(raw),  # as Python does it
        stream.encoding,
        "backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _forgive(stream: TextIO) -> None:
    """Let a stream be closed without a second error: the first one was reported."""
    under = getattr(stream, "buffer", None)
    raw = getattr(under, "raw", under)
    if isinstance(raw, _Whole):
        raw.lenient = True


def read_up_to(stream: TextIO, most: int) -> bytes:
    """The bytes of a stream to its end, at most `most`, also where it is non-blocking. Raises `OSError`."""
    data = bytearray()
    while len(data) < most:
        part = stream.buffer.read(most - len(data))
        if part is None:
            _wait_until_readable(stream.fileno())
        elif part:
            data += part
        else:
            break
    return bytes(data)


def _wait_until_writable(descriptor: int) -> None:
    if os.name == "nt":  # select works on sockets alone
        time.sleep(_PAUSE)
    else:
        select.select([], [descriptor], [])


def _wait_until_readable(descriptor: int) -> None:
    if os.name == "nt":
        time.sleep(_PAUSE)
    else:
        select.select([descriptor], [], [])


@contextmanager
def silent_descriptor() -> Iterator[None]:
    """Suppress what native libraries write to standard error in the block."""
    try:
        kept = os.dup(2)
    except OSError:  # it is closed
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
