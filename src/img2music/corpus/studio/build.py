"""Builds a corpus in stereo: composes, produces and writes clips and, where they are asked for, their stems by role."""

from __future__ import annotations

import io
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import soundfile

from img2music.composition.brief import MINOR_MODES, NAMES, Brief
from img2music.composition.compose import compose
from img2music.corpus.manifest import Entry, read_manifest, save_manifest
from img2music.corpus.studio.playing import Sounds
from img2music.corpus.studio.production import produce, roles
from img2music.corpus.synthesis.oscillators import RATE
from img2music.genres import GENRES
from img2music.system.files import atomic_write

CLIP_SECONDS = 16.0
ORIGIN, LICENCE = "composed by img2music", "CC0-1.0"
SEED_STRIDE = 100_000  # clips per genre and seed before seeds of two corpora meet
STEMS = "stems"
"""Name of the folder beside those of the genres that stems lie in."""
_VERSION = "stereo 1"
"""Of how clips are made: another one makes them anew."""


def build_stereo(
    out: Path,
    sounds: Sounds,
    genres: Iterable[str] = GENRES,
    clips: int = 90,
    seed: int = 0,
    jobs: int = 1,
    stems: bool = False,
    mixes: int = 1,
) -> list[Entry]:
    """Write `clips` clips of each genre to `out`/<genre>/, and `out`/manifest.json.

    With `stems` each role of a clip goes to `out`/stems/<genre>/<clip>/. A score comes in `mixes` different mixes.

    The same seed and sounds give the same bytes. What is there already is kept, so an interrupted build goes on where
    it stopped. Returns the manifest's entries. Raises ValueError for an unknown genre.
    """
    genres = list(genres)
    if unknown := set(genres) - set(GENRES):
        raise ValueError(f"unknown genre {sorted(unknown)}; known are {list(GENRES)}")
    entries = read_manifest(out)
    todo = []
    for index in range(clips):  # genre by genre within an index: an unfinished build is balanced
        for genre in genres:
            file = f"{genre}/{genre}-{index:04d}.flac"
            old = entries.get(file)
            if not (old and old.soundfont == _VERSION and (out / file).is_file()):
                todo.append((out, file, genre, seed * SEED_STRIDE + index // mixes, index % mixes, sounds, stems))

    def done(entry: Entry) -> None:
        entries[entry.file] = entry
        save_manifest(out, entries)

    if jobs <= 1:
        for arguments in todo:
            done(make_clip(*arguments))
    else:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            for future in as_completed([pool.submit(make_clip, *arguments) for arguments in todo]):
                done(future.result())
    return [entries[file] for file in sorted(entries)]


def make_clip(out: Path, file: str, genre: str, seed: int, mix: int, sounds: Sounds, stems: bool = False) -> Entry:
    """Compose, produce and write one clip."""
    score = compose(Brief(genre, seed=seed, seconds=CLIP_SECONDS))
    production = produce(score, sounds, CLIP_SECONDS, mix)
    _write(out / file, production.record)
    if stems:
        for role, sound in roles(score, production).items():
            _write(out / STEMS / Path(file).with_suffix("") / f"{role}.flac", sound)
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
        _VERSION,
        tuple(round(bar, 3) for bar in score.bar_times),
        score.style,
        str(score.metre),
    )


def _write(path: Path, sound: np.ndarray) -> None:
    """Write samples `(T, 2)` as FLAC, first in memory, so that only a plain write can meet a full disk."""
    buffer = io.BytesIO()
    soundfile.write(buffer, sound, RATE, subtype="PCM_16", format="FLAC")
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, force=True) as temporary:
        temporary.write_bytes(buffer.getvalue())
