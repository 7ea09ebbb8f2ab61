"""A listener that no training and no choice here has met: a network that hears energy, valence and the like.

The network is that of the package vibenet (its file `efficientnet_model.onnx`), which was distilled from PANNs to
predict what Echo Nest said of recordings. It measures, and nothing else: it is no part of this project.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import librosa
import numpy as np

from img2music.audio.resampling import resample
from img2music.errors import ModelError
from img2music.models.session import onnxruntime

if TYPE_CHECKING:
    from collections.abc import Sequence

HEARD = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence")
"""What it hears, in the order of its outputs."""
_RATE = 16000
_WINDOW, _HOP, _FFT, _BANDS = 640, 320, 1024, 128
_RANGE = 80.0
"""dB below the loudest that it hears."""


class Judge:
    """The network in a file. Raises `ModelError` when it is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises types of its own for each kind of damage
            raise ModelError(
                f"{path} is no network that judges music; give vibenet's efficientnet_model.onnx."
            ) from error
        self._mel = librosa.filters.mel(sr=_RATE, n_fft=_FFT, n_mels=_BANDS, fmin=0.0, fmax=_RATE / 2)

    def __call__(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """What it hears in samples `(T,)` or `(T, C)` at `rate` Hz, `(7,)` in the order of `HEARD`."""
        mono = samples if samples.ndim == 1 else samples.mean(1)
        try:
            answer: Sequence[np.ndarray] = self._session.run(None, {"x": self._levels(resample(mono, rate, _RATE))})
            return np.asarray(answer[0], np.float64).reshape(len(HEARD))
        except Exception as error:  # as above
            raise ModelError(f"{self._path} is no network that judges music.") from error

    def _levels(self, samples: np.ndarray) -> np.ndarray:
        """Mel levels in dB, `(1, bands, frames)`."""
        padded = np.pad(samples, (0, max(_WINDOW - len(samples), 0)))
        frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP] * np.hanning(_WINDOW + 1)[:-1]
        power = np.square(np.abs(np.fft.rfft(frames, _FFT)))
        levels = 10 * np.log10(np.maximum(self._mel @ power.T, 1e-10))
        return np.maximum(levels, levels.max() - _RANGE).astype(np.float32)[np.newaxis]
