"""Training of the stereo decoder: what is heard of clips, steps that go on where they stopped, and the same in ONNX."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import soundfile
import torch
from safetensors.torch import save_file
from torch.distributions import Normal, kl_divergence

from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.stereo import image
from img2music.stereo.codec import StereoDecoder, StereoEncoder
from img2music.stereo.predictor import SPREAD, SidePredictor
from img2music.training.common.exported_weights import exported_vae
from img2music.training.common.recipe import PredictorRecipe, StereoRecipe, read_recipe
from img2music.training.common.runs import CHECKPOINT
from img2music.training.export.models import write_manifest
from img2music.training.side_predictor.export import export_predictor
from img2music.training.side_predictor.run import RUN, load_predictor, train_predictor
from img2music.training.spectrogram_vae.network import Shape
from img2music.training.stereo import run as stereo_run
from img2music.training.stereo.augmentation import varied
from img2music.training.stereo.batch import collated
from img2music.training.stereo.cache import Heard, fill
from img2music.training.stereo.crops import Crops
from img2music.training.stereo.cues import cues
from img2music.training.stereo.export import export_stereo
from img2music.training.stereo.losses import side_misfit
from img2music.training.stereo.network import SidePrior, StereoShape, StereoVAE
from img2music.training.stereo.run import averaged, train_stereo
from img2music.training.stereo_models import replace_stereo

TINY = StereoShape(Shape(16, 2, 1, 2, 64, 3, None), extra=4, side=16, blocks=1, kernel=3)
STEPS = 8
RECIPE = replace(read_recipe(StereoRecipe, "stereo"), steps_per_crop=STEPS, batch=2, steps=2, steps_per_epoch=1)
PREDICTOR_RECIPE = PredictorRecipe(STEPS, 2, 2, 1, 1e-3, 0.01, 0)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of 4 s, heard by the bundled encoder as it is and in one variant."""
    folder = tmp_path_factory.mktemp("clips") / "pop"
    folder.mkdir()
    random = np.random.default_rng(1)
    soundfile.write(folder / "clip.wav", 0.1 * random.standard_normal((4 * 44_100, 2)), 44_100)
    soundfile.write(folder / "short.wav", np.zeros((44_100, 2)), 44_100)
    fill([folder / "clip.wav", folder / "short.wav"], folder.parent / "heard", Models(), variants=1)
    return folder.parent / "heard"


def test_a_clip_is_heard_once_and_in_variants(heard: Path) -> None:
    names = sorted(path.name for path in heard.glob("*.npy"))
    assert names == ["pop-clip-0.npy", "pop-clip-1.npy"]
    found = Heard.of(np.load(heard / names[0]))
    assert found.magnitudes.shape == (len(found.image), 1026)
    assert found.latents.shape == (len(found.image), 64)
    assert found.known.min() == 1
    before = (heard / names[0]).stat().st_mtime_ns
    fill([Path("pop/clip.wav")], heard, Models(), variants=1)  # the clip itself is not needed any more
    assert (heard / names[0]).stat().st_mtime_ns == before


def test_of_mono_recordings_neither_treble_nor_image_is_known(tmp_path: Path) -> None:
    (tmp_path / "pop").mkdir()
    soundfile.write(tmp_path / "pop/mono.wav", 0.1 * np.random.default_rng(2).standard_normal(4 * 22_050), 22_050)
    fill([tmp_path / "pop/mono.wav"], tmp_path / "heard", Models(), variants=0, mono=True)
    found = Heard.of(np.load(tmp_path / "heard/pop-mono-0.npy"))
    assert found.known.max() == 0
    assert found.weight.max() == 0


def test_bands_that_are_not_known_or_not_heard_teach_nothing(heard: Path) -> None:
    rows = np.load(heard / "pop-clip-0.npy")[:STEPS].copy()
    rows[:, -1:] = 0
    batch = collated([Heard.of(rows)])._replace(weight=torch.zeros(1, STEPS, 20))
    found = side_misfit(batch.treble + 3, batch.image + 1, batch)
    assert [float(value) for value in (found.treble, found.level, found.correlation, found.image)] == [0, 0, 0, 0]
    whole = batch._replace(known=torch.ones(1, 1, 1), weight=torch.ones(1, STEPS, 20))
    found = side_misfit(batch.treble + 3, batch.image, whole)
    assert float(found.treble) == pytest.approx(3 * 20 / np.log(10), rel=1e-4)
    assert float(found.level) == 0


