"""HEIC, which telephones write and a package of its own reads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.util import find_spec

from PIL import Image

from img2music.vision.decoding.outline import UnfitError


def check_installed() -> None:
    """Raise `UnfitError` when the extra `heif` is not installed."""
    if find_spec("pillow_heif") is None:
        raise UnfitError("is a HEIC picture; run: pip install 'img2music[heif]' or save it as JPEG")


class Heic:
    """The main picture of a HEIC, decoded and upright; needs the extra `heif`."""

    def __init__(self, data: bytes) -> None:
        import pillow_heif

        file = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
        self._picture = file[file.primary_index]
        self._pixels = memoryview(self._picture.data)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._picture.size

    def strips(self, rows: int) -> Iterator[Image.Image]:
        """The picture from top to bottom, `rows` rows at once: as a whole it would be held twice."""
        stride, (width, height) = self._picture.stride, self.size
        for top in range(0, height, rows):
            size = (width, min(rows, height - top))
            pixels = bytes(self._pixels[top * stride : (top + size[1]) * stride])
            yield Image.frombuffer(self._picture.mode, size, pixels, "raw", self._picture.mode, stride, 1)
