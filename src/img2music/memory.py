"""Errors that mean that there is not enough memory, in whatever words."""

from __future__ import annotations

import errno
from collections.abc import Iterator

_WORDS = ("annot allocate memory", "failed to map segment", "bad_alloc", "bad allocation", "ailed to allocate memory")
"""What libraries say instead of raising `MemoryError`, without the letters that are large or small."""
_THREADS = "can't start new thread"


def lacks_memory(problem: BaseException) -> bool:
    """Whether an error, or one that it came from, means that memory or the number of threads is used up."""
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
