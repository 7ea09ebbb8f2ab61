"""Trains the side predictor on heard clips; a run that was stopped goes on from where it was."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from img2music.errors import ModelError
from img2music.system.files import atomic_write
from img2music.training.stereo.cache import Heard
from img2music.training.stereo.crops import Crops, collated
from img2music.training.stereo.network import StereoVAE
from img2music.training.stereo.predictor import PredictorShape, SidePredictor
from img2music.training.stereo.run import Interruption
from img2music.training.stereo.state import save_state

PREDICTOR = "side-predictor.safetensors"
CLIPS = 100
"""Of each folder, how many at most tell how far pieces lie from what is predicted."""
_STATE = "side-predictor.pt"


@dataclass(frozen=True)
class PredictorRecipe:
    """How to train: `steps` of `batch` crops of `crop` latent steps at a learning `rate` that falls to 0."""

    steps: int = 4000
    batch: int = 16
    crop: int = 64
    rate: float = 1e-3
    decay: float = 0.01
    warmup: int = 100
    seed: int = 0


def train_predictor(
    recipe: PredictorRecipe,
    folders: Mapping[Path, float],
    out: Path,
    vae: StereoVAE,
    minutes: float | None = None,
    save_minutes: float = 1.0,
) -> Path:
    """Train on the heard clips of `folders`, each with its share, for the second encoder of `vae`; the file of weights.

    State is kept in `out` every few minutes; a run that finds one goes on from it. `minutes` ends it early.
    """
    out.mkdir(parents=True, exist_ok=True)
    vae.eval()
    crops, predictor = Crops(dict(folders), recipe.crop), SidePredictor(PredictorShape.for_vae(vae.shape))
    optimizer = torch.optim.AdamW(predictor.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    step = 0
    if (out / _STATE).is_file():
        kept = torch.load(out / _STATE, weights_only=True)
        predictor.load_state_dict(kept["predictor"])
        optimizer.load_state_dict(kept["optimizer"])
        step = kept["step"]
    begun = saved = time.monotonic()
    stop = Interruption()
    shown: list[float] = []
    while step < recipe.steps and not stop.asked and (minutes is None or time.monotonic() - begun < 60 * minutes):
        torch.manual_seed(step)
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * min(1.0, (step + 1) / recipe.warmup) * (1 - step / recipe.steps)
        batch = crops.batch(recipe.batch, np.random.default_rng([recipe.seed, step]))
        with torch.no_grad():
            wanted, _ = vae.encoder(batch.heard)
        noisy = batch.latents + torch.randn_like(batch.latents) * batch.deviation
        error = (predictor.mean(noisy) - wanted).square().mean()
        optimizer.zero_grad(set_to_none=True)
        error.backward()
        torch.nn.utils.clip_grad_norm_(predictor.parameters(), 1.0)
        optimizer.step()
        step += 1
        shown.append(float(error.detach() / wanted.var()))
        if step % 100 == 0:
            print(f"{step} {time.monotonic() - begun:.0f} s, unexplained {np.mean(shown):.3f}", flush=True)
            shown = []
        if time.monotonic() - saved > 60 * save_minutes:
            _keep(out, predictor, optimizer, step)
            saved = time.monotonic()
    predictor.set_spread(distances(predictor, vae, crops))
    _keep(out, predictor, optimizer, step)
    return out / PREDICTOR


@torch.no_grad()
def distances(predictor: SidePredictor, vae: StereoVAE, crops: Crops) -> Tensor:
    """How far clips lie from what is predicted of them, each on average over its length, `(N, extra)`."""
    found = []
    for clips in crops.files.values():
        for rows in clips[:: -(-len(clips) // CLIPS)]:
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


def _keep(out: Path, predictor: SidePredictor, optimizer: torch.optim.Optimizer, step: int) -> None:
    """Write weights and state, each whole or not at all."""
    with atomic_write(out / PREDICTOR, force=True) as temporary:
        save_file(predictor.state_dict(), temporary)
    state = {"predictor": predictor.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
    save_state(out / _STATE, state)
