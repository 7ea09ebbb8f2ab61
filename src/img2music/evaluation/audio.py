"""How close a folder of snippets comes to a folder of real clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from img2music.audio.files.sounds import Sounds
from img2music.errors import OptionError
from img2music.evaluation.listening import Heard, folder_genre, hear_folder
from img2music.genres import GENRES
from img2music.metrics.conventions import Clips, fitted_whitening, stack
from img2music.metrics.distances import placed_distances, small_set_warning
from img2music.metrics.embedders.registry import Embedder, embedder, published_whitening
from img2music.metrics.similarity import directions, nearest
from img2music.metrics.whitening import Whitening


def score_folder(
    generated: Path | Sounds,
    reference: Path | Sounds,
    training: Path | None = None,
    ear: Embedder | None = None,
    per_genre: bool = False,
) -> dict[str, object]:
    """Compare the clips in `generated` with those in `reference`, sub-folders included, as `ear` hears them.

    Where one of the other folders holds that of `generated`, this is no part of it.

    Of every clip the first 15 s count, in whole patches; see `img2music.evaluation.listening.hear_folder` for what is
    left out. Returns

    - clips, patches, skipped (left out), reference_clips, reference_patches: how many;
    - frechet, floor, kernel, kad: the raw Fréchet distance with its floor, and the kernel distances, as in distances;
    - genre: share of clips that sound like the genre their folder is named after, None if no folder is or the ear
      does not tag; genres: the same for each genre, `heard`, with the number of its clips, and for its clips in
      `reference`, `reference`, None without any;
    - nearest: median over clips of the cosine similarity to the nearest clip in `training`, None without; 1 is a copy;
    - embedder: the name of the ear; whitening: "published" with it or "fitted" to the whole reference;
    - distances: value, floor and ceiling of every distance, see `img2music.metrics.distances`; the ceiling is that
      of white noise as long and as loud as each clip of `generated`;
    - by_genre: with `per_genre` the number of clips and patches, and the distances, for each genre that both folders
      have a sub-folder of, else empty;
    - left_out: a line about each file that was left out; warnings: lines on how far to trust the distances.

    `ear` is musicnn by default. Raises OptionError when a folder is missing or holds too little audio, or with
    `per_genre` no genre's sub-folder, ModelError when the weights of the ear are missing.
    """
    ear = ear or embedder()
    sounds = generated if isinstance(generated, Sounds) else Sounds.below(generated)
    clips = hear_folder(sounds, ear, tags=True, noise=True)
    real = hear_folder(_others(reference, sounds), ear, tags=True)
    trained = hear_folder(_others(training, sounds), ear) if training else Heard()
    published = published_whitening(ear)
    # One for all genres, so that they are of one scale.
    whitening = published or fitted_whitening(real.embeddings())
    overall = _compared(clips, real, None, whitening)
    distances, warning = overall["distances"], small_set_warning(stack(clips.embeddings()), stack(real.embeddings()))
    return {
        **overall,
        "skipped": len(clips.left_out),
        "frechet": distances["raw"]["value"],
        "floor": distances["raw"]["floor"],
        "kernel": distances["kernel"]["value"],
        "kad": distances["kad"]["value"],
        **_genre_consistency(clips, real),
        "nearest": _copies(clips.embeddings(), trained.embeddings()) if training else None,
        "embedder": ear.name,
        "whitening": "published" if published else "fitted",
        "by_genre": _by_genre(clips, real, whitening) if per_genre else {},
        "left_out": clips.left_out + real.left_out + trained.left_out,
        "warnings": [warning] if warning else [],
    }


def _others(folder: Path | Sounds, sounds: Sounds) -> Sounds:
    return folder if isinstance(folder, Sounds) else Sounds.below(folder, sounds.folder)


def _by_genre(clips: Heard, real: Heard, whitening: Whitening | None) -> dict[str, dict]:
    ours, theirs = ({genre: heard.embeddings(genre) for genre in GENRES} for heard in (clips, real))
    both = [genre for genre in GENRES if _enough(ours[genre]) and _enough(theirs[genre])]
    if not both:
        raise OptionError("no genre has a sub-folder with two patches in both folders; leave out --per-genre.")
    return {genre: _compared(clips, real, genre, whitening) for genre in both}


def _compared(clips: Heard, real: Heard, genre: str | None, whitening: Whitening | None) -> dict:
    ours, theirs = clips.embeddings(genre), real.embeddings(genre)
    return {
        "clips": len(ours),
        "patches": len(stack(ours)),
        "reference_clips": len(theirs),
        "reference_patches": len(stack(theirs)),
        "distances": placed_distances(ours, theirs, clips.noise(genre), whitening),
    }


def _enough(clips: Clips) -> bool:
    return sum(map(len, clips.values())) > 1


def _genre_consistency(clips: Heard, real: Heard) -> dict[str, object]:
    ours, theirs = _hits(clips), _hits(real)
    every = [hit for found in ours.values() for hit in found]
    return {
        "genre": _share(every),
        "genres": {
            genre: {"clips": len(found), "heard": _share(found), "reference": _share(theirs[genre])}
            for genre, found in ours.items()
            if found
        },
    }


def _hits(heard: Heard) -> dict[str, list[bool]]:
    """For each genre whether each clip in its folder sounds like it."""
    hits: dict[str, list[bool]] = {genre: [] for genre in GENRES}
    for path, clip in heard.clips.items():
        meant = folder_genre(path)
        if meant and clip.genre:
            hits[meant].append(clip.genre == meant)
    return hits


def _share(hits: list[bool]) -> float | None:
    return float(np.mean(hits)) if hits else None


def _copies(clips: Clips, training: Clips) -> float:
    return float(np.median(nearest(directions(clips), directions(training))))
