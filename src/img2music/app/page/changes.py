"""What the buttons of a card ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from img2music.app.kept import KeptSnippet
from img2music.app.page.arguments import text, whole
from img2music.app.studio import MOST, Studio
from img2music.errors import OptionError


@dataclass(frozen=True)
class Change:
    """What is asked of the music with a `key` in the card at a `place`, from 0: another take of a `section`, from 1, or
    that an `instrument` be taken off or put back."""

    key: str
    place: int
    section: int | None = None
    instrument: str | None = None

    def make(self, studio: Studio) -> KeptSnippet:
        """The changed music. Raises `OptionError`."""
        if self.section is not None:
            return studio.make_again(self.key, self.section)
        return studio.switch(self.key, self.instrument or "")


def read_change(value: object) -> Change:
    """What a button of a card has sent. Raises `OptionError` when it is something else."""
    if not isinstance(value, Mapping):
        raise OptionError("This is no change of a piece.")
    place = whole("place", value.get("place"))
    if not 0 <= place < MOST:
        raise OptionError(f"place is {place}; there are {MOST} of them from 0 on.")
    key = text("key", value.get("key"))
    if "section" in value:
        return Change(key, place, section=whole("section", value["section"]))
    return Change(key, place, instrument=text("instrument", value.get("instrument")))
