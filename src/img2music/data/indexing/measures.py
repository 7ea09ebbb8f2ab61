"""What is found out about a single cover or clip: whether it is of use, and what it is compared by."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from img2music.audio.files.io import load_at_own_rate
from img2music.audio.resampling import resample
from img2music.data.clips.fingerprint import RATE, fingerprint, from_text, to_text
from img2music.data.covers.perceptual_hash import perceptual_hash
from img2music.errors import AudioError, Img2MusicError, PictureError, printable
from img2music.system.files import reason
from img2music.vision.picture import load_picture

MIN_SIDE = 64  # pixels
SILENCE = -60.0  # dBFS
_PHASH = re.compile(r"[0-9a-f]{64}")
VERSION = 2
"""To be raised whenever the same file would be measured differently."""


@dataclass(frozen=True)
class CoverFacts:
    """SHA-256 of a cover's bytes and of its pixels, and its perceptual hash."""

    fault: str = ""
    content: str = ""
    pixels: str = ""
    phash: str = ""

    def __post_init__(self) -> None:
        if self.phash and not _PHASH.fullmatch(self.phash):
            raise ValueError("no perceptual hash")


@dataclass(frozen=True)
class ClipFacts:
    """SHA-256 of a clip's bytes and of its samples, its length in s, rate in Hz, level in dBFS and fingerprint."""

    fault: str = ""
    content: str = ""
    samples: str = ""
    seconds: float = 0.0
    rate: int = 0
    level: float = 0.0
    sound: str = ""

    def __post_init__(self) -> None:
        from_text(self.sound)  # raises ValueError when it is none


def measure_cover(path: Path) -> CoverFacts:
    """The facts about a picture; its fault when it cannot be read or a side is below `MIN_SIDE`."""
    try:
        picture = load_picture(path)
        content = _digest(path)
    except (PictureError, OSError) as error:
        return CoverFacts(_fault(error, path))
    if min(picture.size) < MIN_SIDE:
        size = f"{picture.width} × {picture.height}"
        return CoverFacts(f"is {size} pixels small; at least {MIN_SIDE} × {MIN_SIDE} are needed")
    pixels = hashlib.sha256(f"{picture.size}".encode() + picture.tobytes())
    return CoverFacts("", content, pixels.hexdigest(), perceptual_hash(picture))


def measure_clip(path: Path) -> ClipFacts:
    """The facts about a recording; its fault when it cannot be read or is silent."""
    try:
        samples, rate = load_at_own_rate(path)
        content = _digest(path)
    except (AudioError, OSError) as error:
        return ClipFacts(_fault(error, path))
    level = 20 * np.log10(max(float(np.std(samples)), 1e-10))
    if level < SILENCE:
        return ClipFacts(f"is silent: {level:.0f} dBFS")
    digest = hashlib.sha256(np.rint(samples * 32767).astype(np.int32).tobytes()).hexdigest()
    sound = to_text(fingerprint(resample(samples, rate, RATE)))
    return ClipFacts(
        "",
        content,
        samples=digest,
        seconds=round(len(samples) / rate, 3),
        rate=rate,
        level=round(level, 1),
        sound=sound,
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fault(error: Img2MusicError | OSError, path: Path) -> str:
    """What is wrong with a file, without its name: a report puts that first."""
    text, name = reason(error) if isinstance(error, OSError) else str(error), printable(str(path))
    return text.replace(f"Cannot read {name}", "cannot be read").removeprefix(f"{name} ").removesuffix(".")
