"""`train stems`: masks from piano rolls and latents."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.export import Dim

from img2music.errors import ModelError
from img2music.models.folder import STEMS
from img2music.synthesis.piano_roll import WIDTH
from img2music.synthesis.stems import NAMES
from img2music.synthesis.windows import PATCH
from img2music.training.common import distributed
from img2music.training.common.averaging import KeepAverage
from img2music.training.common.budget import Budget
from img2music.training.common.recipe import StemRecipe, read_recipe
from img2music.training.common.runs import fit
from img2music.training.export.onnx import write_onnx
from img2music.training.score.run import PACE
from img2music.training.stems.dataset import StemCrops
from img2music.training.stems.module import StemModule
from img2music.training.stems.network import StemNetwork, StemShape

WEIGHTS = "stems.safetensors"
_UNSEEN = 40


def train_stems(recipe: StemRecipe, examples: Path, out: Path, minutes: float | None = None) -> Path:
    """Train on the examples in `examples/training`, measured on `examples/validation`; returns the weights file.

    `minutes` ends the training before the recipe does. A run that was interrupted goes on from its last checkpoint.
    Raises `AudioError` when there are no examples.
    """
    distributed.alone("train stems")
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    crops = StemCrops(examples / "training", PACE, recipe.steps_per_crop, recipe.steps_per_epoch * recipe.batch)
    unseen = StemCrops(examples / "validation", PACE, recipe.steps_per_crop, _UNSEEN)
    network = StemNetwork(_shape_of(recipe, crops.channels))
    module = StemModule(network, recipe.learning_rate, recipe.weight_decay)
    callbacks = (Budget(minutes), KeepAverage(module.average, out / WEIGHTS))
    loaders = crops.loader(recipe.batch), unseen.loader(recipe.batch)
    fit(module, out, recipe, *loaders, callbacks=callbacks, epochs=recipe.steps // recipe.steps_per_epoch)
    return out / WEIGHTS


def load_stem_network(run: Path) -> StemNetwork:
    """The stem network of a run, finished or not. Raises `ModelError` when there is none."""
    path = run / WEIGHTS
    if not path.is_file():
        raise ModelError(f"{run} holds no {WEIGHTS}; run `img2music train stems --out {run}` first.")
    weights = load_file(path)
    recipe = read_recipe(StemRecipe, run / "recipe.yaml")
    network = StemNetwork(_shape_of(recipe, weights["latent.weight"].shape[1]))
    network.load_state_dict(weights)
    return network.eval()


def _shape_of(recipe: StemRecipe, latent: int) -> StemShape:
    return StemShape(recipe.width, recipe.expansion, recipe.blocks, recipe.kernel, latent)


class ExportedStemNetwork(nn.Module):
    """Masks `(4, 2 S, 513)` of one piece."""

    def __init__(self, network: StemNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, rolls: Tensor, latents: Tensor, present: Tensor) -> Tensor:
        return self.network(rolls[None], latents, present[None])[0].exp()


def export_stem_network(network: StemNetwork, folder: Path) -> None:
    """Write `stems.onnx`, for any multiple of `PATCH` latent steps."""
    steps = PATCH * Dim("patches", min=2, max=1 << 18)
    inputs = {
        "rolls": torch.rand(len(NAMES), 12 * PATCH, WIDTH),
        "latents": torch.rand(1, network.shape.latent, 12 * PATCH),
        "present": torch.ones(len(NAMES)),
    }
    write_onnx(ExportedStemNetwork(network), inputs, folder / STEMS, ["masks"], {1: steps}, {"latents": {2: steps}})
