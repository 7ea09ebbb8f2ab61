"""VGGish hears what its makers published: front end, network, weights and whitening."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from img2music.cli.evaluation.models import evaluate_app
from img2music.errors import ModelError
from img2music.metrics.embedders.published import PublishedFile, cache_folder
from img2music.metrics.embedders.registry import load_embedder, published_whitening

torch = pytest.importorskip("torch")
vggish = pytest.importorskip("img2music.metrics.embedders.vggish")

RATE = 16_000
# As the published file has them: name, shape.
TENSORS = {
    "features.0": (64, 1, 3, 3),
    "features.3": (128, 64, 3, 3),
    "features.6": (256, 128, 3, 3),
    "features.8": (256, 256, 3, 3),
    "features.11": (512, 256, 3, 3),
    "features.13": (512, 512, 3, 3),
    "embeddings.0": (4096, 12288),
    "embeddings.2": (4096, 4096),
    "embeddings.4": (128, 4096),
}


def _music(seconds: float, seed: int = 0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(seed).normal(0, 0.01, len(time))
    return (0.3 * np.sin(2 * np.pi * 440 * time * (1 + 0.1 * time)) + noise).astype(np.float32)


def _published(folder: Path, monkeypatch: pytest.MonkeyPatch, which: str, name: str) -> None:
    """Take the file `name` in `folder` for the published one, and nobody for who publishes it."""
    digest = sha256((folder / name).read_bytes()).hexdigest() if (folder / name).exists() else "0" * 64
    monkeypatch.setattr(vggish, which, PublishedFile(name, "http://127.0.0.1:1/" + name, digest))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with weights of the right shapes, all the same number, and no whitening."""
    state = {f"{name}.weight": torch.full((), 1e-3).expand(shape) for name, shape in TENSORS.items()}
    state |= {f"{name}.bias": torch.zeros(()).expand(shape[0]) for name, shape in TENSORS.items()}
    torch.save(state, tmp_path / "weights.pth")
    monkeypatch.setenv("IMG2MUSIC_CACHE", str(tmp_path))
    monkeypatch.setenv("no_proxy", "*")
    _published(tmp_path, monkeypatch, "WEIGHTS", "weights.pth")
    _published(tmp_path, monkeypatch, "COMPONENTS", "components.npz")
    return tmp_path


def test_the_front_end_is_the_published_one() -> None:
    """Against the formulas of Hershey et al. and the released front end, written out with scipy and loops."""
    signal = pytest.importorskip("scipy.signal")
    music = _music(2.2)
    mel = lambda hertz: 1127 * np.log(1 + hertz / 700)  # noqa: E731
    edges = np.linspace(mel(125), mel(7500), 66)
    triangles = np.zeros((64, 257))
    for band in range(64):
        low, middle, high = edges[band : band + 3]
        for k in range(257):
            place = mel(k * RATE / 512)
            if low < place <= middle:
                triangles[band, k] = (place - low) / (middle - low)
            elif middle < place < high:
                triangles[band, k] = (high - place) / (high - middle)
    window = signal.get_window("hann", 400, fftbins=True)
    expected = []
    for start in range(0, len(music) - 400 + 1, 160):
        spectrum = np.fft.fft(np.pad(music[start : start + 400].astype(float) * window, (0, 112)))[:257]
        expected.append(np.log(triangles @ np.abs(spectrum) + 0.01))
    assert len(expected) == 218  # frames, of which 192 fill two examples
    found = vggish.log_mel_examples(music, RATE)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.reshape(expected[:192], (2, 96, 64)), atol=1e-5)


def test_only_whole_examples_are_heard() -> None:
    # 96 frames of 10 ms, the last of which lasts 25 ms
    for samples, count in ((0, 0), (399, 0), (15_599, 0), (15_600, 1), (15 * RATE, 15)):
        assert vggish.log_mel_examples(np.zeros(samples, np.float32), RATE).shape == (count, 96, 64)
    silence = vggish.log_mel_examples(np.zeros(RATE, np.float32), RATE)
    np.testing.assert_allclose(silence, np.log(0.01), rtol=1e-6)


def test_another_rate_is_heard_alike() -> None:
    time = np.arange(44_100) / 44_100
    fine = np.sin(2 * np.pi * 1000 * time).astype(np.float32)
    coarse = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE).astype(np.float32)
    heard, expected = vggish.log_mel_examples(fine, 44_100), vggish.log_mel_examples(coarse, RATE)
    assert np.abs(heard - expected)[0, 5:-5].max() < 0.05


