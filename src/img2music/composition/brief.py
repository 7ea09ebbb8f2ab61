"""What a score is asked to be. Whatever a brief leaves open is drawn from the genre's own distribution by the seed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from img2music.composition.contour import Contour
from img2music.composition.metre import Metre
from img2music.errors import OptionError
from img2music.wishes import Change, Extension, Remake

NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
"""Of the pitch classes, as they are shown."""
MODES = ("major", "minor", "dorian", "mixolydian", "lydian", "phrygian")
MINOR_MODES = ("minor", "dorian", "phrygian")
"""Whose tonic has a minor third."""
SLOWEST, FASTEST = 30.0, 300.0
"""Beats per minute."""
MOST_BARS = 1000
LONGEST = 600.0
"""Seconds."""
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_KEY = re.compile(r"([A-Ga-g])([#♯b♭]?)")
_METRE = re.compile(r"(\d{1,2})/(\d{1,2})")


_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("genre", "mode", "metre", "style", "blend", "quote"), (str,)),
    **dict.fromkeys(("seed", "bars", "key", "band"), (int,)),
    **dict.fromkeys(("seconds", "bpm", "share", "room"), (int, float)),
    **dict.fromkeys(("instruments", "sections", "featured"), (list, tuple)),
    "contour": (Mapping,),
}
"""What values of a brief are in JSON."""


@dataclass(frozen=True)
class Feeling:
    """The mood that music is to have, each from 0 to 1; None is left to the seed.

    `tempo` is from slow to fast for its genre, `major` from minor to major, `brightness` from low to high register and
    dark to bright instruments, `density` from few to many notes, `dynamics` from even to changing loudness, `tension`
    from consonant to dissonant harmony, `energy` from calm, with few players, to full and loud, `warmth` from cool and
    electronic to warm and acoustic. Without an `energy` sections have what is usual, without a `warmth` players are.
    """

    tempo: float | None = None
    major: float | None = None
    brightness: float | None = None
    density: float | None = None
    dynamics: float | None = None
    tension: float | None = None
    energy: float | None = None
    warmth: float | None = None


@dataclass(frozen=True)
class Brief:
    """The order for a score; None is left to the seed.

    `bpm` is in quarter notes per minute; `key` a pitch class, 0 being C; `instruments` names each instrument that shall
    play, and no other; `seconds` is the length that the music must fit, its last note included (15 s without `bars`),
    and `bars` the exact number of bars; `sections` are names in order, such as intro, verse, chorus. `blend` is a
    second genre that lends the `share` of its manner: first its drums, then its bass, its chords, its tune. `quote` is
    the title of a known work whose beginning the tune has. `changes` are made to the piece one after the other.

    `featured` names instruments of which the first has the tune if it can, and the others play where they fit, among
    those that the style is used to. `contour` is how the music changes over time. `room` is where it is played, from
    dry, 0, to a cathedral, 1. `band` is the seed of style, metre and players instead of `seed`.
    """

    genre: str
    feeling: Feeling = field(default_factory=Feeling)
    seed: int = 0
    seconds: float | None = None
    bars: int | None = None
    bpm: float | None = None
    key: int | None = None
    mode: str | None = None
    metre: Metre | None = None
    style: str | None = None
    instruments: tuple[str, ...] | None = None
    sections: tuple[str, ...] | None = None
    blend: str | None = None
    share: float = 0.5
    quote: str | None = None
    featured: tuple[str, ...] | None = None
    contour: Contour | None = None
    room: float | None = None
    band: int | None = None
    changes: tuple[Change, ...] = ()

    @property
    def band_seed(self) -> int:
        """The seed of style, metre and players."""
        return self.seed if self.band is None else self.band

    def as_dict(self) -> dict[str, Any]:
        """The brief in values that JSON has, without what it leaves open."""
        found = {name: value for name, value in asdict(self).items() if value is not None}
        found["feeling"] = {name: value for name, value in found["feeling"].items() if value is not None}
        if self.metre is not None:
            found["metre"] = str(self.metre)
        found["changes"] = [change.as_dict() for change in self.changes]
        if not self.changes:
            del found["changes"]
        return found

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Brief:
        """The brief of what `as_dict` gave. Raises `OptionError` when it is none."""
        try:
            known = dict(values)
            open_ones = {field.name for field in fields(cls) if field.default is None}
            for name, kinds in _KINDS.items():
                if name not in known or (known[name] is None and name in open_ones):
                    continue
                if not isinstance(known[name], kinds) or isinstance(known[name], bool):
                    raise OptionError(f"This is no brief: {name} cannot be {known[name]!r}.")
            for name in ("instruments", "sections", "featured"):
                if known.get(name) is not None:
                    known[name] = tuple(str(item) for item in known[name])
            if known.get("metre") is not None:
                known["metre"] = parse_metre(str(known["metre"]))
            if known.get("contour") is not None:
                known["contour"] = Contour.from_dict(known["contour"])
            known["changes"] = tuple(map(change_of, known.get("changes") or ()))
            feeling = {name: float(value) for name, value in known.get("feeling", {}).items()}
            return cls(**known | {"feeling": Feeling(**feeling)})
        except (TypeError, ValueError, AttributeError) as problem:
            raise OptionError(f"This is no brief: {problem}.") from problem


def change_of(values: Mapping[str, Any]) -> Change:
    """The change that `as_dict` of one gave. Raises `OptionError`, `TypeError` or `AttributeError` when it is none."""
    for name, value in values.items():
        kinds = (int, float) if name == "seconds" else (int,)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise OptionError(f"This is no change of a piece: {name} cannot be {value!r}.")
    return Remake(**values) if "section" in values else Extension(**values)


def parse_key(text: str) -> int:
    """The pitch class of a key such as C, F#, Bb or e♭. Raises `OptionError`."""
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise OptionError(f"There is no key {text}; write it like C, F# or Bb.")
    return (_LETTERS[match[1].upper()] + {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[match[2]]) % 12


def parse_metre(text: str) -> Metre:
    """A metre such as 4/4, 3/4 or 6/8. Raises `OptionError`."""
    match = _METRE.fullmatch(text.strip())
    if match is None or not 1 <= int(match[1]) <= 16 or int(match[2]) not in (2, 4, 8, 16):
        raise OptionError(f"There is no metre {text}; write it like 4/4, 3/4 or 6/8.")
    return Metre(int(match[1]), int(match[2]))
