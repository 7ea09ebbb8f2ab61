"""The bank: known embeddings of a genre, and the choice among them (Algorithm 1, step 3)."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from safetensors import SafetensorError

from img2music.audio.descriptors import Character
from img2music.errors import ModelError
from img2music.generation.bank_format import unpack
from img2music.generation.continuation import OVERLAP, Segment, bar_length
from img2music.generation.credit import Credit
from img2music.generation.mood import Mood, distances, moods_of
from img2music.models.folder import BANK, Models, is_sound

VARIANTS = 6
"""Seeds 0 to 5 choose the entries that fit best, in turn."""
VARIETY = 0.12
"""The most that chance adds to a distance in mood for further seeds."""
_LONGEST, _SHORTEST_BAR = 3600.0, 0.05  # s
_LONGEST_TEXT = 4096
_MALFORMED = (SafetensorError, AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True)
class BankEntry:
    """A known embedding's origin, the beginnings of its bars in s, and its descriptors, where these are known."""

    title: str
    origin: str
    licence: str
    bars: tuple[float, ...] = ()
    character: Character | None = None

    @classmethod
    def read(cls, facts: dict[str, Any]) -> BankEntry:
        """An entry as a bank's metadata has it. Raises `TypeError` or `ValueError` when it is none."""
        bars = tuple(float(bar) for bar in facts.get("bars", ()))
        if not all(abs(bar) <= _LONGEST for bar in bars) or any(b - a < _SHORTEST_BAR for a, b in pairwise(bars)):
            raise ValueError("bars do not follow one another")
        known = facts.get("character")
        character = None if known is None else Character(**known)
        if character and not np.isfinite(astuple(character)).all():
            raise ValueError("a descriptor is not a number")
        entry = cls(**facts | {"bars": bars, "character": character})
        if not all(isinstance(text, str) and len(text) <= _LONGEST_TEXT for text in astuple(entry.credit)):
            raise ValueError("a credit is no short text")
        return entry

    @property
    def credit(self) -> Credit:
        """What must be said about the music."""
        return Credit(self.title, self.origin, self.licence)


@dataclass(frozen=True, eq=False)
class Bank:
    """The known embeddings of one genre.

    `latents` `(N, C, S)` holds one embedding of `C` channels and `S` steps per entry, times `scale` `(C,)`;
    `directions` `(K, C)` are the principal directions in which whole clips of the genre differ, each as long as its
    standard deviation.
    """

    entries: tuple[BankEntry, ...]
    latents: np.ndarray
    directions: np.ndarray
    scale: np.ndarray

    @classmethod
    def load(cls, models: Models, genre: str) -> Bank:
        """The bank of a genre. Raises `ModelError` when it is missing or malformed."""
        name = f"{genre}/{BANK}"
        return cls.parse(models.read(name), f"{models.folder / name}")

    @classmethod
    def parse(cls, data: bytes, name: str) -> Bank:
        """The bank in a file called `name`. Raises `ModelError` when it is malformed."""
        try:
            tensors, metadata = unpack(data)
            entries = tuple(BankEntry.read(entry) for entry in json.loads(metadata["entries"]))
            latents, directions = tensors["latents"], tensors["directions"].astype(np.float32)
            scale = tensors.get("scale", np.ones(latents.shape[1:2], np.float32))
            bank = cls(entries, latents, directions, scale)
        except _MALFORMED as error:
            raise ModelError(f"{name} is not a bank of embeddings; export it again.") from error
        bank.check(name)
        return bank

    def check(self, name: str) -> None:
        """Raise `ModelError` unless shapes agree and every number is finite and of usual size."""
        shapes_agree = (
            self.latents.ndim == 3
            and self.latents.shape[2] > OVERLAP  # or embeddings could not be joined
            and self.directions.ndim == 2
            and len(self.latents) == len(self.entries) > 0
            and self.directions.shape[1] == self.latents.shape[1]
            and self.scale.shape == self.latents.shape[1:2]
        )
        if not shapes_agree or not all(map(is_sound, (self.latents, self.directions, self.scale))):
            raise ModelError(f"{name} is not a bank of embeddings; export it again.")

    def segment(self, index: int, steps_per_second: float) -> Segment:
        """An entry's embedding `(C, S)` float32 with its bars."""
        return Segment(self.latents[index] * self.scale[:, None], self._bars(index, steps_per_second))

    def bar_lengths(self, steps_per_second: float) -> list[float | None]:
        """The length of a bar of each entry in latent steps, None without bars."""
        return [bar_length(self._bars(index, steps_per_second)) for index in range(len(self.entries))]

    def _bars(self, index: int, steps_per_second: float) -> tuple[float, ...]:
        bars = (bar * steps_per_second for bar in self.entries[index].bars)
        return tuple(bar for bar in bars if bar < self.latents.shape[2])

    @cached_property
    def moods(self) -> np.ndarray | None:
        """The mood of each entry, `(N, 5)`, None when an entry has no descriptors."""
        characters = [entry.character for entry in self.entries if entry.character]
        return moods_of(characters) if len(characters) == len(self.entries) else None

    def words(self, index: int) -> list[str]:
        """What stands out about an entry within its genre, in words; none without moods."""
        return [] if self.moods is None else Mood(*map(float, self.moods[index])).words()

    def choose_by_mood(self, mood: Mood, seed: int) -> list[int]:
        """The entries in the order in which they fit a picture's mood, best first.

        Seed 1 begins with the second best, and so on. For each further block of `VARIANTS` seeds a random number of
        at most `VARIETY` is added to every distance first. Without moods the order is random.
        """
        block, turn = divmod(seed, min(VARIANTS, len(self.entries)))
        chance = np.random.default_rng(block).random(len(self.entries))
        jitter = VARIETY * chance if block else 0
        far = chance if self.moods is None else distances(mood, self.moods) + jitter
        order = [int(index) for index in np.argsort(far, kind="stable")]
        return order[turn:] + order[:turn]

    def choose(self, features: np.ndarray, random: np.random.Generator) -> list[int]:
        """The entries in a random order.

        A random direction is drawn per entry in the space of the picture's features `(D,)`; entries are ordered by
        the inner product of both. So each entry is equally likely, as in the paper, the choice changes with the seed
        and with the picture, and a picture that was merely saved again gives the same order.
        """
        agreement = random.standard_normal((len(self.entries), len(features))) @ features
        return [int(index) for index in np.argsort(-agreement)]
