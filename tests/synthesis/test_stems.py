"""Stems that add up to the mix, by masks that are learnt."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("lightning")

import torch

from img2music.audio.stft import BINS, RATE
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.score import Role, Score
from img2music.errors import AudioError, ModelError
from img2music.models.folder import Models, Network
from img2music.synthesis.conditions import Conditioner
from img2music.synthesis.desk import desk_for
from img2music.synthesis.performance import Performance, perform
from img2music.synthesis.piano_roll import WIDTH
from img2music.synthesis.stems import NAMES, StemSeparator, stem_rolls, stems_present
from img2music.synthesis.windows import LENGTH
from img2music.training.common.recipe import StemRecipe, read_recipe
from img2music.training.export.models import write_manifest
from img2music.training.score.run import PACE
from img2music.training.stems.dataset import StemCrops, stem_example
from img2music.training.stems.run import export_stem_network, load_stem_network, train_stems

TINY = StemRecipe(16, 2, 4, 2, 1e-3, 0.0, 0, 16, 2, 1, 3)
CHANNELS = 6
SECONDS = 2.0
LEVEL = {"drums": 0.2, "bass": 0.1, "harmony": 0.05, "melody": 0.1}


def score() -> Score:
    """Drums, bass, chords and a voice."""
    found = compose(Brief("hiphop", seed=0, seconds=6.0, instruments=("drums", "bass", "piano", "rapper")))
    assert {part.role for part in found.parts} == {Role.DRUMS, Role.BASS, Role.HARMONY, Role.VOICE}
    return found


def performance() -> Performance:
    return perform(score(), desk_for(score()))


def noises(seed: int) -> dict[str, np.ndarray]:
    """A noise for each stem."""
    random = np.random.default_rng(seed)
    return {name: LEVEL[name] * random.standard_normal(round(SECONDS * RATE)).astype(np.float32) for name in NAMES}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stems")
    for number, use in enumerate(("training", "training", "validation")):
        stems = noises(number)
        latents = np.random.default_rng(number).standard_normal((CHANNELS, 87))
        example = stem_example(performance(), latents, np.sum(list(stems.values()), 0), stems)
        example.save(folder / use / f"{number}.safetensors")
    train_stems(TINY, folder, folder / "run")
    return folder


@pytest.fixture(scope="module")
def separator(run: Path, tmp_path_factory: pytest.TempPathFactory) -> StemSeparator:
    folder = tmp_path_factory.mktemp("models")
    export_stem_network(load_stem_network(run / "run"), folder)
    write_manifest(folder, "test", {}, {})
    return StemSeparator(Models(folder), PACE)


def test_the_best_masks_take_apart_what_does_not_overlap() -> None:
    time = np.arange(round(SECONDS * RATE)) / RATE
    stems = {name: np.sin(2 * np.pi * hertz * time) for name, hertz in zip(NAMES, (60, 200, 900, 5000), strict=True)}
    found = stem_example(performance(), np.zeros((CHANNELS, 87)), np.sum(list(stems.values()), 0), stems)
    for index, hertz in enumerate((60, 200, 900, 5000)):
        own = found.masks[:, 20:-20, round(hertz / RATE * 1024)] / 255
        assert own[index].min() > 0.9 and np.delete(own, index, 0).max() < 0.1
    assert found.levels[20:-20, round(900 / RATE * 1024)].min() > 4 * np.median(found.levels[20:-20, 400])


def test_rolls_of_stems_hold_the_notes_of_their_roles() -> None:
    played = performance()
    conditions = Conditioner(played, PACE)(0, 200)
    rolls = stem_rolls(conditions)
    assert rolls.shape == (len(NAMES), 200, WIDTH)
    np.testing.assert_allclose(rolls.sum(0), conditions.rolls.sum(0), rtol=1e-5)
    voice = [part.role for part in score().parts].index(Role.VOICE)
    np.testing.assert_array_equal(rolls[NAMES.index("melody")], conditions.rolls[voice])


@pytest.mark.parametrize("seconds", [0.5, SECONDS, 0.8 * LENGTH / PACE, 2.3 * LENGTH / PACE])
def test_stems_add_up_to_the_mix_whatever_its_length(separator: StemSeparator, seconds: float) -> None:
    samples = 0.1 * np.random.default_rng(0).standard_normal(round(seconds * RATE)).astype(np.float32)
    latents = np.random.default_rng(1).standard_normal((CHANNELS, int(seconds * PACE) + 1)).astype(np.float32)
    stems = separator(performance(), latents, samples)
    assert list(stems) == list(NAMES)
    remainder = np.sum(list(stems.values()), 0) - samples
    assert 20 * np.log10(np.abs(remainder).max() / np.abs(samples).max() + 1e-12) < -80
    assert all(len(stem) == len(samples) and np.abs(stem).max() > 0 for stem in stems.values())


@pytest.mark.parametrize("value", [-0.5, 1.5])
def test_masks_of_a_damaged_network_are_refused(
    separator: StemSeparator, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    def answer(_: Network, outputs: list[str], **given: np.ndarray) -> list[np.ndarray]:
        masks = np.full((len(NAMES), 2 * given["latents"].shape[2], BINS), 0.25, np.float32)
        masks[0, 5, 7] = value
        return [masks]

    monkeypatch.setattr(Network, "__call__", answer)
    with pytest.raises(ModelError, match="does not fit"):
        separator(performance(), np.zeros((CHANNELS, 40), np.float32), np.zeros(RATE // 2, np.float32))


def test_a_role_without_notes_has_no_stem(separator: StemSeparator) -> None:
    found = score()
    parts = tuple(part for part in found.parts if part.role in (Role.BASS, Role.VOICE))
    alone = replace(found, parts=parts)
    played = perform(alone, desk_for(alone))
    assert stems_present(played).tolist() == [0, 1, 0, 1]
    samples = 0.1 * np.random.default_rng(0).standard_normal(20_000).astype(np.float32)
    stems = separator(played, np.zeros((CHANNELS, 40), np.float32), samples)
    assert list(stems) == ["bass", "melody"]
    np.testing.assert_allclose(stems["bass"] + stems["melody"], samples, atol=1e-5)


def test_the_network_learns_whose_a_bin_is(run: Path) -> None:
    """On two stems of which one is much louder, after a few steps more than none."""
    torch.manual_seed(0)
    crops = StemCrops(run / "training", PACE, 16, 2)
    batch = crops.__getitems__([0, 1])
    assert batch.masks.shape == (2, len(NAMES), 32, BINS) and batch.weights.shape == (2, 32, BINS)
    torch.testing.assert_close(batch.masks.sum(1), torch.ones(2, 32, BINS), atol=0.02, rtol=0)
    train_stems(replace(TINY, steps=40, learning_rate=1e-2), run, run / "longer")
    for name, better in (("run", False), ("longer", True)):
        with torch.no_grad():
            masks = load_stem_network(run / name)(batch.rolls, batch.latents, batch.present).exp()
        torch.testing.assert_close(masks.sum(1), torch.ones(2, 32, BINS))
        if better:
            assert masks[:, NAMES.index("drums")].mean() > 0.4


def test_what_is_missing_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="train stems"):
        load_stem_network(tmp_path)
    with pytest.raises(AudioError, match="stems"):
        StemCrops(tmp_path, PACE, 16, 2)
    assert read_recipe(StemRecipe, "stems").blocks > 1


def test_training_on_what_was_built_needs_no_package_that_plays() -> None:
    program = "import sys; sys.modules['tinysoundfont'] = None; import img2music.training.score.run as scores"
    program += "; import img2music.training.stems.run as stems; print(scores.PACE > 0, stems.__name__)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.stdout.split() == ["True", "img2music.training.stems.run"], ended.stderr
