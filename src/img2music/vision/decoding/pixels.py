"""Decoding a picture that was looked at, and turning its pixels into upright RGB.

A picture comes in parts, from top to bottom: what takes them one by one, such as another process, holds it only once.
"""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

import numpy as np
from PIL import Image

from img2music.vision.decoding.formats.exif import in_exif
from img2music.vision.decoding.formats.heif import AVIF, HEIC
from img2music.vision.decoding.heic import Heic
from img2music.vision.decoding.kinds import outline
from img2music.vision.decoding.outline import MAX_PIXELS, DamagedError, Outline, UnfitError

LARGE = 24 * 10**6
"""Pixels above which a picture comes out at half its width and height, each pixel the mean of four."""
_FACTOR = 2
_STRIP = 2**18  # pixels; those of a strip stay in the processor's cache
_END = b"\xff\xd9"
_FILLERS = (b"", b"\xaa\x5c\x93" * 40)
"""What may follow the pixels of a JPEG, none of it a marker."""
_PLUGINS = {
    "JPEG": "JpegImagePlugin",
    "PNG": "PngImagePlugin",
    "WEBP": "WebPImagePlugin",
    "GIF": "GifImagePlugin",
    "BMP": "BmpImagePlugin",
    "TIFF": "TiffImagePlugin",
    "AVIF": "AvifImagePlugin",
}
_NO_MEMORY = "does not fit in memory; make it smaller"
_DAMAGED = "is damaged or of a rare kind; save it anew as JPEG or PNG"

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
class Part:
    """Some rows of an upright RGB picture of that `size`, width and height, from row `top`."""

    size: tuple[int, int]
    top: int
    pixels: Image.Image


def decode(data: bytes) -> Image.Image:
    """The bytes of a picture file as an upright RGB image; above `LARGE` at half its width and height.

    Raises `UnfitError`.
    """
    return join(decode_in_parts(data))


def decode_in_parts(data: bytes) -> Iterator[Part]:
    """As `decode`, from top to bottom. Raises `UnfitError`, also between parts."""
    try:
        seen = outline(data)
        seen.check()
        with _quiet_pillow():
            yield from _upright(seen)
    except UnfitError:
        raise
    except MemoryError as problem:
        raise UnfitError(_NO_MEMORY) from problem
    except Exception as problem:  # damaged files make Pillow raise nearly anything
        raise UnfitError(_DAMAGED) from problem


def join(parts: Iterable[Part]) -> Image.Image:
    """The picture of all its parts."""
    whole: Image.Image | None = None
    for part in parts:
        if part.pixels.size == part.size:
            whole = part.pixels
            whole.info.clear()  # or the orientation in it would be applied again when the picture is loaded
            continue
        if whole is None:
            whole = Image.new("RGB", part.size, None)
        whole.paste(part.pixels, (0, part.top))
    assert whole is not None, "a picture has pixels"
    return whole


def cut(part: Part) -> Iterator[Part]:
    """A part in strips of `_rows` rows at most."""
    for strip, top in zip(_strips(part.pixels), range(0, part.pixels.height, _rows(part.pixels.width)), strict=True):
        yield Part(part.size, part.top + top, strip)


def of_image(image: Image.Image) -> Image.Image:
    """A Pillow image as an upright RGB image of the same size; the given one is left as it is. Raises `UnfitError`."""
    try:
        # a side may have any length here, as nobody else made this one
        if not 0 < image.width * image.height <= MAX_PIXELS:
            Outline(image.format or "", image.width, height=image.height, memory=1, data=b"").check()
        with _quiet_pillow():
            image.load()
            rgb, turn = join(_in_rgb(image)), _UPRIGHT.get(_orientation(image))
        return rgb if turn is None else rgb.transpose(turn)
    except UnfitError:
        raise
    except MemoryError as problem:
        raise UnfitError(_NO_MEMORY) from problem
    except Exception as problem:
        raise UnfitError(_DAMAGED) from problem


@contextmanager
def _quiet_pillow() -> Iterator[None]:
    """Hush Pillow's warnings: what matters in them becomes an error of ours, the rest helps no user.

    Warning filters belong to the whole process, so one thread at a time may swap them.
    """
    with _pillow_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _upright(seen: Outline) -> Iterator[Part]:
    """The picture in RGB; in one part where it has to be turned."""
    with _stored(seen) as (lies, parts):
        turn = _UPRIGHT.get(lies)
        if turn is None:
            yield from parts
            return
        whole = join(parts)
    whole = whole.transpose(turn)
    yield Part(whole.size, 0, whole)


