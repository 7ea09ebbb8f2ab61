"""Img2Music: a picture goes in, a short piece of music that fits it comes out.

from img2music import Img2Music
Img2Music().generate("cover.jpg", seed=7).save("cover.wav")

import img2music
img2music.compose("cover.jpg", seed=7).save("cover.mid")
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from img2music.composition.briefing import compose
    from img2music.composition.score import Score
    from img2music.pipeline import Img2Music
    from img2music.snippet import Snippet

try:
    __version__ = version("img2music")
except PackageNotFoundError:  # run from a source folder that was never installed
    __version__ = "0.0.0"

__all__ = ["Img2Music", "Score", "Snippet", "__version__", "compose"]


def __getattr__(name: str) -> object:
    """Load the pipeline on first use, so that `import img2music` costs nothing."""
    if name == "Img2Music":
        from img2music.pipeline import Img2Music

        return Img2Music
    if name == "Snippet":
        from img2music.snippet import Snippet

        return Snippet
    if name == "compose":
        from img2music.composition.briefing import compose

        return compose
    if name == "Score":
        from img2music.composition.score import Score

        return Score
    raise AttributeError(f"module 'img2music' has no attribute {name!r}")
