"""Img2Music: a picture goes in, a short piece of music that fits it comes out.

from img2music import Img2Music
Img2Music().generate("cover.jpg", seed=7).save("cover.wav")

import img2music
img2music.compose("cover.jpg", seed=7).save("cover.mid")
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # what `typing` says, without the time that importing it takes
if TYPE_CHECKING:
    from img2music.briefing import compose
    from img2music.composition.score import Score
    from img2music.output.snippet import Snippet
    from img2music.pipeline import Img2Music
    from img2music.wishes import Extension, Remake, Wishes

    __version__: str

# ONNX Runtime reads this once, when it is imported, and otherwise reports to its makers. It stands here because
# this module comes before every other of the package, in every process, and other packages import ONNX Runtime too.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__all__ = ["Extension", "Img2Music", "Remake", "Score", "Snippet", "Wishes", "__version__", "compose"]


def __getattr__(name: str) -> object:
    """Load each name on first use, so that `import img2music` costs nothing."""
    if name == "Img2Music":
        from img2music.pipeline import Img2Music

        return Img2Music
    if name == "Snippet":
        from img2music.output.snippet import Snippet

        return Snippet
    if name == "compose":
        from img2music.briefing import compose

        return compose
    if name == "Score":
        from img2music.composition.score import Score

        return Score
    if name in ("Wishes", "Extension", "Remake"):
        from img2music import wishes

        return getattr(wishes, name)
    if name == "__version__":
        from img2music.version import __version__

        return __version__
    raise AttributeError(f"module 'img2music' has no attribute {name!r}")
