"""Ending the page's process on signals."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block as Ctrl+C does, with cleanup, and with 128 plus the number of the signal as
    the exit status. A signal that was ignored before, as by nohup, still is.
    """
    try:
        with _answered(_ENDS, _end):
            yield
    except (KeyboardInterrupt, SystemExit) as end:
        if any(thread.daemon for thread in threading.enumerate()):
            # Python's regular shutdown could crash in a thread that still computes
            atexit.register(os._exit, 128 + signal.SIGINT if isinstance(end, KeyboardInterrupt) else int(end.code or 0))
        raise


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore signals in the block."""
    if threading.current_thread() is not threading.main_thread():  # the only one that receives signals
        yield
        return
    with _answered([*_ENDS, signal.SIGINT], signal.SIG_IGN):
        yield


@contextmanager
def _answered(numbers: list[signal.Signals], answer: signal._HANDLER) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in numbers}
    handled = {number: handler for number, handler in before.items() if handler is not signal.SIG_IGN}
    for number in handled:
        signal.signal(number, answer)
    try:
        yield
    finally:
        for number, handler in handled.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
