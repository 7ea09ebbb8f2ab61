"""VGGish: the embedder of the original Fréchet audio distance.

Weights: trained on a preliminary YouTube-8M and published by Google (Apache 2.0), here as converted for torch by
torchvggish, release v0.1. Their digest begins with the digits in their name, as torch.hub has it, and is pinned by
public users such as uncharted-distil/distil-primitives. That of the components begins with the digits in the name of
torchvggish's copy, vggish_pca_params-4d878af3.npz.

References: Hershey et al., CNN architectures for large-scale audio classification, 2017; tensorflow/models,
research/audioset/vggish (front end, network and post-processing).
"""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError

import numpy as np
import torch

from img2music.audio.resampling import resample
from img2music.errors import Img2MusicError, ModelError
from img2music.metrics.embedders.published import PublishedFile
from img2music.metrics.embedders.vggish_network import BANDS, FRAMES, SIZE, VGGishNetwork
from img2music.metrics.whitening import Whitening

RATE = 16_000  # Hz
WINDOW = 400  # samples, 25 ms
HOP = 160  # samples, 10 ms
TRANSFORM = 512
LOWEST, HIGHEST = 125.0, 7500.0  # Hz
OFFSET = 0.01

WEIGHTS = PublishedFile(
    "vggish-10086976.pth",
    "https://github.com/harritaylor/torchvggish/releases/download/v0.1/vggish-10086976.pth",
    "10086976245803799d9194e9a73d9b6c1549c71d1b80106f5cade5608a561f4b",
    288_567_937,
)
COMPONENTS = PublishedFile(
    "vggish_pca_params.npz",
    "https://storage.googleapis.com/audioset/vggish_pca_params.npz",
    "4d878af3e306defbfb37095365aa7e5a6cecb86bad13e859e626151c4e6a8b9d",
)
_BATCH = 16  # examples at once


class VGGish:
    """Takes 0.96 s at a time; `whitening` is what AudioSet applies to its embeddings, None where that is missing."""

    name = "vggish"
    patch_seconds = FRAMES * HOP / RATE

    def __init__(self, network: VGGishNetwork, whitening: Whitening | None = None) -> None:
        self._network = network.eval()
        self.whitening = whitening

    def embed(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """Samples `(T,)` at `rate` Hz to one embedding for each whole example of 0.96 s, `(P, 128)` float64, as
        they are before whitening and rounding."""
        batches = torch.split(torch.from_numpy(log_mel_examples(samples, rate)), _BATCH)
        with torch.inference_mode():
            return torch.cat([self._network(batch) for batch in batches]).double().numpy()


def load_vggish(weights: Path | None = None) -> VGGish:
    """VGGish with the published weights: from the file `weights`, or from the cache, fetched if they are not there.

    The whitening is looked for beside the file, then in the cache, then fetched; it is left out where it cannot be.

    Raises ModelError when the weights are missing and cannot be fetched, or when a file is not the published one.
    """
    path = WEIGHTS.checked(weights) if weights else WEIGHTS.path()
    with torch.device("meta"):
        network = VGGishNetwork()
    try:
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True), assign=True)
    except (RuntimeError, UnpicklingError) as problem:
        raise ModelError(f"{path} holds no weights of VGGish; get {WEIGHTS.name} from {WEIGHTS.url}") from problem
    return VGGish(network, _published_whitening(path.parent))


def log_mel_examples(samples: np.ndarray, rate: int) -> np.ndarray:
    """Samples `(T,)` at `rate` Hz to what the network takes, `(P, 96, 64)` float32; what fills no example is left out.

    Magnitudes of frames of 25 ms every 10 ms, in 64 mel bands from 125 to 7500 Hz, as log(mel + 0.01).
    """
    resampled = resample(samples, rate, RATE)
    if len(resampled) < WINDOW:
        return np.zeros((0, FRAMES, BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(resampled, WINDOW)[::HOP]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    mel = np.abs(np.fft.rfft(frames * window, TRANSFORM)) @ _mel_bands()
    count = len(mel) // FRAMES
    return np.log(mel[: count * FRAMES] + OFFSET).astype(np.float32).reshape(count, FRAMES, BANDS)


def _mel_bands() -> np.ndarray:
    """Weights `(257, 64)` of triangles whose sides are straight in mel, HTK's, and not in Hz."""
    edges = np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2)
    bins = _mel(np.fft.rfftfreq(TRANSFORM, 1 / RATE))[:, None]
    rising = (bins - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - bins) / np.diff(edges)[1:]
    return np.maximum(0, np.minimum(rising, falling))


def _mel(hertz: np.ndarray | float) -> np.ndarray:
    return 1127 * np.log1p(np.asarray(hertz) / 700)


def _published_whitening(folder: Path) -> Whitening | None:
    beside = folder / COMPONENTS.name
    if beside.exists():
        path = COMPONENTS.checked(beside)
    else:
        try:
            path = COMPONENTS.path()
        except Img2MusicError:
            return None
    with np.load(path, allow_pickle=False) as stored:
        return Whitening(stored["pca_means"].reshape(SIZE), stored["pca_eigen_vectors"].reshape(SIZE, SIZE))
