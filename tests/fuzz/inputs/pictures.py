"""Fuzzing of `load_picture` and what looks at a picture first."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, features

from img2music.vision.appearance import appearance_of
from img2music.vision.picture import load_picture, to_input

from ...hostile_pictures import HOSTILE, bmp, chunk, encoded, exif_block, gif, png, scans, small_jpeg, zeros
from ..mutation import mend_png, mutate
from ..target import FileTarget


class Pictures(FileTarget):
    """Pictures of all formats, mutated, and bombs."""

    def __init__(self, folder: Path) -> None:
        self.seeds = _seeds()
        super().__init__(folder)

    def made_by_hand(self) -> list[Callable[[], bytes]]:
        """Much behind little; small ones first."""
        return [
            *(partial(bytes, data[:length]) for data in self.seeds for length in (40, len(data) // 2)),
            *(partial(_many_frames, format) for format in ("GIF", "WEBP", "TIFF")),
            *HOSTILE.values(),
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
        ("TIFF", image, {"big_tiff": True, "exif": exif}),
        ("TIFF", image, {"compression": "tiff_lzw", "tiffinfo": {322: 16, 323: 16}}),
        ("TIFF", image, {"compression": "tiff_lzw", "strip_size": 200}),
        ("TIFF", image.convert("1"), {"compression": "group4"}),
        ("MPO", image, {"save_all": True, "append_images": frames}),
        ("PNG", image, {"save_all": True, "append_images": frames}),
        ("WEBP", image.convert("RGBA"), {}),
        *([("AVIF", image, {"exif": exif})] if features.check("avif") else []),
        ("TIFF", image, {"compression": "jpeg"}),
    ]
    return [*(encoded(picture, format, **options) for format, picture, options in stored), *_SMALL]


_SMALL = [
    *(HOSTILE[name]() for name in ("tiff: in circles", "bmp: a long header", "gif: a frame of 64 MP")),
    gif(b"!\xfe\5hello\0" * 3 + b"!\xf9\4\1\0\0\1\0"),
    bmp(40, 30, 8, 1, b"\x28\7\0\0" * 20 + b"\0\2\3\2\0\4abcd\0\1"),
    bmp(40, 30, 4, 2, b"\x28\x7a\0\0" * 20 + b"\0\1"),
    png(16, 16, 16, 6, zeros(129 * 16), chunk(b"zTXt", b"a\0\0" + zlib.compress(b"text"))),
    png(16, 16, 8, 2, zeros(49 * 16), chunk(b"eXIf", exif_block(5, 40)), chunk(b"tRNS", bytes(6)), interlaced=True),
    small_jpeg(exif=b"Exif\0\0" + exif_block(5, 40), comment=b"hello") + b"MotionPhoto_Data" + small_jpeg(),
    scans(64, 5),
]
"""Files with parts that Pillow does not write."""


def _many_frames(format: str) -> bytes:
    buffer = io.BytesIO()
    first, *others = (Image.new("RGB", (16, 16), (number % 256, 0, 0)) for number in range(500))
    first.save(buffer, format, save_all=True, append_images=others)
    return buffer.getvalue()
