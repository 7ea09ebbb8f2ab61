"""What every corpus does with its clips: make those that are missing, write them, and put them into the manifest."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from img2music.composition.brief import MINOR_MODES, NAMES
from img2music.composition.score import Score
from img2music.corpus.manifest import Entry, save_manifest
from img2music.genres import GENRES
from img2music.system.files import atomic_write
from img2music.system.processes.pool import make_in_processes

ORIGIN, LICENCE = "composed by img2music", "CC0-1.0"
SEED_STRIDE = 100_000  # clips per genre and seed before seeds of two corpora meet


def check_genres(genres: Iterable[str]) -> list[str]:
    """The genres, in their order. Raises ValueError for an unknown one."""
    genres = list(genres)
    if unknown := set(genres) - set(GENRES):
        raise ValueError(f"unknown genre {sorted(unknown)}; known are {list(GENRES)}")
    return genres


def entry_of(score: Score, file: str, seed: int, *, seconds: float, soundfont: str) -> Entry:
    """What the manifest says of a clip of `seconds` s of a score, which `soundfont` played."""
    return Entry(
        file,
        score.title,
        score.genre,
        seed,
        round(score.tempo.initial, 1),
        NAMES[score.key],
        "minor" if score.mode in MINOR_MODES else "major",
        round(sum(len(part.notes) for part in score.parts) / seconds, 2),
        LICENCE,
        ORIGIN,
        soundfont,
        tuple(round(bar, 3) for bar in score.bar_times),
        score.style,
        str(score.metre),
    )


def write_flac(path: Path, samples: np.ndarray, rate: int) -> None:
    """Write samples `(T,)` or `(T, 2)` at `rate` Hz, at first in memory: only a plain write can meet a full disk."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, subtype="PCM_16", format="FLAC")
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, force=True) as temporary:
        temporary.write_bytes(buffer.getvalue())


def make_clips(
    out: Path, entries: dict[str, Entry], make: Callable[..., Entry], todo: list[tuple[Any, ...]], jobs: int
) -> list[Entry]:
    """All entries of the corpus `out` after `make` was called with each of the arguments `todo`, in `jobs` processes.

    The manifest is written after each clip, so that an interrupted build goes on where it stopped. Raises `OptionError`
    when a process was killed or cannot be started.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("Composing", total=len(todo))

        def done(entry: Entry) -> None:
            entries[entry.file] = entry
            save_manifest(out, entries)
            progress.update(task, advance=1, description=f"Composing {entry.genre}")

        if jobs <= 1:
            for arguments in todo:
                done(make(*arguments))
        else:
            for entry in make_in_processes(partial(_maker, make), todo, min(jobs, len(todo))):
                done(entry)
    return [entries[file] for file in sorted(entries)]


def _maker(make: Callable[..., Entry]) -> Callable[[tuple[Any, ...]], Entry]:
    """What makes a clip from its arguments, in a process of its own."""
    return lambda arguments: make(*arguments)
