"""The style code of a clip: how it sounds, whatever it plays, as statistics of its latents.

Means and deviations over time say of a picture in which style it is painted (Huang & Belongie, Arbitrary style
transfer in real-time with adaptive instance normalization, 2017), and of music which instruments, which room and which
record it is.
"""

from __future__ import annotations

import numpy as np

_SCALE = 2.0
_LEAST = 0.02


def style_code(latents: np.ndarray) -> np.ndarray:
    """Mean and logarithm of the deviation of each channel of latents `(C, S)`, `(2 C,)` float32, scaled to about 1."""
    latents = np.asarray(latents, np.float32)
    deviations = np.log(np.maximum(latents.std(1), _LEAST))
    return _SCALE * np.concatenate([latents.mean(1), deviations]).astype(np.float32)
