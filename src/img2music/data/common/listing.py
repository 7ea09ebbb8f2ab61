"""What was read in a folder of covers or music, and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from img2music.genres import GENRES
from img2music.system.walk import describe


class _Labelled(Protocol):
    @property
    def path(self) -> Path: ...

    @property
    def genre(self) -> str: ...


Item = TypeVar("Item", bound=_Labelled)
_MOST_NAMED = 8


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """Covers or clips by path, how many rows of an index have other genres, and how many files of which suffix were
    passed over in folders."""

    items: list[Item]
    others: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)

    def notes(self, folder: Path) -> list[str]:
        """A line for each kind of thing in `folder` that was not read; genres that are ours need none."""
        lines = [describe(self.passed_over)] if self.passed_over else []
        unknown = Counter({genre: count for genre, count in self.others.items() if genre not in GENRES})
        if unknown:
            named = [f"{genre} {count}" for genre, count in unknown.most_common(_MOST_NAMED)]
            named += [f"{len(unknown) - _MOST_NAMED} more"] if len(unknown) > _MOST_NAMED else []
            rows = unknown.total()
            text = "row of another genre was" if rows == 1 else "rows of other genres were"
            lines.append(f"{folder}: {rows} {text} left out: {', '.join(named)}")
        return lines


def listing_of(every: Iterable[Item], genres: Sequence[str] | None, passed_over: Counter[str]) -> Listing[Item]:
    """The items of `genres`, all for `None`, sorted by path, and what is left."""
    chosen, others = [], Counter[str]()
    for item in every:
        if genres is None or item.genre in genres:
            chosen.append(item)
        else:
            others[item.genre] += 1
    return Listing(sorted(chosen, key=lambda item: item.path), others, passed_over)
