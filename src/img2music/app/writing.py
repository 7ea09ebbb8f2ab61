"""Writes the files of a kept snippet."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import soundfile

from img2music.app.archive import write_archive
from img2music.app.kept import ARCHIVE, KeptSnippet, stem_file
from img2music.output.formats import MIDI, VIDEO
from img2music.output.list_info import with_info
from img2music.output.snippet import Snippet
from img2music.output.video import save_video
from img2music.system.files import atomic_write
from img2music.vision.picture import load_picture

Separator: TypeAlias = Callable[[Snippet], Mapping[str, Snippet]]
"""Takes a snippet apart into its stems by name."""


def write_file(sound: KeptSnippet, format: str, folder: Path, separator: Separator) -> Path:
    """The file of a snippet in one of its formats in a folder, written unless it is there; with a stem all others.

    Raises as `Snippet.save` and `Img2Music.stems` do.
    """
    path = path_of(sound.key, format, folder)
    if path.exists():
        return path
    if format == ARCHIVE:
        with atomic_write(path, force=True) as temporary:
            write_archive(sound, temporary, lambda part: write_file(sound, part, folder, separator))
    elif format in map(stem_file, sound.making.stems):
        _write_stems(sound, folder, separator)
    elif sound.snippet.score is not None and format == MIDI:
        sound.snippet.score.save(path, force=True)
    elif format == VIDEO:
        save_video(sound.snippet, load_picture(sound.picture, apart=True), path, force=True)
    else:
        sound.snippet.save(path, format, force=True)
    return path


def path_of(key: str, format: str, folder: Path) -> Path:
    """The file in a folder of the snippet with a key in one of its formats."""
    return folder / f"{key}.{format}"


def _write_stems(sound: KeptSnippet, folder: Path, separator: Separator) -> None:
    for name, stem in separator(sound.snippet).items():
        if name in sound.making.stems:
            with atomic_write(path_of(sound.key, stem_file(name), folder), force=True) as temporary:
                temporary.write_bytes(_in_24_bits(stem))


def _in_24_bits(stem: Snippet) -> bytes:
    """A WAV of 24 bits, so that stems add up to the mix when they are mixed again."""
    buffer = io.BytesIO()
    soundfile.write(buffer, stem.samples, stem.rate, subtype="PCM_24", format="WAV")
    return with_info(buffer.getvalue(), {"ICMT": stem.provenance.mark})
