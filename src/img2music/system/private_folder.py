"""A temporary folder for one process, which a later process removes if it was killed."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from img2music.errors import OutputError
from img2music.system.files import reason

_PREFIX = "img2music-page-"
_LOCK = ".lock"
_TRIES, _PAUSE = 50, 0.02  # s
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@contextmanager
def private_folder() -> Iterator[Path]:
    """Yield a new temporary folder that only this user can enter, and remove it at the end.

    A file beside it, `NAME.lock`, is locked as long as the process lives. Folders of killed processes of the same user
    are removed first. Raises `OutputError` when there is no place for temporary files.
    """
    try:
        top = Path(tempfile.gettempdir()).absolute()
        _sweep(top)
        descriptor, folder = _claim(top)
    except OSError as problem:
        raise OutputError(
            f"Cannot keep temporary files: {reason(problem)}; name a folder that can be written in TMPDIR."
        ) from problem
    try:
        folder.mkdir(0o700)
        folder.chmod(0o700)  # whatever the umask is
        yield folder
    finally:
        _remove(folder, descriptor)


def _claim(top: Path) -> tuple[int, Path]:
    """A name for a folder, and the open, locked file beside it. Raises `OSError`."""
    while True:
        folder = top / f"{_PREFIX}{secrets.token_hex(8)}"
        descriptor = os.open(_lock_of(folder), _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        # Another process may take the new file for a forgotten one before it is locked, and remove it.
        if _lock(descriptor) is not False and os.fstat(descriptor).st_nlink:
            return descriptor, folder
        os.close(descriptor)


def _sweep(top: Path) -> None:
    """Remove this user's folders in `top` whose processes have ended. Raises `OSError` when `top` cannot be listed."""
    with os.scandir(top) as entries:
        locks = [entry for entry in entries if entry.name.startswith(_PREFIX) and entry.name.endswith(_LOCK)]
    for entry in locks:
        with suppress(OSError):
            if _is_own(entry.stat(follow_symlinks=False), stat.S_ISREG):
                descriptor = os.open(entry.path, _FLAGS)
                if _lock(descriptor):
                    _remove(top / entry.name.removesuffix(_LOCK), descriptor)
                else:
                    os.close(descriptor)


def _remove(folder: Path, descriptor: int) -> None:
    """Remove a folder, then the file beside it, whose lock ends with that. Links are removed, not followed."""
    with suppress(OSError):
        for _ in range(_TRIES):  # a thread that is still at work may put a file there in between
            if not _is_own(folder.lstat(), stat.S_ISDIR):
                break
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(_PAUSE)
    if sys.platform == "win32":
        os.close(descriptor)  # an open file cannot be removed there
    with suppress(OSError):
        _lock_of(folder).unlink()
    if sys.platform != "win32":
        os.close(descriptor)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)


if sys.platform == "win32":
    import msvcrt

    def _is_own(status: os.stat_result, kind: object) -> bool:
        return kind(status.st_mode)  # temporary folders belong to one user

    def _lock(descriptor: int) -> bool | None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl
    from collections.abc import Callable

    def _is_own(status: os.stat_result, kind: Callable[[int], bool]) -> bool:
        """Whether a file is of a kind and belongs to this user."""
        return kind(status.st_mode) and status.st_uid == os.geteuid()

    def _lock(descriptor: int) -> bool | None:
        """Lock a file; False if another process has it, None where files cannot be locked."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True
