"""How alike clips sound: cosine similarity of their mean embeddings, where 1 is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np


def directions(clips: Mapping[str, np.ndarray]) -> np.ndarray:
    """Mean embeddings of clips' patches, each `(P, d)`, at length 1, `(clips, d)`."""
    means = np.stack([clip.mean(0) for clip in clips.values()])
    return means / np.linalg.norm(means, axis=1, keepdims=True)


def nearest(clips: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Similarity of each of `clips` `(N, d)` to the one among `others` `(M, d)` that is most like it, `(N,)`."""
    return (clips @ others.T).max(1)


def nearest_within(clips: np.ndarray, works: Sequence[str]) -> np.ndarray:
    """Similarity of each of `clips` `(N, d)` to the one of another work that is most like it, `(N,)`; -1 where there is
    none."""
    names = np.asarray(works)
    return np.where(names[:, None] == names[None], -1.0, clips @ clips.T).max(1)
