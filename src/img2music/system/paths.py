"""Where what belongs to the user is kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from img2music.errors import OptionError

VARIABLE = "IMG2MUSIC_DATA"


def data_folder() -> Path:
    """The user's own folder for Img2Music, which need not exist: what `IMG2MUSIC_DATA` names, or the platform's place.

    A `~` at its beginning is the user's home. Raises `OptionError` when the user has no home.
    """
    named = os.environ.get(VARIABLE)
    try:
        return Path(named).expanduser() if named else _place() / "img2music"
    except RuntimeError as problem:
        raise OptionError(f"There is no home folder; say in {VARIABLE} where your music shall be kept.") from problem


def _place() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return xdg_folder("XDG_DATA_HOME", ".local/share")


def xdg_folder(variable: str, usual: str) -> Path:
    """The folder that a variable of the XDG standard names, or the `usual` one in the user's home.

    The standard passes over a path that is not absolute. Raises `RuntimeError` when there is no home.
    """
    named = os.environ.get(variable, "")
    return Path(named) if os.path.isabs(named) else Path.home() / usual
