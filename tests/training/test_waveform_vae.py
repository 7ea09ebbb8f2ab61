"""The waveform VAE at toy sizes: what it computes, how it trains, and that it plays like the other kind."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

for _package in ("torch", "lightning", "librosa", "onnxscript", "yaml"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

import torch
from typer.testing import CliRunner

from clocks import training_clock
from conftest import draw_cover
from img2music import Img2Music
from img2music.audio.files.io import load_audio
from img2music.audio.level import normalise_level
from img2music.audio.stft import RATE
from img2music.cli.main import app
from img2music.data.clips.clip import read_clips
from img2music.errors import AudioError, ModelError, OptionError
from img2music.generation.bank import Bank
from img2music.generation.codec import Decoder, Encoder
from img2music.generation.representation import Magnitudes, Waveform
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.training.common.budget import Budget, spent
from img2music.training.common.recipe import WaveformRecipe, read_recipe
from img2music.training.export import run as export_run
from img2music.training.export.models import write_manifest
from img2music.training.export.run import export_runs, export_vaes
from img2music.training.export.trained_vae import load_trained
from img2music.training.spectrogram_vae.run import train_vae
from img2music.training.waveform_vae.network import LEVEL, WaveformShape, WaveformVAE, gaussian_nll, relative_error
from img2music.training.waveform_vae.run import WEIGHTS, train_waveform_vae
from tiny_training import TINY_VAE

TINY = WaveformRecipe(
    width=16,
    latent=4,
    samples=5_000,
    batch=1,
    epochs=2,
    learning_rate=2e-3,
    likelihood="mse",
    kl_weight=1e-3,
    clip=0.0,
    held_out=0.34,
    seed=0,
)
SPECTROGRAM = replace(TINY_VAE, latent=4, steps=100_000, steps_per_epoch=100_000, held_out=0.0)


def _write_clip(path: Path, seconds: float, number: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(round(seconds * RATE)) / RATE
    soundfile.write(path, sum(0.1 * np.sin(2 * np.pi * 110 * (number + k) * time) for k in (1, 2, 3)), RATE)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three clips of pop and three of jazz that fill a bank, a chord each."""
    folder = tmp_path_factory.mktemp("data") / "music"
    for number in range(6):
        _write_clip(folder / ("pop", "jazz")[number % 2] / f"song-{number}.wav", 15.1, number)
    return folder


