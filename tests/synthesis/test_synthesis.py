"""From a score to latents: windows, training in a second, and the same from ONNX as from torch."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("lightning")

import torch
import yaml
from safetensors.numpy import load_file, save
from torch import nn
from typer.testing import CliRunner

from img2music.cli.main import app
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.score import Score
from img2music.errors import ModelError, OptionError
from img2music.genres import GENRES
from img2music.models.folder import STYLES, TEXTURE, Models
from img2music.synthesis.conditions import Conditioner
from img2music.synthesis.desk import desk_for
from img2music.synthesis.performance import Performance, perform
from img2music.synthesis.stems import StemSeparator
from img2music.synthesis.style_space import StyleSpace
from img2music.synthesis.synthesizer import TEMPERATURE, Synthesizer
from img2music.synthesis.texture import Texture
from img2music.synthesis.windows import LENGTH, MARGIN, PATCH, crossfaded, windows
from img2music.training.common.exported_weights import exported_score_network
from img2music.training.common.recipe import ScoreFlowRecipe, ScoreRecipe, StemRecipe, read_recipe
from img2music.training.export.models import write_manifest
from img2music.training.score.dataset import ScoreCrops, ScorePairs
from img2music.training.score.export import export_score_flow, export_score_network
from img2music.training.score.network import ScoreNetwork, ScoreShape
from img2music.training.score.pairs import Pair, held_out_score, training_score
from img2music.training.score.run import (
    PACE,
    load_score_flow,
    load_score_network,
    train_score,
    train_score_flow,
)
from img2music.training.score.styles import mean_of, save_style_space, style_space
from img2music.training.score.textures import save_texture, texture
from img2music.training.score.warm_start import begin_from
from tiny_models import CHANNELS as TINY_CHANNELS
from tiny_models import SIDE

TINY = {"expansion": 2, "blocks": 1, "kernel": 3, "steps_per_crop": 32, "batch": 2, "steps": 4, "steps_per_epoch": 2}
TINY |= {"learning_rate": 1e-3, "weight_decay": 0.0, "condition_dropout": 0.5, "seed": 0}
TINY_SCORE = ScoreRecipe(width=16, part_width=8, **TINY)
TINY_FLOW = ScoreFlowRecipe(width=16, patch=2, **TINY)
CHANNELS = 6


def performance(genre: str = "pop", seed: int = 0, seconds: float = 8.0) -> Performance:
    return performed(compose(Brief(genre, seed=seed, seconds=seconds)))


def performed(score: Score) -> Performance:
    return perform(score, desk_for(score))


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Performances with latents that are noise."""
    folder = tmp_path_factory.mktemp("pairs")
    for use, seeds in (("training", range(3)), ("validation", range(10, 12))):
        for seed in seeds:
            random = np.random.default_rng(seed)
            latents = random.standard_normal((CHANNELS, 100)).astype(np.float16)
            Pair(performance(seed=seed, seconds=3.0), latents).save(folder / use / f"pop-{seed}.safetensors")
    return folder


