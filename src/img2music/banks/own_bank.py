"""A bank of the user's own music in one genre: known embeddings, whose they are, and what encoded them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from img2music.errors import ModelError
from img2music.generation.bank import Bank, BankEntry
from img2music.generation.bank_format import DIRECTIONS, metadata_of, pack, principal_directions
from img2music.models.folder import ENCODER, Models
from img2music.system.json_text import parse_json


@dataclass(frozen=True, eq=False)
class Known:
    """An embedding `(C, S)`, where it comes from, and the SHA-256 of the samples it was made of."""

    entry: BankEntry
    latents: np.ndarray
    sha256: str


@dataclass(frozen=True, eq=False)
class OwnBank:
    """The embeddings in the order in which they were added, directions `(K, C)` in which to move them, and the SHA-256
    of the encoder that made them."""

    known: tuple[Known, ...]
    directions: np.ndarray
    encoder: str

    @classmethod
    def parse(cls, data: bytes, name: str) -> OwnBank:
        """The bank in a file called `name`. Raises `ModelError` when it is none."""
        try:
            bank = Bank.parse(data, name)
            metadata = metadata_of(data)
            encoder, sources = str(metadata["encoder"]), list(map(str, parse_json(metadata["sources"])))
            latents = bank.latents * bank.scale[:, None]
            known = tuple(Known(*one) for one in zip(bank.entries, latents, sources, strict=True))
        except (ModelError, KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{name} is damaged; remove that bank and add its music again.") from error
        return cls(known, bank.directions, encoder)

    def to_bytes(self) -> bytes:
        """The file of the bank: that of a bank in a models folder, with more metadata."""
        metadata = {
            "entries": json.dumps([asdict(one.entry) for one in self.known]),
            "sources": json.dumps([one.sha256 for one in self.known]),
            "encoder": self.encoder,
        }
        return pack(np.stack([one.latents for one in self.known]), self.directions, metadata)

    @property
    def bank(self) -> Bank:
        """The bank as it is played."""
        latents = np.stack([one.latents for one in self.known])
        entries = tuple(one.entry for one in self.known)
        return Bank(entries, latents, self.directions, np.ones(latents.shape[1], np.float32))

    def joined_by(self, more: Sequence[Known], usual: np.ndarray) -> OwnBank:
        """With further music, each piece once. Directions are those of all of it, and the genre's `usual` ones while
        there are too few pieces to tell how they differ."""
        pieces: dict[str, Known] = {}
        for one in (*self.known, *more):
            pieces.setdefault(one.sha256, one)
        known = tuple(pieces.values())
        means = np.stack([one.latents.mean(1) for one in known])
        return OwnBank(known, principal_directions(means) if len(known) > DIRECTIONS else usual, self.encoder)

    def without(self, titles: Sequence[str]) -> OwnBank:
        """Without the pieces of these titles, the directions as they were."""
        kept = tuple(one for one in self.known if one.entry.title not in titles)
        return OwnBank(kept, self.directions, self.encoder)


def encoder_of(models: Models, genre: str) -> str:
    """The SHA-256 of the encoder that makes embeddings of a genre. Raises `ModelError` when there is none."""
    return models.checksum(models.place_of(genre, ENCODER))
