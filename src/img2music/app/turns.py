"""A limit to how many threads compute at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from img2music.errors import OptionError


class Turns:
    """Lets at most `at_once` threads compute at the same time, until it is closed."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._computing = threading.Semaphore(at_once)
        self._closed = False

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn, and keep it for the block. Raises `OptionError` once it is closed."""
        with self._computing:
            if self._closed:
                raise OptionError("The page is closed.")
            yield

    def close(self, patience: float) -> None:
        """Refuse further turns, and wait at most `patience` s for those in progress."""
        self._closed = True
        end = time.monotonic() + patience
        ended = [self._computing.acquire(timeout=max(0.0, end - time.monotonic())) for _ in range(self._at_once)]
        self._computing.release(max(1, sum(ended)))  # lets waiting threads find out that it is closed
