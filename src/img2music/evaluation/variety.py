"""How varied a corpus is: tempo, key, mode, density, and how alike its clips sound beside how alike real ones do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from img2music.audio.files.sounds import Sounds
from img2music.corpus.manifest import Entry, read_manifest
from img2music.data.clips.clip import read_clips
from img2music.errors import OptionError
from img2music.evaluation.embedded_clips import embed_folder
from img2music.genres import GENRES
from img2music.metrics.embedders.registry import Embedder, load_embedder
from img2music.metrics.similarity import directions, nearest_within

DRAWS = 20
"""Subsets that are compared: the more clips, the nearer the nearest, so both sides get equally many."""
FEWEST = 8
"""Clips of a genre below which likeness says nothing."""
SHARES = (0.1, 0.5, 0.9)
Clips = tuple[np.ndarray, list[str]]
"""Directions `(N, d)` of clips, and the work of each."""


@dataclass(frozen=True)
class Variety:
    """How varied the clips of a genre are.

    `tempo` (BPM) and `density` (notes per second) are the values below which 10, 50 and 90 % of the clips lie; `keys`
    is how many of the 12 occur; `minor` the share of clips in minor; `works` how many different pieces there are;
    `nearest` the median similarity of a clip to that of another work which is most like it. Where there are enough real
    clips to compare with, `compared` clips of each side were, and `ours` and `real` are the same medians among them.
    """

    clips: int
    tempo: list[float]
    density: list[float]
    keys: int
    minor: float
    works: int
    nearest: float
    compared: int = 0
    ours: float | None = None
    real: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The figures; `ours` and `real` only where clips were compared."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def corpus_variety(corpus: Path, reference: Path | None = None, embedder: Embedder | None = None) -> dict[str, Variety]:
    """The variety of each genre of the corpus in the folder `corpus`; with `reference`, a folder of real clips, beside
    theirs. `embedder` says how alike clips sound, musicnn by default. Raises `OptionError` when the folder holds no
    corpus.
    """
    manifest = read_manifest(corpus)
    if not manifest:
        raise OptionError(f"{corpus} holds no corpus; make one with `img2music corpus build --out {corpus}`.")
    embedder = embedder or load_embedder()
    ours, real = _directions(corpus, embedder), _directions(reference, embedder) if reference else {}
    found = {}
    for genre in GENRES:
        entries = [entry for entry in manifest.values() if entry.genre == genre]
        if entries:
            found[genre] = _compared(_variety(entries, *ours[genre]), ours[genre], real.get(genre))
    return found


def _variety(entries: Sequence[Entry], clips: np.ndarray, works: Sequence[str]) -> Variety:
    return Variety(
        clips=len(entries),
        tempo=_quantiles([entry.tempo for entry in entries]),
        density=_quantiles([entry.density for entry in entries]),
        keys=len({entry.key for entry in entries}),
        minor=Counter(entry.mode for entry in entries)["minor"] / len(entries),
        works=len(set(works)),
        nearest=float(np.median(nearest_within(clips, works))),
    )


def _quantiles(values: Sequence[float]) -> list[float]:
    return [round(float(value), 1) for value in np.quantile(values, SHARES)]


def _directions(folder: Path, embedder: Embedder) -> dict[str, Clips]:
    """Directions `(N, d)` and works of the clips of each genre."""
    works = {str(clip.path): (clip.genre, clip.work) for clip in read_clips(folder)}
    clips = embed_folder(Sounds(folder, tuple(map(Path, works))), embedder).embeddings()
    found = {}
    for genre in GENRES:
        own = {path: clip for path, clip in clips.items() if works[path][0] == genre}
        if own:
            found[genre] = (directions(own), [works[path][1] for path in own])
    return found


def _compared(variety: Variety, ours: Clips, real: Clips | None) -> Variety:
    """With the likeness among our clips and among as many real ones, where there are enough of both."""
    count = 0 if real is None else min(len(ours[0]), len(real[0]))
    if real is None or count < FEWEST:
        return variety
    return replace(variety, compared=count, ours=_likeness(*ours, count), real=_likeness(*real, count))


def _likeness(clips: np.ndarray, works: Sequence[str], count: int) -> float:
    """Median similarity to the nearest of another work among `count` of the clips, averaged over subsets."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(DRAWS):
        chosen = rng.permutation(len(clips))[:count]
        found.append(np.median(nearest_within(clips[chosen], [works[i] for i in chosen])))
    return float(np.mean(found))
