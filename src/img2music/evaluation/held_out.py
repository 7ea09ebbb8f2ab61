"""What VAEs make of the clips that their training held out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from img2music.audio import load_audio
from img2music.data.clips import hold_out
from img2music.errors import ModelError
from img2music.loudness import normalise_loudness
from img2music.spectrogram import RATE, magnitude
from img2music.training.recipe import VAERecipe, read_recipe
from img2music.training.spectrogram_vae import SpectrogramVAE, log_magnitude
from img2music.training.vae_run import WEIGHTS, load_vae, training_clips

SECONDS = 15
DECIBEL = 20 / np.log(10)


def held_out_errors(
    runs: Sequence[Path], music: Sequence[Path], genre: str, only_shippable: bool = False
) -> dict[str, float]:
    """Mean absolute log-magnitude error in dB of each run of `train vae`, by its folder's name, on the clips
    of `genre` that the first run's recipe holds out. Raises `ModelError` when a run holds no VAE."""
    recipes = [_recipe(run) for run in runs]
    _, outside = hold_out(training_clips(music, genre, only_shippable), recipes[0].held_out, recipes[0].seed)
    clips = [magnitude(normalise_loudness(load_audio(clip.path, RATE)[: SECONDS * RATE])) for clip in outside]
    vaes = {run.name: load_vae(recipe, run / WEIGHTS) for run, recipe in zip(runs, recipes, strict=True)}
    return {name: float(np.mean([_error(vae, clip) for clip in clips])) for name, vae in vaes.items()}


def _recipe(run: Path) -> VAERecipe:
    if not (run / WEIGHTS).is_file():
        raise ModelError(f"{run} holds no trained VAE; run `img2music train vae --out {run}` first.")
    return read_recipe(VAERecipe, run / "recipe.yaml")


@torch.inference_mode()
def _error(vae: SpectrogramVAE, clip: np.ndarray) -> float:
    magnitudes = torch.from_numpy(clip)[None]
    mean, _ = vae.encoder(magnitudes)
    difference = vae.decoder.log_magnitude(mean) - log_magnitude(magnitudes)
    return float(difference.abs().mean()) * DECIBEL
