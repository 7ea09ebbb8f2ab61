"""The version of the program. Importing it takes some milliseconds, so it is done when it is asked for."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("img2music")
except PackageNotFoundError:  # run from a source folder that was never installed
    __version__ = "0.0.0"
