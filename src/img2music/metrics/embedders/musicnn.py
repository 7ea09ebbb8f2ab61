"""musicnn: a network that turns music into embeddings and tags.

Weights: the package `musicnn` on PyPI, 0.1.0, trained on the Million Song Dataset (Music Technology Group,
Universitat Pompeu Fabra, ISC licence). It asks for TensorFlow and an old numpy, neither of which is needed here.

Reference: Pons & Serra, musicnn: pre-trained convolutional neural networks for music audio tagging, 2019.
"""

from __future__ import annotations

from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import librosa
import numpy as np
import torch

from img2music.errors import ModelError
from img2music.metrics.embedders.musicnn_network import BANDS, MusicnnNetwork
from img2music.metrics.embedders.tags import TAGS
from img2music.metrics.embedders.tf_checkpoint import read_bundle

__all__ = ["TAGS", "Musicnn", "log_mel_patches"]

RATE = 16_000  # Hz
WINDOW = 512
HOP = 256
FRAMES = 187

INSTALL = "pip install --no-deps musicnn"
_DIGESTS = {
    ".index": "87f3e0f3550c8d3bafc840374003e5c8af5eeb5ecf6add61af09a7822d3282c8",
    ".data-00000-of-00001": "8579734ee6388f799ed0def4bbd0d1fdcbeaf213ef2a9dc860917bd76a303de6",
}
_BATCH = 16  # patches at once: about 200 MB at the widest layer


class Musicnn:
    """The tagger trained on the Million Song Dataset.

    Raises ModelError when its package is missing or its weights are not those of version 0.1.0.
    """

    name = "musicnn"
    patch_seconds = FRAMES * HOP / RATE

    def __init__(self) -> None:
        folder = _package_folder() / "MSD_musicnn"
        index, data = (_checked(folder / name, digest) for name, digest in _DIGESTS.items())
        self._network = MusicnnNetwork().eval()
        self._network.load(read_bundle(index, data))

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


def _package_folder() -> Path:
    # Found, not imported: importing it would import TensorFlow.
    spec = find_spec("musicnn")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"The weights of musicnn are missing; install them: {INSTALL}")
    return Path(next(iter(spec.submodule_search_locations)))


def _checked(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise ModelError(f"Cannot read {path}; install musicnn anew: {INSTALL} --force-reinstall") from problem
    if sha256(content).hexdigest() != digest:
        raise ModelError(f"{path} is not that of musicnn 0.1.0; install it anew: {INSTALL}==0.1.0 --force-reinstall")
    return content
