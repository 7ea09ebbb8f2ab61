"""Every distance between two sets of clips, with what perfect music and noise would score beside it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from img2music.metrics.conventions import CONVENTIONS, Clips, conventions, fitted_whitening, stack
from img2music.metrics.frechet import FEWEST, frechet_infinity, halves
from img2music.metrics.kernels import kernel_audio_distance, kernel_distance
from img2music.metrics.whitening import Whitening

DISTANCES = (*CONVENTIONS, "infinity", "infinity_fit", "kernel", "kad")
ENOUGH = 1500
"""Embeddings below which a Fréchet distance is mostly bias."""


def distances(generated: Clips, reference: Clips, whitening: Whitening | None = None) -> dict[str, float | None]:
    """Each of `DISTANCES` of `generated` to `reference`: the conventions of the Fréchet distance, FAD∞ on raw
    embeddings with the R² of its fit, and the kernel distances; None for what the sets are too small for.

    Raises ValueError when a set has less than two embeddings.
    """
    ours, theirs = stack(generated), stack(reference)
    infinity = frechet_infinity(ours, theirs) if len(ours) >= FEWEST else None
    return {
        **conventions(generated, reference, whitening),
        "infinity": infinity and infinity.distance,
        "infinity_fit": infinity and infinity.fit,
        "kernel": kernel_distance(ours, theirs),
        "kad": kernel_audio_distance(ours, theirs),
    }


def placed_distances(
    generated: Clips, reference: Clips, noise: Clips | None = None, whitening: Whitening | None = None
) -> dict[str, dict[str, float | None]]:
    """Each of `DISTANCES` as `value`, `floor` and `ceiling`.

    The floor is what one half of the reference scores against the other, None below four clips; the ceiling what
    `noise` scores against the reference, None without. Halves are small, so a floor may lie above a value. Where no
    whitening was published, that of the whole reference serves all three, so that they are of one scale.
    """
    whitening = whitening or fitted_whitening(reference)
    columns: Mapping[str, Mapping[str, float | None]] = {
        "value": distances(generated, reference, whitening),
        "floor": distances(*halves(reference), whitening) if len(reference) >= 4 else {},
        "ceiling": distances(noise, reference, whitening) if noise else {},
    }
    return {name: {column: found.get(name) for column, found in columns.items()} for name in DISTANCES}


def small_set_warning(generated: np.ndarray, reference: np.ndarray) -> str | None:
    """What to say when a set `(n, d)` is too small for its Fréchet distance to be taken at face value, else None."""
    if min(len(generated), len(reference)) >= ENOUGH:
        return None
    return (
        f"{len(generated)} embeddings against {len(reference)}: below {ENOUGH} a Fréchet distance is mostly bias; "
        "read it between its floor and ceiling, or read kad."
    )
