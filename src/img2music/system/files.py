"""Reading and writing files safely: no half-written results, no overwritten files."""

import ctypes
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from img2music.errors import Img2MusicError, OutputError

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another place",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another place",
    errno.EACCES: "permission denied; choose a place you may use or change the permissions",
    errno.EPERM: "permission denied; choose a place you may use or change the permissions",
    errno.EROFS: "the disk is read-only; choose another place",
    errno.ENOENT: "no such file or folder; check the path",
    errno.ENOTDIR: "a part of the path is not a folder; check the path",
    errno.EISDIR: "that is a folder; give the name of a file",
    errno.EEXIST: "the file already exists; choose another name or use --force to replace it",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}

_NOT_REGULAR = "that is a pipe or a device; give the name of an ordinary file"

UNSUPPORTED = frozenset((errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF, errno.ENOTTY))
"""Error numbers by which network and FUSE file systems say that they do not support an operation."""
_LINKS_UNSUPPORTED = UNSUPPORTED | {errno.EPERM, errno.EACCES, errno.EMLINK, errno.EXDEV}


def regular_file_size(path: Path, error: type[Img2MusicError]) -> int:
    """The size in bytes of a file that is about to be read.

    Raises `error` when `path` is missing, cannot be reached, or is no regular file; a pipe or a
    device could block for ever or never end.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as problem:
        raise error(f"Cannot read {path}: {reason(problem)}.") from problem
    if stat.S_ISDIR(status.st_mode):
        raise error(f"Cannot read {path}: {_REASONS[errno.EISDIR]}.")
    if not stat.S_ISREG(status.st_mode):
        raise error(f"Cannot read {path}: {_NOT_REGULAR}.")
    return status.st_size


def reason(problem: OSError | ValueError) -> str:
    """What went wrong with a file and what to do, in a few words."""
    if isinstance(problem, ValueError):  # a null or an unencodable character in the name
        return "that is not a valid file name; check the path"
    return _REASONS.get(problem.errno or 0) or problem.strerror or type(problem).__name__


def read_regular(path: Path, largest: int, error: type[Img2MusicError]) -> bytes:
    """The bytes of an untrusted path, which need not even be a file.

    Raises `error` when `path` cannot be read, is no regular file or holds more than `largest` bytes. It never
    waits for a pipe, not even for one that replaces the file in the meantime.
    """
    if regular_file_size(path, error) > largest:
        raise error(f"{path} is above {_in_words(largest)}, too much for what it should be; give the right file.")
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(None, _NOT_REGULAR)
            return file.read(largest)
    except (OSError, ValueError) as problem:
        raise error(f"Cannot read {path}: {reason(problem)}.") from problem


def _in_words(size: int) -> str:
    return f"{size >> 20} MiB" if size >= 2**20 else f"{size >> 10} KiB"


@contextmanager
def atomic_write(path: str | Path, force: bool = False, through_link: bool = True) -> Iterator[Path]:
    """Yield a temporary path to write to, which becomes `path` only if the block succeeds.

    The temporary file is hidden, lies in the same folder and has the same suffix. On success it is
    flushed to the disk and renamed; on any failure, an interrupt included, it is removed and whatever
    was at `path` is left as it was. Without `force` an existing file is never replaced, not even
    one that appears meanwhile. With `force` a symbolic link is followed, or without `through_link` replaced
    itself, so that a link in a folder of results leads no result elsewhere; and only a regular file is replaced.

    Raises `OutputError` when `path` cannot be written: no such folder, no permission, disk full, a file
    that exists, a name that is not allowed. An `OSError` inside the block counts as such, so the block
    should do nothing but write.
    """
    try:
        target = Path(os.path.realpath(path)) if force and through_link else Path(path)
        _check_target(target, force)
        temporary = _create_beside(target)
    except (OSError, ValueError) as problem:
        raise _cannot_write(Path(path), problem) from problem
    try:
        yield temporary
        flush_to_disk(temporary)
        if force:
            os.replace(temporary, target)
        else:
            _move_to_free_name(temporary, target)
    except OSError as problem:
        raise _cannot_write(Path(path), problem) from problem
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def exchange_folder(new: Path, old: Path) -> None:
    """Put the folder `new` in the place of the folder `old` on the same disk, and `old` in that of `new`.

    Everything in `new` is flushed to the disk first. On Linux the exchange is atomic; elsewhere an interruption between
    two renames leaves `old` beside `new` with the suffix `.before`. Raises `OSError`.
    """
    for path in new.rglob("*"):
        if path.is_file():
            flush_to_disk(path)
    if _exchanged_at_once(new, old):
        return
    aside = old.with_name(f"{old.name}.before")
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise
    aside.rename(new)


def _exchanged_at_once(new: Path, old: Path) -> bool:
    """Exchange two folders atomically where the system can; returns whether it did."""
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return rename(here, os.fsencode(new), here, os.fsencode(old), exchange) == 0


def _cannot_write(path: Path, problem: OSError | ValueError) -> OutputError:
    if isinstance(problem, FileNotFoundError):
        return OutputError(f"Cannot write {path}: there is no folder {path.parent}; create it first.")
    return OutputError(f"Cannot write {path}: {reason(problem)}.")


def _check_target(target: Path, force: bool) -> None:
    """Raise the fitting `OSError` early, before any work is spent on a file that cannot be kept."""
    try:
        mode = target.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not force:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):  # a link is here only when it shall be replaced itself
        # Renaming onto /dev/null would replace the device itself.
        raise OSError(None, _NOT_REGULAR)


def _create_beside(target: Path) -> Path:
    """Create an empty hidden file in the folder of `target`, with the permissions of any new file."""
    temporary = target.with_name(f".img2music-{secrets.token_hex(8)}{target.suffix}")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return temporary


def flush_to_disk(path: Path) -> None:
    """Wait until a file is on the disk, where the file system supports that. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDWR)  # Windows flushes only what is open for writing
    try:
        os.fsync(descriptor)
    except OSError as problem:
        if problem.errno not in UNSUPPORTED:
            raise
    finally:
        os.close(descriptor)


def _move_to_free_name(source: Path, target: Path) -> None:
    """Rename `source` to `target` unless that exists, atomically."""
    try:
        os.link(source, target)
    except OSError as problem:
        if problem.errno not in _LINKS_UNSUPPORTED:
            raise
        _claim_and_replace(source, target)
    else:
        source.unlink()


def _claim_and_replace(source: Path, target: Path) -> None:
    """Do as `_move_to_free_name` on a file system without hard links, such as exFAT."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        os.replace(source, target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
