"""What VAEs make of the clips that their training held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from img2music.audio.files.io import load_audio
from img2music.audio.level import normalise_level
from img2music.audio.stft import HOP, RATE, magnitude
from img2music.data.clips.clip import hold_out
from img2music.errors import ModelError, OptionError
from img2music.options import CLIP_SECONDS
from img2music.training.common.recipe import VAERecipe, read_recipe
from img2music.training.spectrogram_vae.network import FOLD, SpectrogramVAE, divergence, log_magnitude
from img2music.training.spectrogram_vae.run import WEIGHTS, load_vae, training_clips

SECONDS = round(CLIP_SECONDS)
DECIBEL = 20 / np.log(10)


@dataclass(frozen=True)
class HeldOut:
    """Mean absolute log-magnitude `error` in dB, and what the latent carries: its KL divergence, `rate` in kbit/s."""

    error: float
    rate: float


def held_out_figures(
    runs: Sequence[Path],
    music: Sequence[Path],
    genre: str,
    only_shippable: bool = False,
    leave_out: Sequence[str] = (),
) -> dict[str, HeldOut]:
    """Figures of each run of `train vae`, by its folder's name, or its path where names are shared, on the clips of
    `genre` that the first run's recipe holds out; the other arguments as in training.

    Raises `ModelError` when a run holds no VAE, and `OptionError` when there are too few works to hold one out.
    """
    recipes = [_recipe(run) for run in runs]
    every = training_clips(music, genre, only_shippable, leave_out=leave_out)
    _, outside = hold_out(every, recipes[0].held_out, recipes[0].seed)
    if not outside:
        raise OptionError(f"There are too few works of {genre} to hold one out; give more clips.")
    clips = [magnitude(normalise_level(load_audio(clip.path, RATE)[: SECONDS * RATE])) for clip in outside]
    names = Counter(run.name for run in runs)
    vaes = {
        run.name if names[run.name] == 1 else str(run): load_vae(recipe, run / WEIGHTS)
        for run, recipe in zip(runs, recipes, strict=True)
    }
    return {name: _mean([_figures(vae, clip) for clip in clips]) for name, vae in vaes.items()}


def _mean(figures: Sequence[HeldOut]) -> HeldOut:
    return HeldOut(float(np.mean([one.error for one in figures])), float(np.mean([one.rate for one in figures])))


def _recipe(run: Path) -> VAERecipe:
    if not (run / WEIGHTS).is_file():
        raise ModelError(f"{run} holds no trained VAE; run `img2music train vae --out {run}` first.")
    return read_recipe(VAERecipe, run / "recipe.yaml")


@torch.inference_mode()
def _figures(vae: SpectrogramVAE, clip: np.ndarray) -> HeldOut:
    magnitudes = torch.from_numpy(clip)[None]
    mean, log_variance = vae.encoder(magnitudes)
    difference = vae.decoder.log_magnitude(mean) - log_magnitude(magnitudes)
    nats = float(divergence(mean, log_variance))
    return HeldOut(float(difference.abs().mean()) * DECIBEL, nats / np.log(2) * RATE / (FOLD * HOP) / 1000)
