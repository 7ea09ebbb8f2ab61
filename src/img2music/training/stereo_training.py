"""`train stereo`: clips are heard, then the decoder of two channels learns from them, then the side predictor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from img2music.data.clips.clip import Clip
from img2music.errors import AudioError
from img2music.models.folder import Models
from img2music.system.files import atomic_write
from img2music.training.common.recipe import PredictorRecipe, StereoRecipe
from img2music.training.side_predictor.run import train_predictor
from img2music.training.spectrogram_vae.run import CLIPS, summary, training_clips
from img2music.training.stereo.cache import fill
from img2music.training.stereo.run import averaged, train_stereo

HEARD = "heard"
"""Folder of a run with what was heard of the clips."""


def train_whole(
    recipe: StereoRecipe,
    predictor: PredictorRecipe,
    music: Sequence[Path],
    out: Path,
    start: Path,
    models: Path | None = None,
    only_shippable: bool = False,
    limit: int | None = None,
    minutes: float | None = None,
) -> Path:
    """Train on the clips in the folders `music`, each as often as the others, for the encoder of `models`.

    `start` is a models folder to begin from, or the weights of a run; `limit` takes only so many clips of each genre.
    With `only_shippable` only those are taken whose licence allows it. `minutes` ends the decoder's training early.
    Returns `out`; what is there already goes on where it stopped. Raises `AudioError` when there are no clips.
    """
    known = Models(models)
    heard: dict[Path, float] = {}
    learnt: list[Clip] = []
    for number, folder in enumerate(music):
        chosen = training_clips([folder], None, only_shippable, limit=limit, genres=known.genres)
        learnt += chosen
        heard[out / HEARD / str(number)] = 1.0
        fill([clip.path for clip in chosen], out / HEARD / str(number), known)
    if not any((out / HEARD).rglob("*.npy")):
        raise AudioError("No clip lasts 3 s; give folders of longer ones.")
    facts = asdict(summary(learnt)) | {"credits": [f"{clip.title}, {clip.origin} ({clip.licence})" for clip in learnt]}
    with atomic_write(out / CLIPS, force=True) as temporary:
        temporary.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    train_stereo(recipe, heard, out, start, minutes=minutes)
    train_predictor(predictor, heard, out, averaged(out))
    return out
