"""Optional packages: what to install when one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from img2music.errors import OptionError
from img2music.system.memory import FOR_SCIENCE, check_room

_LARGE = {"app", "corpus", "data", "eval", "ray", "train"}
"""Extras whose packages take much memory to be imported."""


@contextmanager
def needs(extra: str, more: str = "") -> Iterator[None]:
    """Around imports of the packages of an extra: a missing one becomes an `OptionError` that says how to
    install it, with the command `more` if that is not enough. Raises `MemoryError` before large ones."""
    if extra in _LARGE:
        check_room(FOR_SCIENCE)
    try:
        yield
    except ModuleNotFoundError as error:
        command = f"pip install 'img2music[{extra}]'" + (f" && {more}" if more else "")
        raise OptionError(f"{error.name} is not installed; run: {command}") from error
