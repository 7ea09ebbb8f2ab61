"""`train vae`: one VAE on clips of one genre, or of all of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor
from torch.utils.data import DataLoader

from img2music.data.clips.clip import Clip, hold_out, matching, read_clips
from img2music.data.splits import pick
from img2music.genres import GENRES
from img2music.system.files import atomic_write
from img2music.training.common import distributed
from img2music.training.common.budget import Budget
from img2music.training.common.exported_weights import exported_vae
from img2music.training.common.recipe import VAERecipe
from img2music.training.common.runs import fit
from img2music.training.spectrogram_vae.dataset import SpectrogramClips
from img2music.training.spectrogram_vae.module import VAETrainer
from img2music.training.spectrogram_vae.network import FLOOR, Shape, SpectrogramVAE

WEIGHTS = "vae.safetensors"
CLIPS = "clips.json"
"""What a run learnt from."""


def train_vae(
    recipe: VAERecipe,
    music: Sequence[Path],
    out: Path,
    genre: str | None = None,
    start: Path | None = None,
    only_shippable: bool = False,
    limit: int | None = None,
    minutes: float | None = None,
    leave_out: Sequence[str] = (),
    genres: Sequence[str] = GENRES,
) -> Path:
    """Train on the clips of `genre` (all `genres` when None) in the folders `music`; returns the weights file.

    `start` is the weights file of a VAE of the same shape to begin from, or a models folder; `limit` takes only so
    many clips of each genre; `minutes` ends the training before the recipe does; clips whose file names match a
    pattern of `leave_out` are not trained on. A run that was interrupted continues from its last checkpoint. Of several
    processes each takes a batch of the recipe's size.
    """
    distributed.join()
    torch.manual_seed(recipe.seed)
    clips = training_clips(music, genre, only_shippable=only_shippable, limit=limit, leave_out=leave_out, genres=genres)
    inside, outside = hold_out(clips, recipe.held_out, recipe.seed)
    data = SpectrogramClips(inside, recipe.frames, recipe.steps_per_epoch * recipe.batch * distributed.count())
    module = VAETrainer(
        shape_of(recipe),
        recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        beta=recipe.beta,
        warmup_steps=recipe.warmup_steps,
        mel_weight=recipe.mel_weight,
        slope_weight=recipe.slope_weight,
    )
    if start is None:
        module.vae.set_statistics(*data.statistics(FLOOR))
    else:
        module.vae.load_state_dict(_start_weights(start, genre))
    module.vae.freeze_shared()
    loader = DataLoader(data, batch_size=recipe.batch)
    validation = None
    if outside:
        unseen = SpectrogramClips(outside, recipe.frames, 8 * recipe.batch * distributed.count(), semitones=(0.0, 0.0))
        validation = DataLoader(unseen, batch_size=recipe.batch)
    epochs = recipe.steps // recipe.steps_per_epoch
    fit(module, out, recipe=recipe, loader=loader, validation=validation, callbacks=(Budget(minutes),), epochs=epochs)
    if distributed.leads():
        with atomic_write(out / CLIPS, force=True) as temporary:
            temporary.write_text(json.dumps(asdict(summary(inside))), encoding="utf-8")
        with atomic_write(out / WEIGHTS, force=True) as temporary:
            temporary.write_bytes(save(module.vae.state_dict()))
    return out / WEIGHTS


def _start_weights(start: Path, genre: str | None) -> dict[str, Tensor]:
    return exported_vae(start, genre) if start.is_dir() else load_file(start)


def training_clips(
    music: Sequence[Path],
    genre: str | None,
    only_shippable: bool = False,
    limit: int | None = None,
    leave_out: Sequence[str] = (),
    genres: Sequence[str] = GENRES,
) -> list[Clip]:
    """Clips of the folders, of one genre or all `genres`; with `only_shippable` only those whose licence allows it,
    without those whose names match a pattern of `leave_out`, with `limit` only so many of each genre, the same every
    time."""
    wanted = genres if genre is None else (genre,)
    clips = [clip for folder in music for clip in read_clips(folder, wanted)]
    unwanted = set(matching(clips, leave_out))
    clips = [clip for clip in clips if clip not in unwanted]
    allowed = [clip for clip in clips if clip.may_ship] if only_shippable else clips
    return allowed if limit is None else pick(allowed, limit, 0)


@dataclass(frozen=True)
class ClipSummary:
    """How many clips there are, and under which licences."""

    clips: int
    licences: list[str]


def summary(clips: Sequence[Clip]) -> ClipSummary:
    """Number and licences of the clips that a network or a bank was made from."""
    return ClipSummary(len(clips), sorted({clip.licence for clip in clips}))


def shape_of(recipe: VAERecipe) -> Shape:
    """The sizes that a recipe asks for."""
    return Shape(
        recipe.width,
        recipe.expansion,
        encoder_blocks=recipe.encoder_blocks,
        decoder_blocks=recipe.decoder_blocks,
        latent=recipe.latent,
        kernel=recipe.kernel,
        own_blocks=recipe.own_blocks,
    )


def load_vae(recipe: VAERecipe, weights: Path) -> SpectrogramVAE:
    """A trained VAE, ready to encode and decode."""
    vae = SpectrogramVAE(shape_of(recipe))
    vae.load_state_dict(load_file(weights))
    return vae.eval()
