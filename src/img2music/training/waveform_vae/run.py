"""`train waveform-vae`: the paper's VAE on clips of one genre, or of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch.utils.data import DataLoader

from img2music.data.clips.clip import hold_out
from img2music.errors import OptionError
from img2music.genres import GENRES
from img2music.system.files import atomic_write
from img2music.training.common import distributed
from img2music.training.common.budget import Budget
from img2music.training.common.recipe import WaveformRecipe, read_recipe
from img2music.training.common.runs import fit
from img2music.training.spectrogram_vae.run import training_clips
from img2music.training.waveform_vae.dataset import WaveformClips
from img2music.training.waveform_vae.module import WaveformTrainer
from img2music.training.waveform_vae.network import WaveformShape, WaveformVAE

WEIGHTS = "waveform-vae.safetensors"
VALIDATED = 8
"""Held-out clips that the error of every epoch is measured on: more would take long and change little."""


def train_waveform_vae(
    recipe: WaveformRecipe,
    music: Sequence[Path],
    out: Path,
    genre: str | None = None,
    limit: int | None = None,
    minutes: float | None = None,
    genres: Sequence[str] = GENRES,
) -> Path:
    """Train on the clips of `genre` (all `genres` when None) in the folders `music`; returns the weights file.

    `limit` takes only so many clips of each genre; `minutes` ends the training before the recipe does. A run that was
    interrupted continues from its last checkpoint. Raises `OptionError` when `out` holds a run by another recipe,
    `AudioError` when no clip can be used.
    """
    distributed.join()
    _check_same_recipe(out, recipe)
    torch.manual_seed(recipe.seed)
    inside, outside = hold_out(training_clips(music, genre, limit=limit, genres=genres), recipe.held_out, recipe.seed)
    module = WaveformTrainer(shape_of(recipe), recipe.learning_rate, recipe.likelihood, recipe.kl_weight)
    data = WaveformClips(inside, recipe.samples, WaveformVAE.representation)
    validation = None
    if outside:
        unseen = WaveformClips(outside[:: -(-len(outside) // VALIDATED)], recipe.samples, WaveformVAE.representation)
        validation = DataLoader(unseen)
    # in float32: bfloat16 has no digits left for what lies 50 dB below full scale
    fit(
        module,
        out,
        recipe=recipe,
        loader=DataLoader(data, recipe.batch, shuffle=True),
        validation=validation,
        callbacks=(Budget(minutes),),
        epochs=recipe.epochs,
        clip=recipe.clip,
        precision="32-true",
    )
    if distributed.leads():
        with atomic_write(out / WEIGHTS, force=True) as temporary:
            temporary.write_bytes(save(module.vae.state_dict()))
    return out / WEIGHTS


def shape_of(recipe: WaveformRecipe) -> WaveformShape:
    """The sizes that a recipe asks for."""
    return WaveformShape(recipe.width, recipe.latent)


def load_waveform_vae(recipe: WaveformRecipe, weights: Path) -> WaveformVAE:
    """A trained VAE, ready to encode and decode."""
    vae = WaveformVAE(shape_of(recipe))
    vae.load_state_dict(load_file(weights))
    return vae.eval()


def _check_same_recipe(out: Path, recipe: WaveformRecipe) -> None:
    """Refuse to go on with a run by another recipe; more epochs are no other recipe."""
    if not (out / "recipe.yaml").is_file():
        return
    earlier, now = asdict(read_recipe(WaveformRecipe, out / "recipe.yaml")), asdict(recipe)
    changed = sorted(key for key in now if now[key] != earlier[key] and key != "epochs")
    if changed:
        raise OptionError(f"{out} holds a run with another {', '.join(changed)}; give another folder.")
