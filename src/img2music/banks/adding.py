"""Encoding the user's recordings, and adding the embeddings to a bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from img2music.audio.descriptors import bar_lines, measure_character
from img2music.banks.own_bank import KnownEmbedding, OwnBank, encoder_of, encoders_of
from img2music.banks.recordings import Excerpt, cut
from img2music.banks.store import BankStore, misfit
from img2music.generation.bank import Bank, BankEntry
from img2music.generation.codec import Encoder
from img2music.models.folder import Models
from img2music.stereo.codec import StereoEncoder
from img2music.stereo.predictor import SidePredictor


class RecordingEncoder:
    """Encodes recordings with the models of a genre; raises `ModelError` when these are missing or damaged."""

    def __init__(self, models: Models, genre: str) -> None:
        self._encode = Encoder(models, genre)
        self._stereo = StereoEncoder(models, genre) if models.is_stereo(genre) else None
        self._directions = Bank.load(models, genre).directions
        self._encoder = encoder_of(models, genre)
        self._models, self._genre = models, genre

    def encode(self, path: Path, most: int, origin: str, licence: str) -> list[KnownEmbedding]:
        """The first `most` excerpts of a recording as known embeddings, credited to `origin` under a `licence`.

        Raises `AudioError` when it cannot be used.
        """
        return [self._known(excerpt, origin, licence) for excerpt in cut(path, most, self._stereo is not None)]

    def add_to(self, known: Sequence[KnownEmbedding], store: BankStore, name: str, decoder: bytes | None = None) -> int:
        """Add embeddings to a bank of the user, and the `decoder` that learnt its sound, if one did; returns how many
        embeddings were not there before.

        Raises `ModelError` when other models made what is there, and `OutputError` when it cannot be written.
        """
        before = 0

        def join(old: OwnBank | None) -> OwnBank:
            nonlocal before
            if old is not None and old.encoder not in encoders_of(self._models, self._genre):
                raise misfit(name, self._genre)
            bank = self._completed(old) if old else OwnBank((), self._directions, self._encoder)
            before = len(bank.known)
            return bank.joined_by(known, self._directions)

        new = store.change(name, self._genre, join, decoder)
        return len(new.known) - before if new else 0

    def _completed(self, old: OwnBank) -> OwnBank:
        """A bank with the side latents of decoders in stereo, predicted where there are none."""
        if old.encoder == self._encoder:
            return old
        predict = SidePredictor(self._models, self._genre)
        known = tuple(replace(one, latents=predict(one.latents, number)) for number, one in enumerate(old.known))
        return replace(old, known=known, encoder=self._encoder)

    def _known(self, excerpt: Excerpt, origin: str, licence: str) -> KnownEmbedding:
        entry = BankEntry(
            excerpt.title,
            origin,
            licence=licence,
            bars=bar_lines(excerpt.samples),
            character=measure_character(excerpt.samples),
        )
        if self._stereo is None or excerpt.channels is None:
            return KnownEmbedding(entry, self._encode(excerpt.samples), excerpt.sha256)
        return KnownEmbedding(entry, self._stereo(excerpt.channels), excerpt.sha256)
