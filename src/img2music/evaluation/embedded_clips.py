"""The embeddings of a folder of audio files, and of noise as loud as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from img2music.audio.files.io import load_at_own_rate
from img2music.audio.files.sounds import Sounds
from img2music.audio.level import level, normalise_level
from img2music.errors import AudioError, OptionError, printable
from img2music.genres import check_genre
from img2music.metrics.embedders.registry import Embedder, Tagger
from img2music.metrics.embedders.tags import tagged_genre
from img2music.options import CLIP_SECONDS

SECONDS = round(CLIP_SECONDS)  # of every clip, from its beginning
SILENCE = -80.0  # dB relative to full scale, below which a clip counts as silent


@dataclass(frozen=True)
class EmbeddedClip:
    """Of a clip the embeddings `(P, d)` of its patches, those of white noise of its length and loudness if asked for,
    and, if the embedder tags, a genre."""

    embeddings: np.ndarray
    noise: np.ndarray | None = None
    genre: str | None = None


@dataclass(frozen=True)
class EmbeddedClips:
    """Clips of a folder by path in the order of their names, and a line about each file that was left out."""

    clips: dict[Path, EmbeddedClip] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def embeddings(self, genre: str | None = None) -> dict[str, np.ndarray]:
        """Embeddings `(P, d)` by clip, of one genre's folder or of all."""
        return {name: clip.embeddings for name, clip in self._members(genre)}

    def noise(self, genre: str | None = None) -> dict[str, np.ndarray]:
        """The same of the noise as loud as each clip, of those clips for which it was asked."""
        return {name: clip.noise for name, clip in self._members(genre) if clip.noise is not None}

    def _members(self, genre: str | None) -> Iterator[tuple[str, EmbeddedClip]]:
        for path, clip in self.clips.items():
            if genre is None or folder_genre(path) == genre:
                yield str(path), clip


def embed_folder(folder: Path | Sounds, embedder: Embedder, tags: bool = False, noise: bool = False) -> EmbeddedClips:
    """Embed the first 15 s of each audio file in `folder` and its sub-folders, or of the files given.

    Files that cannot be read, silent ones and those shorter than a patch are left out. Raises OptionError when the
    folder is missing or holds less than two patches.
    """
    sounds = folder if isinstance(folder, Sounds) else Sounds.below(folder)
    found = EmbeddedClips()
    for path in _tracked(sounds):
        try:
            # By the number of the clip, so that what is left out changes nothing for the others.
            rng = np.random.default_rng(len(found.clips)) if noise else None
            found.clips[path] = _embed_clip(path, embedder, tags, rng)
        except AudioError as problem:
            found.left_out.append(str(problem))
    if sum(len(clip.embeddings) for clip in found.clips.values()) < 2:
        why = f" ({found.left_out[0]})" if found.left_out else ""
        needed = f"{2 * embedder.patch_seconds:.1f} s of audio"
        raise OptionError(f"{sounds.folder} has less than {needed}{why}; give more, longer clips.")
    return found


def folder_genre(path: Path) -> str | None:
    """The genre that the folder of a file is named after, None if it is no genre's."""
    try:
        return check_genre(path.parent.name)
    except OptionError:
        return None


def white_noise(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """White noise of the length and loudness of samples `(T,)`, float32."""
    return normalise_level(rng.standard_normal(len(samples), np.float32), level(samples))


def _tracked(sounds: Sounds) -> Iterable[Path]:
    console = Console(stderr=True)
    title = f"embedding {printable(sounds.name)}"
    return track(sounds.files, title, console=console, transient=True, disable=not console.is_terminal)


def _embed_clip(path: Path, embedder: Embedder, tags: bool, rng: np.random.Generator | None) -> EmbeddedClip:
    # Half a patch more: it fills no further patch, but lets the last one end in music and not in silence.
    length = (int(SECONDS / embedder.patch_seconds) + 0.5) * embedder.patch_seconds
    samples, rate = load_at_own_rate(path, beginning=length)  # resampled once, by the embedder's own means
    if level(samples) < SILENCE:
        raise AudioError(f"{path} is silent.")
    embeddings = embedder.embed(samples, rate)
    if len(embeddings) == 0:
        raise AudioError(f"{path} is shorter than the {embedder.patch_seconds:.2f} s that {embedder.name} needs.")
    return EmbeddedClip(
        embeddings,
        embedder.embed(white_noise(samples, rng), rate) if rng else None,
        tagged_genre(embedder.tag(samples, rate)) if tags and isinstance(embedder, Tagger) else None,
    )
