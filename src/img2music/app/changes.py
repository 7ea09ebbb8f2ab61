"""What visitors change in music that is there: a section is made again, an instrument taken off or put back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from img2music.composition.brief import NAMES
from img2music.composition.score import Score
from img2music.errors import OptionError
from img2music.options import COMPOSE, Options
from img2music.wishes import Remake, with_change


@dataclass(frozen=True)
class Band:
    """The `names` of the instruments of a piece, in the order of its score; those that are `off` do not play."""

    names: tuple[str, ...]
    off: frozenset[str] = frozenset()

    @classmethod
    def of(cls, score: Score) -> Band:
        """All instruments of a score."""
        return cls(tuple(dict.fromkeys(part.name for part in score.parts)))

    def switched(self, name: str) -> Band:
        """The band in which an instrument plays if it did not, and the other way round. Raises `OptionError` when there
        is none of that name, or nobody would be left."""
        if name not in self.names:
            raise OptionError(f"There is no {name[:40]} in this piece; it has {', '.join(self.names)}.")
        band = replace(self, off=self.off ^ {name})
        if not band.playing:
            raise OptionError("The last instrument stays; put another one back first.")
        return band

    @property
    def playing(self) -> tuple[str, ...]:
        """Those that play."""
        return tuple(name for name in self.names if name not in self.off)


def with_section_again(options: Options, section: int) -> Options:
    """The options of the same piece with a section, counted from 1, made in another way than ever before."""
    wishes = options.wishes
    takes = [change.seed for change in _remakes(options) if change.section == section]
    change = Remake(section, max(takes, default=0) + 1)
    return replace(options, engine=COMPOSE, wishes=replace(wishes, changes=with_change(wishes.changes, change)))


def with_band(options: Options, score: Score, band: Band) -> Options:
    """The options of the same piece for those of a band who play.

    Style, tempo, key and mode are those of its `score`: a composer who is told the instruments alone would write
    another piece. A tempo that is told is kept exactly, without rubato.
    """
    told = replace(
        options.wishes,
        instruments=band.playing,
        style=score.style,
        bpm=score.tempo.initial,
        key=NAMES[score.key],
        mode=score.mode,
    )
    return replace(options, engine=COMPOSE, wishes=told)


def words_of(options: Options, off: Iterable[str]) -> list[str]:
    """What was changed, in words, for titles and names of files."""
    again = [f"section {change.section} take {change.seed + 1}" for change in _remakes(options)]
    return again + [f"without {name}" for name in sorted(off)]


def _remakes(options: Options) -> list[Remake]:
    return [change for change in options.wishes.changes if isinstance(change, Remake)]
