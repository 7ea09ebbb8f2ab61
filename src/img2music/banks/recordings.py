"""Recordings on the user's disk, cut into excerpts of the length of a known embedding."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from img2music.audio.files.io import SUFFIXES, load_audio, load_stereo
from img2music.audio.files.readable import READABLE
from img2music.audio.level import level
from img2music.audio.stft import RATE
from img2music.errors import AudioError, printable
from img2music.options import CLIP_SECONDS
from img2music.stereo import transform
from img2music.system.files import reason
from img2music.system.walk import Found, describe, find_files, real_files

_SILENCE = -60.0  # dB relative to full scale
_LENGTH = round(CLIP_SECONDS * RATE)


@dataclass(frozen=True, eq=False)
class Excerpt:
    """15 s of a recording, `(330750,)` at 22,050 Hz, with a title; where they are asked for, its `channels` are
    `(661500, 2)` at 44,100 Hz."""

    title: str
    samples: np.ndarray
    channels: np.ndarray | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the samples as 16-bit integers, independent of the file format."""
        return hashlib.sha256(np.rint(32767 * self.samples).astype("<i2").tobytes()).hexdigest()


def find_recordings(places: Sequence[Path]) -> Found:
    """The files among `places` and the recordings in the folders among them, each once, and the files passed over.

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


def cut(path: Path, most: int, stereo: bool = False) -> list[Excerpt]:
    """The first `most` excerpts of a recording, without silent ones, with their channels for `stereo`.

    Only the part that they need is read, and at most ten minutes. Raises `AudioError` when the recording cannot be
    read, is shorter than an excerpt or silent in that part.
    """
    samples = load_audio(path, RATE, beginning=most * CLIP_SECONDS)
    if len(samples) < _LENGTH:
        raise AudioError(
            f"{path} lasts {len(samples) / RATE:.1f} s; choose a recording of at least {CLIP_SECONDS:g} s."
        )
    starts = range(0, min(len(samples) // _LENGTH, most) * _LENGTH, _LENGTH)
    excerpts = [Excerpt(_title(path, start), samples[start : start + _LENGTH]) for start in starts]
    if stereo:
        both, times = load_stereo(path, transform.RATE, beginning=most * CLIP_SECONDS), transform.RATE // RATE
        parts = (both[times * start : times * (start + _LENGTH)] for start in starts)
        excerpts = [replace(excerpt, channels=part) for excerpt, part in zip(excerpts, parts, strict=True)]
    # without the mean, since a constant offset is silent
    audible = [excerpt for excerpt in excerpts if level(excerpt.samples - excerpt.samples.mean()) > _SILENCE]
    if not audible:
        raise AudioError(f"{path} is silent in its first {len(excerpts) * CLIP_SECONDS:g} s; cut the silence off.")
    return audible


def _title(path: Path, start: int) -> str:
    minutes, seconds = divmod(round(start / RATE), 60)
    return printable(f"{path.stem} from {minutes}:{seconds:02}" if start else path.stem)


def _walk(top: Path) -> Found:
    try:
        return find_files(top, SUFFIXES)
    except OSError as problem:
        raise AudioError(f"Cannot read {problem.filename}: {reason(problem)}.") from problem
