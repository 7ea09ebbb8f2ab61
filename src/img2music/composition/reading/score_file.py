"""A MIDI file of anyone, read once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from img2music.composition.reading.midi_events import LARGEST
from img2music.composition.reading.midi_reader import read_midi
from img2music.composition.score import Score
from img2music.errors import OptionError, printable
from img2music.system.files import read_regular


@dataclass(frozen=True, eq=False)
class ScoreFile:
    """The path and the bytes of a MIDI file."""

    path: Path
    data: bytes

    @classmethod
    def read(cls, path: Path) -> ScoreFile:
        """Raises `OptionError` when the file cannot be read or is too large."""
        return cls(path, read_regular(path, LARGEST, OptionError))

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    def score(self, genre: str, seconds: float) -> Score:
        """The first `seconds` as a score to be played in a genre. Raises `OptionError` as `read_midi` does."""
        return replace(read_midi(self.data, genre, str(self.path), seconds), title=printable(self.path.stem))
