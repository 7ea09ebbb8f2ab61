"""`learn`: songs are heard, the end of the decoder learns them, and songs that it does not know judge it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from img2music.errors import ModelError
from img2music.models.folder import STEREO_DECODER, Models, load_network
from img2music.options import CLIP_SECONDS
from img2music.training.own_sound.end import ExportedDecoder
from img2music.training.own_sound.judging import Judge
from img2music.training.own_sound.run import Learning, LearningRecipe
from img2music.training.own_sound.songs import MOST_SECONDS, Listener, Song, check_enough, held_out

Told = Callable[[str, float], None]
"""Hears what is being done, and the share of it that is done, from 0 to 1."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """The bytes of the `decoder` as ONNX, and the distance of the songs that were held out `before` and `after`, None
    when there were none."""

    decoder: bytes
    before: float | None
    after: float | None

    @property
    def is_better(self) -> bool:
        """Whether the songs that were held out are nearer than before, as far as is known."""
        return self.before is None or self.after is None or self.after < self.before


def learn_sound(
    songs: Sequence[Path], models: Models, genre: str, state: Path, recipe: LearningRecipe, every: int, told: Told
) -> Learnt:
    """Let the end of a genre's decoder learn songs; of six or more, one in `every` is held out and judges it.

    What was done is kept in the file `state`, from which the same call goes on. Raises `AudioError` when a song cannot
    be read or there is too little music, and `ModelError` when the models have no stereo decoder that can learn.
    """
    if not models.is_stereo(genre):
        raise ModelError(f"{models.folder} has no stereo decoder for {genre}, which could learn; choose other models.")
    decoder = ExportedDecoder(models, genre)
    end = decoder.end(recipe.blocks)
    known, judged = held_out(songs, every)
    heard = _heard([*known, *judged], models, genre, told)
    check_enough(sum(song.seconds for song in heard[: len(known)]))
    judge = Judge(heard[len(known) :], models, genre) if judged else None
    before = judge.distance(partial(told, "judging before")) if judge else None
    mark = _mark(heard, models.checksum(models.place_of(genre, STEREO_DECODER)), recipe, every)
    learning = Learning(end, decoder.beginning(end.first), heard[: len(known)], recipe, state, mark)
    learning.run(partial(told, "learning"))
    data = decoder.with_weights(learning.weights)
    network = load_network(data, models.folder / STEREO_DECODER)
    after = judge.distance(partial(told, "judging after"), network) if judge else None
    return Learnt(data, before, after)


def _heard(songs: Sequence[Path], models: Models, genre: str, told: Told) -> list[Song]:
    listen, seconds, heard = Listener(models, genre), max(MOST_SECONDS / len(songs), CLIP_SECONDS), []
    for number, song in enumerate(songs, 1):
        heard.append(listen(song, seconds))
        told("listening", number / len(songs))
    return heard


def _mark(songs: Sequence[Song], decoder: str, recipe: LearningRecipe, every: int) -> str:
    """What tells this learning from others."""
    digests = [hashlib.sha256(song.rows.tobytes()).hexdigest() for song in songs]
    return json.dumps([digests, decoder, asdict(recipe), every])
