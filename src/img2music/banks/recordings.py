"""Recordings on the user's disk, cut into pieces of the length of a known embedding."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from img2music.audio.files.io import SUFFIXES, load_audio
from img2music.audio.files.readable import READABLE
from img2music.audio.level import level
from img2music.audio.stft import RATE
from img2music.errors import AudioError, printable
from img2music.generation.bank_format import SECONDS
from img2music.system.files import reason
from img2music.system.walk import Found, describe, find_files, real_files

_SILENCE = -60.0  # dB relative to full scale
_LENGTH = round(SECONDS * RATE)


@dataclass(frozen=True, eq=False)
class Piece:
    """15 s of a recording, `(330750,)` at 22,050 Hz, and what they are called."""

    title: str
    samples: np.ndarray

    @property
    def sha256(self) -> str:
        """Of the samples in 16 bits, whatever kind of file they came in."""
        return hashlib.sha256(np.rint(32767 * self.samples).astype("<i2").tobytes()).hexdigest()


def find_recordings(places: Sequence[Path]) -> Found:
    """The files among `places` and the recordings in the folders among them, each once, and what was passed over.

    Raises `AudioError` when a folder cannot be read or holds no recording.
    """
    found: list[Path] = []
    passed_over: Counter[str] = Counter()
    for place in places:
        inside = _walk(place) if os.path.isdir(place) else Found((place,))
        if not inside.files:
            told = f" ({told})" if (told := describe(inside.passed_over)) else ""
            raise AudioError(f"There is no recording in {place}{told}; put {READABLE} there.")
        found += inside.files
        passed_over += inside.passed_over
    return Found(tuple(real_files(found, Path())), passed_over)


def cut(path: Path, most: int) -> list[Piece]:
    """The first `most` pieces of a recording, one after the other, without those that are silent.

    No more is read than they need, and never more than ten minutes. Raises `AudioError` when the recording cannot be
    read, is shorter than a piece or has nothing but silence there.
    """
    samples = load_audio(path, RATE, beginning=most * SECONDS)
    if len(samples) < _LENGTH:
        raise AudioError(f"{path} lasts {len(samples) / RATE:.1f} s; choose a recording of at least {SECONDS:g} s.")
    starts = range(0, min(len(samples) // _LENGTH, most) * _LENGTH, _LENGTH)
    pieces = [Piece(_title(path, start), samples[start : start + _LENGTH]) for start in starts]
    heard = [piece for piece in pieces if level(piece.samples - piece.samples.mean()) > _SILENCE]  # an offset is silent
    if not heard:
        raise AudioError(f"{path} is silent in its first {len(pieces) * SECONDS:g} s; cut the silence off.")
    return heard


def _title(path: Path, start: int) -> str:
    minutes, seconds = divmod(round(start / RATE), 60)
    return printable(f"{path.stem} from {minutes}:{seconds:02}" if start else path.stem)


def _walk(top: Path) -> Found:
    try:
        return find_files(top, SUFFIXES)
    except OSError as problem:
        raise AudioError(f"Cannot read {problem.filename}: {reason(problem)}.") from problem
