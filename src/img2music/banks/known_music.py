"""The banks to choose from: those of the models, and those of the user."""

from __future__ import annotations

from functools import cache

from img2music.banks.store import BankStore, PlayableBank
from img2music.errors import OptionError
from img2music.generation.bank import Bank
from img2music.models.folder import Models


class KnownMusic:
    """The banks that fit the models. Those of the models are loaded once, those of the user on every use, since they
    may change in the meantime."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._bundled = cache(lambda genre: PlayableBank(Bank.load(models, genre)))

    def genres(self, own: str | None) -> tuple[str, ...]:
        """The genres of the models, or those of them that the user's bank `own` has music of.

        Raises `OptionError` when there is no such bank, or the models have none of its genres.
        """
        if own is None:
            return self._models.genres
        there = BankStore().genres(own)
        playable = tuple(genre for genre in self._models.genres if genre in there)
        if not playable:
            raise OptionError(f"The bank '{own}' has only {', '.join(there)}, which these models do not play.")
        return playable

    def bank(self, genre: str, own: str | None) -> PlayableBank:
        """The bank of a genre: the models' own, or the user's bank `own`.

        Raises `OptionError` when the bank has no music of the genre, and `ModelError` when it does not fit the models.
        """
        if own is None:
            return self._bundled(genre)
        return BankStore().play(own, genre, self._models)