@contextmanager
def _stored(seen: Outline) -> Iterator[tuple[int, Iterator[Part]]]:
    """How the picture lies, and its parts in RGB as it was stored."""
    factor = _FACTOR if seen.width * seen.height > LARGE else 1
    if seen.format == HEIC:
        heic = Heic(seen.data)
        _check_size(seen, heic.size)
        yield 1, _parts(heic.size, map(_convert, heic.strips(_rows(heic.size[0]))), factor)
        return
    if not seen.ends:
        _check_complete(seen)
    with _opened(seen, seen.data) as image:
        lies = in_exif(image.info.get("exif", b"")) or 1 if seen.format == AVIF else seen.orientation
        yield lies, _in_rgb(image, factor)


@contextmanager
def _opened(seen: Outline, data: bytes) -> Iterator[Image.Image]:
    import_module(f"PIL.{_PLUGINS[seen.format]}")  # or Pillow would load its plugins for forty formats
    with Image.open(io.BytesIO(data), formats=(seen.format,)) as image:
        _check_size(seen, image.size)
        image.load()
        yield image


def _check_size(seen: Outline, size: tuple[int, int]) -> None:
    """Raise `DamagedError` for a picture that is larger than was seen, which was all that was checked."""
    if size[0] * size[1] > seen.width * seen.height:
        raise DamagedError


def _check_complete(seen: Outline) -> None:
    """Raise `DamagedError` when pixels are missing in a JPEG without an end marker.

    Where all are there, nothing depends on the bytes that come next.
    """
    digests = set()
    for filler in _FILLERS:
        with _opened(seen, seen.data[: -len(_END)] + filler + _END) as image:
            digest = hashlib.sha256()
            for strip in _strips(image):
                digest.update(strip.tobytes())
            digests.add(digest.digest())
    if len(digests) > 1:
        raise DamagedError


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # a damaged EXIF block says nothing about the pixels
        return 1


def _in_rgb(image: Image.Image, factor: int = 1) -> Iterator[Part]:
    """A copy as RGB, its sides divided by `factor`; made strip by strip, as some ways to it take much memory."""
    convert = _grey_converter(image) if image.mode == "F" or image.mode.startswith("I") else _convert
    return _parts(image.size, map(convert, _strips(image)), factor)


def _parts(size: tuple[int, int], strips: Iterable[Image.Image], factor: int) -> Iterator[Part]:
    """The parts of an image that has this size, from its RGB strips, its sides divided by `factor`."""
    reduced, top = (-(-size[0] // factor), -(-size[1] // factor)), 0
    for strip in strips:
        yield Part(reduced, top // factor, strip if factor == 1 else strip.reduce(factor))
        top += strip.height


def _strips(image: Image.Image) -> Iterator[Image.Image]:
    """An image from top to bottom, some rows at once; one of few rows as it is."""
    rows = _rows(image.width)
    if image.height <= rows:
        yield image
        return
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _rows(width: int) -> int:
    """How many rows of a picture are worked on at once; they can be divided by `_FACTOR`."""
    return max(_FACTOR, _STRIP // width // _FACTOR * _FACTOR)


def _convert(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image if image.mode == "RGBA" else image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(layer, mask=layer.getchannel("A"))
    return white


def _grey_converter(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """How strips of a deep grey image are scaled to 8 bits, where Pillow would clip them."""
    ranges = [(float(values.min()), float(values.max())) for values in map(_values, _strips(image))]
    low, high = _grey_range(image.mode, min(low for low, _ in ranges), max(high for _, high in ranges))

    def convert(strip: Image.Image) -> Image.Image:
        grey = np.rint(np.interp(_values(strip), (low, high), (0, 255))).astype(np.uint8)
        return Image.fromarray(grey).convert("RGB")

    return convert


def _values(strip: Image.Image) -> np.ndarray:
    """The finite values of a deep grey image, `(H, W)` float32."""
    return np.nan_to_num(np.asarray(strip, np.float32), nan=0.0, posinf=0.0, neginf=0.0)


def _grey_range(mode: str, low: float, high: float) -> tuple[float, float]:
    """Return which values stand for black and white in a deep grey image with values in low..high."""
    whites = (1.0, 255.0, 65535.0) if mode == "F" else (65535.0,)
    for white in whites:
        if low >= 0 and high <= white:
            return 0.0, white
    return min(low, 0.0), max(high, 0.0)  # 0 is included so that a flat image has a range, too
