"""What becomes of each file of a data set, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from img2music.data.clips.clip import Clip
from img2music.data.common.tables import relative_name
from img2music.data.covers.cover import Cover

KEPT = "kept"
Item = TypeVar("Item", Cover, Clip)


@dataclass(frozen=True)
class Problem:
    """What is the matter with a file, by its name below the data set's folder, and whether it was kept."""

    name: str
    text: str
    kept: bool


class Verdicts(Generic[Item]):
    """The fates of `items` of the folder `root`: all are kept until they are left out."""

    def __init__(self, items: Sequence[Item], root: Path) -> None:
        self._items: Sequence[Item] = items
        self._root = root
        self._fates = [KEPT] * len(items)
        self._remarks: list[tuple[int, str]] = []

    def name(self, item: int) -> str:
        """How an item is called: its path below `root`."""
        return relative_name(self._items[item].path, self._root)

    def leave_out(self, reasons: Mapping[int, str], fate: str) -> None:
        """Leave items out, each for its reason, unless they already are."""
        for item, text in reasons.items():
            if self._fates[item] == KEPT:
                self._fates[item] = fate
                self._remarks.append((item, text))

    def remark(self, remarks: Mapping[int, str]) -> None:
        """Say something about items that are kept."""
        self._remarks += [(item, text) for item, text in remarks.items() if self._fates[item] == KEPT]

    @property
    def kept(self) -> list[int]:
        """The items that are kept, in their order."""
        return [item for item, fate in enumerate(self._fates) if fate == KEPT]

    def counts(self, genres: Sequence[str], fates: Sequence[str]) -> dict[str, dict[str, int]]:
        """For each genre how many items were found, had each of `fates`, and are kept."""
        counted = Counter((item.genre, fate) for item, fate in zip(self._items, self._fates, strict=True))
        found = Counter(item.genre for item in self._items)
        return {
            genre: {"found": found[genre]} | {fate: counted[genre, fate] for fate in (*fates, KEPT)} for genre in genres
        }

    def problems(self) -> list[Problem]:
        """All that was said, about items left out first."""
        said = [Problem(self.name(item), text, self._fates[item] == KEPT) for item, text in self._remarks]
        return sorted(said, key=lambda problem: problem.kept)
