"""Root-mean-square level, and sound at the level that the models are trained on."""

from __future__ import annotations

import numpy as np

TRAINING_LEVEL = -18.0
"""Root-mean-square level of the sound that models are trained on, dB relative to full scale."""


def level(samples: np.ndarray) -> float:
    """Root-mean-square level of samples `(T,)` or `(T, C)` in dB relative to full scale; silence gives -120 dB."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return 10 * np.log10(max(power, 1e-12))


def normalise_level(samples: np.ndarray, target: float = TRAINING_LEVEL) -> np.ndarray:
    """Samples `(T,)` or `(T, C)` scaled to `target` dB; silence stays silence."""
    now = level(samples)
    return samples if now <= -119 else (samples * np.float32(10 ** ((target - now) / 20))).astype(np.float32)
