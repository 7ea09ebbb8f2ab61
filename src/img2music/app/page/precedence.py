"""Who goes first: nobody's second snippet is made while somebody waits for the first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIET = 0.15
"""Between two who stand in the queue there is a shorter gap than this, s."""


class Precedence:
    """Counts those who are being served first; the others wait for a gap. `clock` tells the time in s."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._served = 0
        self._changed = threading.Condition()
        self._last = clock() - QUIET

    @contextmanager
    def first(self) -> Iterator[None]:
        """While somebody is served who goes first."""
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
        """Return when nobody who goes first is being served, or has been just now, in at most `longest` s."""
        end = self._clock() + longest
        with self._changed:
            while (left := self.left(end)) > 0:
                self._changed.wait(left)

    def left(self, end: float) -> float:
        """How long somebody must still wait as things are who waits until the time `end` at most, s."""
        now = self._clock()
        return (end if self._served else min(end, self._last + QUIET)) - now
