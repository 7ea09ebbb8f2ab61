"""Audio to be measured: clips reconstructed, and snippets made for covers, written as folders by genre."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import track

from img2music.audio.files.io import load_audio, load_stereo
from img2music.audio.files.sounds import Sounds
from img2music.audio.stft import RATE
from img2music.data.clips.clip import Clip
from img2music.data.covers.cover import Cover
from img2music.errors import OptionError
from img2music.options import CLIP_SECONDS, Options
from img2music.output.snippet import Snippet
from img2music.pipeline import Img2Music
from img2music.stereo import transform
from img2music.system.names import fitting, marked, same_place
from img2music.system.walk import describe, listed_files
from img2music.vision.picture import SUFFIXES

SECONDS = round(CLIP_SECONDS)


def some_pictures(folder: Path, count: int, seed: int) -> list[Path]:
    """`count` pictures at random of the folder and its sub-folders. Raises `OptionError` when it has fewer."""
    found = listed_files(folder, SUFFIXES)
    if len(found.files) < count:
        detail = f" ({detail})" if (detail := describe(found.passed_over)) else ""
        raise OptionError(
            f"{folder} has {len(found.files)} pictures{detail}, less than {count}; give a folder of more."
        )
    return random.Random(seed).sample(found.files, count)


def write_reconstructions(img2music: Img2Music, clips: Sequence[Clip], out: Path) -> tuple[Sounds, Sounds]:
    """The first 15 s of each clip as `out/original/GENRE/…wav` and `out/reconstructed/GENRE/…wav`, both returned; in
    stereo where the models are."""
    original, reconstructed = out / "original", out / "reconstructed"
    names = own_names(clips)
    for clip, name in zip(track(clips, "reconstructing", console=Console(stderr=True)), names, strict=True):
        rate, load = (transform.RATE, load_stereo) if img2music.models.is_stereo(clip.genre) else (RATE, load_audio)
        samples = load(clip.path, rate)[: SECONDS * rate]
        target = _keep(Snippet(samples, rate, clip.genre), original / name)
        _keep(img2music.reconstruct(target, clip.genre), reconstructed / name)
    files = [tuple(folder / name for name in names) for folder in (original, reconstructed)]
    return Sounds(original, files[0]), Sounds(reconstructed, files[1])


def write_snippets(img2music: Img2Music, covers: Sequence[Cover], out: Path, options: Options) -> Sounds:
    """A snippet for each cover in the cover's own genre, `out/GENRE/…wav`, in the order of the covers; a cover's seed
    is that of `options` plus its number, so that they begin from different known embeddings."""
    names = own_names(covers)
    for number, cover in enumerate(track(covers, "generating", console=Console(stderr=True))):
        snippet = img2music.play(cover.path, replace(options, seed=options.seed + number), cover.genre)
        _keep(snippet, out / names[number])
    return Sounds(out, tuple(out / name for name in names))


def own_names(items: Sequence[Clip | Cover]) -> list[str]:
    """`GENRE/NAME.wav` for each item: its file's name, with a mark of its path where others of the genre share it."""
    plain = [(item.genre, same_place(item.path.stem)) for item in items]
    count = Counter(plain)
    return [
        f"{item.genre}/{fitting(stem) if count[key] == 1 else marked(stem, item.path.as_posix())}.wav"
        for item, key, stem in zip(items, plain, (item.path.stem for item in items), strict=True)
    ]


def _keep(snippet: Snippet, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return snippet.save(target, force=True)