def test_silent_bands_of_treble_count_less(heard: Path) -> None:
    batch = collated([Heard.of(np.load(heard / "pop-clip-0.npy")[:STEPS])])
    loud = batch.treble[..., :12]
    half = batch._replace(treble=torch.cat([loud, torch.full_like(loud, np.log(1e-3))], 2))
    off = torch.zeros_like(half.treble)
    off[..., 12:] = 1
    found = side_misfit(half.treble + off, half.image, half)
    assert float(found.treble) == pytest.approx(20 / np.log(10) * 0.3 / 1.3, rel=1e-4)


def test_cues_are_those_of_the_runtime() -> None:
    shape = np.random.default_rng(6).uniform([-1.2] * 20 + [-3.4] * 20, [1.2] * 20 + [0.9] * 20, (50, 40))
    level, correlation = image.cues(shape)
    found = cues(torch.from_numpy(shape))
    np.testing.assert_allclose(found[0], level, atol=1e-9)
    np.testing.assert_allclose(found[1], correlation, atol=1e-9)


def test_what_latents_carry_is_the_divergence_from_the_prior() -> None:
    torch.manual_seed(7)
    prior = SidePrior(TINY)
    with torch.no_grad():
        for parameter in prior.parameters():
            parameter.copy_(0.3 * torch.randn_like(parameter))
    mean, log_variance = torch.randn(1, 4, 6), 0.5 * torch.randn(1, 4, 6)
    found = prior(mean, log_variance)[0]
    drawn = mean + torch.randn(100_000, 4, 6) * (0.5 * log_variance).exp()
    predicted = prior.predict(torch.nn.functional.pad(drawn, (3, 0))[..., :-1])
    scale = (0.5 * prior.log_variance).exp().expand(4, 6)
    divergence = kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(predicted, scale))
    torch.testing.assert_close(found, divergence.sum(1).mean(0), rtol=0.01, atol=0.01)


def test_varied_crops_keep_their_middle_and_have_other_sides(heard: Path) -> None:
    rows = np.load(heard / "pop-clip-0.npy")
    batch = collated([Heard.of(rows[start : start + STEPS]) for start in range(0, 6 * STEPS, STEPS)])
    torch.manual_seed(8)
    batch = batch._replace(weight=torch.rand_like(batch.weight))
    same, other = varied(batch, 0.0), varied(batch, 1.0)
    assert all(torch.equal(one, two) for one, two in zip(batch, same, strict=True))
    changed = [not torch.equal(one, two) for one, two in zip(batch, other, strict=True)]
    assert dict(zip(batch._fields, changed, strict=True)) == {
        **dict.fromkeys(batch._fields, False),
        **dict.fromkeys(("treble", "image", "weight"), True),
    }
    assert other.image[..., :20].abs().max() <= image.FARTHEST
    assert image.LEAST <= other.image[..., 20:].min() <= other.image[..., 20:].max() <= image.MOST


def test_treble_of_some_varied_crops_ends_as_that_of_codecs_does(heard: Path) -> None:
    crop = Heard.of(np.load(heard / "pop-clip-0.npy")[:STEPS])
    batch = collated([crop] * 400)
    torch.manual_seed(9)
    loud = varied(batch._replace(treble=torch.full_like(batch.treble, 3.0)), 1.0).treble
    gone = (loud < -6.5).all(1)
    assert 0.15 < gone[:, -1].float().mean() < 0.35
    for bands in gone[gone[:, -1]]:
        first = int(bands.nonzero()[0])
        assert bands[first:].all() and not bands[:first].any() and first > 2


def test_a_run_goes_on_where_it_stopped(heard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stereo_run, "StereoShape", lambda: TINY)
    monkeypatch.setattr(stereo_run, "exported_vae", lambda *_: _decoder_weights())
    for steps in (2, 3):
        file = train_stereo(replace(RECIPE, steps=steps), {heard: 1.0}, tmp_path / "run", Path("nowhere"))
        assert torch.load(tmp_path / "run" / CHECKPOINT, weights_only=True)["global_step"] == steps
    assert file.is_file()
    assert averaged(tmp_path / "run").decoder.side.mean.shape == (88,)
    with pytest.raises(FileNotFoundError, match="no heard clips"):
        Crops({tmp_path / "empty": 1.0}, STEPS)


def test_a_run_begins_where_another_ended(heard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stereo_run, "StereoShape", lambda: TINY)
    monkeypatch.setattr(stereo_run, "exported_vae", lambda *_: _decoder_weights())
    first = train_stereo(RECIPE, {heard: 1.0}, tmp_path / "first", Path("nowhere"))
    train_stereo(replace(RECIPE, steps=1, learning_rate=1e-12), {heard: 1.0}, tmp_path / "second", first)
    before, after = (averaged(tmp_path / run).state_dict() for run in ("first", "second"))
    for name, value in before.items():
        torch.testing.assert_close(after[name], value, rtol=0, atol=1e-6)


