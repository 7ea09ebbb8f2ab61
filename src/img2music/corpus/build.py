"""Builds the corpus: composes, renders and writes clips of all genres, and a manifest of their origins."""

from __future__ import annotations

import io
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import soundfile
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from img2music.composition.brief import MINOR_MODES, NAMES, Brief
from img2music.composition.compose import compose
from img2music.corpus.manifest import Entry, read_manifest, save_manifest
from img2music.corpus.mixing import RATE
from img2music.corpus.render import default_soundfont, render
from img2music.genres import GENRES
from img2music.system.files import atomic_write

CLIP_SECONDS = 20.0
ORIGIN, LICENCE = "composed by img2music", "CC0-1.0"
SEED_STRIDE = 100_000  # clips per genre and seed before seeds of two corpora meet


def make_clip(out: Path, file: str, genre: str, seed: int, soundfont: Path) -> Entry:
    """Compose, render and write one clip."""
    score = compose(Brief(genre, seed=seed, seconds=CLIP_SECONDS))
    audio = render(score, soundfont, CLIP_SECONDS)
    (out / file).parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(out / file, force=True) as temporary:
        temporary.write_bytes(_flac(audio))
    return Entry(
        file,
        score.title,
        genre,
        seed,
        round(score.tempo.initial, 1),
        NAMES[score.key],
        "minor" if score.mode in MINOR_MODES else "major",
        round(sum(len(part.notes) for part in score.parts) / CLIP_SECONDS, 2),
        LICENCE,
        ORIGIN,
        soundfont.name,
        tuple(round(bar, 3) for bar in score.bar_times),
        score.style,
        str(score.metre),
    )


def _flac(audio: np.ndarray) -> bytes:
    """A sound file in memory, so that only a plain write can meet a full disk."""
    buffer = io.BytesIO()
    soundfile.write(buffer, audio, RATE, subtype="PCM_16", format="FLAC")
    return buffer.getvalue()


def build_corpus(
    out: Path,
    genres: Iterable[str] = GENRES,
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
    if unknown := set(genres) - set(GENRES):
        raise ValueError(f"unknown genre {sorted(unknown)}; known are {list(GENRES)}")
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
