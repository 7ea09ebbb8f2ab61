"""The user's folders for data and cache."""

from __future__ import annotations

import os
from pathlib import Path

from img2music.errors import OptionError

DATA_VARIABLE, CACHE_VARIABLE = "IMG2MUSIC_DATA", "IMG2MUSIC_CACHE"
_NAME = "img2music"


def data_folder() -> Path:
    """The user's folder for Img2Music: what `IMG2MUSIC_DATA` names, or the platform's usual place.

    It need not exist. A `~` at the beginning of the variable is the user's home. Raises `OptionError` when the user has
    no home.
    """
    from platformdirs import user_data_path

    try:
        return _named(DATA_VARIABLE) or user_data_path(_NAME, appauthor=False)
    except RuntimeError as problem:
        raise _homeless(DATA_VARIABLE) from problem


def cache_folder() -> Path:
    """The user's folder for what can be fetched again: what `IMG2MUSIC_CACHE` names, or the platform's usual place.

    As `data_folder` in all else.
    """
    from platformdirs import user_cache_path

    try:
        return _named(CACHE_VARIABLE) or user_cache_path(_NAME, appauthor=False)
    except RuntimeError as problem:
        raise _homeless(CACHE_VARIABLE) from problem


def _named(variable: str) -> Path | None:
    """The folder that a variable names. Raises `RuntimeError` when it begins with a home that there is not."""
    named = os.environ.get(variable)
    return Path(named).expanduser() if named else None


def _homeless(variable: str) -> OptionError:
    return OptionError(f"There is no home folder; name a folder for Img2Music's files in {variable}.")
