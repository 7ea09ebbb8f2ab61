"""The bank: known embeddings of a genre's clips, and the choice of one (Algorithm 1, step 3)."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from safetensors import SafetensorError, deserialize

from img2music.continuation import OVERLAP, Piece
from img2music.errors import ModelError
from img2music.models import BANK, Models


@dataclass(frozen=True)
class Entry:
    """Where a known embedding comes from, and where in it bars begin, in s."""

    title: str
    origin: str
    licence: str
    bars: tuple[float, ...] = ()

    @classmethod
    def read(cls, facts: dict[str, object]) -> Entry:
        """An entry as a bank's metadata has it. Raises `TypeError` or `ValueError` when it is none."""
        bars = tuple(float(bar) for bar in facts.get("bars", ()))
        if any(not np.isfinite(bar) for bar in bars) or list(bars) != sorted(set(bars)):
            raise ValueError("bars do not follow one another")
        return cls(**facts | {"bars": bars})

    @property
    def credit(self) -> dict[str, str]:
        """What must be said about the music."""
        return {"title": self.title, "origin": self.origin, "licence": self.licence}


@dataclass(frozen=True, eq=False)
class Bank:
    """The known embeddings of one genre.

    `latents` `(N, C, S)` holds one embedding of `C` channels and `S` steps per entry; `directions` `(K, C)`
    are the ways in which whole clips of the genre differ, each as long as its standard deviation.
    """

    entries: tuple[Entry, ...]
    latents: np.ndarray
    directions: np.ndarray

    @classmethod
    def load(cls, models: Models, genre: str) -> Bank:
        """The bank of a genre. Raises `ModelError` when it is missing or malformed."""
        name = f"{genre}/{BANK}"
        data = models.read(name)
        try:
            tensors = {key: _to_array(value) for key, value in deserialize(data)}
            entries = tuple(Entry.read(entry) for entry in json.loads(_metadata(data)["entries"]))
            bank = cls(entries, tensors["latents"], tensors["directions"].astype(np.float32))
        except (SafetensorError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(f"{models.folder / name} is not a bank of embeddings; export it again.") from error
        bank.check(f"{models.folder / name}")
        return bank

    def check(self, name: str) -> None:
        """Raise `ModelError` unless shapes agree and every number is finite."""
        shapes_agree = (
            self.latents.ndim == 3
            and self.latents.shape[2] > OVERLAP  # or embeddings could not be joined
            and self.directions.ndim == 2
            and len(self.latents) == len(self.entries) > 0
            and self.directions.shape[1] == self.latents.shape[1]
        )
        if not shapes_agree or not (np.isfinite(self.latents).all() and np.isfinite(self.directions).all()):
            raise ModelError(f"{name} is not a bank of embeddings; export it again.")

    def piece(self, index: int, steps_per_second: float) -> Piece:
        """An entry's embedding with its bars."""
        bars = tuple(bar * steps_per_second for bar in self.entries[index].bars)
        return Piece(self.latents[index], tuple(bar for bar in bars if bar < self.latents.shape[2]))

    def choose(self, features: np.ndarray, random: np.random.Generator) -> list[int]:
        """The entries in a random order.

        The randomness is a draw of one direction per entry in the space of the picture's features `(D,)`;
        those whose directions agree best with the picture come first. So each entry is as likely as
        any other, as in the paper, another seed chooses anew, another picture does too, and a picture that
        was only stored again chooses the same.
        """
        agreement = random.standard_normal((len(self.entries), len(features))) @ features
        return [int(index) for index in np.argsort(-agreement)]


def _to_array(value: dict[str, object]) -> np.ndarray:
    kinds = {"F16": np.float16, "F32": np.float32}
    return np.frombuffer(value["data"], kinds[value["dtype"]]).reshape(value["shape"])


def _metadata(data: bytes) -> dict[str, str]:
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length])["__metadata__"]
