"""Fuzzing of what tells where a file of music comes from: its tags and its Content Credentials."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from img2music import Snippet
from img2music.origin.credentials import FORMATS, Signer
from img2music.origin.findings import examine
from img2music.output.request import Request
from img2music.output.sidecar import Sidecar
from img2music.output.tags import Tags

from ...origin.keys import write_keys
from ..mutation import mutate
from ..target import FileTarget

_FACTS = {"PICTURE": "cover.png", "SEED": "7", "ALPHA": "0.7", "MODELS": "2026.11", "LICENSE": "Piece (CC0-1.0)"}
_MANIFEST_SIZE = 4000  # bytes in which credentials are mutated


class Origins(FileTarget):
    """Tagged music, some of it with Content Credentials, mutated mostly where these are."""

    def __init__(self, folder: Path) -> None:
        samples = np.random.default_rng(0).uniform(-0.1, 0.1, 2205).astype(np.float32)
        snippet = Snippet(samples, 22_050, "jazz")
        formats = ("wav", "mp3", "flac", "ogg")
        cover = io.BytesIO()
        Image.new("RGB", (8, 8)).save(cover, "JPEG")
        tags = Tags("Title – 蘋果", "Jazz", "Made by Img2Music", _FACTS, cover.getvalue())
        self.seeds = [snippet.encoded(name, tags if find_spec("mutagen") else None) for name in formats]
        self.signed = [_signed(data, name, folder) for data, name in zip(self.seeds, formats, strict=True)]
        super().__init__(folder)

    def made_by_hand(self) -> list[Callable[[], bytes]]:
        """Cut files."""
        return [
            partial(bytes, data[:length])
            for data in self.seeds + self.signed
            for length in (0, 3, 12, 64, len(data) // 2, len(data) - 3)
        ]

    def mutated(self, random: Random) -> bytes:
        """A mutated file."""
        data = random.choice([*self.seeds, *self.signed])
        at = data.find(b"jumb")
        if at >= 0 and random.random() < 0.8:
            return data[:at] + mutate(data[at : at + _MANIFEST_SIZE], random) + data[at + _MANIFEST_SIZE :]
        return mutate(data[:3000], random) + data[3000:]

    def run(self) -> None:
        """Examine the file, and print what was found as JSON."""
        json.dumps(examine(self.path).as_dict())


def _signed(data: bytes, format: str, folder: Path) -> bytes:
    """The file with Content Credentials, if its format can hold any and packages make them."""
    if format not in FORMATS or not find_spec("c2pa") or not find_spec("cryptography"):
        return data
    request = Request(alpha=0.7, seconds=1.0, engine="flow", genre="jazz", format=format)
    sidecar = Sidecar(Path("cover.png"), "0" * 64, request, "0.1.0", "2026.11", ())
    return Signer(*write_keys(folder)).signed(data, format, sidecar)
