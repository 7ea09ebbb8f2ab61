"""The four things that are called Fréchet audio distance, and how far apart their numbers lie.

They share a formula but not a scale, so a figure says nothing until its convention is known:

- raw: of the embeddings as they leave the network, whole sets (Kilgour et al., 2019). What FAD means today.
- whitened: of the principal components that AudioSet publishes, before they are rounded.
- quantised: of those components in the 8 bits that AudioSet publishes, 0 to 255; some 4,000 times as large.
- per_clip: of one clip's whitened embeddings to all of the reference's, averaged over clips. A clip's own covariance,
  from a dozen embeddings, is next to nothing, so that even real music scores hundreds.

The paper's 393 to 657 for VGGish fit the last only.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from img2music.metrics.frechet import Gaussian, frechet_distance
from img2music.metrics.whitening import COMPONENTS, Whitening, quantise

CONVENTIONS = ("raw", "whitened", "quantised", "per_clip")

EACH = 4  # embeddings to fit a component to

Clips = Mapping[str, np.ndarray]
"""Embeddings `(P, d)` by clip."""


def conventions(generated: Clips, reference: Clips, whitening: Whitening | None = None) -> dict[str, float | None]:
    """The Fréchet distance of `generated` to `reference` under each of `CONVENTIONS`.

    `whitening` is what the makers of the embedder published; without, it is fitted to the reference. What cannot be
    said is None: per_clip where no clip has two embeddings, all but raw where the reference's are all the same.

    Raises ValueError when a set has less than two embeddings.
    """
    ours, theirs = stack(generated), stack(reference)
    answers: dict[str, float | None] = dict.fromkeys(CONVENTIONS)
    answers["raw"] = frechet_distance(ours, theirs)
    whitening = whitening or fitted_whitening(reference)
    if whitening is not None:
        white, real = whitening.apply(ours), whitening.apply(theirs)
        answers["whitened"] = frechet_distance(white, real)
        answers["quantised"] = frechet_distance(quantise(white), quantise(real))
        answers["per_clip"] = per_clip_distance([whitening.apply(clip) for clip in generated.values()], real)
    return answers


def per_clip_distance(clips: list[np.ndarray], reference: np.ndarray) -> float | None:
    """The mean over clips, each `(P, d)`, of their Fréchet distance to `reference` `(m, d)`.

    Clips of a single embedding have no covariance and are left out; None when no others are there.
    """
    real = Gaussian.fit(reference)
    distances = [Gaussian.fit(clip).distance(real) for clip in clips if len(clip) > 1]
    return float(np.mean(distances)) if distances else None


def stack(clips: Clips) -> np.ndarray:
    """Embeddings by clip as one set, `(n, d)`."""
    return np.concatenate(list(clips.values()))


def fitted_whitening(reference: Clips) -> Whitening | None:
    """The whitening that fits real clips, None where their embeddings are all the same.

    It has a component for every four embeddings, since the spread along more would be chance, and 128 at most.
    """
    rows = stack(reference)
    if not np.ptp(rows, axis=0).any():
        return None
    return Whitening.fit(rows, min(COMPONENTS, max(1, len(rows) // EACH)))
