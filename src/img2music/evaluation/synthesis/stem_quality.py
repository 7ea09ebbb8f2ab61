"""How well stems are taken out of a mix."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from img2music.composition.score import Score
from img2music.corpus.studio.playing import Sounds
from img2music.corpus.studio.production import produce, roles
from img2music.stereo.codec import StereoEncoder
from img2music.stereo.features import middle_at_22_khz
from img2music.synthesis.performance import perform
from img2music.synthesis.stems import StemSeparator

_LEAST = 1e-12
_SILENT = -120.0
"""dB below the mix of what nothing is left of."""


def si_sdr(estimate: np.ndarray, truth: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio of samples `(T,)`, dB (Le Roux et al., SDR: half-baked or well done?,
    2019)."""
    target = truth * (float(estimate @ truth) / (float(truth @ truth) + _LEAST))
    rest = estimate - target
    return float(10 * np.log10((target @ target + _LEAST) / (rest @ rest + _LEAST)))


def sum_error(found: Mapping[str, np.ndarray], mix: np.ndarray) -> float:
    """The level of what the stems of a mix `(T,)` lack together, dB relative to it."""
    missing = mix - np.sum(list(found.values()), 0)
    ratio = float(missing @ missing) / (float(mix @ mix) + _LEAST)
    return max(float(10 * np.log10(ratio + _LEAST)), _SILENT)


def stem_gains(
    score: Score, sounds: Sounds, separator: StemSeparator, encoder: StereoEncoder, seconds: float
) -> dict[str, float]:
    """By how many dB the stems of the record of a score are nearer to the true ones than the mix is."""
    production = produce(score, sounds, seconds)
    truth = {name: middle_at_22_khz(samples) for name, samples in roles(score, production).items()}
    mix = middle_at_22_khz(production.record)
    found = separator(perform(score), encoder(production.record), mix)
    return {
        name: si_sdr(found[name].astype(np.float64), part) - si_sdr(mix.astype(np.float64), part)
        for name, part in truth.items()
        if name in found and len(truth) > 1 and np.abs(part).max() > 0
    }