@pytest.fixture(scope="module")
def run(music: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run on pop."""
    folder = tmp_path_factory.mktemp("runs") / "waveform-vae-pop"
    with training_clock():
        train_waveform_vae(TINY, [music], folder, "pop")
    return folder


@pytest.fixture(scope="module")
def exported(run: Path, music: Path, tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models of pop with the tiny classifier."""
    folder = tmp_path_factory.mktemp("out")
    shutil.copy(tiny_models / "classifier.onnx", folder)
    export_vaes({"pop": run}, read_clips(music), folder, 2)
    write_manifest(folder, "toy", {}, {})
    return folder


def _log(run: Path, column: str) -> list[float]:
    with (run / "log" / "metrics.csv").open() as file:
        return [float(row[column]) for row in csv.DictReader(file) if row[column]]


# The model


def test_the_papers_clip_is_660_steps_and_comes_back_at_its_length() -> None:
    vae = WaveformVAE(WaveformShape(16, 4))
    samples = torch.rand(1, 330_000).reshape(1, 660, 500)
    with torch.inference_mode():
        mean, log_variance = vae.encoder(samples)
        assert mean.shape == log_variance.shape == (1, 4, 660)
        assert vae.decoder(mean).shape == samples.shape


def test_a_latent_step_hears_and_plays_its_own_samples() -> None:
    """What is changed in one row moves the latents around it, as many before as after, and the other way round."""
    torch.manual_seed(0)
    vae = WaveformVAE(WaveformShape(16, 4)).eval()
    samples = torch.zeros(1, 60, 500)
    beside = samples.clone()
    beside[0, 30] = LEVEL * torch.randn(500)
    with torch.inference_mode():
        moved = (vae.encoder(beside)[0] - vae.encoder(samples)[0]).abs().sum((0, 1))
        latents = torch.zeros(1, 4, 60)
        other = latents.clone()
        other[0, :, 30] = 1
        heard = (vae.decoder(other) - vae.decoder(latents)).abs().sum((0, 2))
    for change in (moved, heard):
        first, *_, last = change.nonzero().flatten().tolist()
        assert 20 < first < 30 < last
        assert first + last == 60


def test_the_divergence_and_the_likelihood_by_hand() -> None:
    vae = WaveformVAE(WaveformShape(16, 4))
    last = vae.encoder.layers[-1]
    torch.nn.init.zeros_(last.weight)
    with torch.no_grad():
        last.bias.copy_(torch.tensor([3.0] * 4 + [0.0] * 4))  # means of 3, variances of 1
    _, kl = vae(torch.zeros(2, 6, 500))
    assert kl.item() == pytest.approx(4 * 9 / 2 / 500)  # nats a step over samples a step
    silence, music = torch.zeros(1, 2, 500), normalise_level(np.random.default_rng(0).standard_normal(1000))
    assert relative_error(silence, torch.from_numpy(music).reshape(1, 2, 500)).item() == pytest.approx(1, rel=1e-4)
    assert gaussian_nll(torch.tensor(0.25)).item() == pytest.approx(np.log(0.5))
    assert gaussian_nll(torch.tensor(0.0)).isfinite()


@pytest.mark.parametrize(("representation", "length"), [(Magnitudes(), 3000), (Waveform(500), 3000), (Waveform(7), 20)])
def test_rows_cover_the_samples(representation: Magnitudes | Waveform, length: int) -> None:
    samples = np.random.default_rng(0).standard_normal(length).astype(np.float32)
    rows = representation.rows(samples)
    assert rows.shape == (representation.rows_per_step * representation.steps(length), representation.width)
    assert length <= len(representation.samples(rows)) < length + 1024
    if isinstance(representation, Waveform):
        np.testing.assert_array_equal(representation.samples(rows)[:length], samples)


# Recipes


@pytest.mark.parametrize("name", ["waveform-vae", "waveform-sigma-vae"])
def test_the_recipes_have_the_papers_numbers(name: str) -> None:
    recipe = read_recipe(WaveformRecipe, name)
    assert (recipe.samples, recipe.batch, recipe.epochs) == (330_000, 1, 500)
    assert (recipe.learning_rate, recipe.held_out, recipe.clip) == (2e-4, 0.2, 0)
    assert recipe.likelihood == ("mse" if name == "waveform-vae" else "sigma")
    assert recipe.samples % WaveformVAE.representation.width == 0


# Training


@pytest.mark.parametrize("likelihood", ["mse", "sigma"])
def test_training_learns_a_clip(likelihood: str, tmp_path: Path) -> None:
    """Half of the power of a chord is explained soon, on clips that were not trained on; silence would be 0 dB."""
    for number in range(20):
        _write_clip(tmp_path / "music" / "pop" / f"song-{number}.wav", 0.3)
    weight = {"mse": 1e-3, "sigma": 1.0}[likelihood]
    recipe = replace(TINY, likelihood=likelihood, kl_weight=weight, learning_rate=1e-2, epochs=8, held_out=0.1)
    train_waveform_vae(recipe, [tmp_path / "music"], tmp_path / "run", "pop")
    assert _log(tmp_path / "run", "validation_error_db")[-1] < -3


def test_a_run_leaves_weights_checkpoint_recipe_and_log(run: Path) -> None:
    assert read_recipe(WaveformRecipe, run / "recipe.yaml") == TINY
    minutes, steps = spent(run)
    assert steps == 4  # two of three clips, twice
    assert 0 < minutes < 1
    assert len(_log(run, "validation_error_db")) == 2
    assert not load_trained(run).training


def test_a_run_goes_on_where_it_stopped(run: Path, music: Path, tmp_path: Path) -> None:
    again = Path(shutil.copytree(run, tmp_path / "run"))
    train_waveform_vae(TINY, [music], again, "pop")
    assert (again / WEIGHTS).read_bytes() == (run / WEIGHTS).read_bytes()  # it was complete
    train_waveform_vae(replace(TINY, epochs=3), [music], again, "pop")
    assert spent(again)[1] == 6
    assert (again / WEIGHTS).read_bytes() != (run / WEIGHTS).read_bytes()
    with pytest.raises(OptionError, match="another kl_weight, latent; give another folder"):
        train_waveform_vae(replace(TINY, latent=5, kl_weight=1.0), [music], again, "pop")


def test_a_budget_ends_the_training_and_is_not_had_twice(music: Path, tmp_path: Path) -> None:
    endless = replace(TINY, epochs=10**6)
    for _ in range(2):
        with training_clock():
            train_waveform_vae(endless, [music], tmp_path, "pop", limit=2, minutes=0.02)
        minutes, steps = spent(tmp_path)
        assert 0.02 <= minutes < 0.2
        assert 0 < steps < 10**6
    assert spent(tmp_path) == (minutes, steps)
    assert spent(tmp_path / "nothing") == (0, 0)


def test_the_learning_rate_falls_within_the_budget(music: Path, tmp_path: Path) -> None:
    """The whole cycle in a moment, though the recipe's steps would take hours."""
    with training_clock():
        train_vae(SPECTROGRAM, [music], tmp_path, "pop", limit=1, minutes=0.05)
    (schedule,) = torch.load(tmp_path / "last.ckpt", weights_only=True)["lr_schedulers"]
    assert 0 < spent(tmp_path)[1] < SPECTROGRAM.steps / 2
    assert schedule["_last_lr"][0] < 0.02 * SPECTROGRAM.learning_rate


@pytest.mark.parametrize(("minutes", "place"), [(None, 3), (1, 50), (10, 5), (0.5, 98), (0.1, 98)])
def test_a_schedule_is_where_the_budget_is(minutes: float, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After half a minute and 3 steps of 100, though an earlier budget had brought it to step 90."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=100)
    schedule.last_epoch = 90
    trainer = SimpleNamespace(
        global_step=3,
        should_stop=False,
        lr_scheduler_configs=[SimpleNamespace(scheduler=schedule)],
        strategy=SimpleNamespace(broadcast=lambda value: value),
    )
    budget = Budget(minutes)
    monkeypatch.setattr(budget, "time_elapsed", lambda *_: 30.0)
    budget.on_train_batch_end(trainer)
    assert schedule.last_epoch == place
    assert trainer.should_stop == (minutes is not None and minutes <= 0.5)


def test_clips_of_no_use_are_named_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pop = tmp_path / "music" / "pop"
    _write_clip(pop / "good.wav", 0.3)
    _write_clip(pop / "short.wav", 0.2)
    soundfile.write(pop / "silent.wav", np.zeros(RATE), RATE)
    (pop / "broken.wav").write_bytes(b"RIFF")
    recipe = replace(TINY, held_out=0.0, epochs=1)
    train_waveform_vae(recipe, [tmp_path / "music"], tmp_path / "run", "pop")
    assert spent(tmp_path / "run")[1] == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if "left out" in line]
    assert [any(name in line for line in lines) for name in ("short", "silent", "broken", "good")] == [True] * 3 + [
        False
    ]
    assert len(lines) == 3
    (pop / "good.wav").unlink()
    with pytest.raises(AudioError, match=r"none of the clips can be read and lasts 0\.23 s"):
        train_waveform_vae(recipe, [tmp_path / "music"], tmp_path / "other", "pop")


def test_a_likelihood_of_ones_own_is_refused(music: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="mse or sigma"):
        train_waveform_vae(replace(TINY, likelihood="laplace"), [music], tmp_path, "pop")


# Export and playing


def _relative_difference(value: np.ndarray, reference: np.ndarray) -> float:
    return float(np.linalg.norm(value - reference) / np.linalg.norm(reference))


@pytest.mark.parametrize("seconds", [0.1, 1.0, 15.0])
def test_the_exported_vae_is_the_trained_one(exported: Path, run: Path, music: Path, seconds: float) -> None:
    vae = load_trained(run)
    samples = load_audio(music / "pop" / "song-2.wav")[: round(seconds * RATE)]
    rows = vae.representation.rows(normalise_level(samples))
    with torch.inference_mode():
        wanted = vae.encoder(torch.from_numpy(rows)[None])[0][0].numpy()
        answer = vae.decoder(torch.from_numpy(wanted)[None]).numpy().reshape(-1)
    latents = Encoder(Models(exported), "pop")(samples)
    assert _relative_difference(latents, wanted) < 1e-2
    decoded = Decoder(Models(exported), "pop")(wanted)
    assert len(decoded) == 500 * latents.shape[1] >= len(samples)
    assert _relative_difference(decoded, answer) < 1e-2


def test_the_bank_holds_15_seconds(exported: Path) -> None:
    bank = Bank.load(Models(exported), "pop")
    assert bank.latents.shape == (2, 4, 662)
    assert Decoder(Models(exported), "pop").steps_for(15) == 662


@pytest.mark.parametrize("seconds", [1, 15, 31.7])
def test_what_is_exported_turns_pictures_into_music(exported: Path, seconds: float) -> None:
    img2music = Img2Music(exported)
    snippet = img2music.generate(draw_cover(), genre="pop", seconds=seconds)
    assert len(snippet.samples) == round(seconds * RATE)
    assert snippet.samples.any()
    moved = img2music.generate(draw_cover(), genre="pop", seconds=seconds, alpha=2)
    assert not np.array_equal(moved.samples, snippet.samples)


def test_a_clip_is_reconstructed_at_its_length(exported: Path, music: Path) -> None:
    clip = music / "pop" / "song-0.wav"
    snippet = Img2Music(exported).reconstruct(clip, "pop")
    assert len(snippet.samples) == len(load_audio(clip))


@pytest.mark.parametrize("single", [False, True])
def test_export_finds_the_runs(
    single: bool, run: Path, exported: Path, music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run called paper-pop serves pop, one called paper-all both genres that there are clips of."""

    def classifier(_run: Path, _covers: Path, folder: Path) -> dict[str, object]:
        folder.mkdir()
        shutil.copy(exported / "classifier.onnx", folder)
        return {"network": "toy", "fold": 0, "genres": list(GENRES)}

    monkeypatch.setattr(export_run, "write_classifier", classifier)
    monkeypatch.setattr(export_run, "export_vae", lambda _vae, place: shutil.copytree(exported / "pop", place))
    shutil.copytree(run, tmp_path / "runs" / ("paper-all" if single else "paper-pop"))
    _write_clip(tmp_path / "broken" / "pop" / "good.wav", 15.1)
    (tmp_path / "broken" / "pop" / "broken.wav").write_bytes(b"RIFF")
    folders, models = [music, tmp_path / "broken"], tmp_path / "models"
    export_runs(tmp_path / "runs", folders, tmp_path, models, "toy", 9, False, vae="paper", single=single)
    assert Models(models).genres == (("pop", "jazz") if single else ("pop",))
    assert len(Bank.load(Models(models), "pop").entries) == 4
    with pytest.raises(ModelError, match="no trained VAE paper-" + ("GENRE" if single else "all")):
        export_runs(tmp_path / "runs", folders, tmp_path, models, "toy", 9, False, vae="paper", single=not single)


def test_a_network_of_no_representation_is_refused(exported: Path, tmp_path: Path) -> None:
    shutil.copytree(exported, tmp_path, dirs_exist_ok=True)
    shutil.copy(exported / "classifier.onnx", tmp_path / "pop" / "decoder.onnx")
    write_manifest(tmp_path, "toy", {}, {})
    with pytest.raises(ModelError, match=r"decoder\.onnx does not fit the other models"):
        Decoder(Models(tmp_path), "pop")


def test_a_run_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no trained VAE"):
        load_trained(tmp_path)


# The command line


def test_the_command_trains_all_genres_when_none_is_given(music: Path, tmp_path: Path) -> None:
    lines = [f"{key}: {value}\n" for key, value in vars(TINY).items()]
    (tmp_path / "mine.yaml").write_text("".join(lines))
    options = ["--music", str(music), "--out", str(tmp_path / "run"), "--recipe", str(tmp_path / "mine.yaml")]
    result = CliRunner().invoke(app, ["train", "waveform-vae", *options, "--limit", "2", "--epochs", "1"])
    assert result.exit_code == 0, result.output
    assert Path(result.stdout.split()[-1]).name == WEIGHTS
    recipe = read_recipe(WaveformRecipe, tmp_path / "run" / "recipe.yaml")
    assert recipe == replace(TINY, epochs=1)
    assert spent(tmp_path / "run")[1] == 2  # of two genres with two clips each, one of each held out
