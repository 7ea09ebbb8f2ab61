"""Audio to be measured: clips reconstructed, and snippets made for covers, written as folders by genre."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from img2music.audio import load_audio
from img2music.data.clips import Clip
from img2music.data.covers import SUFFIXES as PICTURES
from img2music.data.covers import Cover
from img2music.errors import OptionError
from img2music.genres import GENRES
from img2music.options import Options
from img2music.pipeline import Img2Music
from img2music.snippet import Snippet
from img2music.spectrogram import RATE

SECONDS = 15
Item = TypeVar("Item", Clip, Cover)


def pick(items: Sequence[Item], per_genre: int, seed: int) -> list[Item]:
    """`per_genre` items of each genre at random, fewer where a genre has fewer."""
    chosen = []
    for genre in dict.fromkeys([*GENRES, *sorted({item.genre for item in items})]):
        members = sorted((item for item in items if item.genre == genre), key=lambda item: item.path)
        random.Random(f"{seed} {genre}").shuffle(members)
        chosen += members[:per_genre]
    return chosen


def some_pictures(folder: Path, count: int, seed: int) -> list[Path]:
    """`count` pictures at random of the folder and its sub-folders. Raises `OptionError` when it has fewer."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES)
    if len(paths) < count:
        raise OptionError(f"{folder} has {len(paths)} pictures, less than {count}; give a folder of more.")
    return random.Random(seed).sample(paths, count)


def write_reconstructions(img2music: Img2Music, clips: Sequence[Clip], out: Path) -> tuple[Path, Path]:
    """The first 15 s of each clip as `out/original/GENRE/…wav` and `out/reconstructed/GENRE/…wav`; returns
    the two folders."""
    original, reconstructed = out / "original", out / "reconstructed"
    for clip in track(clips, "reconstructing", console=Console(stderr=True)):
        samples = load_audio(clip.path, RATE)[: SECONDS * RATE]
        target = _keep(Snippet(samples, RATE, clip.genre, {}, {}), original, clip)
        _keep(img2music.reconstruct(target, clip.genre), reconstructed, clip)
    return original, reconstructed


def write_snippets(img2music: Img2Music, covers: Sequence[Cover], out: Path, options: Options) -> Path:
    """A snippet for each cover in the cover's own genre, `out/GENRE/…wav`; a cover's seed is that of `options` plus its
    number, so that different known embeddings are heard. Returns `out`."""
    for number, cover in enumerate(track(covers, "generating", console=Console(stderr=True))):
        snippet = img2music.play(cover.path, replace(options, seed=options.seed + number), cover.genre)
        _keep(snippet, out, cover)
    return out


def _keep(snippet: Snippet, folder: Path, item: Clip | Cover) -> Path:
    """Write `folder/GENRE/NAME.wav`, named after the clip or cover that it comes from."""
    target = folder / item.genre / f"{item.path.stem}.wav"
    target.parent.mkdir(parents=True, exist_ok=True)
    return snippet.save(target, force=True)
