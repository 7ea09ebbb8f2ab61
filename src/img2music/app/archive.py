"""All that belongs to a kept snippet in one ZIP file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from img2music.app.kept import KeptSnippet, stem_file
from img2music.options import Options
from img2music.output.formats import MIDI, SOUNDS, VIDEO
from img2music.output.request import Request
from img2music.output.sidecar import Sidecar
from img2music.vision.picture import PictureFile

_SOUND = SOUNDS[0]
_WRITTEN = "musicxml"
_DATE = (1980, 1, 1, 0, 0, 0)
"""Of every file, so that equal music gives equal bytes."""


def write_archive(sound: KeptSnippet, out: Path, file: Callable[[str], Path]) -> None:
    """Write a ZIP with the music, its stems, score and film as far as there are any, the picture, and the sidecar from
    which `img2music again` makes the music again.

    `file` gives the file of the snippet in one of its formats.
    """
    with ZipFile(out, "w") as archive:
        for name, data in _contents(sound, file):
            archive.writestr(ZipInfo(name, _DATE), data)


def _contents(sound: KeptSnippet, file: Callable[[str], Path]) -> Iterator[tuple[str, bytes]]:
    music = file(_SOUND).read_bytes()
    yield sound.files[_SOUND], music
    for format in (*map(stem_file, sound.making.stems), MIDI, VIDEO):
        if format in sound.files:
            yield sound.files[format], file(format).read_bytes()
    score = sound.snippet.score
    if score is not None and find_spec("music21"):
        from img2music.composition.formats.musicxml import musicxml_bytes

        yield f"{sound.name}.{_WRITTEN}", musicxml_bytes(score)
    yield sound.making.picture, sound.picture
    yield f"{sound.name}.json", _sidecar(sound, music)


def _sidecar(sound: KeptSnippet, music: bytes) -> bytes:
    """The sidecar of the music with its picture beside it."""
    here = Path()
    options = {field.name: getattr(sound.making.options, field.name) for field in fields(Options)}
    request = Request(**options, genre=sound.snippet.genre, format=_SOUND)
    picture = PictureFile.decode(sound.picture, here / sound.making.picture, sound.making.picture, apart=True)
    facts = Sidecar.of(sound.snippet, picture, request, music).facts(here)
    return (json.dumps(facts, indent=2) + "\n").encode("ascii")
