"""Those who listen to synthesised music, and what they hear, which is kept so that a run can go on."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from img2music.audio.level import normalise_level
from img2music.audio.stft import RATE
from img2music.evaluation.synthesis.rhythm import Regularity, beat_tempo, regularity
from img2music.evaluation.synthesis.tonality import Tonality, tonality
from img2music.evaluation.synthesis.transcription import Transcriber
from img2music.metrics.embedders.registry import Embedder, Tagger
from img2music.metrics.embedders.tags import tagged_genre
from img2music.system.files import atomic_write

NOTES, PULSE, KEY = "basic-pitch", "librosa", "chroma of librosa, profiles of Krumhansl and Kessler"
"""Who hears notes, rhythm and tempo, and keys."""


@dataclass(frozen=True, eq=False)
class Heard:
    """What judges hear in a snippet: notes, regularity, beats per minute, key, embeddings `(P, D)`, and the genre, ""
    where they know none. `measured` has what is measured of it against its score: how far notes are from their pitches,
    cents; how far its stems are from adding up to it, dB, and the gains of single stems."""

    notes: tuple[np.ndarray, np.ndarray]
    rhythm: Regularity
    tempo: float
    tonality: Tonality
    embeddings: np.ndarray
    genre: str = ""
    measured: dict[str, float] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Keep it in one file."""
        words = {"genre": self.genre, "measured": self.measured}
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            times=self.notes[0],
            pitches=self.notes[1],
            rhythm=np.array(self.rhythm),
            tempo=np.array(self.tempo),
            tonality=np.array(self.tonality, np.float64),
            embeddings=self.embeddings,
            words=np.array(json.dumps(words)),
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path, force=True) as temporary:
            temporary.write_bytes(buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> Heard | None:
        """What `save` kept, None where there is none or it is damaged."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                key, minor, majority = kept["tonality"].tolist()
                return cls(
                    (kept["times"], kept["pitches"]),
                    Regularity(*kept["rhythm"].tolist()),
                    float(kept["tempo"]),
                    Tonality(int(key), bool(minor), majority),
                    kept["embeddings"],
                    **json.loads(str(kept["words"])),
                )
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            return None


class Judges:
    """Those who listen: `notes` hears notes, `ear` the whole. What they hear is kept in the folder `kept` if one is
    given, and not heard again."""

    def __init__(self, notes: Transcriber, ear: Embedder, kept: Path | None = None) -> None:
        self._notes, self._ear, self._kept = notes, ear, kept

    def __call__(
        self, name: str, play: Callable[[], np.ndarray], measures: Callable[[], dict[str, float]] = dict
    ) -> Heard:
        """What they hear in the samples `(T,)` at 22,050 Hz that `play` gives, brought to one level, and what
        `measures` finds after that. `name` is that of the file to keep it in."""
        place = None if self._kept is None else self._kept / f"{name}.npz"
        known = None if place is None else Heard.load(place)
        if known is not None:
            return known
        samples = normalise_level(play())
        heard = Heard(
            self._notes(samples),
            regularity(samples),
            beat_tempo(samples),
            tonality(samples),
            self._ear.embed(samples, RATE),
            tagged_genre(self._ear.tag(samples, RATE)) if isinstance(self._ear, Tagger) else "",
            measures(),
        )
        if place is not None:
            heard.save(place)
        return heard
