"""Trains a stereo VAE on heard clips; a run that was stopped goes on from where it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save

from img2music.errors import ModelError
from img2music.system.files import atomic_write
from img2music.training.common import distributed
from img2music.training.common.averaging import KeepAverage
from img2music.training.common.budget import Budget
from img2music.training.common.exported_weights import exported_vae
from img2music.training.common.recipe import StereoRecipe
from img2music.training.common.runs import fit
from img2music.training.stereo.crops import Crops
from img2music.training.stereo.module import StereoTrainer
from img2music.training.stereo.network import StereoShape, StereoVAE

WEIGHTS = "stereo.safetensors"
"""The weights averaged over the last steps, as they are exported."""
_STATISTICS = 64
"""Crops from which the statistics of what is heard are taken."""


def train_stereo(
    recipe: StereoRecipe,
    folders: Mapping[Path, float],
    out: Path,
    start: Path,
    minutes: float | None = None,
) -> Path:
    """Train on the heard clips of `folders`, each with its share, beginning from the VAE of the models folder `start`,
    the average of all genres, or where `start` is a file, from the weights of another run. Returns the file of the
    averaged weights.

    `minutes` ends the training before the recipe does. At the end the middle's decoder keeps a share `kept` of the
    weights that it began with (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022). Raises
    `FileNotFoundError` when there are no clips.
    """
    distributed.alone("train stereo")
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    length = recipe.steps_per_epoch * recipe.batch
    crops = Crops(folders, recipe.steps_per_crop, length, recipe.augmented)
    vae = _begun(start, crops)
    before = {name: value.clone() for name, value in vae.decoder.core.state_dict().items()}
    module = StereoTrainer(vae, crops, recipe.learning_rate, recipe.core, recipe.weight_decay, recipe.beta)
    callbacks = (Budget(minutes), KeepAverage(module.average, out / WEIGHTS))
    loader = crops.loader(recipe.batch)
    fit(module, out, recipe, loader, callbacks=callbacks, epochs=recipe.steps // recipe.steps_per_epoch)
    vae.load_state_dict(module.average.module.state_dict())
    for name, value in vae.decoder.core.state_dict().items():
        value.lerp_(before[name], recipe.kept)
    with atomic_write(out / WEIGHTS, force=True) as temporary:
        temporary.write_bytes(save(vae.state_dict()))
    return out / WEIGHTS


def _begun(start: Path, crops: Crops) -> StereoVAE:
    """A network with the weights of a run, or with the decoder of a models folder and a side that knows nothing yet."""
    vae = StereoVAE(StereoShape())
    if start.is_file():
        vae.load_state_dict(load_file(start))
        return vae
    stored = exported_vae(start)
    core = {name.removeprefix("decoder."): value for name, value in stored.items() if name.startswith("decoder.")}
    vae.decoder.core.load_state_dict(core)
    vae.set_statistics(crops.batch(_STATISTICS).heard)
    return vae


def averaged(run: Path) -> StereoVAE:
    """The network of a run with its averaged weights, ready to encode and decode. Raises `ModelError` when there is
    none."""
    if not (run / WEIGHTS).is_file():
        raise ModelError(f"{run} holds no decoder of two channels; run `img2music train stereo --out {run}` first.")
    vae = StereoVAE(StereoShape())
    vae.load_state_dict(load_file(run / WEIGHTS))
    return vae.eval()
