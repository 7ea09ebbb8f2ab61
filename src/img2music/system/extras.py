"""Extras: optional packages, and what to install when one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from img2music.errors import OptionError
from img2music.system.memory import FOR_SCIENCE, check_room

_LARGE = {"app", "corpus", "data", "eval", "ray", "train"}
"""Extras whose packages need much memory to be imported."""


@contextmanager
def needs(extra: str, more: str = "") -> Iterator[None]:
    """Wrap imports of the packages of an extra: a missing one raises an `OptionError` that says how to install it.

    `more` is a further command that is needed. Raises `MemoryError` when there is too little memory for large packages.
    """
    if extra in _LARGE:
        check_room(FOR_SCIENCE)
    try:
        yield
    except ModuleNotFoundError as error:
        command = f"pip install 'img2music[{extra}]'" + (f" && {more}" if more else "")
        raise OptionError(f"{error.name} is not installed; run: {command}") from error
