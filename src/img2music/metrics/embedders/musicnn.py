"""musicnn: a network that turns music into embeddings and tags.

Weights: `musicnn.safetensors` holds those of the package `musicnn` on PyPI, 0.1.0, trained on the Million Song Dataset
(Music Technology Group, Universitat Pompeu Fabra, ISC licence), under the names of the layers here.

Reference: Pons & Serra, musicnn: pre-trained convolutional neural networks for music audio tagging, 2019.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import librosa
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from img2music.errors import ModelError
from img2music.metrics.embedders.musicnn_network import BANDS, MusicnnNetwork
from img2music.metrics.embedders.tags import TAGS

__all__ = ["TAGS", "Musicnn", "log_mel_patches"]

RATE = 16_000  # Hz
WINDOW = 512
HOP = 256
FRAMES = 187

_WEIGHTS = Path(str(resources.files("img2music.metrics.embedders"))) / "musicnn.safetensors"
_BATCH = 16  # patches at once: about 200 MB at the widest layer


class Musicnn:
    """The tagger trained on the Million Song Dataset. Raises ModelError when its weights are damaged."""

    name = "musicnn"
    patch_seconds = FRAMES * HOP / RATE

    def __init__(self) -> None:
        self._network = MusicnnNetwork().eval()
        try:
            self._network.load_state_dict(load_file(_WEIGHTS))
        except (OSError, SafetensorError, RuntimeError) as problem:
            raise ModelError(f"{_WEIGHTS} is damaged; install img2music anew.") from problem

    def embed(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """Samples `(T,)` at `rate` Hz to one embedding for each whole patch of 3 s, `(P, 753)` float64."""
        return self._run(samples, rate)[0]

    def tag(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """Samples `(T,)` at `rate` Hz to the probability of each of `TAGS`, `(50,)` float64, averaged over patches.

        Raises ValueError when the samples do not fill a patch.
        """
        tags = self._run(samples, rate)[1]
        if len(tags) == 0:
            raise ValueError(f"tags need at least {self.patch_seconds:.2f} s of music")
        return tags.mean(0)

    def _run(self, samples: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray]:
        batches = torch.split(torch.from_numpy(log_mel_patches(samples, rate)), _BATCH)
        with torch.inference_mode():
            embeddings, tags = zip(*(self._network(batch) for batch in batches), strict=True)
        return torch.cat(embeddings).double().numpy(), torch.cat(tags).double().numpy()


def log_mel_patches(samples: np.ndarray, rate: int) -> np.ndarray:
    """Samples `(T,)` at `rate` Hz to what the network takes, `(P, 187, 96)` float32; what fills no patch is left out.

    The package rounds mel energies to half precision before the logarithm, this does not.
    """
    resampled = librosa.resample(np.asarray(samples, np.float32), orig_sr=rate, target_sr=RATE)
    mel = librosa.feature.melspectrogram(y=resampled, sr=RATE, n_fft=WINDOW, hop_length=HOP, n_mels=BANDS)
    count = mel.shape[1] // FRAMES
    frames = np.log10(1 + 10_000 * mel.T[: count * FRAMES]).astype(np.float32)
    return frames.reshape(count, FRAMES, BANDS)
