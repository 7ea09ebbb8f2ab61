"""Clips in two channels, heard once: features and latents on disk, from which crops are read without further work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from img2music.audio.fast_length import fast_length
from img2music.audio.resampling import resample
from img2music.audio.stft import BINS
from img2music.generation.codec import Encoder
from img2music.models.folder import Models
from img2music.stereo.bands import IMAGE_BANDS, TREBLE_BANDS
from img2music.stereo.features import features, side_rows
from img2music.stereo.image import WIDTH as IMAGE
from img2music.stereo.transform import RATE
from img2music.system.files import atomic_write
from img2music.training.common.pitch_shift import stretched
from img2music.training.spectrogram_vae.network import FLOOR, FOLD

LATENT = 64
_PARTS = (FOLD * BINS, FOLD * TREBLE_BANDS, IMAGE, IMAGE_BANDS, LATENT, LATENT, 1)
_ENDS = np.cumsum(_PARTS)
SEMITONES = (-1.0, 3.0)
_PART = 700_000
"""Samples of a clip that a variant is of, 16 s."""


@dataclass(frozen=True)
class Heard:
    """Steps of a clip: log `magnitudes` `(S, 1026)`, `treble` `(S, 48)`, `image` `(S, 40)`, its `weight` `(S, 20)`,
    `latents` and their `log_variance` `(S, 64)`, and `known` `(S, 1)`, 1 where the clip has treble and an image."""

    magnitudes: np.ndarray
    treble: np.ndarray
    image: np.ndarray
    weight: np.ndarray
    latents: np.ndarray
    log_variance: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray) -> Heard:
        """Rows `(S, W)` of a file taken apart, float32."""
        return cls(*np.split(rows.astype(np.float32), _ENDS[:-1], axis=1))

    @property
    def side(self) -> np.ndarray:
        """What the side encoder is given, `(S, 108)`."""
        return side_rows(self.treble, self.image, self.weight)


def hear(samples: np.ndarray, encoder: Encoder, mono: bool = False) -> np.ndarray:
    """Samples `(T, 2)` at 44.1 kHz to rows `(S, W)` float16. Of `mono` recordings at 22.05 kHz, brought to 44.1,
    nothing is known but the middle below 11 kHz."""
    found = features(samples)
    middle = resample(np.ascontiguousarray(samples.mean(1)), RATE, RATE // 2)
    latents, deviation = encoder.with_noise(middle)
    steps = min(len(found.image), latents.shape[1])
    columns = (
        np.log(found.magnitudes + FLOOR)[: FOLD * steps].reshape(steps, -1),
        found.treble[: FOLD * steps].reshape(steps, -1),
        found.image[:steps],
        found.weight[:steps] * (0 if mono else 1),
        latents[:, :steps].T,
        2 * np.log(deviation[:, :steps].T),
        np.full((steps, 1), 0 if mono else 1),
    )
    return np.concatenate(columns, axis=1).astype(np.float16)


def fill(clips: Sequence[Path], folder: Path, models: Models, variants: int = 1, mono: bool = False) -> None:
    """Hear clips and their `variants`, played at another pitch and through a random filter, and keep what was heard in
    `folder`; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder = Encoder(models, models.genres[0])
    for variant in range(variants + 1):  # all clips within a variant: an unfinished cache is balanced
        for clip in clips:
            file = folder / f"{clip.parent.name}-{clip.stem}-{variant}.npy"
            if file.is_file():
                continue
            samples = _read(clip)
            if samples is None:
                continue
            random = np.random.default_rng([len(clip.stem), variant, *clip.stem.encode()])
            rows = hear(_varied(samples, random) if variant else samples, encoder, mono)
            with atomic_write(file, force=True) as temporary, temporary.open("wb") as out:
                np.save(out, rows)


def _read(clip: Path) -> np.ndarray | None:
    """Samples `(T, 2)` at 44.1 kHz of a clip of 3 s or more."""
    samples, rate = soundfile.read(clip, dtype="float32", always_2d=True)
    if len(samples) < 3 * rate:
        return None
    if samples.shape[1] == 1:
        samples = np.repeat(samples, 2, axis=1)
    if rate != RATE:
        samples = np.stack([resample(np.ascontiguousarray(x), rate, RATE) for x in samples.T[:2]], axis=1)
    return samples[:, :2]


def _varied(samples: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A part of the samples at another pitch, perhaps with the sides changed, through a random smooth filter."""
    semitones = random.uniform(*SEMITONES)
    length = min(len(samples), _PART)
    start = int(random.integers(len(samples) - length + 1))
    samples = samples[start : start + length]
    played_length = fast_length(round(length / 2 ** (semitones / 12)))
    moved = np.stack([stretched(np.ascontiguousarray(x), played_length) for x in samples.T], axis=1)
    if random.random() < 0.5:
        moved = moved[:, ::-1]
    spectrum = np.fft.rfft(moved, axis=0)
    hertz = np.linspace(0, RATE / 2, len(spectrum))
    knots = random.uniform(-4, 4, 7)
    curve = np.interp(np.log2(np.maximum(hertz, 40)), np.linspace(np.log2(40), np.log2(RATE / 2), 7), knots)
    return np.fft.irfft(spectrum * 10 ** (curve[:, None] / 20), len(moved), axis=0).astype(np.float32)
