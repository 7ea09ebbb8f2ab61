"""Builds the corpus: composes, renders and writes clips of all genres, and a manifest of their origins."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import soundfile
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from img2music.files import atomic_write

from . import classical, hiphop, jazz, pop
from .harmony import NAMES
from .manifest import Entry, read_manifest, save_manifest
from .mixing import RATE
from .render import default_soundfont, render
from .score import CLIP_SECONDS, Score

COMPOSERS: dict[str, Callable[[int], Score]] = {
    "classical": classical.compose,
    "hiphop": hiphop.compose,
    "pop": pop.compose,
    "jazz": jazz.compose,
}
SEED_STRIDE = 100_000  # clips per genre and seed before seeds of two corpora meet


def make_clip(out: Path, file: str, genre: str, seed: int, soundfont: Path) -> Entry:
    """Compose, render and write one clip."""
    score = COMPOSERS[genre](seed)
    audio = render(score, soundfont)
    (out / file).parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(out / file, force=True) as temporary:
        temporary.write_bytes(_flac(audio))
    key, density = NAMES[score.key], round(score.density, 2)
    facts = (score.title, genre, seed, score.tempo, key, score.mode, density, score.licence, score.origin)
    bars = tuple(round(bar, 3) for bar in score.bars if bar < CLIP_SECONDS)
    return Entry(file, *facts, soundfont.name, bars)


def _flac(audio: np.ndarray) -> bytes:
    """A sound file in memory, so that only a plain write can meet a full disk."""
    buffer = io.BytesIO()
    soundfile.write(buffer, audio, RATE, subtype="PCM_16", format="FLAC")
    return buffer.getvalue()


def build_corpus(
    out: Path,
    genres: Iterable[str] = tuple(COMPOSERS),
    clips: int = 90,
    soundfont: Path | None = None,
    seed: int = 0,
    jobs: int = 1,
) -> list[Entry]:
    """Write ``clips`` clips of each genre to ``out``/<genre>/, and ``out``/manifest.json.

    The same seed and soundfont give the same bytes. A clip that is there and in the manifest with the same
    seed is kept, so an interrupted build goes on where it stopped. Returns the manifest's entries.
    """
    out, genres = Path(out), list(genres)
    if unknown := set(genres) - set(COMPOSERS):
        raise ValueError(f"unknown genre {sorted(unknown)}; known are {list(COMPOSERS)}")
    soundfont = Path(soundfont or default_soundfont())
    if not soundfont.is_file():
        raise FileNotFoundError(f"no soundfont at {soundfont}")
    entries = read_manifest(out)
    todo = []
    for index in range(clips):  # genre by genre within an index: an unfinished build is balanced
        for genre in genres:
            file, clip_seed = f"{genre}/{genre}-{index:04d}.flac", seed * SEED_STRIDE + index
            old = entries.get(file)
            if old and old.bars and (out / file).is_file() and (old.seed, old.soundfont) == (clip_seed, soundfont.name):
                continue
            todo.append((out, file, genre, clip_seed, soundfont))

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("Composing", total=len(todo))

        def done(entry: Entry) -> None:
            entries[entry.file] = entry
            save_manifest(out, entries)
            progress.update(task, advance=1, description=f"Composing {entry.genre}")

        if jobs <= 1:
            for arguments in todo:
                done(make_clip(*arguments))
        else:
            with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
                for future in as_completed([pool.submit(make_clip, *arguments) for arguments in todo]):
                    done(future.result())
    return [entries[file] for file in sorted(entries)]
