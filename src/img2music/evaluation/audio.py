"""How close a folder of snippets comes to a folder of real clips."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from img2music.audio.files.sounds import Sounds
from img2music.errors import OptionError
from img2music.evaluation.embedded_clips import EmbeddedClips, embed_folder, folder_genre
from img2music.genres import GENRES
from img2music.metrics.conventions import Clips, fitted_whitening, stack
from img2music.metrics.distances import placed_distances, small_set_warning
from img2music.metrics.embedders.registry import Embedder, load_embedder, published_whitening
from img2music.metrics.similarity import directions, nearest
from img2music.metrics.whitening import Whitening


@dataclass(frozen=True)
class SetScores:
    """How far a set of clips lies from a reference set: how many clips and patches each has, and value, floor and
    ceiling of every distance, see `img2music.metrics.distances`."""

    clips: int
    patches: int
    reference_clips: int
    reference_patches: int
    distances: dict[str, dict[str, float | None]]


@dataclass(frozen=True)
class GenreShare:
    """Of the clips in a genre's folder the share that sounds like the genre, and the same of its clips in the
    reference, None without any."""

    clips: int
    heard: float
    reference: float | None


@dataclass(frozen=True)
class FolderScores:
    """What `score_folder` measures.

    `overall` and, by genre, `by_genre` are distances; `skipped` counts the clips left out, `left_out` has a line about
    each file that was left out of any folder; `genre` is the share of clips that sound like the genre their folder is
    named after, None if no folder is or the embedder does not tag, `genres` the same for each genre; `nearest` is the
    median over clips of the cosine similarity to the nearest training clip, 1 for a copy; `whitening` is "published"
    with the embedder or "fitted" to the whole reference; `warnings` say how far to trust the distances.
    """

    overall: SetScores
    skipped: int
    genre: float | None
    genres: dict[str, GenreShare]
    nearest: float | None
    embedder: str
    whitening: str
    by_genre: dict[str, SetScores]
    left_out: list[str]
    warnings: list[str]

    @property
    def frechet(self) -> float:
        """The raw Fréchet distance."""
        return self._value("raw")

    @property
    def floor(self) -> float | None:
        """What one half of the reference scores against the other."""
        return self.overall.distances["raw"]["floor"]

    @property
    def kernel(self) -> float:
        """The kernel distance."""
        return self._value("kernel")

    @property
    def kad(self) -> float:
        """The kernel audio distance."""
        return self._value("kad")

    def _value(self, distance: str) -> float:
        value = self.overall.distances[distance]["value"]
        assert value is not None  # these distances need no more than two patches
        return value

    def to_json(self) -> dict[str, Any]:
        """The scores as numbers and text, on one level."""
        values = asdict(self)
        named = {name: getattr(self, name) for name in ("frechet", "floor", "kernel", "kad")}
        return values.pop("overall") | {"skipped": values.pop("skipped")} | named | values


def score_folder(
    generated: Path | Sounds,
    reference: Path | Sounds,
    training: Path | None = None,
    embedder: Embedder | None = None,
    per_genre: bool = False,
) -> FolderScores:
    """Compare the clips in `generated` with those in `reference`, sub-folders included, on embeddings of `embedder`.

    Where one of the other folders holds that of `generated`, this is no part of it. Of every clip the first 15 s count,
    in whole patches; see `embed_folder` for what is left out. `training` is a folder of the clips trained on, to look
    for copies. With `per_genre` there are distances for each genre that both folders have
    a sub-folder of. The ceiling of a distance is that of white noise as long and as loud as each clip of `generated`.

    `embedder` is musicnn by default. Raises OptionError when a folder is missing or holds too little audio, or with
    `per_genre` no genre's sub-folder, ModelError when the weights of the embedder are missing.
    """
    embedder = embedder or load_embedder()
    sounds = generated if isinstance(generated, Sounds) else Sounds.below(generated)
    clips = embed_folder(sounds, embedder, tags=True, noise=True)
    real = embed_folder(_others(reference, sounds), embedder, tags=True)
    trained = embed_folder(_others(training, sounds), embedder) if training else EmbeddedClips()
    published = published_whitening(embedder)
    # One for all genres, so that they are of one scale.
    whitening = published or fitted_whitening(real.embeddings())
    warning = small_set_warning(stack(clips.embeddings()), stack(real.embeddings()))
    every, by_genre = _genre_shares(clips, real)
    return FolderScores(
        overall=_compared(clips, real, None, whitening),
        skipped=len(clips.left_out),
        genre=every,
        genres=by_genre,
        nearest=_copies(clips.embeddings(), trained.embeddings()) if training else None,
        embedder=embedder.name,
        whitening="published" if published else "fitted",
        by_genre=_by_genre(clips, real, whitening) if per_genre else {},
        left_out=clips.left_out + real.left_out + trained.left_out,
        warnings=[warning] if warning else [],
    )


def _others(folder: Path | Sounds, sounds: Sounds) -> Sounds:
    return folder if isinstance(folder, Sounds) else Sounds.below(folder, sounds.folder)


def _by_genre(clips: EmbeddedClips, real: EmbeddedClips, whitening: Whitening | None) -> dict[str, SetScores]:
    ours, theirs = ({genre: found.embeddings(genre) for genre in GENRES} for found in (clips, real))
    both = [genre for genre in GENRES if _enough(ours[genre]) and _enough(theirs[genre])]
    if not both:
        raise OptionError("no genre has a sub-folder with two patches in both folders; leave out --per-genre.")
    return {genre: _compared(clips, real, genre, whitening) for genre in both}


def _compared(clips: EmbeddedClips, real: EmbeddedClips, genre: str | None, whitening: Whitening | None) -> SetScores:
    ours, theirs = clips.embeddings(genre), real.embeddings(genre)
    return SetScores(
        clips=len(ours),
        patches=len(stack(ours)),
        reference_clips=len(theirs),
        reference_patches=len(stack(theirs)),
        distances=placed_distances(ours, theirs, clips.noise(genre), whitening),
    )


def _enough(clips: Clips) -> bool:
    return sum(map(len, clips.values())) > 1


def _genre_shares(clips: EmbeddedClips, real: EmbeddedClips) -> tuple[float | None, dict[str, GenreShare]]:
    """The share of all clips that sound like their folder's genre, and the shares of each genre."""
    ours, theirs = _hits(clips), _hits(real)
    every = [hit for found in ours.values() for hit in found]
    shares = {
        genre: GenreShare(len(found), float(np.mean(found)), _share(theirs[genre]))
        for genre, found in ours.items()
        if found
    }
    return _share(every), shares


def _hits(clips: EmbeddedClips) -> dict[str, list[bool]]:
    """For each genre whether each clip in its folder sounds like it."""
    hits: dict[str, list[bool]] = {genre: [] for genre in GENRES}
    for path, clip in clips.clips.items():
        meant = folder_genre(path)
        if meant and clip.genre:
            hits[meant].append(clip.genre == meant)
    return hits


def _share(hits: list[bool]) -> float | None:
    return float(np.mean(hits)) if hits else None


def _copies(clips: Clips, training: Clips) -> float:
    return float(np.median(nearest(directions(clips), directions(training))))