@pytest.fixture(scope="module")
def runs(pairs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A score network and a flow on top of it."""
    folder = tmp_path_factory.mktemp("runs")
    train_score(TINY_SCORE, pairs, folder / "score")
    train_score_flow(TINY_FLOW, pairs, folder / "score", folder / "flow")
    return folder


@pytest.fixture(scope="module")
def models(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Models:
    """Both as a models folder."""
    folder = tmp_path_factory.mktemp("models")
    network = load_score_network(runs / "score")
    export_score_network(network, folder)
    export_score_flow(load_score_flow(runs / "flow", network.shape), folder)
    write_manifest(folder, "test", {}, {})
    return Models(folder)


@pytest.mark.parametrize("steps", [1, 50, LENGTH, LENGTH + 1, 5000])
def test_windows_cover_everything_and_overlap(steps: int) -> None:
    found = list(windows(steps))
    assert found[0][0] == 0 and found[-1][0] + found[-1][1] >= steps
    assert all(first % PATCH == length % PATCH == 0 and length <= LENGTH for first, length in found)
    assert all(a + length - b == 2 * MARGIN for (a, length), (b, _) in pairwise(found))


@pytest.mark.parametrize("steps", [7, LENGTH, 3333])
def test_windows_that_agree_join_to_what_they_are_windows_of(steps: int) -> None:
    whole = np.random.default_rng(0).standard_normal((3, steps + PATCH)).astype(np.float32)
    parts = ((first, whole[:, first : first + length]) for first, length in windows(steps))
    np.testing.assert_allclose(crossfaded(parts, steps), whole[:, :steps], atol=1e-6)


def test_the_runtime_gives_what_the_trained_networks_give(runs: Path, models: Models) -> None:
    played, steps = performance(), 120
    code = np.linspace(-1, 1, 2 * CHANNELS).astype(np.float32)
    given = Conditioner(played, PACE)(0, steps)
    tensors = [torch.from_numpy(values) for values in (given.rolls, given.instruments, given.parts)]
    owner, piece = torch.zeros(len(given.parts), dtype=torch.long), torch.from_numpy(given.piece)[None]
    network = load_score_network(runs / "score")
    flow = load_score_flow(runs / "flow", network.shape)
    synthesizer = Synthesizer(models, PACE)
    noise = np.random.default_rng((3, 0)).standard_normal((CHANNELS, 256), np.float32)[None, :, :steps]
    noise *= np.float32(TEMPERATURE)
    for style, told in ((None, np.zeros(2 * CHANNELS + 1, np.float32)), (code, np.append(code, np.float32(1)))):
        with torch.no_grad():
            means, known = network(*tensors, owner, piece, torch.from_numpy(told)[None])
            whole = flow.sample(torch.from_numpy(noise), means, known, piece, torch.from_numpy(told)[None])
        mean = synthesizer(played, steps, style, bare=True)
        assert np.abs(mean - means[0].numpy()).max() < 5e-3  # weights are float16
        assert np.abs(synthesizer(played, steps, style, seed=3) - whole[0].numpy()).max() < 2e-2


def test_music_of_any_length_and_any_number_of_parts_goes_through(models: Models) -> None:
    synthesizer = Synthesizer(models, PACE)
    alone = compose(Brief("classical", seed=1, seconds=4.0, instruments=("piano",)))
    assert synthesizer(performed(alone), 5).shape == (CHANNELS, 5)
    long = performance(seconds=60.0)
    found = synthesizer(long, 2500)
    assert found.shape == (CHANNELS, 2500) and np.isfinite(found).all()
    np.testing.assert_array_equal(found, synthesizer(long, 2500))
    assert np.abs(synthesizer(long, 2500, seed=1) - found).max() > 0.1


def test_the_beginning_of_a_piece_does_not_depend_on_how_much_is_asked_for(models: Models) -> None:
    synthesizer, played = Synthesizer(models, PACE), performance(seconds=60.0)
    whole = synthesizer(played, 2500)
    np.testing.assert_allclose(synthesizer(played, 1500)[:, :800], whole[:, :800], atol=1e-3)


def test_a_training_goes_on_with_the_pairs_that_were_added(pairs: Path, tmp_path: Path) -> None:
    first = train_score(TINY_SCORE, pairs, tmp_path / "run").read_bytes()
    second = train_score(replace(TINY_SCORE, steps=8), pairs, tmp_path / "run").read_bytes()
    assert first != second
    rows = (tmp_path / "run" / "log" / "metrics.csv").read_text(encoding="utf-8").splitlines()
    assert len([row for row in rows if row.startswith("3,")]) > 0, "no fourth epoch"


def test_a_network_begins_from_one_that_knew_less_and_gave_fewer_channels() -> None:
    torch.manual_seed(0)
    shape = ScoreShape(16, 2, 1, 3, 8, CHANNELS)
    old, new = ScoreNetwork(shape).eval(), ScoreNetwork(replace(shape, latent=CHANNELS + 3)).eval()
    for weight in old.parameters():
        nn.init.normal_(weight, 0, 0.3)
    fewer = dict(old.state_dict())
    # it did not know the last five conditions
    fewer["parts.modulation.0.weight"] = fewer["parts.modulation.0.weight"][:, :-5]
    begin_from(new, fewer)
    given = Conditioner(performance(), PACE)(0, 40)
    given.parts[:, -5:] = 0
    tensors = [torch.from_numpy(values) for values in (given.rolls, given.instruments, given.parts)]
    owner, piece = torch.zeros(len(given.parts), dtype=torch.long), torch.from_numpy(given.piece)[None]
    code = torch.randn(2, CHANNELS)
    style = torch.cat([code.reshape(-1), torch.ones(1)])[None]
    wider = torch.cat([torch.cat([code, torch.randn(2, 3)], 1).reshape(-1), torch.ones(1)])[None]
    with torch.no_grad():
        expected, found = old(*tensors, owner, piece, style)[0], new(*tensors, owner, piece, wider)[0]
    torch.testing.assert_close(found[:, :CHANNELS], expected)
    for other in (replace(shape, width=24), replace(shape, blocks=2), replace(shape, latent=CHANNELS - 1)):
        with pytest.raises(OptionError, match="another shape"):
            begin_from(ScoreNetwork(other), old.state_dict())


def test_a_training_begins_from_a_models_folder(pairs: Path, runs: Path, models: Models, tmp_path: Path) -> None:
    own = load_score_network(runs / "score").state_dict()
    found = exported_score_network(models.folder)
    assert found.keys() == own.keys()
    for name, value in found.items():
        torch.testing.assert_close(value, own[name], atol=1e-3, rtol=1e-3)
    train_score(replace(TINY_SCORE, learning_rate=0.0), pairs, tmp_path / "run", start=models.folder)
    for name, value in load_score_network(tmp_path / "run").state_dict().items():
        torch.testing.assert_close(value, found[name])
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ModelError, match="train score"):
        train_score(TINY_SCORE, pairs, tmp_path / "other", start=empty)


def test_a_flow_goes_on_upon_a_network_that_went_on(pairs: Path, runs: Path, tmp_path: Path) -> None:
    """And its checkpoint does not hold the network of before."""
    train_score_flow(TINY_FLOW, pairs, runs / "score", tmp_path / "flow")
    kept = torch.load(tmp_path / "flow" / "last.ckpt", weights_only=True)["state_dict"]
    assert not [name for name in kept if "network" in name]
    wider = train_score(replace(TINY_SCORE, blocks=2), pairs, tmp_path / "score").parent
    train_score_flow(replace(TINY_FLOW, steps=8), pairs, wider, tmp_path / "flow")
    flow = load_score_flow(tmp_path / "flow", load_score_network(wider).shape)
    assert all(torch.isfinite(weight).all() for weight in flow.state_dict().values())


def test_crops_are_alike_for_what_is_measured_and_chance_for_what_is_learnt(pairs: Path) -> None:
    data = ScorePairs(pairs / "training", PACE)
    fixed = ScoreCrops(data, 32, 4, fixed=True)
    torch.testing.assert_close(fixed.__getitems__([0, 1])[0], fixed.__getitems__([0, 1])[0])
    batch = ScoreCrops(data, 32, 4).__getitems__([0, 1])
    assert batch.latents.shape == (2, CHANNELS, 32)
    assert len(batch.rolls) == len(batch.instruments) == len(batch.parts) == len(batch.owner)
    untold = batch.without_style(torch.tensor([True, False]))[-1]
    assert not untold[0].any() and untold[1, -1] == 1


def test_runs_that_are_none_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="train score"):
        load_score_network(tmp_path)


def test_the_recipes_that_ship_can_be_read() -> None:
    assert read_recipe(ScoreRecipe, "score").blocks > 1
    assert read_recipe(ScoreFlowRecipe, "score-flow").patch == 2


def test_held_out_scores_are_none_that_training_sees() -> None:
    learnt = {str(training_score("pop", seed, 8.0).parts) for seed in range(5)}
    kept = {str(held_out_score("pop", seed, use, 8.0).parts) for seed in range(5) for use in ("validation", "test")}
    assert len(kept) == 10 and not kept & learnt


def test_training_scores_meet_other_instruments_within_their_ranges() -> None:
    recast = 0
    for seed in range(12):
        score, composed = training_score("jazz", seed, 8.0), compose(Brief("jazz", seed=seed, seconds=8.0))
        for part, before in zip(score.parts, composed.parts, strict=True):
            recast += part.instrument != before.instrument
            assert part.notes == before.notes and part.instrument.drums == before.instrument.drums
            assert all(part.instrument.low <= note.pitch <= part.instrument.high for note in part.notes)
    assert recast > 0


def test_a_style_space_finds_how_the_sound_of_clips_differs(runs: Path, pairs: Path, tmp_path: Path) -> None:
    network, data = load_score_network(runs / "score"), ScorePairs(pairs / "training", PACE)
    space = style_space(network, data)
    save_style_space(space, tmp_path)
    write_manifest(tmp_path, "test", {}, {})
    kept = StyleSpace.load(Models(tmp_path))
    np.testing.assert_allclose(kept.directions, space.directions, atol=2e-3)
    assert len(kept.directions) <= 3 and kept.offset.shape == (2 * CHANNELS,)
    features = np.random.default_rng(0).standard_normal(20).astype(np.float32)
    usual = kept.usual(np.zeros((CHANNELS, 50), np.float32))
    np.testing.assert_array_equal(kept.moved(usual, features, 0.0), usual)
    far, near = (np.linalg.norm(kept.moved(usual, features, strength) - usual) for strength in (1.0, 0.5))
    assert far == pytest.approx(2 * near, rel=1e-4) and far > 0.1
    with pytest.raises(OptionError):
        kept.moved(usual, features, float("nan"))


@pytest.mark.parametrize("data", [b"", b"no tensors", save({"offset": np.ones(3), "directions": np.ones((2, 4))})])
def test_malformed_style_spaces_are_refused_in_one_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / STYLES).write_bytes(data)
    write_manifest(tmp_path, "test", {}, {})
    with pytest.raises(ModelError, match="style codes"):
        StyleSpace.load(Models(tmp_path))


def test_from_composed_scores_to_models_by_commands_alone(stereo_score_models: Path, tmp_path: Path) -> None:
    pytest.importorskip("tinysoundfont")
    small = tmp_path / "small.yaml"
    small.write_text(yaml.safe_dump(asdict(TINY_SCORE)), encoding="utf-8")
    tiny = tmp_path / "tiny.yaml"
    tiny.write_text(yaml.safe_dump(asdict(StemRecipe(16, 2, 4, 2, 1e-3, 0.0, 0, 16, 2, 1, 3))), encoding="utf-8")
    models = Path(shutil.copytree(stereo_score_models, tmp_path / "models"))
    data, run = tmp_path / "pairs", tmp_path / "run"
    for command in (
        ["corpus", "pairs", "--out", data, "--scores", 1, "--held-out", 1, "--models", models],
        ["train", "score", "--pairs", data, "--out", run, "--recipe", small],
        ["corpus", "stems", "--out", tmp_path / "stems", "--scores", 1, "--held-out", 1, "--models", models],
        ["train", "stems", "--examples", tmp_path / "stems", "--out", tmp_path / "masks", "--recipe", tiny],
        [
            *("export-score", "--run", run, "--pairs", data, "--models", models, "--version", "after"),
            *("--stems", tmp_path / "masks"),
        ],
    ):
        answer = CliRunner().invoke(app, [str(word) for word in command])
        assert answer.exit_code == 0, answer.output
    found = Models(models)
    assert found.version == "after"
    assert found.manifest.trained_on["score"]["pairs"] >= 1 and "compose" in found.engines
    assert Synthesizer(found, PACE)(performance(), 40).shape == (TINY_CHANNELS + SIDE, 40)
    samples = np.random.default_rng(0).standard_normal(20_000).astype(np.float32)
    parts = StemSeparator(found, PACE)(performance(), np.zeros((TINY_CHANNELS + SIDE, 40), np.float32), samples)
    np.testing.assert_allclose(np.sum(list(parts.values()), 0), samples, atol=1e-4)


def _texture() -> Texture:
    """Of two genres, the second twice as loud, two channels: one fresh at each step, one that lasts."""
    components = np.stack([np.diag([0.5, 1.0]), np.diag([1.0, 2.0])]).astype(np.float32)
    return Texture(components, np.array([[0.0, 0.9], [0.0, 0.9]], np.float32))


def test_a_texture_has_the_loudness_and_the_persistence_of_its_genre() -> None:
    two = _texture()
    soft, loud = (two(np.array(genres, np.float32), 8000, 5) for genres in ([1.0, 0.0], [0.4, 0.6]))
    np.testing.assert_allclose(loud, 2 * soft, rtol=1e-5)
    np.testing.assert_allclose(soft.std(1), [0.5, 1.0], rtol=0.15)
    for row, expected in zip(soft, (0.0, 0.9), strict=True):
        assert np.corrcoef(row[1:], row[:-1])[0, 1] == pytest.approx(expected, abs=0.05)
    shorter = two(np.array([1.0, 0.0], np.float32), 300, 5)
    np.testing.assert_array_equal(shorter, soft[:, :300])
    assert np.abs(two(np.array([1.0, 0.0], np.float32), 300, 6) - shorter).max() > 0.1
    with pytest.raises(ModelError, match="2 genres, not 4"):
        two(np.ones(4, np.float32), 10, 0)


def test_a_texture_that_is_learnt_is_like_the_remainders(runs: Path, tmp_path: Path) -> None:
    """Pairs whose latents are the network's mean and a known process: that process is found again."""
    network = load_score_network(runs / "score")
    process = np.random.default_rng(3)
    mixing = process.standard_normal((CHANNELS, CHANNELS)).astype(np.float32)
    for number, genre in enumerate(GENRES):
        composed = compose(Brief(genre, seed=1, seconds=8.0))
        played = perform(composed, desk_for(composed))
        fresh = process.standard_normal((CHANNELS, 4000)).astype(np.float32)
        rows = fresh.copy()
        for step in range(1, 4000):
            rows[:, step] = 0.6 * rows[:, step - 1] + 0.8 * fresh[:, step]
        mean = mean_of(network, Conditioner(played, PACE)(0, 4000))
        latents = mean + (number + 1) * mixing @ rows
        Pair(played, latents.astype(np.float16)).save(tmp_path / f"{genre}-0.safetensors")
    found = texture(network, ScorePairs(tmp_path, PACE))
    np.testing.assert_allclose(found.persistence, 0.6, atol=0.06)
    for number, (components, level) in enumerate(zip(found.components, (0.6, 0.9, 0.85, 0.7), strict=True)):
        true = (level * (number + 1)) ** 2 * mixing @ mixing.T
        assert np.abs(components.T @ components - true).max() < 0.12 * np.abs(true).max()
    save_texture(found, tmp_path)
    assert load_file(tmp_path / TEXTURE)["components"].dtype == np.float16


@pytest.mark.parametrize(
    "damage", [{}, {"components": np.zeros((4, 6, 5))}, {"persistence": np.ones((4, 6))}, {"components": "noise"}]
)
def test_a_damaged_texture_is_refused(models: Models, tmp_path: Path, damage: dict[str, np.ndarray]) -> None:
    folder = Path(shutil.copytree(models.folder, tmp_path / "models"))
    tensors = {"components": np.zeros((4, 6, 6), np.float32), "persistence": np.zeros((4, 6), np.float32)}
    tensors |= {name: np.float32(array) for name, array in damage.items() if not isinstance(array, str)}
    data = b"noise" if "noise" in map(str, damage.values()) else save(tensors if damage else {})
    (folder / TEXTURE).write_bytes(data)
    write_manifest(folder, "damaged", {}, {})
    with pytest.raises(ModelError, match="holds no texture"):
        Texture.load(Models(folder))