def test_the_network_has_the_layers_of_the_published_weights() -> None:
    with torch.device("meta"):
        network = vggish.VGGishNetwork()
    shapes = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    weights = {f"{name}.weight": shape for name, shape in TENSORS.items()}
    biases = {f"{name}.bias": shape[:1] for name, shape in TENSORS.items()}
    assert shapes == weights | biases
    assert sum(tensor.numel() for tensor in network.parameters()) == 72_141_184


def test_the_network_flattens_as_tensorflow_does_and_ends_without_an_activation() -> None:
    with torch.device("meta"):
        network = vggish.VGGishNetwork()
    network.to_empty(device="cpu")
    shape = (6, 4, 512)  # time, bands, channels: in this order
    place = (2, 3, 100)
    with torch.no_grad():
        for tensor in network.parameters():
            tensor.zero_()
        # All zero but one channel's last bias, and one path through the dense layers from one place of it.
        network.features[13].bias[100] = 2.0
        network.embeddings[0].weight[7, np.ravel_multi_index(place, shape)] = 1.0
        network.embeddings[2].weight[8, 7] = 1.0
        network.embeddings[4].weight[9, 8] = -1.0
        found = network(torch.zeros(2, 96, 64))
    expected = torch.zeros(2, 128)
    expected[:, 9] = -2.0
    torch.testing.assert_close(found, expected)


def test_published_weights_are_loaded_and_hear_whole_examples(folder: Path) -> None:
    embedder = load_embedder("vggish")
    assert (embedder.name, embedder.patch_seconds) == ("vggish", 0.96)
    embeddings = embedder.embed(_music(3.1), RATE)
    assert embeddings.shape == (3, 128) and embeddings.dtype == np.float64
    assert np.isfinite(embeddings).all() and embeddings.std() > 0
    assert embedder.embed(_music(0.5), RATE).shape == (0, 128)
    assert published_whitening(embedder) is None


def test_published_whitening_comes_along(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    matrix, means = rng.normal(size=(128, 128)), rng.normal(size=(128, 1))
    np.savez(folder / "components.npz", pca_eigen_vectors=matrix, pca_means=means)
    _published(folder, monkeypatch, "COMPONENTS", "components.npz")
    rows = rng.normal(size=(4, 128))
    as_published = np.dot(matrix, rows.T - means).T
    for embedder in (load_embedder("vggish"), vggish.load_vggish(folder / "weights.pth")):
        np.testing.assert_allclose(published_whitening(embedder).apply(rows), as_published)
    (folder / "components.npz").write_bytes(b"other")
    with pytest.raises(ModelError, match="components"):
        load_embedder("vggish")


def test_other_weights_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = folder / "other.pth"
    other.write_bytes(b"other")
    with pytest.raises(ModelError, match=r"not weights\.pth as published"):
        vggish.load_vggish(other)
    with pytest.raises(ModelError, match="no such file"):
        vggish.load_vggish(folder / "none.pth")
    torch.save({"features.0.weight": torch.zeros(3)}, folder / "weights.pth")
    _published(folder, monkeypatch, "WEIGHTS", "weights.pth")
    with pytest.raises(ModelError, match="holds no weights of VGGish"):
        load_embedder("vggish")


def test_the_command_says_in_one_line_what_is_missing(folder: Path) -> None:
    (folder / "weights.pth").unlink()
    clips = str(folder)
    result = CliRunner().invoke(evaluate_app, ["audio", clips, clips, "--embedder", "vggish"])
    assert isinstance(result.exception, ModelError)
    assert f"save it as {folder / 'weights.pth'}" in str(result.exception)
    result = CliRunner().invoke(evaluate_app, ["audio", clips, clips, "--vggish-weights", str(folder / "weights.pth")])
    assert "--embedder vggish" in str(result.exception)


def test_the_published_weights_hear_what_their_makers_measured() -> None:
    """A second's tone of 1 kHz, as in tensorflow/models, research/audioset/vggish/vggish_smoke_test.py."""
    if not (cache_folder() / vggish.WEIGHTS.name).exists():
        pytest.skip(f"{vggish.WEIGHTS.name} is not in {cache_folder()}")
    embedder = vggish.load_vggish()
    tone = np.sin(2 * np.pi * 1000 * np.arange(3 * RATE) / RATE)
    embeddings = embedder.embed(tone, RATE)
    assert embeddings.shape == (3, 128)
    assert (embeddings.mean(), embeddings.std()) == pytest.approx((0.000657, 0.343), rel=0.1)
