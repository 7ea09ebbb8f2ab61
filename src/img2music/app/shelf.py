"""The latest snippets of the page, kept for a while and written in a format when it is requested."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import NoReturn

from img2music.app.kept import FORMATS, UNKNOWN, KeptSnippet, Making
from img2music.app.writing import Separator, path_of, write_file
from img2music.errors import OptionError
from img2music.output.formats import MIDI
from img2music.output.snippet import Snippet
from img2music.synthesis.stems import NAMES

ROOM = 256 * 2**20
"""Bytes of samples and pictures that are kept; beyond that the oldest snippets are dropped."""


def _never(snippet: Snippet) -> NoReturn:
    raise OptionError("This music cannot be taken apart; choose the engine compose.")


class Shelf:
    """Keeps the latest snippets in up to `room` bytes, and their files in `folder`, by default a temporary one. The
    `separator` takes those apart that have stems."""

    def __init__(self, room: int = ROOM, folder: Path | None = None, separator: Separator = _never) -> None:
        self._room = room
        self._separator = separator
        self._sounds: OrderedDict[str, KeptSnippet] = OrderedDict()
        self._lock = threading.Lock()
        self._own = tempfile.TemporaryDirectory(prefix="img2music-") if folder is None else None
        self._folder = Path(self._own.name) if self._own else Path(str(folder))

    def put(self, snippet: Snippet, picture: bytes, name: str, making: Making = UNKNOWN) -> KeptSnippet:
        """Keep a snippet for a picture, whose files are called `name`; the oldest ones are dropped to make room."""
        sound = KeptSnippet(secrets.token_urlsafe(12), name, snippet, picture, making)
        with self._lock:
            self._sounds[sound.key] = sound
            while len(self._sounds) > 1 and self._used() > self._room:
                self._remove(next(iter(self._sounds)))
        return sound

    def get(self, key: str) -> KeptSnippet:
        """The snippet with a key. Raises `OptionError` when it is no longer kept."""
        sound = self._sounds.get(key)
        if sound is None:
            raise OptionError("This music is no longer kept; make it again with the same picture and seed.")
        return sound

    def file(self, key: str, format: str) -> tuple[Path, str]:
        """The file of a snippet in one of its formats, written on the first request, and the name for downloads.

        Raises `OptionError` when the snippet is no longer kept or does not have the format.
        """
        sound = self.get(key)
        if format not in sound.files:
            _check_needs_no_score(format)
            check_format(format)
        with sound.writing:
            path = write_file(sound, format, self._folder, self._separator)
        try:
            self.get(key)
        except OptionError:  # dropped in the meantime
            self._clear(sound)
            raise
        return path, sound.files[format]

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._own is not None:
            self._own.cleanup()

    def _used(self) -> int:
        return sum(sound.size for sound in self._sounds.values())

    def _remove(self, key: str) -> None:
        self._clear(self._sounds.pop(key))

    def _clear(self, sound: KeptSnippet) -> None:
        for format in sound.files:
            path_of(sound.key, format, self._folder).unlink(missing_ok=True)


def check_format(format: str) -> None:
    """Raise `OptionError` when a format is none of `FORMATS`."""
    if format not in FORMATS:
        raise OptionError(f"Unknown sound format '{format}'; choose one of {', '.join(FORMATS)}.")


def _check_needs_no_score(format: str) -> None:
    if format == MIDI or format.partition(".")[0] in NAMES:
        raise OptionError("This music was not played from a score; choose the engine compose.")
