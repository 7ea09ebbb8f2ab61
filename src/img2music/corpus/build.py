"""Builds the corpus: composes, renders and writes clips of all genres, and a manifest of their origins."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.corpus.clips import SEED_STRIDE, check_genres, entry_of, make_clips, write_flac
from img2music.corpus.manifest import Entry, read_manifest
from img2music.corpus.mixing import RATE
from img2music.corpus.render import default_soundfont, render
from img2music.genres import GENRES

CLIP_SECONDS = 20.0


def make_clip(out: Path, file: str, genre: str, seed: int, soundfont: Path) -> Entry:
    """Compose, render and write one clip."""
    score = compose(Brief(genre, seed=seed, seconds=CLIP_SECONDS))
    write_flac(out / file, render(score, soundfont, CLIP_SECONDS), RATE)
    return entry_of(score, file, seed, seconds=CLIP_SECONDS, soundfont=soundfont.name)


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
    out, genres = Path(out), check_genres(genres)
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
    return make_clips(out, entries, make_clip, todo, jobs)
