"""Exit statuses, and errors of users as one line without a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from img2music.errors import Img2MusicError, printable
from img2music.system.descriptors import dependable_streams
from img2music.system.files import reason
from img2music.system.interrupts import LINE, Interrupts
from img2music.system.memory import lacks_memory

DONE, PARTLY, MISTAKE = 0, 1, 2
HUNG_UP, INTERRUPTED, UNREAD, TERMINATED = 129, 130, 141, 143
"""128 plus the number of the signal, as in shells: SIGHUP, SIGINT, SIGPIPE and SIGTERM."""
EPILOG = (
    "Exit status: 0 done; 1 some of several pictures or recordings failed; 2 a mistake in what was asked, named in one "
    "line on standard error; 129 the terminal was closed; 130 stopped with Ctrl+C; 141 nobody reads the output any "
    "more; 143 stopped by another program."
)
_COMPLETION = {"--install-completion", "--show-completion"}
_NO_MEMORY = "There is not enough memory; end other programs, raise its limit or take less at once."


def run(app: Callable[..., object], name: str, interrupts: Interrupts | None = None) -> NoReturn:
    """Run a Typer application called `name`, which `interrupts` may end, and exit as `EPILOG` says."""
    with dependable_streams() as output:
        status = _status(app, name, interrupts)
        try:
            output.flush()
        except OSError as problem:
            status = status or _unusable(name, problem)
    sys.exit(status)


def _status(app: Callable[..., object], name: str, interrupts: Interrupts | None) -> int:
    try:
        app(prog_name=name)
    except SystemExit as end:
        # Typer and Rich end with 1 then
        if isinstance(end.__context__, BrokenPipeError):
            return UNREAD
        status = int(end.code or DONE)
        if status == PARTLY and _completes(name):
            status = MISTAKE
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BaseException as problem:
        if interrupts is None or interrupts.came is None:  # or it is what became of the signal on its way
            return _failed(name, problem)
        status = 128 + interrupts.came
    else:
        return DONE
    if status != DONE and interrupts is not None and interrupts.came is not None:
        status = 128 + interrupts.came  # libraries that are interrupted end with others
    if status == INTERRUPTED:
        print(f"{name}: {LINE}", file=sys.stderr)
    return status


def _completes(name: str) -> bool:
    """Whether shell completion was requested, which Typer ends with 1 for an unknown shell."""
    return f"_{name.upper()}_COMPLETE" in os.environ or not _COMPLETION.isdisjoint(sys.argv)


def _failed(name: str, problem: BaseException) -> int:
    """Print the message of an exception and return the status; an unexpected exception is raised again."""
    if isinstance(problem, Img2MusicError):
        return _mistake(name, str(problem))
    if lacks_memory(problem):
        return _mistake(name, _NO_MEMORY)
    if isinstance(problem, OSError):
        return _unusable(name, problem)
    raise problem


def _unusable(name: str, problem: OSError) -> int:
    if isinstance(problem, BrokenPipeError):
        return UNREAD
    what = "write" if problem.filename is None else f"use {problem.filename}"
    return _mistake(name, printable(f"Cannot {what}: {reason(problem)}."))


def _mistake(name: str, text: str) -> int:
    print(f"{name}: {text}", file=sys.stderr)
    return MISTAKE
