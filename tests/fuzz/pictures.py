"""Fuzzing of `load_picture` and what looks at a picture first."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from img2music.appearance import appearance_of
from img2music.picture import load_picture, to_input

from .mutation import mend_png, mutate
from .target import FileTarget

_LARGE = (8000, 8000)
"""As many pixels as are allowed."""


class Pictures(FileTarget):
    """Pictures of all formats, mutated, and bombs."""

    def __init__(self, folder: Path) -> None:
        self.seeds = _seeds()
        super().__init__(folder)

    def made_by_hand(self) -> list[Callable[[], bytes]]:
        """Bombs: much behind little; small ones first."""
        return [
            *(partial(_png, size, kind, bits, b"") for size in _SIZES for kind, bits in _KINDS),
            *(partial(bytes, data[:length]) for data in self.seeds for length in (40, len(data) // 2)),
            *(partial(_many_frames, format) for format in ("GIF", "WEBP", "TIFF")),
            _with_text,
            _with_profile,
            _with_exif,
            _many_scans,
            *(partial(_large_png, kind, bits, width) for kind, bits, width in _DECODED),
            *(partial(_large, mode, format) for mode, format in _STORED),
        ]

    def mutated(self, random: Random) -> bytes:
        """A mutated picture; every other PNG has fitting checksums again."""
        data = mutate(random.choice(self.seeds), random)
        return mend_png(data) if data.startswith(b"\x89PNG") and random.random() < 0.7 else data

    def run(self) -> None:
        """Read the picture as the pipeline does."""
        picture = load_picture(self.path)
        if picture.mode != "RGB" or 0 in picture.size:
            raise AssertionError(f"{picture.mode} {picture.size}")
        to_input(picture, 224)
        appearance_of(picture)


_SIZES = (_LARGE, (2**31 - 1, 1), (70000, 70000))
_KINDS = ((0, 1), (0, 16), (2, 8), (6, 16))
_DECODED = ((0, 1, 1 / 8), (0, 16, 2), (2, 8, 3), (6, 8, 4), (3, 8, 1))
_STORED = (("RGB", "JPEG"), ("L", "WEBP"), ("RGBA", "WEBP"), ("F", "TIFF"), ("I;16", "TIFF"), ("RGB", "BMP"))


def _seeds() -> list[bytes]:
    image = Image.effect_noise((40, 30), 60).convert("RGB")
    ImageDraw.Draw(image).ellipse((5, 5, 30, 25), fill="orange")
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a cover"
    frames = [image.rotate(90 * number) for number in range(1, 3)]
    stored = [
        ("JPEG", image, {"exif": exif, "icc_profile": b"\0" * 200}),
        ("JPEG", image, {"progressive": True, "comment": b"x"}),
        ("JPEG", image.convert("CMYK"), {}),
        ("PNG", image.convert("RGBA"), {"exif": exif}),
        ("PNG", image.convert("P"), {"transparency": 3}),
        ("PNG", image.convert("I;16"), {}),
        ("WEBP", image, {"exif": exif}),
        ("WEBP", image, {"lossless": True, "save_all": True, "append_images": frames}),
        ("GIF", image, {"save_all": True, "append_images": frames}),
        ("BMP", image, {}),
        ("BMP", image.convert("1"), {}),
        ("TIFF", image, {"compression": "tiff_lzw", "exif": exif}),
        ("TIFF", image, {"compression": "tiff_adobe_deflate"}),
        ("TIFF", image.convert("F"), {}),
        ("TIFF", image, {"compression": "jpeg"}),
    ]
    seeds = []
    for format, picture, options in stored:
        buffer = io.BytesIO()
        picture.save(buffer, format, **options)
        seeds.append(buffer.getvalue())
    return seeds


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(size: tuple[int, int], kind: int, bits: int, rows: bytes, *chunks: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", *size, bits, kind, 0, 0, 0)
    palette = _chunk(b"PLTE", bytes(768)) + _chunk(b"tRNS", bytes(256)) if kind == 3 else b""
    start = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + palette
    return start + b"".join(chunks) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _large_png(kind: int, bits: int, width: float) -> bytes:
    return _png(_LARGE, kind, bits, _rows(_LARGE, width))


def _rows(size: tuple[int, int], width: float) -> bytes:
    packer, row = zlib.compressobj(1), bytes(1 + int(size[0] * width))
    return b"".join(packer.compress(row) for _ in range(size[1])) + packer.flush()


def _large(mode: str, format: str) -> bytes:
    buffer = io.BytesIO()
    size = _LARGE if format != "BMP" else (4000, 4000)
    options = {"compression": "tiff_adobe_deflate"} if format == "TIFF" else {"method": 0} if format == "WEBP" else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Image.new(mode, size).save(buffer, format, **options)
    return buffer.getvalue()


def _many_frames(format: str) -> bytes:
    buffer = io.BytesIO()
    first, *others = (Image.new("RGB", (16, 16), (number % 256, 0, 0)) for number in range(500))
    first.save(buffer, format, save_all=True, append_images=others)
    return buffer.getvalue()


def _with_text() -> bytes:
    text = _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**27), 9))
    return _png((4, 4), 2, 8, _rows((4, 4), 3), *[text] * 40, _chunk(b"tEXt", b"b\0" + b"x" * 2**22))


def _with_profile() -> bytes:
    return _png((4, 4), 2, 8, _rows((4, 4), 3), _chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(2**28), 9)))


def _with_exif() -> bytes:
    directory = b"MM\0*\0\0\0\x08\xff\xff" + struct.pack(">HHII", 0x0112, 4, 2**32 - 1, 8) * 5000
    return _png((4, 4), 2, 8, _rows((4, 4), 3), _chunk(b"eXIf", directory))


def _many_scans() -> bytes:
    """A progressive JPEG with thousands of scans of a large picture that say next to nothing."""
    buffer = io.BytesIO()
    Image.new("L", (6000, 6000)).save(buffer, "JPEG", progressive=True)
    data = buffer.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 2000 + data[-2:]
