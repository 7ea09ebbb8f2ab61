"""A listing of the user's banks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from img2music.banks.own_bank import encoders_of
from img2music.banks.store import BankStore
from img2music.errors import ModelError
from img2music.models.folder import Models

FITS, OTHER, DAMAGED = "can be played", "made with other models", "damaged"


def listing(store: BankStore, models: Models) -> list[dict[str, Any]]:
    """A row for each bank and genre: `bank`, `genre`, `file`, `sha256`, `state`, which says whether `models` can play
    it, and the `entries` with title, origin and licence."""
    return [_row(store, models, name, genre) for name in store.names() for genre in store.genres(name)]


def _row(store: BankStore, models: Models, name: str, genre: str) -> dict[str, Any]:
    row = {"bank": name, "genre": genre, "file": str(store.path(name, genre))}
    try:
        own, sha256 = store.read(name, genre)
    except ModelError:
        return row | {"sha256": None, "state": DAMAGED, "entries": []}
    playable = genre in models.genres and own.encoder in encoders_of(models, genre)
    entries = [asdict(one.entry.credit) for one in own.known]
    return row | {"sha256": sha256, "state": FITS if playable else OTHER, "entries": entries}
