"""Whether snippets are new music: how like the clips trained on they are, beside how like each other real clips are.

Two ways to ask: whether they sound alike (cosine similarity of mean embeddings), and whether they are the same events
in the same order (correlation of log-mel spectrograms at the best alignment, each band around its mean: without that,
two pieces for strings correlate because strings sound alike, whatever they play).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import librosa
import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.fft import irfft, rfft

from img2music.audio.files.io import load_audio
from img2music.audio.files.sounds import Sounds
from img2music.audio.stft import RATE
from img2music.evaluation.embedded_clips import SECONDS, embed_folder
from img2music.metrics.embedders.registry import Embedder, load_embedder
from img2music.metrics.similarity import directions, nearest, nearest_within

BANDS, HOP = 40, 512
COPY = 0.9
"""Correlation of log-mel spectrograms above which a snippet counts as a copy."""
_LENGTH = 2048  # frames of a transform, more than twice those of a clip
_LAG = 86  # frames, about 2 s
_FLOOR = 60.0  # dB below the loudest


@dataclass(frozen=True)
class Novelty:
    """How new snippets are beside the clips trained on.

    `snippets` and `clips` count them; `similarity` is the median similarity of a snippet to the clip most like it,
    `limit` the 95th percentile of the same among the clips, `above` the share of snippets above the limit;
    `correlation` and `highest` are the median and the highest correlation of a snippet with any clip, `copies` counts
    those above 0.9, `clips_correlation` is the 95th percentile of the same among the clips.
    """

    snippets: int
    clips: int
    similarity: float
    limit: float
    above: float
    correlation: float
    highest: float
    copies: int
    clips_correlation: float


def novelty(generated: Path | Sounds, training: Path | Sounds, embedder: Embedder | None = None) -> Novelty:
    """Compare the snippets in the folder `generated` with the clips in the folder `training`, in the embeddings of
    `embedder`, musicnn by default. Raises `OptionError` when a folder holds too little audio.
    """
    embedder = embedder or load_embedder()
    sounds = generated if isinstance(generated, Sounds) else Sounds.below(generated)
    clips = training if isinstance(training, Sounds) else Sounds.below(training, sounds.folder)
    made, known = embed_folder(sounds, embedder), embed_folder(clips, embedder)
    alike = nearest(directions(made.embeddings()), directions(known.embeddings()))
    sound = directions(known.embeddings())
    limit = float(np.percentile(nearest_within(sound, [str(path) for path in known.clips]), 95))
    spectra = _spectra(list(known.clips))
    with_clips = _highest(_spectra(list(made.clips)), spectra)
    among = _highest(spectra[:: max(1, len(spectra) // 100)], spectra, itself=True)
    return Novelty(
        snippets=len(alike),
        clips=len(sound),
        similarity=float(np.median(alike)),
        limit=limit,
        above=float((alike > limit).mean()),
        correlation=float(np.median(with_clips)),
        highest=float(with_clips.max()),
        copies=int((with_clips > COPY).sum()),
        clips_correlation=float(np.percentile(among, 95)),
    )


def aligned_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Correlation of the log-mel spectrograms of two sounds `(T,)` at 22,050 Hz, at the best alignment within 2 s."""
    return float(_highest([_spectrum(first)], [_spectrum(second)])[0])


def _spectra(paths: Sequence[Path]) -> list[np.ndarray]:
    console = Console(stderr=True)
    tracked = track(paths, "log-mel spectrograms", console=console, transient=True)
    return [_spectrum(load_audio(path, RATE)[: SECONDS * RATE]) for path in tracked]


def _spectrum(samples: np.ndarray) -> np.ndarray:
    """The transform in time of a log-mel spectrogram whose bands have mean 0, and it length 1, `(BANDS, F)`."""
    mel = librosa.feature.melspectrogram(y=samples, sr=RATE, n_fft=2048, hop_length=HOP, n_mels=BANDS)
    level = librosa.power_to_db(mel, ref=np.max, top_db=_FLOOR)
    level -= level.mean(1, keepdims=True)
    return rfft((level / max(float(np.linalg.norm(level)), 1e-9)).astype(np.float32), _LENGTH)


def _highest(ones: Sequence[np.ndarray], others: Sequence[np.ndarray], itself: bool = False) -> np.ndarray:
    """For each of `ones` its highest correlation with any of `others`, `(N,)`, with `itself` but that with itself."""
    found = []
    for one in track(ones, "comparing", console=Console(stderr=True), transient=True):
        best = -1.0
        for other in others:
            if itself and one is other:
                continue
            aligned = irfft((one * other.conj()).sum(0), _LENGTH)
            best = max(best, float(aligned[: _LAG + 1].max()), float(aligned[-_LAG:].max()))
        found.append(best)
    return np.array(found)
