"""How varied a corpus is: tempo, key, mode, density, and how alike its clips sound beside how alike real ones do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from img2music.audio.files.sounds import Sounds
from img2music.corpus.manifest import Entry, read_manifest
from img2music.data.clips.clip import read_clips
from img2music.errors import OptionError
from img2music.evaluation.listening import hear_folder
from img2music.genres import GENRES
from img2music.metrics.embedders.registry import Embedder, embedder
from img2music.metrics.similarity import directions, nearest_within

DRAWS = 20
"""Subsets that are compared: the more clips, the nearer the nearest, so both sides get equally many."""
FEWEST = 8
"""Clips of a genre below which likeness says nothing."""
SHARES = (0.1, 0.5, 0.9)


def corpus_variety(corpus: Path, reference: Path | None = None, ear: Embedder | None = None) -> dict[str, dict]:
    """What the manifest and the ear (musicnn by default) say about each genre of the corpus in the folder `corpus`.

    For each genre: `clips`; `works`, how many are different pieces; `tempo` (BPM) and `density` (notes per second),
    the values below which 10, 50 and 90 % of the clips lie; `keys`, how many of the 12 occur; `minor`, the share of
    clips; `nearest`, the median similarity of a clip to that of another work which is most like it; and with
    `reference`, a folder of real clips, `compared` clips of each side and the medians `ours` and `real` among them.
    Raises `OptionError` when the folder holds no corpus.
    """
    manifest = read_manifest(corpus)
    if not manifest:
        raise OptionError(f"{corpus} holds no corpus; make one with `img2music corpus build --out {corpus}`.")
    ear = ear or embedder()
    ours, real = _heard(corpus, ear), _heard(reference, ear) if reference else {}
    facts = {}
    for genre in GENRES:
        entries = [entry for entry in manifest.values() if entry.genre == genre]
        if entries:
            facts[genre] = _written(entries) | _sounding(*ours[genre], *real.get(genre, (None, ())))
    return facts


def _written(entries: Sequence[Entry]) -> dict[str, object]:
    tempo, density = ([getattr(entry, name) for entry in entries] for name in ("tempo", "density"))
    return {
        "clips": len(entries),
        "tempo": [round(float(value), 1) for value in np.quantile(tempo, SHARES)],
        "density": [round(float(value), 1) for value in np.quantile(density, SHARES)],
        "keys": len({entry.key for entry in entries}),
        "minor": Counter(entry.mode for entry in entries)["minor"] / len(entries),
    }


def _heard(folder: Path, ear: Embedder) -> dict[str, tuple[np.ndarray, list[str]]]:
    """Directions `(N, d)` and works of the clips of each genre."""
    works = {str(clip.path): (clip.genre, clip.work) for clip in read_clips(folder)}
    heard = hear_folder(Sounds(folder, tuple(map(Path, works))), ear).embeddings()
    found = {}
    for genre in GENRES:
        own = {path: clip for path, clip in heard.items() if works[path][0] == genre}
        if own:
            found[genre] = (directions(own), [works[path][1] for path in own])
    return found


def _sounding(
    ours: np.ndarray, works: Sequence[str], real: np.ndarray | None, real_works: Sequence[str]
) -> dict[str, object]:
    facts: dict[str, object] = {
        "works": len(set(works)),
        "nearest": float(np.median(nearest_within(ours, works))),
        "compared": 0,
    }
    if real is None:
        return facts
    count = min(len(ours), len(real))
    if count < FEWEST:
        return facts
    return facts | {
        "compared": count,
        "ours": _likeness(ours, works, count),
        "real": _likeness(real, real_works, count),
    }


def _likeness(clips: np.ndarray, works: Sequence[str], count: int) -> float:
    """Median similarity to the nearest of another work among `count` of the clips, averaged over subsets."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(DRAWS):
        chosen = rng.permutation(len(clips))[:count]
        found.append(np.median(nearest_within(clips[chosen], [works[i] for i in chosen])))
    return float(np.mean(found))
