"""A lock between processes."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from img2music.system.files import UNSUPPORTED

_AGAIN = 0.05  # s
_UNSUPPORTED = UNSUPPORTED | {errno.ENOLCK}


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock on the file `path` in the block, and wait for other processes that hold it.

    The lock of a process that dies is released; the file remains. File systems without locks, such as some network
    ones, do not exclude others. Raises `OSError` when the file cannot be made or locked.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _lock(descriptor)
        except OSError as problem:
            if problem.errno not in _UNSUPPORTED:
                raise
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        while True:
            try:
                return msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            except PermissionError:
                time.sleep(_AGAIN)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
