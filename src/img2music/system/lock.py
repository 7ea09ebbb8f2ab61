"""One process at a time."""

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
    """Wait until no other process is in such a block for the file `path`, which stays. A process that dies leaves it.

    A file system without locks, as some of networks are, has no such order: nobody waits there. Raises `OSError` when
    the file cannot be made or locked.
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
