"""The process that decodes pictures for another one, within limits of memory and time.

It reads requests on standard input and answers on standard output until its input ends. It opens nothing else, and an
interrupt of the terminal does not reach it.

Where the system has such limits (Linux, and in part macOS), more than `MEMORY` bytes make decoding fail, and more than
`SECONDS` of processor time end the process. Windows has neither: there the parent's limit on the clock is the only one.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from contextlib import suppress
from typing import IO

from PIL import AvifImagePlugin

from img2music.vision.decoding.messages import read_request, write_parts, write_problem
from img2music.vision.decoding.outline import UnfitError
from img2music.vision.decoding.pixels import decode_in_parts

MEMORY = 400 * 2**20
"""Bytes beyond those that the process has before its first picture."""
SECONDS = 5.0
"""Of processor time for a picture."""
_THREADS = 256 * 2**20
"""Bytes of addresses that threads reserve and do not use."""


def main() -> None:
    """Decode picture after picture."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread would have pictures of its own
    _limit_memory()
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError, BrokenPipeError):
        while _answer(questions, answers):
            pass
    os._exit(0)  # nobody reads what is left to say


def _answer(questions: IO[bytes], answers: IO[bytes]) -> bool:
    """Decode the next picture, if there is one; nothing is kept of it."""
    data = read_request(questions)
    if data is None:
        return False
    _limit_time(SECONDS)
    try:
        write_parts(answers, decode_in_parts(data))
    except UnfitError as problem:
        write_problem(answers, str(problem))
    _limit_time(0)
    return True


def _end_with_parent() -> None:
    """End when the parent does, also while a picture is decoded."""
    if hasattr(select, "poll"):
        watched = select.poll()
        watched.register(sys.stdin.fileno(), 0)  # it still tells when the other end is closed
        watched.poll()
        os._exit(0)


def _limit_time(seconds: float) -> None:
    """End this process after so much processor time; 0 takes the limit back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    try:
        import resource
    except ModuleNotFoundError:
        return
    addresses, data = _used()
    for limit, most in ((resource.RLIMIT_DATA, data + MEMORY), (resource.RLIMIT_AS, addresses + MEMORY + _THREADS)):
        with suppress(OSError, ValueError):  # a lower limit may hold already, or the system may have none
            resource.setrlimit(limit, (most, resource.getrlimit(limit)[1]))


def _used() -> tuple[int, int]:
    """Bytes of all addresses and of data that this process has; guessed where the system does not tell."""
    try:
        with open("/proc/self/statm") as file:
            pages = [int(number) for number in file.read().split()]
    except OSError:
        return 2**30, 2**27
    size = os.sysconf("SC_PAGE_SIZE")
    return pages[0] * size, pages[5] * size
