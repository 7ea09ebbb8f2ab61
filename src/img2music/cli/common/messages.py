"""Lines on standard error, and how a command ends that could do only a part."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

import typer

from img2music.cli.common.exits import PARTLY
from img2music.errors import Img2MusicError, OutputError, printable
from img2music.system.files import reason

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def warn(text: object) -> None:
    """Print a line on standard error, as errors are printed."""
    print(printable(f"img2music: {text}"), file=sys.stderr)


def fail_if_nothing_worked(results: Sequence[object], problems: Sequence[Img2MusicError]) -> None:
    """Where there is no result, print all problems but the last and raise that."""
    if not results and problems:
        for problem in problems[:-1]:
            warn(problem)
        raise problems[-1]


def end_partly(problems: Sequence[object]) -> None:
    """Where there are problems, print them and end the command with the exit status for a part."""
    for problem in problems:
        warn(problem)
    if problems:
        raise typer.Exit(PARTLY)


def writes_into(option: str) -> Callable[[Callable[_Arguments, _Result]], Callable[_Arguments, _Result]]:
    """Decorate a command that writes into the folder of its `option`: an `OSError` becomes an `OutputError`."""

    def decorate(command: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
        @wraps(command)
        def run(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
            try:
                return command(*args, **kwargs)
            except BrokenPipeError:  # nobody reads what is printed any more
                raise
            except OSError as problem:
                place = problem.filename or kwargs[option]
                raise OutputError(f"Cannot read or write {place}: {reason(problem)}.") from problem

        return run

    return decorate
