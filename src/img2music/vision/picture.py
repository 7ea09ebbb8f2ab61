"""Reading untrusted pictures, and shaping them for the networks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from img2music.errors import PictureError
from img2music.system.files import reason, regular_file_size
from img2music.vision.decoding.outline import UnfitError
from img2music.vision.decoding.pixels import decode, of_image

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", *(("AVIF",) if find_spec("PIL._avif") else ()))
"""The formats that the installed Pillow reads, by its names; HEIC comes with the extra `heif`."""
SUFFIXES = frozenset(
    f".{kind}"
    for kind in (
        *("jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "webp", "gif", "bmp", "dib", "tif", "tiff"),
        *("avif", "heic", "heif", "hif"),
    )
)
"""Suffixes of files that `load_picture` may read; folders are searched for these."""
MAX_BYTES = 64 * 2**20


@dataclass(frozen=True, eq=False)
class PictureFile:
    """A picture read from a file: its path, the SHA-256 of its bytes, and the upright RGB image."""

    path: Path
    sha256: str
    image: Image.Image

    @classmethod
    def read(cls, path: Path, apart: bool = False) -> PictureFile:
        """Read a picture file once. Raises `PictureError` as `load_picture` does."""
        return cls.decode(_read_bytes(path), path, str(path), apart)

    @classmethod
    def decode(cls, data: bytes, path: Path, name: str, apart: bool = False) -> PictureFile:
        """The picture in the bytes of a file at `path`, which errors call `name`. Raises `PictureError` as above."""
        return cls(path, hashlib.sha256(data).hexdigest(), _decode(data, name, apart))


def load_picture(source: str | Path | bytes | Image.Image, apart: bool = False) -> Image.Image:
    """A picture as an upright RGB image of 8 bits a channel, the size it was.

    `source` is a path, the bytes of a file, or a Pillow image, which is left as it is. Of an
    animation the first frame is taken; transparent parts are laid on white; colour profiles are
    ignored. A file of above 24 megapixels comes out at half its width and height.

    With `apart` a file is decoded in another process, which has limits of memory and time; see
    `img2music.vision.decoding.apart`.

    Raises `PictureError` when the picture is missing, empty, damaged, or neither JPEG, PNG, WebP, GIF, BMP,
    TIFF, AVIF nor, with the extra `heif`, HEIC; and when it is above 64 MiB, 64 megapixels, 32,768 pixels on a
    side or 100 scans, or above what decoding its kind within 384 MiB allows. These limits hold before anything
    is decoded.
    """
    if isinstance(source, (Image.Image, bytes)):
        return _decode(source, "The picture", apart)
    return _decode(_read_bytes(Path(source)), str(source), apart)


def to_input(picture: Image.Image, size: int) -> np.ndarray:
    """The centre square of an RGB picture, shape (1, 3, size, size), float32 in 0..1."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.crop((left, top, left + side, top + side))
    # Pillow's bicubic filter widens with the reduction, so it does not alias.
    small = np.asarray(square.resize((size, size), Image.Resampling.BICUBIC), np.float32)
    return np.ascontiguousarray(small.transpose(2, 0, 1)[np.newaxis] / 255)


def _read_bytes(path: Path) -> bytes:
    size = regular_file_size(path, PictureError)
    _check_bytes(size, str(path))
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # the file may have grown since
    except OSError as problem:
        raise PictureError(f"Cannot read {path}: {reason(problem)}.") from problem


def _decode(source: bytes | Image.Image, name: str, apart: bool) -> Image.Image:
    """`source` as RGB; `name` is what error messages call it."""
    try:
        if isinstance(source, Image.Image):
            return of_image(source)
        _check_bytes(len(source), name)
        if apart:
            from img2music.vision.decoding.apart import decode_apart

            return decode_apart(source)
        return decode(source)
    except UnfitError as problem:
        raise PictureError(f"{name} {problem}.") from problem


def _check_bytes(size: int, name: str) -> None:
    if size == 0:
        raise PictureError(f"{name} is empty; choose another picture.")
    if size > MAX_BYTES:
        raise PictureError(f"{name} is above {MAX_BYTES // 2**20} MiB; save it smaller.")
