"""The files of the page: sounds, pictures, scores and a film, and the stamp that says which models they are of."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import soundfile
from PIL import Image

from img2music import Score, Snippet
from img2music.composition.formats.engraving import svg_bytes
from img2music.output.video import encode_video

MEDIA = "listen"
"""The folder of the files, beside the page of the same name."""
STAMP = "made.json"
LARGEST = 12_000_000
"""Bytes of all files together."""
LARGEST_FILM = 1_000_000
"""Bytes."""
SIDE = 280
"""Pixels of a picture, of which three stand side by side in the README."""
_MP3 = {"format": "MP3", "subtype": "MPEG_LAYER_III", "bitrate_mode": "VARIABLE", "compression_level": 0.5}
"""About 120 kbit/s in stereo; MP3 is the format that every browser plays."""
_BLOCK = 4096  # samples that are encoded at once


@dataclass
class Media:
    """Writes files of the page into a `folder`; `models` is the version of the models that they are of."""

    folder: Path
    models: str
    _written: dict[str, str] = field(default_factory=dict)

    def sound(self, name: str, snippet: Snippet) -> str:
        """Write a snippet as MP3; returns the name of the file."""
        buffer = io.BytesIO()
        channels = 1 if snippet.samples.ndim == 1 else snippet.samples.shape[1]
        with soundfile.SoundFile(buffer, "w", snippet.rate, channels, **_MP3) as file:
            file.artist = "Img2Music"
            file.comment = f"Made by Img2Music, a program, with models {self.models}"
            for start in range(0, len(snippet.samples), _BLOCK):
                file.write(snippet.samples[start : start + _BLOCK])
        return self._write(f"{name}.mp3", buffer.getvalue())

    def picture(self, name: str, picture: Image.Image) -> str:
        """Write a small JPEG of an RGB picture; returns the name of the file."""
        small = picture.copy()
        small.thumbnail((SIDE, SIDE))
        buffer = io.BytesIO()
        small.save(buffer, "JPEG", quality=85, optimize=True)
        return self._write(f"{name}.jpg", buffer.getvalue())

    def score(self, name: str, score: Score) -> str:
        """Write a score engraved on one line as SVG; returns the name of the file."""
        return self._write(f"{name}.svg", compact(svg_bytes(score).decode()).encode())

    def film(self, name: str, snippet: Snippet, picture: Image.Image) -> str:
        """Write a film of a picture with its music; returns the name of the file."""
        return self._write(f"{name}.mp4", encode_video(snippet, picture))

    def stamp(self) -> None:
        """Write down which models the files are of, and their checksums."""
        facts = {"models": self.models, "sha256": dict(sorted(self._written.items()))}
        (self.folder / STAMP).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")

    def _write(self, name: str, data: bytes) -> str:
        (self.folder / name).write_bytes(data)
        self._written[name] = hashlib.sha256(data).hexdigest()
        return name


def compact(svg: str) -> str:
    """An engraved score without indentation and without the names of elements that nothing refers to. Names are drawn
    by lot; without them the same score gives the same drawing."""
    lot = re.search(r'<svg[^>]* id="([^"]+)"', svg)
    if lot is not None:  # glyphs and the style are named after the whole
        svg = svg.replace(lot.group(1), "score")
    referred = set(re.findall(r"#([\w-]+)", svg))
    svg = re.sub(r' id="([^"]+)"', lambda found: found.group() if found.group(1) in referred else "", svg)
    return re.sub(r">\s+<", "><", svg)
