"""Who goes first: nobody's second snippet is made while somebody waits for the first."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_QUIET = 0.15  # s; between two who stand in the queue there is a shorter gap than this


class Precedence:
    """Counts those who are being served first; the others wait for a gap."""

    def __init__(self) -> None:
        self._served = 0
        self._changed = threading.Condition()
        self._last = time.monotonic() - _QUIET

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
                self._last = time.monotonic()
                self._changed.notify_all()

    def wait(self, longest: float) -> None:
        """Return when nobody who goes first is being served, or has been just now, in at most `longest` s."""
        end = time.monotonic() + longest
        with self._changed:
            while (now := time.monotonic()) < end:
                quiet = self._last + _QUIET
                if not self._served and now >= quiet:
                    return
                self._changed.wait((end if self._served else min(end, quiet)) - now)
