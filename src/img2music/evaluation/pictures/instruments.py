"""Whether the instrument that a picture shows is recognised, and how often one is claimed that it does not show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from img2music.content.content import content_of
from img2music.content.table import Row, content_table
from img2music.errors import OptionError, PictureError
from img2music.system.walk import listed_files
from img2music.vision.classifier import Classification
from img2music.vision.objects import NOTHING
from img2music.vision.picture import SUFFIXES, load_picture

_AS_GOOD = {
    "clarinet": "an oboe or a clarinet",
    "bass guitar": "an electric guitar",
    "ukulele": "an acoustic guitar",
    "keyboard": "a piano",
}
"""What may be claimed too, since pictures often cannot tell which of the two they show."""


@dataclass(frozen=True)
class Recognised:
    """Of the pictures of an instrument, in how many it leads what is seen, and in how many another does."""

    pictures: int = 0
    recognised: int = 0
    mistaken: int = 0

    def __add__(self, other: Recognised) -> Recognised:
        return Recognised(
            self.pictures + other.pictures, self.recognised + other.recognised, self.mistaken + other.mistaken
        )


@dataclass(frozen=True)
class Recognition:
    """What was recognised, by instrument, and of the `others`, pictures of none, in how many one is `claimed`."""

    instruments: Mapping[str, Recognised]
    others: int
    claimed: int

    @property
    def whole(self) -> Recognised:
        """All instruments together."""
        return sum(self.instruments.values(), Recognised())

    def to_json(self) -> dict[str, Any]:
        """Counts, of all together and by instrument."""
        return {
            **asdict(self.whole),
            "others": self.others,
            "claimed": self.claimed,
            "instruments": {name: asdict(found) for name, found in self.instruments.items()},
        }

    def table(self) -> Table:
        """A row for each instrument, one for all, and one for pictures of none."""
        table = Table("shown", "pictures", "recognised", "another claimed")
        for name, found in (*self.instruments.items(), ("all", self.whole)):
            shares = (_share(found.recognised, found.pictures), _share(found.mistaken, found.pictures))
            table.add_row(name, str(found.pictures), *shares, end_section=name == "all")
        table.add_row("no instrument", str(self.others), "", _share(self.claimed, self.others))
        return table


def recognition(classify: Callable[[Image.Image], Classification], folder: Path) -> Recognition:
    """Look at the pictures `folder/INSTRUMENT/…`, with instruments called as the layer for drawings calls them, and at
    those of none in `folder/nothing/…`.

    Pictures that cannot be read are left out. Raises `OptionError` when there are none, or a folder has another name.
    """
    found, others, claimed = dict[str, Recognised](), 0, 0
    for shown, path in track(_pictures(folder), "looking at pictures", console=Console(stderr=True), transient=True):
        try:
            row = _leading(classify(load_picture(path)))
        except PictureError:
            continue
        if shown == NOTHING:
            others, claimed = others + 1, claimed + (row is not None)
            continue
        right = row is not None and (shown in row.drawn or row.called == _AS_GOOD.get(shown))
        seen = Recognised(1, recognised=int(right), mistaken=int(row is not None and not right))
        found[shown] = found.get(shown, Recognised()) + seen
    return Recognition(found, others, claimed)


def _leading(seen: Classification) -> Row | None:
    """The surest instrument that is seen."""
    rows = content_table().instruments
    content = content_of(seen.objects, "", seen.instruments)
    return next((finding.row for finding in content.seen if finding.row in rows), None)


def _pictures(folder: Path) -> list[tuple[str, Path]]:
    """What each picture in the folder shows, and where it is."""
    files = listed_files(folder, SUFFIXES).files
    found = [(path.relative_to(folder).parts[0], path) for path in files if path.parent != folder]
    known = {name for row in content_table().instruments for name in row.drawn}
    unknown = sorted({shown for shown, _ in found} - known - {NOTHING})
    if unknown or not found:
        what = f"'{unknown[0]}' is no instrument" if unknown else f"{folder} has no pictures"
        raise OptionError(f"{what}; sort pictures into folders called {NOTHING}, {', '.join(sorted(known))}.")
    return found


def _share(count: int, total: int) -> str:
    return f"{count} ({count / total:.0%})" if total else "0"
