"""How the program ends: which exit status says what, and no traceback for anything a user may do."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from img2music.errors import Img2MusicError
from img2music.files import reason

DONE, PARTLY, MISTAKE = 0, 1, 2
INTERRUPTED, UNREAD = 130, 141
"""128 and the number of the signal, as shells give it: the interrupt, and a pipe that nobody reads any more."""
EPILOG = (
    "Exit status: 0 done; 1 some pictures of a batch failed; 2 a mistake in what was asked, named in one line on "
    "standard error; 130 stopped with Ctrl+C; 141 nobody reads the output any more."
)


def run(app: Callable[..., object], name: str) -> NoReturn:
    """Run a Typer application called `name` and exit as `EPILOG` says."""
    status = _status(app, name)
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as problem:
        # or Python would write it again when it ends, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = status or _unwritten(name, problem)
    sys.exit(status)


def _status(app: Callable[..., object], name: str) -> int:
    try:
        app(prog_name=name)
    except Img2MusicError as error:
        return _mistake(name, str(error))
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        return _unwritten(name, problem)
    except KeyboardInterrupt:
        return _interrupted(name)
    except SystemExit as end:
        # Typer and Rich end with 1 then
        if isinstance(end.__context__, BrokenPipeError):
            return UNREAD
        if end.code == INTERRUPTED:
            return _interrupted(name)
        return int(end.code or DONE)
    return DONE


def _unwritten(name: str, problem: OSError) -> int:
    if isinstance(problem, BrokenPipeError):
        return UNREAD
    return _mistake(name, f"Cannot write: {reason(problem)}.")


def _mistake(name: str, text: str) -> int:
    print(f"{name}: {text}", file=sys.stderr)
    return MISTAKE


def _interrupted(name: str) -> int:
    print(f"{name}: interrupted", file=sys.stderr)
    return INTERRUPTED
