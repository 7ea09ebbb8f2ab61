"""`train score` and `train score-flow`: from a score to the mean of its latents, and the flow on top of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file
from torch import nn

from img2music.audio.stft import HOP, RATE
from img2music.errors import ModelError
from img2music.models.folder import SCORE
from img2music.training.common import distributed
from img2music.training.common.averaging import KeepAverage
from img2music.training.common.budget import Budget
from img2music.training.common.exported_weights import exported_score_network
from img2music.training.common.recipe import ScoreFlowRecipe, ScoreRecipe, read_recipe
from img2music.training.common.runs import fit
from img2music.training.score.dataset import ScoreBatch, ScoreCrops, ScorePairs
from img2music.training.score.flow_module import ScoreFlowTrainer, remainders_of
from img2music.training.score.flow_network import ScoreFlow, ScoreFlowShape
from img2music.training.score.module import ScoreTrainer
from img2music.training.score.network import ScoreNetwork, ScoreShape
from img2music.training.score.warm_start import begin_from

WEIGHTS, FLOW_WEIGHTS = "score.safetensors", "score-flow.safetensors"
PACE = RATE / (2 * HOP)
"""Latent steps a second of the bundled encoder."""
Network = TypeVar("Network", bound=nn.Module)
_UNSEEN = 80
"""Crops that the error is measured on after each epoch."""


def train_score(
    recipe: ScoreRecipe, pairs: Path, out: Path, minutes: float | None = None, start: Path | None = None
) -> Path:
    """Train a score network on the pairs in `pairs/training`, measured on `pairs/validation`; returns its weights file.

    `minutes` ends the training before the recipe does; `start` is the run of a network to begin from, or a models
    folder. A run that was interrupted goes on from its last checkpoint; pairs that were added since are taken. Raises
    `AudioError` when there are no pairs, and `OptionError` when the network to begin from is of another shape.
    """
    data, unseen = _begin(recipe, pairs, out)
    network = ScoreNetwork(shape_of(recipe, data.channels))
    if start is not None:
        exported = (start / SCORE).is_file()
        begin_from(network, exported_score_network(start) if exported else _weights(start / WEIGHTS, "train score"))
    module = ScoreTrainer(network, data, recipe.learning_rate, recipe.weight_decay, recipe.condition_dropout)
    _fit(module, recipe, data, unseen, out / WEIGHTS, minutes)
    return out / WEIGHTS


def train_score_flow(
    recipe: ScoreFlowRecipe, pairs: Path, start: Path, out: Path, minutes: float | None = None
) -> Path:
    """Train the flow on top of the score network of the run `start`, as `train_score`. Raises `ModelError` when there
    is no such network."""
    data, unseen = _begin(recipe, pairs, out)
    network = load_score_network(start)
    flow = ScoreFlow(flow_shape_of(recipe), network.shape)
    known = ScoreCrops(unseen, recipe.steps_per_crop, _UNSEEN, fixed=True).loader(recipe.batch)
    flow.deviations.copy_(_deviations(network, known))
    module = ScoreFlowTrainer(flow, network, data, recipe.learning_rate, recipe.weight_decay, recipe.condition_dropout)
    _fit(module, recipe, data, unseen, out / FLOW_WEIGHTS, minutes)
    return out / FLOW_WEIGHTS


def _begin(recipe: ScoreRecipe | ScoreFlowRecipe, pairs: Path, out: Path) -> tuple[ScorePairs, ScorePairs]:
    distributed.join()
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    return ScorePairs(pairs / "training", PACE), ScorePairs(pairs / "validation", PACE)


def _fit(
    module: ScoreTrainer | ScoreFlowTrainer,
    recipe: ScoreRecipe | ScoreFlowRecipe,
    data: ScorePairs,
    unseen: ScorePairs,
    weights: Path,
    minutes: float | None,
) -> None:
    crops = ScoreCrops(data, recipe.steps_per_crop, recipe.steps_per_epoch * recipe.batch * distributed.count())
    validation = ScoreCrops(unseen, recipe.steps_per_crop, _UNSEEN, fixed=True)
    callbacks = (Budget(minutes), KeepAverage(module.average, weights))
    epochs = recipe.steps // recipe.steps_per_epoch
    loaders = crops.loader(recipe.batch), validation.loader(recipe.batch)
    fit(module, weights.parent, recipe, *loaders, callbacks=callbacks, epochs=epochs)


@torch.no_grad()
def _deviations(network: ScoreNetwork, unseen: Iterable[ScoreBatch]) -> torch.Tensor:
    """How far latents that the network has not seen are from their means, `(C,)`, with and without style codes."""
    power = [
        remainders_of(network, batch, torch.arange(len(batch.latents)) % 2 > 0)[0].square().mean((0, 2))
        for batch in unseen
    ]
    return torch.stack(power).mean(0).sqrt()


def shape_of(recipe: ScoreRecipe, latent: int) -> ScoreShape:
    """The sizes that a recipe asks for, for latents of so many channels."""
    return ScoreShape(recipe.width, recipe.expansion, recipe.blocks, recipe.kernel, recipe.part_width, latent)


def flow_shape_of(recipe: ScoreFlowRecipe) -> ScoreFlowShape:
    """The sizes that a recipe asks for."""
    return ScoreFlowShape(recipe.width, recipe.expansion, recipe.blocks, recipe.kernel, recipe.patch)


def load_score_network(run: Path) -> ScoreNetwork:
    """The score network of a run, finished or not. Raises `ModelError` when there is none."""
    weights = _weights(run / WEIGHTS, "train score")
    network = ScoreNetwork(shape_of(read_recipe(ScoreRecipe, run / "recipe.yaml"), len(weights["leave.bias"])))
    return _loaded(network, weights)


def load_score_flow(run: Path, score: ScoreShape) -> ScoreFlow:
    """The flow of a run, finished or not, that learnt with a score network of the shape `score`. Raises `ModelError`
    when there is none."""
    weights = _weights(run / FLOW_WEIGHTS, "train score-flow")
    return _loaded(ScoreFlow(flow_shape_of(read_recipe(ScoreFlowRecipe, run / "recipe.yaml")), score), weights)


def _weights(path: Path, command: str) -> dict[str, torch.Tensor]:
    if not path.is_file():
        raise ModelError(f"{path.parent} holds no {path.name}; run `img2music {command} --out {path.parent}` first.")
    return load_file(path)


def _loaded(network: Network, weights: dict[str, torch.Tensor]) -> Network:
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise ModelError("these weights are of another shape than the recipe beside them.") from error
    return network.eval()
