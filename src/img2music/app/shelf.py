"""The latest snippets of the page, kept for a while and written in a format when it is requested."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from img2music.errors import OptionError
from img2music.output.formats import MIDI, VIDEO
from img2music.output.snippet import ENCODINGS, Snippet
from img2music.output.video import save_video
from img2music.vision.picture import load_picture

ROOM = 256 * 2**20
"""Bytes of samples and pictures that are kept; beyond that the oldest snippets are dropped."""
FORMATS: tuple[str, ...] = (*ENCODINGS, VIDEO) if find_spec("av") else tuple(ENCODINGS)
"""The formats that are offered; video only where PyAV is installed."""


@dataclass(frozen=True, eq=False)
class KeptSnippet:
    """A snippet on the shelf: `key` is its unguessable address, `name` the name of its files without suffix, and
    `picture` the bytes of the picture file that it was made for."""

    key: str
    name: str
    snippet: Snippet
    picture: bytes
    writing: threading.Lock = field(default_factory=threading.Lock)
    """Held while one of its files is being written."""

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that it can be had in: those of sounds, and of its score if it has one."""
        return FORMATS if self.snippet.score is None else (*FORMATS, MIDI)

    @property
    def size(self) -> int:
        """Size of samples and picture in bytes."""
        return self.snippet.samples.nbytes + len(self.picture)


class Shelf:
    """Keeps the latest snippets in up to `room` bytes, and their files in `folder`, by default a temporary one."""

    def __init__(self, room: int = ROOM, folder: Path | None = None) -> None:
        self._room = room
        self._sounds: OrderedDict[str, KeptSnippet] = OrderedDict()
        self._lock = threading.Lock()
        self._own = tempfile.TemporaryDirectory(prefix="img2music-") if folder is None else None
        self._folder = Path(self._own.name) if self._own else Path(str(folder))

    def put(self, snippet: Snippet, picture: bytes, name: str) -> KeptSnippet:
        """Keep a snippet for a picture, whose files are called `name`; the oldest ones are dropped to make room."""
        sound = KeptSnippet(secrets.token_urlsafe(12), name, snippet, picture)
        with self._lock:
            self._sounds[sound.key] = sound
            while len(self._sounds) > 1 and self._used() > self._room:
                self._remove(next(iter(self._sounds)))
        return sound

    def file(self, key: str, format: str) -> tuple[Path, str]:
        """The file of a snippet in one of its formats, written on the first request, and the name for downloads.

        Raises `OptionError` when the snippet is no longer kept or does not have the format.
        """
        if format != MIDI:
            check_format(format)
        sound = self._kept(key)
        if format not in sound.formats:
            raise OptionError("This music was not played from a score; choose the engine compose.")
        path = self._folder / f"{key}.{format}"
        with sound.writing:
            if not path.exists():
                _write(sound, format, path)
        try:
            self._kept(key)
        except OptionError:  # dropped in the meantime
            path.unlink(missing_ok=True)
            raise
        return path, f"{sound.name}.{format}"

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._own is not None:
            self._own.cleanup()

    def _kept(self, key: str) -> KeptSnippet:
        sound = self._sounds.get(key)
        if sound is None:
            raise OptionError("This music is no longer kept; make it again with the same picture and seed.")
        return sound

    def _used(self) -> int:
        return sum(sound.size for sound in self._sounds.values())

    def _remove(self, key: str) -> None:
        for format in self._sounds.pop(key).formats:
            (self._folder / f"{key}.{format}").unlink(missing_ok=True)


def check_format(format: str) -> None:
    """Raise `OptionError` when a format is none of `FORMATS`."""
    if format not in FORMATS:
        raise OptionError(f"Unknown sound format '{format}'; choose one of {', '.join(FORMATS)}.")


def _write(sound: KeptSnippet, format: str, path: Path) -> None:
    if sound.snippet.score is not None and format == MIDI:
        sound.snippet.score.save(path, force=True)
    elif format == VIDEO:
        save_video(sound.snippet, load_picture(sound.picture, apart=True), path, force=True)
    else:
        sound.snippet.save(path, format, force=True)
