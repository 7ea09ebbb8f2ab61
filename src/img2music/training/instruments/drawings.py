"""A folder of drawings of instruments and of other things, sorted by who drew them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from img2music.errors import OptionError, PictureError
from img2music.system.walk import listed_files
from img2music.vision.objects import NOTHING
from img2music.vision.picture import load_picture

_SUFFIXES = frozenset({".png", ".webp", ".jpg", ".jpeg"})
_FAINT = 8
"""Opacity up to which a pixel counts as empty."""


@dataclass(frozen=True)
class Drawing:
    """A picture of an `instrument`, or of `NOTHING`, in `HAND/INSTRUMENT/`, by whoever drew all in `HAND`."""

    path: Path
    hand: str
    instrument: str

    def load(self) -> Image.Image:
        """The picture: in RGBA, without empty margins, if parts of it are transparent, and else in RGB. Raises
        `PictureError`."""
        try:
            with Image.open(self.path) as file:
                transparent = file.has_transparency_data
                picture = file.convert("RGBA") if transparent else load_picture(self.path)
        except (OSError, UnidentifiedImageError) as error:
            raise PictureError(f"Cannot read {self.path}: {error}.") from error
        if not transparent or picture.getchannel("A").getextrema()[0] == 255:
            return picture.convert("RGB")
        box = picture.getchannel("A").point(lambda value: 255 * (value > _FAINT)).getbbox()
        if box is None:
            raise PictureError(f"{self.path} is empty; leave it out.")
        return picture.crop(box)


def read_drawings(folder: Path) -> list[Drawing]:
    """All `folder/HAND/INSTRUMENT/PICTURE`. Raises `OptionError` unless there are several hands, instruments, and
    pictures of `NOTHING`."""
    drawings = [
        Drawing(path, hand=path.parts[-3], instrument=path.parts[-2])
        for path in listed_files(folder, _SUFFIXES).files
        if len(path.relative_to(folder).parts) == 3
    ]
    instruments = {drawing.instrument for drawing in drawings}
    if len({drawing.hand for drawing in drawings}) < 2 or NOTHING not in instruments or len(instruments) < 3:
        raise OptionError(
            f"{folder} needs pictures HAND/INSTRUMENT/NAME.png by two hands or more, of two instruments or more and of"
            f" '{NOTHING}'."
        )
    return drawings
