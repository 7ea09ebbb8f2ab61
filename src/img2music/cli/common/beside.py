"""Files beside the music that musicians go on working with: its score as MIDI, and its stems."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from img2music.errors import OptionError
from img2music.output.formats import MIDI, SOUNDS, VIDEO
from img2music.synthesis.stems import NAMES

if TYPE_CHECKING:
    from img2music.output.request import Request
    from img2music.output.snippet import Snippet
    from img2music.pipeline import Img2Music
    from img2music.vision.picture import PictureFile


@dataclass(frozen=True)
class Beside:
    """Which files beside the music are wanted: `a.mid` and `a-drums.wav`, `a-bass.wav` and so on beside `a.wav`."""

    midi: bool
    stems: bool

    def check(self, music: Sequence[Path], request: Request) -> None:
        """Raise `OptionError` when the MIDI file that is played would be replaced."""
        own = None if request.score is None else os.path.realpath(request.score)
        if self.midi and any(os.path.realpath(_midi(path)) == own for path in music):
            raise OptionError(f"{request.score} is the score itself; leave out --midi or choose another name with -o.")

    def places(self, music: Path, request: Request) -> list[Path]:
        """The files beside the file `music`."""
        stems = [_stem(music, name, request) for name in NAMES] if self.stems else []
        return [_midi(music), *stems] if self.midi else stems

    def contents(
        self, snippet: Snippet, read: PictureFile, music: Path, request: Request, img2music: Img2Music
    ) -> Iterator[tuple[Path, bytes]]:
        """The same files, each with its bytes. Raises as `Img2Music.stems` and `Request.encoded` do."""
        if self.midi and snippet.score is not None:
            yield _midi(music), snippet.score.to_midi()
        if self.stems:
            form = replace(request, format=_format(request))
            for name, stem in img2music.stems(snippet).items():
                yield _stem(music, name, request), form.encoded(stem, read)


def _midi(music: Path) -> Path:
    return music.with_suffix(f".{MIDI}")


def _stem(music: Path, name: str, request: Request) -> Path:
    return music.with_name(f"{music.stem}-{name}.{_format(request)}")


def _format(request: Request) -> str:
    """That of the music; stems of a film are sounds."""
    return SOUNDS[0] if request.format == VIDEO else request.format
