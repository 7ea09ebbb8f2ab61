"""The user's recordings become known embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from img2music.audio.descriptors import bar_lines, listen
from img2music.banks.own_bank import Known, OwnBank, encoder_of
from img2music.banks.recordings import Piece, cut
from img2music.banks.store import BankStore, misfit
from img2music.generation.bank import Bank, Entry
from img2music.generation.codec import Encoder
from img2music.models.folder import Models


class Ear:
    """Hears music with the models of a genre; making one raises `ModelError` when they are missing or damaged."""

    def __init__(self, models: Models, genre: str) -> None:
        self._encode = Encoder(models, genre)
        self._directions = Bank.load(models, genre).directions
        self._encoder, self._genre = encoder_of(models, genre), genre

    def hear(self, path: Path, most: int, origin: str, licence: str) -> list[Known]:
        """The first `most` pieces of a recording as known embeddings, credited to `origin` under a `licence`.

        Raises `AudioError` when it cannot be used.
        """
        return [self._known(piece, origin, licence) for piece in cut(path, most)]

    def keep(self, known: Sequence[Known], store: BankStore, name: str) -> int:
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

    def _known(self, piece: Piece, origin: str, licence: str) -> Known:
        entry = Entry(piece.title, origin, licence, bar_lines(piece.samples), listen(piece.samples))
        return Known(entry, self._encode(piece.samples), piece.sha256)
