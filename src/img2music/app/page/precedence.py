"""Precedence: no visitor's second snippet is made while another one waits for the first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIET = 0.15
"""The gap between two requests in the queue is shorter than this, s."""


class Precedence:
    """Counts first snippets in progress; further ones wait for a gap. `clock` returns the time in s."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._served = 0
        self._changed = threading.Condition()
        self._last = clock() - QUIET

    @contextmanager
    def first(self) -> Iterator[None]:
        """Mark a first snippet as in progress during the block."""
        with self._changed:
            self._served += 1
        try:
            yield
        finally:
            with self._changed:
                self._served -= 1
                self._last = self._clock()
                self._changed.notify_all()

    def wait(self, longest: float) -> None:
        """Wait until no first snippet is in progress or has just ended, at most `longest` s."""
        end = self._clock() + longest
        with self._changed:
            while (left := self.left(end)) > 0:
                self._changed.wait(left)

    def left(self, end: float) -> float:
        """The remaining time to wait, s, for a caller that waits until the time `end` at most."""
        now = self._clock()
        return (end if self._served else min(end, self._last + QUIET)) - now
