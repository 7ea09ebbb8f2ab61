"""Processes that answer signals, whatever whoever started the tests told them to ignore."""

from __future__ import annotations

import signal


def heed_signals() -> None:
    """Undo, in a process that is about to start, what `nohup` and shells tell programs in the background."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
