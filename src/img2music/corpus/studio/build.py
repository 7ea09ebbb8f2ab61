"""Builds a corpus in stereo: composes, produces and writes clips and, where they are asked for, their stems by role."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.corpus.clips import SEED_STRIDE, check_genres, entry_of, make_clips, write_flac
from img2music.corpus.manifest import Entry, read_manifest
from img2music.corpus.studio.playing import Sounds
from img2music.corpus.studio.production import produce, roles
from img2music.corpus.synthesis.oscillators import RATE
from img2music.genres import GENRES

CLIP_SECONDS = 16.0
STEMS = "stems"
"""Name of the folder beside those of the genres that stems lie in."""
_VERSION = "stereo 2"
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
    genres = check_genres(genres)
    entries = read_manifest(out)
    todo = []
    for index in range(clips):  # genre by genre within an index: an unfinished build is balanced
        for genre in genres:
            file = f"{genre}/{genre}-{index:04d}.flac"
            old = entries.get(file)
            if not (old and old.soundfont == _VERSION and (out / file).is_file()):
                todo.append((out, file, genre, seed * SEED_STRIDE + index // mixes, index % mixes, sounds, stems))
    return make_clips(out, entries, make_clip, todo, jobs)


def make_clip(out: Path, file: str, genre: str, seed: int, mix: int, sounds: Sounds, stems: bool = False) -> Entry:
    """Compose, produce and write one clip."""
    score = compose(Brief(genre, seed=seed, seconds=CLIP_SECONDS))
    production = produce(score, sounds, CLIP_SECONDS, mix)
    write_flac(out / file, production.record, RATE)
    if stems:
        for role, sound in roles(score, production).items():
            write_flac(out / STEMS / Path(file).with_suffix("") / f"{role}.flac", sound, RATE)
    return entry_of(score, file, seed, seconds=CLIP_SECONDS, soundfont=_VERSION)
