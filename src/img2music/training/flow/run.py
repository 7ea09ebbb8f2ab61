"""`train flow`: a latent flow on the embeddings of clips."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from img2music.data.clips.clip import Clip, hold_out
from img2music.errors import ModelError, OptionError
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.system.files import atomic_write
from img2music.training.common import distributed
from img2music.training.common.budget import Budget
from img2music.training.common.exported_weights import exported_flow
from img2music.training.common.recipe import FlowRecipe, read_recipe
from img2music.training.common.runs import fit
from img2music.training.flow.dataset import EncodedClips, LatentCrops, encode_clips
from img2music.training.flow.few_step_module import FlowMapTrainer
from img2music.training.flow.module import FlowTrainer
from img2music.training.flow.network import FlowShape, LatentFlow, instantaneous, is_flow_map
from img2music.training.spectrogram_vae.run import CLIPS, summary, training_clips

WEIGHTS = "flow.safetensors"
LATENTS, UNSEEN = "latents.safetensors", "unseen-latents.safetensors"


def check_flow_genres(models: Models) -> None:
    """Raise `ModelError` unless models are of the paper's four genres: a flow is conditioned on no others."""
    if models.classes != GENRES:
        raise ModelError(f"{models.folder} plays other genres than {', '.join(GENRES)}; a flow knows these alone.")


def train_flow(
    recipe: FlowRecipe,
    music: Sequence[Path],
    out: Path,
    models: Path | None = None,
    only_shippable: bool = False,
    limit: int | None = None,
    minutes: float | None = None,
    start: Path | None = None,
) -> Path:
    """Train on the clips in the folders `music`, encoded by `models`; returns the weights file.

    `limit` takes only so many clips of each genre; `minutes` ends the training before the recipe does; `start` is a
    flow of the same shape to begin from: a weights file, a models folder, or a run folder, whose encoded clips are
    taken over. A recipe with a longest step distils that flow into a flow map of few steps. A run that was interrupted
    goes on from its last checkpoint and does not encode again. Of several processes each takes a batch of the recipe's
    size. Raises `OptionError` when `start` is of another shape, and when there is no flow to distil.
    """
    check_flow_genres(Models(models))
    distributed.join()
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    if distributed.leads() and not (out / LATENTS).is_file():
        if start is not None and (start / LATENTS).is_file():
            _take_over(start, out)
        else:
            _encode(recipe, training_clips(music, None, only_shippable, limit), Models(models), out)
    distributed.wait()
    data = EncodedClips.load(out / LATENTS)
    module = _trainer(recipe, len(data.latents), start)
    device = distributed.device()
    steps, batch = recipe.steps_per_crop, recipe.batch * distributed.count()
    loader = LatentCrops(data, steps, recipe.steps_per_epoch * batch, device).loader(recipe.batch)
    validation = None
    if (out / UNSEEN).is_file():
        unseen = EncodedClips.load(out / UNSEEN)
        validation = LatentCrops(unseen, steps, 8 * batch, device).loader(recipe.batch)
    epochs = recipe.steps // recipe.steps_per_epoch
    fit(module, out, recipe=recipe, loader=loader, validation=validation, callbacks=(Budget(minutes),), epochs=epochs)
    if distributed.leads():
        with atomic_write(out / WEIGHTS, force=True) as temporary:
            temporary.write_bytes(save(module.flow.state_dict()))
    return out / WEIGHTS


def _trainer(recipe: FlowRecipe, latent: int, start: Path | None) -> FlowTrainer | FlowMapTrainer:
    flow = LatentFlow(replace(shape_of(recipe, latent), few_steps=False))
    if start is not None:
        _begin(flow, start, bool(recipe.longest_step))
    if not recipe.longest_step:
        return FlowTrainer(flow, recipe.learning_rate, recipe.weight_decay, recipe.condition_dropout)
    if start is None:
        raise OptionError("this recipe distils a trained flow; name one with --start.")
    return FlowMapTrainer(flow, recipe.learning_rate, recipe.weight_decay, recipe.longest_step)


def _begin(flow: LatentFlow, start: Path, as_teacher: bool) -> None:
    """Load the weights at `start`. Training can go on from a flow map, too, but it is no teacher: guidance is lost."""
    weights = _weights(start)
    if is_flow_map(weights):
        if as_teacher:
            raise OptionError(f"{start} is a distilled flow already; name the flow that it was distilled from.")
        weights = instantaneous(weights)
    try:
        flow.load_state_dict(weights)
    except RuntimeError as error:
        raise OptionError(f"{start} is a flow of another shape than the recipe's.") from error


def _weights(start: Path) -> dict[str, Tensor]:
    if (start / WEIGHTS).is_file():
        return load_file(start / WEIGHTS)
    return exported_flow(start) if start.is_dir() else load_file(start)


def _take_over(start: Path, out: Path) -> None:
    """Copy the encoded clips of a run. The file by which a run counts as encoded comes last."""
    for name in (UNSEEN, CLIPS, LATENTS):
        if (start / name).is_file():
            with atomic_write(out / name, force=True) as temporary:
                shutil.copyfile(start / name, temporary)


def _encode(recipe: FlowRecipe, clips: Sequence[Clip], models: Models, out: Path) -> None:
    """Write the embeddings of clips and which clips they are into `out`; last the file by which a run counts as
    encoded."""
    inside, outside = hold_out(clips, recipe.held_out, recipe.seed)
    if outside:
        encode_clips(models, outside, 1, recipe.seed).save(out / UNSEEN)
    with atomic_write(out / CLIPS, force=True) as temporary:
        temporary.write_text(json.dumps(asdict(summary(inside))), encoding="utf-8")
    encode_clips(models, inside, recipe.versions, recipe.seed).save(out / LATENTS)


def shape_of(recipe: FlowRecipe, latent: int) -> FlowShape:
    """The sizes that a recipe asks for, for latents of so many channels."""
    return FlowShape(
        recipe.width,
        recipe.expansion,
        blocks=recipe.blocks,
        latent=latent,
        kernel=recipe.kernel,
        patch=recipe.patch,
        attention=recipe.attention,
        few_steps=recipe.longest_step > 0,
    )


def load_flow(run: Path) -> LatentFlow:
    """The trained flow of a run. Raises `ModelError` when there is none."""
    if not (run / WEIGHTS).is_file():
        raise ModelError(f"{run} holds no trained flow; run `img2music train flow --out {run}` first.")
    weights = load_file(run / WEIGHTS)
    recipe = read_recipe(FlowRecipe, run / "recipe.yaml")
    flow = LatentFlow(shape_of(recipe, weights["leave.weight"].shape[0] // recipe.patch))
    flow.load_state_dict(weights)
    return flow.eval()
