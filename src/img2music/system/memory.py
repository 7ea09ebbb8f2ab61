"""Lack of memory: recognising its errors, and a check before importing libraries that would abort the program."""

from __future__ import annotations

import errno
import mmap
import os
import sys
from collections.abc import Iterator

FOR_NUMPY, FOR_NETWORKS, FOR_SCIENCE = 160 << 20, 640 << 20, 512 << 20
"""Address space in bytes, on one processor, that is needed to import NumPy, to run networks with ONNX Runtime, and to
import SciPy and packages that use it."""
_FOR_EACH_PROCESSOR = 32 << 20
"""Further bytes for each processor, for which libraries start a thread."""
_MOST_PROCESSORS = 16

_WORDS = ("annot allocate memory", "failed to map segment", "bad_alloc", "bad allocation", "ailed to allocate memory")
"""Messages of libraries that do not raise `MemoryError`, without first letters, whose case varies."""
_THREADS = "can't start new thread"


def lacks_memory(problem: BaseException) -> bool:
    """Whether an error, or one of its causes, means that memory or threads are exhausted."""
    return any(map(_says_so, _causes(problem)))


def _says_so(problem: BaseException) -> bool:
    if isinstance(problem, OSError) and problem.errno == errno.ENOMEM:
        return True
    text = str(problem)
    return isinstance(problem, MemoryError) or text == _THREADS or any(words in text for words in _WORDS)


def _causes(problem: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = problem
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def check_room(size: int) -> None:
    """Raise `MemoryError` when a limit on the address space (`ulimit -v`) leaves less than `size` bytes, and some more
    per processor. Without a limit nothing is checked.

    Without this check some libraries would abort the program or hang.
    """
    if sys.platform == "win32":
        return
    import resource

    if resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY:
        return
    size += _FOR_EACH_PROCESSOR * min(os.cpu_count() or 1, _MOST_PROCESSORS)
    try:
        mmap.mmap(-1, size).close()
    except OSError as problem:
        raise MemoryError("the limit of the address space is too low") from problem
