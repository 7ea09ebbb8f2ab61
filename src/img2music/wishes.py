"""What music is asked to be, in the words of musicians."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Remake:
    """A section of a piece made anew by a seed of its own; sections are counted from 1."""

    section: int
    seed: int = 0

    def as_dict(self) -> dict[str, int]:
        """The change in values that JSON has."""
        return {"section": self.section, "seed": self.seed}


@dataclass(frozen=True)
class Extension:
    """A piece that goes on for so many `seconds`, or else for so many `bars`. Another `seed` goes on in another way."""

    seconds: float | None = None
    bars: int | None = None
    seed: int = 0

    def as_dict(self) -> dict[str, float]:
        """The change in values that JSON has."""
        return {name: value for name, value in asdict(self).items() if value is not None}


Change: TypeAlias = Remake | Extension
"""What becomes of a piece that is there; the rest of it stays as it is."""


def with_change(changes: Sequence[Change], change: Change) -> tuple[Change, ...]:
    """The changes of a piece and one more; a section that was just made anew is made anew once."""
    last = changes[-1] if changes else None
    if isinstance(last, Remake) and isinstance(change, Remake) and last.section == change.section:
        changes = changes[:-1]
    return (*changes, change)


LEFT_RIGHT, CENTRE_OUT, TOP_DOWN, WHOLE = "left-right", "centre-out", "top-down", "whole"
ORDERS = (LEFT_RIGHT, CENTRE_OUT, TOP_DOWN, WHOLE)
"""In which a picture can be read while the music plays; as a whole it is the same throughout."""


@dataclass(frozen=True)
class Wishes:
    """What a score is asked to be beyond genre, seed and length in seconds; None leaves it to picture and seed.

    `style` is one of the genre, such as bossa. `mood` has any of tempo, major, brightness, density, dynamics, tension,
    energy and warmth, each from 0 to 1, by name or in a text such as major=0.8,density=0.3. `bpm` is in quarter notes
    per minute, `key` such as F# or Bbm, `mode` such as minor or dorian, `metre` such as 6/8, `bars` the length.
    `instruments` and `sections` are names, or one text with commas between them. `quote` is the title of a known work
    whose beginning the tune has. `read` is one of `ORDERS`, in which the picture is read.
    `changes` are made to the piece one after the other.
    """

    style: str | None = None
    mood: Mapping[str, float] | str | None = None
    bpm: float | None = None
    key: str | None = None
    mode: str | None = None
    metre: str | None = None
    bars: int | None = None
    instruments: Sequence[str] | str | None = None
    sections: Sequence[str] | str | None = None
    quote: str | None = None
    read: str | None = None
    changes: Sequence[Change] = ()

    def as_dict(self) -> dict[str, Any]:
        """What is asked for, by name, for JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["changes"] = [change.as_dict() for change in self.changes] or None
        return {name: value for name, value in values.items() if value is not None}


NO_WISHES = Wishes()
"""All is left to picture and seed."""
