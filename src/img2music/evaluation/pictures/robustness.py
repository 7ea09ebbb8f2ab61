"""Whether a picture that is stored again, in another size or cut a little keeps its genre, and what it asks music to
be."""

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

from img2music.briefing import brief_of, with_picture
from img2music.composition.planning.planner import checked, plan_for
from img2music.errors import PictureError
from img2music.genres import GENRES
from img2music.options import DEFAULT_SECONDS
from img2music.vision.classifier import Classification
from img2music.vision.picture import load_picture
from img2music.wishes import NO_WISHES

SIDE = 640
"""Pixels that the longer side of a picture has at least, as of most that people have."""
TEMPO = 0.03
"""By which tempos may differ, as a share, and still be the same."""
Change = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Robustness:
    """How many pictures were read, and the share of them that keep their genre under each change; of `music`, the share
    that ask for the same instruments and mode and nearly the same tempo in the genre that they had."""

    pictures: int
    kept: dict[str, float]
    music: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """The figures of genres on one level, those of music apart."""
        return {"pictures": self.pictures} | self.kept | {"same_music": self.music}

    def table(self) -> Table:
        """A row for each change."""
        table = Table("change", "genre kept", "same instruments, mode and tempo", title=f"{self.pictures} pictures")
        for name, share in self.kept.items():
            table.add_row(name, f"{share:.1%}", f"{self.music[name]:.1%}")
        return table


@dataclass(frozen=True)
class _Asked:
    """What a picture asks music to be; `bpm` in quarter notes per minute."""

    instruments: frozenset[str]
    mode: str
    bpm: float

    @classmethod
    def of(cls, seen: Classification, genre: str) -> _Asked:
        plan = plan_for(checked(with_picture(brief_of(NO_WISHES, genre, seconds=DEFAULT_SECONDS), seen)))
        names = frozenset(player.instrument.name for player in plan.players)
        return cls(names, plan.mode, plan.tempo.initial)

    def is_like(self, other: _Asked) -> bool:
        same = (self.instruments, self.mode) == (other.instruments, other.mode)
        return same and abs(self.bpm / other.bpm - 1) <= TEMPO


def robustness(classify: Callable[[Image.Image], Classification], pictures: Sequence[Path]) -> Robustness:
    """Read pictures, small ones enlarged to `SIDE` pixels, with each of the `CHANGES` and without.

    Pictures that cannot be read are left out. Raises `PictureError` when none can.
    """
    same, alike = dict.fromkeys(CHANGES, 0), dict.fromkeys(CHANGES, 0)
    count = 0
    for path in track(pictures, "reading pictures", console=Console(stderr=True), transient=True):
        try:
            picture = _enlarged(load_picture(path))
        except PictureError:
            continue
        count += 1
        before = classify(picture)
        genre = max(GENRES, key=lambda name: before.probabilities.get(name, 0.0))
        asked = _Asked.of(before, genre)
        for name, change in CHANGES.items():
            after = classify(change(picture))
            same[name] += after.genre == before.genre
            alike[name] += _Asked.of(after, genre).is_like(asked)
    if not count:
        raise PictureError("None of these pictures can be read; give others.")
    kept, music = ({name: times / count for name, times in found.items()} for found in (same, alike))
    return Robustness(count, kept, music)


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
    "three quarters as large": _resized(0.75),
    "twice as large": _resized(2.0),
    "1 % cut off each side": _cut(0.01),
    "2 % cut off each side": _cut(0.02),
}
"""What is done to pictures, by name."""
