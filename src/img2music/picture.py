"""Reading pictures nobody vouches for, and shaping them for the networks."""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from img2music.errors import PictureError
from img2music.files import reason, regular_file_size

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
SUFFIXES = frozenset(
    f".{kind}"
    for kind in (
        *("jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "webp", "gif", "bmp", "dib", "tif", "tiff"),
        *("avif", "heic", "heif", "hif"),
    )
)
"""Endings of files that may be pictures which `load_picture` reads; a walk through folders takes these."""
MAX_BYTES = 64 * 2**20
MAX_PIXELS = 64 * 10**6
MAX_WEBP_PIXELS = 48 * 10**6  # its decoder holds the picture four times
MAX_SCANS = 100
_STRIP = 2**20  # pixels

_EXIF_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_pillow_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class PictureFile:
    """A picture as it was in a file: where that is, the SHA-256 of its bytes, and the upright RGB image."""

    path: Path
    sha256: str
    image: Image.Image

    @classmethod
    def read(cls, path: Path) -> PictureFile:
        """Read a picture file once. Raises PictureError as `load_picture` does."""
        return cls.decode(_read_bytes(path), path, str(path))

    @classmethod
    def decode(cls, data: bytes, path: Path, name: str) -> PictureFile:
        """The picture in the bytes of a file at `path`, which errors call `name`. Raises PictureError as above."""
        return cls(path, hashlib.sha256(data).hexdigest(), _decode(data, name))


def load_picture(source: str | Path | bytes | Image.Image) -> Image.Image:
    """Return a picture as an upright RGB image of 8 bits a channel, the size it was.

    ``source`` is a path, the bytes of a file, or a Pillow image, which is left as it is. Of an
    animation the first frame is taken; transparent parts are laid on white; colour profiles are
    ignored.

    Raises PictureError when the picture is missing, empty, above 64 MiB, 64 megapixels (WebP 48) or 100 scans, damaged,
    or neither JPEG, PNG, WebP, GIF, BMP nor TIFF. These limits hold before anything is decoded.
    """
    if isinstance(source, (Image.Image, bytes)):
        return _decode(source, "The picture")
    return _decode(_read_bytes(Path(source)), str(source))


def to_input(picture: Image.Image, size: int) -> np.ndarray:
    """Return the centre square of an RGB picture, shape (1, 3, size, size), float32 in 0..1."""
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


def _decode(source: bytes | Image.Image, name: str) -> Image.Image:
    """Return ``source`` as RGB; ``name`` is what error messages call it."""
    try:
        with _quiet_pillow():
            if isinstance(source, Image.Image):
                return _to_upright_rgb(source, name)
            _check_bytes(len(source), name)
            _check_scans(source, name)
            with Image.open(io.BytesIO(source), formats=FORMATS) as image:
                return _to_upright_rgb(image, name)
    except PictureError:
        raise
    except UnidentifiedImageError as problem:
        raise PictureError(f"{name} is not a picture in a known format; save it as JPEG or PNG.") from problem
    except Image.DecompressionBombError as problem:
        raise _too_many_pixels(name) from problem
    except MemoryError as problem:
        raise PictureError(f"{name} does not fit in memory; make it smaller.") from problem
    except Exception as problem:  # damaged files make Pillow raise nearly anything
        raise PictureError(f"{name} is damaged or of a rare kind; save it anew as JPEG or PNG.") from problem


@contextmanager
def _quiet_pillow() -> Iterator[None]:
    """Hush Pillow's warnings: what matters in them becomes a PictureError, the rest helps no user.

    Warning filters belong to the whole process, so one thread at a time may swap them.
    """
    with _pillow_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _check_bytes(size: int, name: str) -> None:
    if size == 0:
        raise PictureError(f"{name} is empty; choose another picture.")
    if size > MAX_BYTES:
        raise PictureError(f"{name} is above {MAX_BYTES // 2**20} MiB; save it smaller.")


def _check_scans(data: bytes, name: str) -> None:
    """Refuse a progressive JPEG that comes in so many scans that decoding it would take minutes."""
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MAX_SCANS:
        raise PictureError(f"{name} is stored in above {MAX_SCANS} scans; save it anew as JPEG or PNG.")


def _too_many_pixels(name: str, most: int = MAX_PIXELS) -> PictureError:
    return PictureError(f"{name} has above {most // 10**6} megapixels; make it smaller.")


def _to_upright_rgb(image: Image.Image, name: str) -> Image.Image:
    most = MAX_WEBP_PIXELS if image.format == "WEBP" else MAX_PIXELS
    if image.width * image.height > most:
        raise _too_many_pixels(name, most)
    if image.width * image.height == 0:
        raise PictureError(f"{name} has no pixels; choose another picture.")
    image.load()
    turn = _UPRIGHT.get(_orientation(image))
    rgb = _to_rgb(image)
    if turn is not None:
        rgb = rgb.transpose(turn)
    rgb.info.clear()  # or the orientation in it would be applied again when the result is loaded
    return rgb


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # a damaged EXIF block says nothing about the pixels
        return 1


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "F" or image.mode.startswith("I"):
        return _to_8_bits(image).convert("RGB")
    if image.has_transparency_data:
        layer = image if image.mode == "RGBA" else image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    return image.convert("RGB")


def _to_8_bits(image: Image.Image) -> Image.Image:
    """Return a deep grey image scaled to 8 bits, where Pillow would clip it."""
    ranges = [(float(values.min()), float(values.max())) for values in _strips(image)]
    low, high = _grey_range(image.mode, min(low for low, _ in ranges), max(high for _, high in ranges))
    grey = [np.rint(np.interp(values, (low, high), (0, 255))).astype(np.uint8) for values in _strips(image)]
    return Image.fromarray(np.concatenate(grey))


def _strips(image: Image.Image) -> Iterator[np.ndarray]:
    """The finite values of a deep grey image from top to bottom, `(H, W)` float32 each: few at once, as they take
    several times the memory of the image."""
    rows = max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        yield np.nan_to_num(np.asarray(strip, np.float32), nan=0.0, posinf=0.0, neginf=0.0)


def _grey_range(mode: str, low: float, high: float) -> tuple[float, float]:
    """Return which values stand for black and white in a deep grey image with values in low..high."""
    whites = (1.0, 255.0, 65535.0) if mode == "F" else (65535.0,)
    for white in whites:
        if low >= 0 and high <= white:
            return 0.0, white
    return min(low, 0.0), max(high, 0.0)  # 0 is included so that a flat image has a range, too
