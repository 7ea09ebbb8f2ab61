"""`train synthesis`: the network from a score to latents."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file, save

from img2music.errors import ModelError
from img2music.files import atomic_write
from img2music.spectrogram import HOP, RATE
from img2music.training.budget import Budget
from img2music.training.recipe import SynthesisRecipe, read_recipe
from img2music.training.runs import fit
from img2music.training.score_crops import ScoreCrops, ScorePairs
from img2music.training.score_network import ScoreNetwork, ScoreShape
from img2music.training.score_trainer import ScoreTrainer

WEIGHTS = "score.safetensors"
PACE = RATE / (2 * HOP)
"""Latent steps a second of the bundled encoder."""
_UNSEEN = 80
"""Crops that the error is measured on after each epoch."""


def train_synthesis(recipe: SynthesisRecipe, pairs: Path, out: Path, minutes: float | None = None) -> Path:
    """Train on the pairs in `pairs/training`, measured on `pairs/validation`; returns the weights file.

    `minutes` ends the training before the recipe does. A run that was interrupted goes on from its last checkpoint.
    Raises `AudioError` when there are no pairs.
    """
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    data, unseen = ScorePairs(pairs / "training", PACE), ScorePairs(pairs / "validation", PACE)
    crops = ScoreCrops(data, recipe.steps_per_crop, recipe.steps_per_epoch * recipe.batch)
    latent = data.crop(0.0, 0.0, 1)[2].shape[0]
    network = ScoreNetwork(shape_of(recipe, latent))
    module = ScoreTrainer(network, data, recipe.learning_rate, recipe.weight_decay, recipe.forget)
    validation = ScoreCrops(unseen, recipe.steps_per_crop, _UNSEEN, fixed=True).loader(recipe.batch)
    epochs = recipe.steps // recipe.steps_per_epoch
    fit(module, out, recipe, crops.loader(recipe.batch), validation, callbacks=(Budget(minutes),), epochs=epochs)
    with atomic_write(out / WEIGHTS, force=True) as temporary:
        temporary.write_bytes(save(module.average.module.state_dict()))
    return out / WEIGHTS


def shape_of(recipe: SynthesisRecipe, latent: int) -> ScoreShape:
    """The sizes that a recipe asks for, for latents of so many channels."""
    return ScoreShape(recipe.width, recipe.expansion, recipe.blocks, recipe.kernel, recipe.part_width, latent)


def load_score_network(run: Path) -> ScoreNetwork:
    """The trained network of a run. Raises `ModelError` when there is none."""
    if not (run / WEIGHTS).is_file():
        raise ModelError(f"{run} holds no trained synthesis; run `img2music train synthesis --out {run}` first.")
    weights = load_file(run / WEIGHTS)
    network = ScoreNetwork(shape_of(read_recipe(SynthesisRecipe, run / "recipe.yaml"), len(weights["leave.bias"])))
    network.load_state_dict(weights)
    return network.eval()
