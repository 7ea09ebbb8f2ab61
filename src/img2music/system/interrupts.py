"""Signals that end the program: Ctrl+C, and those that other programs and closing terminals send.

The command line imports this module before all others, so it imports next to nothing itself.
"""

from __future__ import annotations

import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

LINE = "interrupted"
"""The message after Ctrl+C."""
_NUMBERS = [int(getattr(signal, name)) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_ONE_WISH = 1.0
"""Signals within this time, s, count as one: a key pressed twice, or a terminal and a shell that both send it."""


class Interrupts:
    """How this process responds to such a signal.

    At first it exits at once, since there is nothing to clean up. In a `with` block of this object an exception is
    raised, so that unfinished work is undone. After the block signals are ignored."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._answer = self._end
        self._last = -_ONE_WISH
        self.came: int | None = None
        """The number of the signal that was received in the `with` block."""

    def install(self) -> None:
        """Handle signals from now on, except those that the program was started to ignore."""
        for number in _NUMBERS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._receive)
        sys.unraisablehook = self._raise_again

    def close(self) -> None:
        """Ignore signals while Python shuts down."""
        for number in _NUMBERS:
            signal.signal(number, signal.SIG_IGN)
        # an interrupt that passed through `exec` or `eval` of a text would make Python end with the signal itself; the
        # next such call takes that back
        exec("")

    def __enter__(self) -> Interrupts:
        self._answer = self._raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._answer = self._pass

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self._answer(number)

    def _end(self, number: int) -> None:
        if number == signal.SIGINT:
            try:  # noqa: SIM105  importing contextlib would take time
                os.write(2, f"{self._name}: {LINE}\n".encode())
            except OSError:  # standard error is closed
                pass
        os._exit(128 + number)

    def _raise(self, number: int) -> None:
        now = time.monotonic()
        if now - self._last < _ONE_WISH:
            return
        self._last, self.came = now, number
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    def _pass(self, number: int) -> None:
        pass

    def _raise_again(self, ignored: sys.UnraisableHookArgs) -> None:
        """Python ignores exceptions in finalizers. A signal that was raised in one is sent again."""
        if self.came is None or not isinstance(ignored.exc_value, (KeyboardInterrupt, SystemExit)):
            sys.__unraisablehook__(ignored)
            return
        from threading import Timer

        self._last = -_ONE_WISH
        again = Timer(0.01, _send_to_main_thread, [self.came])
        again.daemon = True
        again.start()


class Unaffected:
    """Processes that are started in a `with` block of this object ignore such signals until they call `affect_again`.

    The parent handles the signals, after the block, so that no start is interrupted, and ends the processes."""

    def __enter__(self) -> None:
        import threading

        self._came: list[int] = []
        self._before: dict[int, Callable[[int, FrameType | None], object]] = {}
        if threading.current_thread() is threading.main_thread():
            for number in _NUMBERS:
                answer = signal.getsignal(number)
                if callable(answer):
                    self._before[number] = answer
                    signal.signal(number, self._remember)
        if hasattr(signal, "pthread_sigmask"):
            from multiprocessing import resource_tracker

            self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, _NUMBERS)
            # started later it would undo the mask, which processes inherit; it needs the mask itself against SIGHUP
            resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_BLOCK, _NUMBERS)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        for number, answer in self._before.items():
            signal.signal(number, answer)
        if self._came:
            signal.raise_signal(self._came[0])

    def _remember(self, number: int, frame: FrameType | None) -> None:
        self._came.append(number)


def affect_again() -> None:
    """Undo `Unaffected` in a process that was started in its block."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _NUMBERS)


def _send_to_main_thread(number: int) -> None:
    """Send a signal so that it interrupts a blocking call of the main thread."""
    import threading

    if hasattr(signal, "pthread_kill") and (main := threading.main_thread().ident) is not None:
        signal.pthread_kill(main, number)
    else:
        signal.raise_signal(number)
