"""Encoding the user's recordings, and adding the embeddings to a bank."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from img2music.audio.descriptors import bar_lines, measure_character
from img2music.banks.own_bank import KnownEmbedding, OwnBank, encoder_of
from img2music.banks.recordings import Excerpt, cut
from img2music.banks.store import BankStore, misfit
from img2music.generation.bank import Bank, BankEntry
from img2music.generation.codec import Encoder
from img2music.models.folder import Models


class RecordingEncoder:
    """Encodes recordings with the models of a genre; raises `ModelError` when these are missing or damaged."""

    def __init__(self, models: Models, genre: str) -> None:
        self._encode = Encoder(models, genre)
        self._directions = Bank.load(models, genre).directions
        self._encoder, self._genre = encoder_of(models, genre), genre

    def encode(self, path: Path, most: int, origin: str, licence: str) -> list[KnownEmbedding]:
        """The first `most` excerpts of a recording as known embeddings, credited to `origin` under a `licence`.

        Raises `AudioError` when it cannot be used.
        """
        return [self._known(excerpt, origin, licence) for excerpt in cut(path, most)]

    def add_to(self, known: Sequence[KnownEmbedding], store: BankStore, name: str) -> int:
        """Add embeddings to a bank of the user; returns how many were not there before.

        Raises `ModelError` when other models made what is there, and `OutputError` when it cannot be written.
        """
        before = 0

        def join(old: OwnBank | None) -> OwnBank:
            nonlocal before
            if old is not None and old.encoder != self._encoder:
                raise misfit(name, self._genre)
            bank = old or OwnBank((), self._directions, self._encoder)
            before = len(bank.known)
            return bank.joined_by(known, self._directions)

        new = store.change(name, self._genre, join)
        return len(new.known) - before if new else 0

    def _known(self, excerpt: Excerpt, origin: str, licence: str) -> KnownEmbedding:
        entry = BankEntry(
            excerpt.title,
            origin,
            licence=licence,
            bars=bar_lines(excerpt.samples),
            character=measure_character(excerpt.samples),
        )
        return KnownEmbedding(entry, self._encode(excerpt.samples), excerpt.sha256)
