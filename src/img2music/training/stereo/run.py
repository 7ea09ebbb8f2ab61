"""Trains the stereo decoder on heard clips; a run that was stopped goes on from where it was."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from img2music.errors import ModelError
from img2music.system.files import atomic_write
from img2music.training.common.exported_weights import exported_vae
from img2music.training.common.precision import has_bfloat16
from img2music.training.stereo.crops import Crops
from img2music.training.stereo.losses import Losses, Weights, losses, mel_filters
from img2music.training.stereo.network import TREBLE, StereoShape, StereoVAE
from img2music.training.stereo.state import move_average, save_state

WEIGHTS = "stereo.safetensors"
"""The weights averaged over the last steps, as they are exported."""
STATE = "state.pt"


@dataclass(frozen=True)
class StereoRecipe:
    """How to train: `steps` of `batch` crops of `crop` steps; the learning rate rises over `warmup` steps to `rate` for
    what is new and `rate` times `core` for what goes on from the VAE, and falls over the last quarter.

    In the share `noisy` of the steps latents are drawn with the noise that the encoders give them. Then they are their
    means, as in use, and the decoder learns alone; a share `kept` of its weights stays what it was before (Wortsman et
    al., "Robust fine-tuning of zero-shot models", 2022).
    """

    steps: int = 20_000
    batch: int = 16
    crop: int = 64
    rate: float = 1e-3
    core: float = 0.3
    noisy: float = 0.75
    kept: float = 0.3
    warmup: int = 100
    decay: float = 0.01
    average: float = 0.998
    weights: Weights = field(default_factory=Weights)
    seed: int = 0


def train_stereo(
    recipe: StereoRecipe,
    folders: Mapping[Path, float],
    out: Path,
    start: Path,
    genre: str | None = None,
    minutes: float | None = None,
    save_minutes: float = 3.0,
) -> Path:
    """Train on the heard clips of `folders`, each with its share, beginning from the VAE of the models folder `start`,
    of `genre` or the average of all, or where `start` is a file, from the weights of another run. Returns the file of
    the averaged weights.

    State is kept in `out` every few minutes; a run that finds one goes on from it. `minutes` ends it early.
    """
    out.mkdir(parents=True, exist_ok=True)
    crops = Crops(dict(folders), recipe.crop)
    vae = StereoVAE(StereoShape())
    bank = mel_filters()
    average, before = dict[str, Tensor](), dict[str, Tensor]()
    optimizer = _optimizer(vae, recipe)
    step = 0
    if (out / STATE).is_file():
        kept = torch.load(out / STATE, weights_only=True)
        vae.load_state_dict(kept["vae"])
        optimizer.load_state_dict(kept["optimizer"])
        average, before, step = kept["average"], kept.get("before", {}), kept["step"]
    elif start.is_file():
        vae.load_state_dict(load_file(start))
    else:
        begin(vae, start, genre, crops, recipe.seed)
    vae.train()
    autocast = torch.autocast("cpu", torch.bfloat16) if has_bfloat16("cpu") else nullcontext()
    begun = saved = time.monotonic()
    shown: list[Losses] = []
    stop = Interruption()
    while step < recipe.steps and not stop.asked and (minutes is None or time.monotonic() - begun < 60 * minutes):
        batch = crops.batch(recipe.batch, np.random.default_rng([recipe.seed, step]))
        torch.manual_seed(step)
        _set_rate(optimizer, recipe, step)
        noisy = step < recipe.noisy * recipe.steps
        vae.encoder.requires_grad_(noisy)
        if not noisy and not before:
            before = {name: value.clone() for name, value in (average or vae.state_dict()).items()}
        with autocast:
            found = losses(vae, batch, bank, recipe.weights, sampled=noisy)
        optimizer.zero_grad(set_to_none=True)
        found.total.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimizer.step()
        step += 1
        move_average(average, vae.state_dict(), min(recipe.average, step / (step + 10)))
        shown.append(found)
        if step % 50 == 0:
            _show(step, shown, time.monotonic() - begun)
            shown = []
        if time.monotonic() - saved > 60 * save_minutes:
            _keep(out, recipe, vae, optimizer, average, before, step)
            saved = time.monotonic()
            crops.look()
    _keep(out, recipe, vae, optimizer, average, before, step)
    return out / WEIGHTS


class Interruption:
    """Whether the run was asked to end (SIGTERM): it keeps its state first."""

    def __init__(self) -> None:
        self.asked = False
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True


def begin(vae: StereoVAE, start: Path, genre: str | None, crops: Crops, seed: int) -> None:
    """Take the decoder of a models folder over, and the statistics of what is new from some crops."""
    kept = {
        name.removeprefix("decoder."): value
        for name, value in exported_vae(start, genre).items()
        if name.startswith("decoder.")
    }
    vae.decoder.core.load_state_dict(kept)
    batch = crops.batch(64, np.random.default_rng([seed, 999]))
    heard = batch.heard.flatten(0, 1)
    mean, std = heard.mean(0), heard.std(0).clamp(min=0.05)
    vae.encoder.mean.copy_(mean)
    vae.encoder.std.copy_(std)
    side = TREBLE + batch.image.shape[2]
    vae.decoder.side_mean.copy_(mean[-side:])
    vae.decoder.side_std.copy_(std[-side:])


def _optimizer(vae: StereoVAE, recipe: StereoRecipe) -> torch.optim.AdamW:
    core = set(vae.decoder.core.parameters())
    groups = [
        {"params": list(vae.decoder.core.parameters()), "share": recipe.core},
        {"params": [p for p in vae.parameters() if p not in core], "share": 1.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe.rate, weight_decay=recipe.decay, betas=(0.9, 0.98))


def _set_rate(optimizer: torch.optim.Optimizer, recipe: StereoRecipe, step: int) -> None:
    left = (recipe.steps - step) / (0.25 * recipe.steps)
    rate = recipe.rate * min(1.0, (step + 1) / recipe.warmup) * min(1.0, max(left, 0.02))
    for group in optimizer.param_groups:
        group["lr"] = rate * group["share"]


def _keep(
    out: Path,
    recipe: StereoRecipe,
    vae: StereoVAE,
    optimizer: torch.optim.Optimizer,
    average: dict[str, Tensor],
    before: dict[str, Tensor],
    step: int,
) -> None:
    """Write weights and state, each whole or not at all."""
    with atomic_write(out / WEIGHTS, force=True) as temporary:
        save_file(_blended(average, before, recipe.kept), temporary)
    state = {
        "vae": vae.state_dict(),
        "optimizer": optimizer.state_dict(),
        "average": average,
        "before": before,
        "step": step,
    }
    save_state(out / STATE, state)


def _blended(average: dict[str, Tensor], before: dict[str, Tensor], kept: float) -> dict[str, Tensor]:
    """The average, with a share of the weights of before if there are any."""
    return {name: value.lerp(before[name], kept) if name in before else value for name, value in average.items()}


def _show(step: int, shown: list[Losses], seconds: float) -> None:
    names = ("total", "kl", "error", "treble", "level", "correlation")
    means = {name: float(torch.stack([getattr(found, name).detach() for found in shown]).mean()) for name in names}
    print(f"{step} {seconds:.0f} s " + " ".join(f"{name} {value:.3f}" for name, value in means.items()), flush=True)


def averaged(run: Path) -> StereoVAE:
    """The network of a run with its averaged weights, ready to encode and decode. Raises `ModelError` when there is
    none."""
    if not (run / WEIGHTS).is_file():
        raise ModelError(f"{run} holds no decoder of two channels; run `img2music train stereo --out {run}` first.")
    vae = StereoVAE(StereoShape())
    vae.load_state_dict(load_file(run / WEIGHTS))
    return vae.eval()
