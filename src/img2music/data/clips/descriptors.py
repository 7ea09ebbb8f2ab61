"""What is heard in samples `(T,)` at 22,050 Hz: tempo, mode, brightness, density, dynamics."""

from __future__ import annotations

import librosa
import numpy as np

from img2music.audio.descriptors import fits_major
from img2music.audio.stft import RATE

_LOUDNESS_FRAME = 2048  # samples


def heard_tempo(samples: np.ndarray) -> float:
    """Tempo in beats per minute."""
    return float(librosa.feature.tempo(y=samples, sr=RATE)[0])


def heard_major(samples: np.ndarray) -> bool:
    """Whether the pitch classes fit a major key better than a minor one (Krumhansl & Kessler, 1982)."""
    return fits_major(librosa.feature.chroma_cqt(y=samples, sr=RATE).mean(1))


def heard_brightness(samples: np.ndarray) -> float:
    """Median spectral centroid in Hz."""
    return float(np.median(librosa.feature.spectral_centroid(y=samples, sr=RATE)))


def heard_density(samples: np.ndarray) -> float:
    """Onsets per second."""
    return len(librosa.onset.onset_detect(y=samples, sr=RATE)) / max(len(samples) / RATE, 1e-3)


def heard_dynamics(samples: np.ndarray) -> float:
    """Standard deviation of the level in dB, silence left out."""
    level = librosa.amplitude_to_db(librosa.feature.rms(y=samples, frame_length=_LOUDNESS_FRAME)[0], top_db=40)
    return float(level.std())
