"""Trains the side predictor on heard clips; a run that was stopped goes on from where it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from img2music.errors import ModelError
from img2music.system.files import atomic_write
from img2music.training.common import distributed
from img2music.training.common.recipe import PredictorRecipe
from img2music.training.common.runs import fit
from img2music.training.side_predictor.module import PredictorTrainer
from img2music.training.side_predictor.network import PredictorShape, SidePredictor
from img2music.training.stereo.batch import collated
from img2music.training.stereo.cache import Heard
from img2music.training.stereo.crops import Crops
from img2music.training.stereo.network import StereoVAE

PREDICTOR = "side-predictor.safetensors"
RUN = "side-predictor"
"""Folder of the training in a run of `train stereo`."""
_CLIPS = 100
"""Of each folder, how many at most tell how far pieces lie from what is predicted."""


def train_predictor(recipe: PredictorRecipe, folders: Mapping[Path, float], out: Path, vae: StereoVAE) -> Path:
    """Train on the heard clips of `folders`, each with its share, for the side encoder of `vae`, in a folder of `out`;
    returns the file of weights in `out`."""
    distributed.alone("train stereo")
    torch.manual_seed(recipe.seed)
    (out / RUN).mkdir(parents=True, exist_ok=True)
    crops = Crops(folders, recipe.steps_per_crop, recipe.steps_per_epoch * recipe.batch)
    predictor = SidePredictor(PredictorShape.for_vae(vae.shape))
    module = PredictorTrainer(predictor, vae.encoder, crops, recipe.learning_rate, recipe.weight_decay)
    loader = crops.loader(recipe.batch)
    fit(module, out / RUN, recipe, loader, epochs=recipe.steps // recipe.steps_per_epoch)
    predictor.load_state_dict(module.average.module.state_dict())
    predictor.set_spread(_distances(predictor, vae, crops))
    with atomic_write(out / PREDICTOR, force=True) as temporary:
        temporary.write_bytes(save(predictor.state_dict()))
    return out / PREDICTOR


@torch.no_grad()
def _distances(predictor: SidePredictor, vae: StereoVAE, crops: Crops) -> Tensor:
    """How far clips lie from what is predicted of them, each on average over its length, `(N, extra)`."""
    found = []
    for clips in crops.files.values():
        for rows in clips[:: -(-len(clips) // _CLIPS)]:
            batch = collated([Heard.of(rows)])
            found.append((vae.encoder(batch.heard)[0] - predictor.mean(batch.latents)).mean(2)[0])
    return torch.stack(found)


def load_predictor(file: Path, vae: StereoVAE) -> SidePredictor:
    """The side predictor of a run for a stereo VAE. Raises `ModelError` when there is none."""
    if not file.is_file():
        raise ModelError(f"There is no side predictor {file}; let `img2music train stereo` end.")
    predictor = SidePredictor(PredictorShape.for_vae(vae.shape))
    predictor.load_state_dict(load_file(file))
    return predictor.eval()
