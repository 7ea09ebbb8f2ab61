"""What a style is, and where to find one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from random import Random

from img2music.composition.brief import Feeling
from img2music.composition.plan import Plan
from img2music.composition.score import ChordSymbol, Part, Role, Section
from img2music.errors import OptionError
from img2music.genres import GENRES, plain_name


@dataclass(frozen=True)
class Seat:
    """A place in the band of a style.

    `instruments` has the names of those who may fill it, with weights; it is filled by `chance`. Who sits there plays
    in sections of at least the energy `enters`, at `level` dB, from `pan` (-1 left to 1 right).
    """

    name: str
    role: Role
    instruments: Mapping[str, float]
    chance: float = 1.0
    enters: float = 0.0
    level: float = 0.0
    pan: float = 0.0


@dataclass(frozen=True)
class Style:
    """A way to make music of a genre.

    `tempo` is the slowest, the likeliest and the fastest, in pulses per minute: dotted quarters in 6/8 and its like.
    `metres` and `modes` have weights; other metres are possible unless `only_metres`. `swing` is the least and the
    largest share of the first of two notes of `swing_unit` beats. `drift` is the share by which the tempo of people who
    play together moves from bar to bar; 0 is a machine. `form` divides bars into sections, `harmonise` makes the chords
    of a plan that has none, and `write` the part of each player of a plan, in their order. Pieces of a `closed` style
    end for good: what comes after their last bar is a piece by itself. `usual` says how its music usually feels beside
    that of other styles of the genre.
    """

    name: str
    genre: str
    tempo: tuple[float, float, float]
    metres: Mapping[str, float]
    modes: Mapping[str, float]
    seats: tuple[Seat, ...]
    form: Callable[[int, Random], tuple[Section, ...]]
    harmonise: Callable[[Plan], tuple[ChordSymbol, ...]]
    write: Callable[[Plan], tuple[Part, ...]]
    weight: float = 1.0
    swing: tuple[float, float] = (0.5, 0.5)
    swing_unit: float = 0.5
    only_metres: bool = False
    drift: float = 0.0
    closed: bool = False
    usual: Feeling = field(default_factory=Feeling)


@lru_cache(maxsize=8)
def styles_of(genre: str) -> Mapping[str, Style]:
    """The styles of a genre by name."""
    module = import_module(f"img2music.composition.styles.{genre}")
    return {style.name: style for style in module.STYLES}


def find_style(name: str, genre: str) -> Style:
    """The style of a genre that is meant by `name`, whatever its case, spaces and hyphens. Raises `OptionError`."""
    styles = styles_of(genre)
    for style in styles.values():
        if plain_name(style.name) == plain_name(name):
            return style
    homes = [other for other in GENRES if other != genre and plain_name(name) in map(plain_name, styles_of(other))]
    if homes:
        raise OptionError(f"{name} is a style of {homes[0]}; {genre} has {', '.join(styles)}.")
    raise OptionError(f"There is no style '{name}'; {genre} has {', '.join(styles)}.")
