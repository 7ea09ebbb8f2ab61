"""What the bytes of a picture file tell before anything is decoded, and the limits that hold for it."""

from __future__ import annotations

from dataclasses import dataclass

MAX_PIXELS = 64 * 10**6
MAX_SIDE = 32_768
"""Pixels: resizing costs by the longer side, whatever the other one is."""
MEMORY = 384 * 2**20
"""Bytes that decoding may take, the file and what is kept of it included."""
MAX_PARTS = 2**17
"""Strips or tiles of a picture; each costs some time, however small it is."""


class UnfitError(Exception):
    """What is wrong with a picture and what to do, to be read after its name."""


class DamagedError(Exception):
    """The bytes are not what their format wants."""


@dataclass(frozen=True, eq=False)
class Outline:
    """A picture file that may be decoded.

    `width` and `height` are those of the stored picture, in pixels; `orientation` is that of Exif, by which it
    is turned upright. `memory` is what decoding takes at most, in bytes a pixel; it rules out some sizes.
    `most_pixels` is what the kind allows for reasons of time. `data` holds the file without what pixels do not
    depend on. `ends` is false for a JPEG that lacks its end marker.
    """

    format: str
    width: int
    height: int
    memory: float
    data: bytes
    orientation: int = 1
    most_pixels: int = MAX_PIXELS
    ends: bool = True

    def check(self) -> None:
        """Raise `UnfitError` when the picture has no pixels, or more than may be decoded."""
        if self.width * self.height == 0:
            raise UnfitError("has no pixels; choose another picture")
        most = min(MAX_PIXELS, self.most_pixels, int((MEMORY - 2 * len(self.data)) / self.memory))
        if self.width * self.height > most:
            kind = "" if most == MAX_PIXELS else f", the most of a {self.format} picture of its kind"
            raise UnfitError(f"has above {most // 10**6} megapixels{kind}; make it smaller")
        if max(self.width, self.height) > MAX_SIDE:
            raise UnfitError(f"has a side above {MAX_SIDE:,} pixels; make it smaller")
