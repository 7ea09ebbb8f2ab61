"""The project's own pictures, one for each genre."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from img2music.genres import GENRES


def example_pictures() -> list[Path]:
    """The example pictures, from the installed package or from the source tree."""
    package = Path(str(resources.files("img2music")))
    for folder in (package / "app" / "pictures", package.parents[1] / "examples"):
        found = [folder / f"{genre}.png" for genre in GENRES if (folder / f"{genre}.png").is_file()]
        if found:
            return found
    return []
