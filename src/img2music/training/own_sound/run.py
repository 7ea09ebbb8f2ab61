"""The steps of learning, which go on where they stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from img2music.training.common.state import save_state
from img2music.training.own_sound.end import Beginning, DecoderEnd
from img2music.training.own_sound.songs import Song
from img2music.training.stereo.batch import Batch, collated
from img2music.training.stereo.cache import Heard
from img2music.training.stereo.losses import mel_filters, middle_misfit, side_misfit


@dataclass(frozen=True)
class LearningRecipe:
    """How to learn: `steps` of `batch` crops of `crop` latent steps, or fewer within `minutes`; the last `blocks` and
    the side learn at a `rate` that rises over `warmup` steps and falls to 0 over the last part `fall`."""

    steps: int = 200
    minutes: float = 8.0
    batch: int = 16
    crop: int = 64
    blocks: int = 2
    rate: float = 1e-3
    warmup: int = 20
    fall: float = 0.4
    decay: float = 0.01
    average: float = 0.98
    seed: int = 0


class Learning:
    """The end of a decoder that learns from songs; `mark` says from which ones, by which recipe and decoder.

    State is kept in `file`; where it has the same mark, learning goes on from it.
    """

    def __init__(
        self,
        end: DecoderEnd,
        beginning: Beginning,
        songs: Sequence[Song],
        recipe: LearningRecipe,
        file: Path,
        mark: str,
    ) -> None:
        self._end, self._recipe, self._file, self._mark = end, recipe, file, mark
        self._songs = [song for song in songs if len(song.rows) >= recipe.crop]
        self._hidden = [beginning(song.latents).astype(np.float16) for song in self._songs]
        self._bank = mel_filters()
        self._learning = end.learning()
        self._average = {name: value.detach().clone() for name, value in self._learning.items()}
        self._optimizer = torch.optim.AdamW(
            self._learning.values(), lr=recipe.rate, weight_decay=recipe.decay, betas=(0.9, 0.98)
        )
        self._step, self._seconds = 0, 0.0
        self._resume()

    @property
    def share(self) -> float:
        """How much of the learning is done, from 0 to 1."""
        return min(1.0, max(self._step / self._recipe.steps, self._seconds / (60 * self._recipe.minutes)))

    @property
    def weights(self) -> dict[str, Tensor]:
        """What was learnt, averaged over the last steps, by name."""
        return self._average

    def run(self, told: Callable[[float], None], save_seconds: float = 30.0) -> None:
        """Learn to the end; `told` hears the share that is done. State is kept every `save_seconds`, and when
        something interrupts."""
        self._end.train()
        saved = self._seconds
        try:
            while self.share < 1:
                begun = time.monotonic()
                self._learn()
                self._seconds += time.monotonic() - begun
                told(self.share)
                if self._seconds - saved > save_seconds:
                    self._keep()
                    saved = self._seconds
        finally:
            self._keep()

    def _learn(self) -> None:
        batch, hidden, latents = self._drawn(np.random.default_rng([self._recipe.seed, self._step]))
        rate = self._recipe.rate * min(1.0, (self._step + 1) / self._recipe.warmup)
        for group in self._optimizer.param_groups:
            group["lr"] = rate * min(1.0, (1 - self.share) / self._recipe.fall)
        answer, treble, image = self._end(hidden, latents)
        middle, _error = middle_misfit(answer, batch, self._bank)
        loss = middle + side_misfit(treble, image, batch).total
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._learning.values(), 1.0)
        self._optimizer.step()
        self._step += 1
        self._move_average(min(self._recipe.average, self._step / (self._step + 10)))

    @torch.no_grad()
    def _move_average(self, keep: float) -> None:
        """Move the average towards the weights; `keep` is the share of it that lasts."""
        for name, value in self._learning.items():
            self._average[name].lerp_(value, 1 - keep)

    def _drawn(self, random: np.random.Generator) -> tuple[Batch, Tensor, Tensor]:
        """Random crops, long songs as often as they are long: what was heard, what enters the end, and latents."""
        crop = self._recipe.crop
        lengths = np.array([len(song.rows) for song in self._songs], float)
        heard, hidden, latents = [], [], []
        for number in random.choice(len(self._songs), self._recipe.batch, p=lengths / lengths.sum()):
            song, first = self._songs[number], int(random.integers(lengths[number] - crop + 1))
            heard.append(Heard.of(song.rows[first : first + crop]))
            hidden.append(self._hidden[number][:, first : first + crop].astype(np.float32))
            latents.append(song.latents[:, first : first + crop])
        return collated(heard), torch.from_numpy(np.stack(hidden)), torch.from_numpy(np.stack(latents))

    def _resume(self) -> None:
        if not self._file.is_file():
            return
        kept = torch.load(self._file, weights_only=True)
        if kept["mark"] != self._mark:
            return
        with torch.no_grad():
            for name, value in self._learning.items():
                value.copy_(kept["learning"][name])
        self._optimizer.load_state_dict(kept["optimizer"])
        self._average, self._step, self._seconds = kept["average"], kept["step"], kept["seconds"]

    def _keep(self) -> None:
        state = {
            "mark": self._mark,
            "learning": {name: value.detach() for name, value in self._learning.items()},
            "optimizer": self._optimizer.state_dict(),
            "average": self._average,
            "step": self._step,
            "seconds": self._seconds,
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        save_state(self._file, state)
