"""Embedders: networks that turn music into vectors, which are close for music that sounds alike.

Whatever has the members of `Embedder` may be given to the functions of this package. An entry in `EMBEDDERS` gives
it a name on the command line as well:

    EMBEDDERS["clap"] = Clap
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from img2music.errors import OptionError

if TYPE_CHECKING:
    import numpy as np

    from img2music.metrics.whitening import Whitening


class Embedder(Protocol):
    """Turns patches of music into vectors between which distances mean something."""

    name: str
    patch_seconds: float

    def embed(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """Samples `(T,)` at `rate` Hz to one embedding for each whole patch, `(P, d)` float64."""
        ...


@runtime_checkable
class Tagger(Protocol):
    """Says what music sounds like in words: the tags of `img2music.metrics.embedders.tags.TAGS`."""

    def tag(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """Samples `(T,)` at `rate` Hz, a patch at least, to tag probabilities `(50,)`."""
        ...


@runtime_checkable
class Whitener(Protocol):
    """Comes with the whitening that its makers published, or with None where that could not be had."""

    whitening: Whitening | None


# The networks are imported when they are made, as they bring torch and librosa.
def _musicnn() -> Embedder:
    from img2music.metrics.embedders.musicnn import Musicnn

    return Musicnn()


def _vggish() -> Embedder:
    from img2music.metrics.embedders.vggish import load_vggish

    return load_vggish()


EMBEDDERS: dict[str, Callable[[], Embedder]] = {"musicnn": _musicnn, "vggish": _vggish}
"""What makes each embedder, by name."""


def load_embedder(name: str = "musicnn") -> Embedder:
    """Return the embedder called `name`, one of `EMBEDDERS`, with its weights loaded.

    Raises OptionError for any other name, ModelError when its weights are missing or damaged.
    """
    if name not in EMBEDDERS:
        raise OptionError(f"Unknown embedder '{name}'; choose one of {', '.join(EMBEDDERS)}.")
    return EMBEDDERS[name]()


def published_whitening(embedder: Embedder) -> Whitening | None:
    """The whitening that comes with an embedder, None where none does."""
    return embedder.whitening if isinstance(embedder, Whitener) else None
