"""How near a recording in two channels comes to another one: its treble, and its image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2music.stereo import image
from img2music.stereo.features import features

DECIBEL = 20 / np.log(10)
HEARD = 0.5
"""Weight from which a band of the image counts."""
_QUIET = np.log(2e-3)
"""Mean level under which a treble band says nothing: a codec cut it off, or nothing was there."""


@dataclass(frozen=True)
class StereoError:
    """`treble` is the mean error in dB of the levels of 24 bands from 11 to 20 kHz, None where the original has none;
    `level` that of the level difference of the channels in dB, `correlation` that of their correlation, over 20 bands
    in time; `side` by how many dB the energy of the side beside that of the middle is off, below 0 too little."""

    treble: float | None
    level: float
    correlation: float
    side: float


def stereo_error(original: np.ndarray, answer: np.ndarray) -> StereoError:
    """Compare samples `(T, 2)` at 44.1 kHz; of different lengths what both have is compared."""
    length = min(len(original), len(answer))
    real, made = features(original[:length]), features(answer[:length])
    bands = real.treble.mean(0) > _QUIET
    off = np.abs(real.treble - made.treble)[:, bands]
    heard = real.weight > HEARD
    cues = zip(image.cues(real.image), image.cues(made.image), strict=True)
    level, correlation = (float(np.abs(one - other)[heard].mean()) if heard.any() else 0.0 for one, other in cues)
    side = side_level(answer[:length]) - side_level(original[:length])
    return StereoError(float(off.mean()) * DECIBEL if bands.any() else None, level, correlation, side)


def side_level(samples: np.ndarray) -> float:
    """Energy of the side of samples `(T, 2)` beside that of the middle, dB, -60 at least."""
    middle, side = samples.mean(1), (samples[:, 0] - samples[:, 1]) / 2
    energies = [float(np.mean(np.square(x, dtype=np.float64))) for x in (side, middle)]
    return 10 * np.log10(max(energies[0] / max(energies[1], 1e-12), 1e-6))