def test_a_share_of_what_the_middle_was_stays(heard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stereo_run, "StereoShape", lambda: TINY)
    torch.manual_seed(5)
    before = StereoVAE(TINY).state_dict()
    save_file(before, tmp_path / "start.safetensors")
    found = {}
    for kept in (0.0, 0.5):
        for steps in (1, 2):  # the second call goes on from the first
            run, recipe = tmp_path / str(kept), replace(RECIPE, steps=steps, kept=kept)
            train_stereo(recipe, {heard: 1.0}, run, tmp_path / "start.safetensors")
        found[kept] = averaged(tmp_path / str(kept)).state_dict()
    assert not torch.equal(found[0.0]["decoder.core.leave.weight"], before["decoder.core.leave.weight"])
    for name, value in before.items():
        middle = name.startswith("decoder.core.")
        torch.testing.assert_close(found[0.5][name], (value + found[0.0][name]) / 2 if middle else found[0.0][name])


def test_torch_and_onnx_say_the_same(tmp_path: Path) -> None:
    vae = StereoVAE(TINY).eval()
    export_stereo(vae, tmp_path)
    bundled = Models()
    encoder = tmp_path / "encoder.onnx"
    encoder.write_bytes(bundled.read("encoder.onnx"))
    write_manifest(tmp_path, "test", {}, {})
    models = Models(tmp_path)
    samples = (0.1 * np.random.default_rng(3).standard_normal((44_100, 2))).astype(np.float32)
    latents = StereoEncoder(models, "pop")(samples)
    assert latents.shape == (68, 44)
    magnitudes, *_ = vae.decoder(torch.from_numpy(latents)[None])
    (given,) = models.network("stereo-decoder.onnx")(["magnitudes"], latents=latents[None])
    expected = (magnitudes.exp() - 1e-3).clamp(min=0).detach().numpy()
    np.testing.assert_allclose(given, expected, atol=0.01, rtol=0.01)
    sound = StereoDecoder(models, "pop")(latents)
    assert sound.shape == ((2 * 44 - 1) * 512, 2)
    assert np.isfinite(sound).all()


def test_a_side_predictor_goes_on_and_is_exported(heard: Path, tmp_path: Path) -> None:
    vae, folders = StereoVAE(TINY), {heard: 1.0}
    for steps in (2, 3):
        file = train_predictor(replace(PREDICTOR_RECIPE, steps=steps), folders, tmp_path, vae)
        assert torch.load(tmp_path / RUN / CHECKPOINT, weights_only=True)["global_step"] == steps
    predictor = load_predictor(file, vae)
    assert predictor.spread.abs().max() > 0
    export_predictor(predictor, tmp_path)
    write_manifest(tmp_path, "test", {}, {})
    latents = torch.randn(1, 64, 20, generator=torch.Generator().manual_seed(1))
    found = SidePredictor(Models(tmp_path), "pop")(latents[0].numpy(), seed=5)
    draw = SPREAD * torch.from_numpy(np.random.default_rng([5, 16]).standard_normal((1, 4), np.float32))
    wanted = predictor(latents, draw)[0].detach().numpy()
    np.testing.assert_allclose(found[64:], wanted, atol=0.02)


def test_what_is_exported_takes_the_place_of_decoders_of_one_channel(
    heard: Path, own_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stereo_run, "StereoShape", lambda: TINY)
    with pytest.raises(ModelError, match="train stereo"):
        replace_stereo(tmp_path, own_models, "2")
    vae = StereoVAE(TINY)
    save_file(vae.state_dict(), tmp_path / stereo_run.WEIGHTS)
    train_predictor(PREDICTOR_RECIPE, {heard: 1.0}, tmp_path, vae)
    (tmp_path / "clips.json").write_text(json.dumps({"clips": 1}), encoding="utf-8")
    before = Models(own_models)
    replace_stereo(tmp_path, own_models, "2")
    models = Models(own_models)
    assert (models.version, models.genres) == ("2", before.genres)
    assert models.manifest.trained_on["stereo"] == {"clips": 1}
    assert not [name for name in models.manifest.files if name.endswith(("/decoder.onnx", "trunk.onnx"))]
    assert all(models.is_stereo(genre) for genre in models.genres)
    core = exported_vae(own_models)["decoder.blocks.0.wide.weight"]
    torch.testing.assert_close(core, vae.decoder.core.blocks[0].wide.weight.detach(), atol=1e-3, rtol=1e-3)


def _decoder_weights() -> dict[str, torch.Tensor]:
    core = StereoVAE(TINY).decoder.core
    return {f"decoder.{name}": value for name, value in core.state_dict().items()}
