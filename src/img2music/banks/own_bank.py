"""A bank of the user's own music in one genre: known embeddings, their credits, and the encoder that made them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from img2music.errors import ModelError
from img2music.generation.bank import Bank, BankEntry
from img2music.generation.bank_format import DIRECTIONS, pack, principal_directions
from img2music.models.folder import ENCODER, SIDE_ENCODER, Models
from img2music.models.tensors import read_metadata
from img2music.system.json_text import parse_json

_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, eq=False)
class KnownEmbedding:
    """An embedding `(C, S)`, its entry, and the SHA-256 of the samples it was made from."""

    entry: BankEntry
    latents: np.ndarray
    sha256: str


@dataclass(frozen=True, eq=False)
class OwnBank:
    """The embeddings in the order in which they were added, the directions `(K, C)` of perturbation, and the mark of
    the encoder that made them, as `encoders_of` gives it; `decoder` is the SHA-256 of the decoder that learnt the
    sound of the bank, if one did."""

    known: tuple[KnownEmbedding, ...]
    directions: np.ndarray
    encoder: str
    decoder: str | None = None

    @classmethod
    def parse(cls, data: bytes, name: str) -> OwnBank:
        """The bank in the bytes of a file called `name`. Raises `ModelError` when they are damaged."""
        try:
            bank = Bank.parse(data, name)
            metadata = read_metadata(data)
            encoder, sources = str(metadata["encoder"]), list(map(str, parse_json(metadata["sources"])))
            latents = bank.latents * bank.scale[:, None]
            known = tuple(KnownEmbedding(*one) for one in zip(bank.entries, latents, sources, strict=True))
            decoder = metadata.get("decoder")
            if decoder is not None and not _SHA256.fullmatch(decoder):
                raise ValueError("the mark of the decoder is no checksum")
        except (ModelError, KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{name} is damaged; remove that bank and add its music again.") from error
        return cls(known, bank.directions, encoder, decoder)

    def to_bytes(self) -> bytes:
        """The bytes of its file: the format of the models' banks with further metadata."""
        metadata = {
            "entries": json.dumps([asdict(one.entry) for one in self.known]),
            "sources": json.dumps([one.sha256 for one in self.known]),
            "encoder": self.encoder,
        }
        if self.decoder is not None:
            metadata["decoder"] = self.decoder
        return pack(np.stack([one.latents for one in self.known]), self.directions, metadata)

    @property
    def bank(self) -> Bank:
        """The bank in the form of the models' banks."""
        latents = np.stack([one.latents for one in self.known])
        entries = tuple(one.entry for one in self.known)
        return Bank(entries, latents, self.directions, np.ones(latents.shape[1], np.float32))

    def joined_by(self, more: Sequence[KnownEmbedding], usual: np.ndarray) -> OwnBank:
        """The bank with further embeddings, without duplicates.

        Its directions are the principal ones of all embeddings, or the genre's `usual` ones `(K, C)` while there are
        too few; these may leave out the last channels.
        """
        distinct: dict[str, KnownEmbedding] = {}
        for one in (*self.known, *more):
            distinct.setdefault(one.sha256, one)
        known = tuple(distinct.values())
        means = np.stack([one.latents.mean(1) for one in known])
        if len(known) > DIRECTIONS:
            return replace(self, known=known, directions=principal_directions(means))
        padded = np.pad(usual, ((0, 0), (0, means.shape[1] - usual.shape[1])))
        return replace(self, known=known, directions=padded)

    def without(self, titles: Sequence[str]) -> OwnBank:
        """The bank without the entries of these titles; its directions stay."""
        kept = tuple(one for one in self.known if one.entry.title not in titles)
        return replace(self, known=kept)


def encoder_of(models: Models, genre: str) -> str:
    """The mark of the encoder that makes embeddings of a genre. Raises `ModelError` when there is none."""
    return encoders_of(models, genre)[0]


def encoders_of(models: Models, genre: str) -> tuple[str, ...]:
    """Marks of the encoders whose embeddings of a genre can be played; the first is that of the one that makes them.

    A mark is the SHA-256 of the encoder, for two channels with that of the second one. Raises `ModelError` when there
    is none.
    """
    middle = models.checksum(models.place_of(genre, ENCODER))
    if not models.is_stereo(genre):
        return (middle,)
    return f"{middle}+{models.checksum(models.place_of(genre, SIDE_ENCODER))}", middle
