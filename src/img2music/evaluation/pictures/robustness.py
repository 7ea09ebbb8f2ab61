"""Whether a picture that is stored again, made smaller or cut a little keeps its genre."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from img2music.errors import PictureError
from img2music.vision.picture import load_picture

SIDE = 640
"""Pixels that the longer side of a picture has at least, as of most that people have."""
Change = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Robustness:
    """How many pictures were read, and the share of them that keep their genre under each change."""

    pictures: int
    kept: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """The figures on one level."""
        return {"pictures": self.pictures} | self.kept

    def table(self) -> Table:
        """A row for each change."""
        table = Table("change", "genre kept", title=f"{self.pictures} pictures")
        for name, share in self.kept.items():
            table.add_row(name, f"{share:.1%}")
        return table


def robustness(genre_of: Callable[[Image.Image], str], pictures: Sequence[Path]) -> Robustness:
    """Read pictures, small ones enlarged to `SIDE` pixels, with each of the `CHANGES` and without.

    Pictures that cannot be read are left out. Raises `PictureError` when none can.
    """
    same = dict.fromkeys(CHANGES, 0)
    count = 0
    for path in track(pictures, "reading pictures", console=Console(stderr=True), transient=True):
        try:
            picture = _enlarged(load_picture(path))
        except PictureError:
            continue
        count += 1
        genre = genre_of(picture)
        for name, change in CHANGES.items():
            same[name] += genre_of(change(picture)) == genre
    if not count:
        raise PictureError("None of these pictures can be read; give others.")
    return Robustness(count, {name: kept / count for name, kept in same.items()})


def _enlarged(picture: Image.Image) -> Image.Image:
    """A whole multiple of a picture's size, so that the larger side has `SIDE` pixels or more."""
    times = -(-SIDE // max(picture.size))
    size = (times * picture.width, times * picture.height)
    return picture if times == 1 else picture.resize(size, Image.Resampling.LANCZOS)


def _stored(quality: int) -> Change:
    def change(picture: Image.Image) -> Image.Image:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")

    return change


def _resized(share: float) -> Change:
    def change(picture: Image.Image) -> Image.Image:
        size = [max(1, round(share * side)) for side in picture.size]
        return picture.resize((size[0], size[1]), Image.Resampling.BICUBIC)

    return change


def _cut(share: float) -> Change:
    def change(picture: Image.Image) -> Image.Image:
        edge = round(share * min(picture.size))
        return picture.crop((edge, edge, picture.width - edge, picture.height - edge))

    return change


CHANGES: Mapping[str, Change] = {
    "stored as JPEG, quality 85": _stored(85),
    "stored as JPEG, quality 70": _stored(70),
    "half as large": _resized(0.5),
    "1 % cut off each side": _cut(0.01),
    "2 % cut off each side": _cut(0.02),
}
"""What is done to pictures, by name."""
