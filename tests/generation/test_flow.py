"""The latent flow: from a known embedding to new ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from img2music import Img2Music
from img2music.errors import ModelError
from img2music.generation.flow import CONDITIONS, Flow, condition_of
from img2music.generation.mood import Mood
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.options import DEFAULT_STRENGTHS, GENRE_STRENGTHS, Options


@pytest.fixture
def flow(tiny_models: Path) -> Flow:
    return Flow(Models(tiny_models))


@pytest.fixture
def known() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((8, 61)).astype(np.float32)


def test_without_noise_the_embedding_stays(flow: Flow, known: np.ndarray) -> None:
    np.testing.assert_array_equal(flow(known, condition_of({"pop": 1.0}, None), 0.0, 3), known)


def test_more_noise_goes_further_away(flow: Flow, known: np.ndarray) -> None:
    told = condition_of({"pop": 1.0}, None)
    far = [float(np.abs(flow(known, told, noise, 3) - known).mean()) for noise in (0.1, 0.3, 0.6, 1.0)]
    assert far == sorted(far) and far[0] > 0


def test_a_seed_makes_the_same_music_and_another_seed_other_music(flow: Flow, known: np.ndarray) -> None:
    told = condition_of({"jazz": 1.0}, None)
    once, again, other = (flow(known, told, 0.7, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(once, again)
    assert once.shape == known.shape
    assert not np.allclose(once, other)


def test_from_noise_alone_the_known_embedding_is_not_heard(flow: Flow, known: np.ndarray) -> None:
    told = condition_of({"jazz": 1.0}, None)
    np.testing.assert_array_equal(flow(known, told, 1.0, 3), flow(known + 1, told, 1.0, 3))


def test_longer_music_begins_like_shorter(flow: Flow, known: np.ndarray) -> None:
    told = condition_of({"jazz": 1.0}, None)
    np.testing.assert_allclose(flow(known, told, 1.0, 3)[:, :40], flow(known[:, :40], told, 1.0, 3), rtol=1e-5)


def test_the_condition_names_genres_and_mood() -> None:
    told = condition_of({"classical": 0.75, "jazz": 0.25}, Mood(0.0, 0.25, 0.5, 0.75, 1.0))
    np.testing.assert_array_equal(told, [0.75, 0, 0, 0.25, -1, -0.5, 0, 0.5, 1, 1])
    assert not condition_of({}, None).any() and len(told) == CONDITIONS


def test_engines_and_blends_differ(tiny: Img2Music, cover: Path) -> None:
    ways = [{"engine": "perturb"}, {"engine": "flow"}, {"engine": "flow", "blend": True}]
    heard = [tiny.generate(cover, seconds=1, alpha=0.5, **way) for way in ways]
    assert [snippet.provenance.engine for snippet in heard] == ["perturb", "flow", "flow"]
    for first, second in ((0, 1), (1, 2)):
        assert not np.allclose(heard[first].samples, heard[second].samples)


def test_the_flow_is_the_default_at_the_strength_of_its_own(tiny: Img2Music, cover: Path) -> None:
    made = tiny.generate(cover, seconds=1).provenance
    assert (made.engine, made.alpha) == ("flow", DEFAULT_STRENGTHS["flow"])


@pytest.mark.parametrize("genre", GENRES)
def test_the_perturbation_is_as_strong_as_costs_nothing_in_the_genre(tiny: Img2Music, cover: Path, genre: str) -> None:
    made = tiny.generate(cover, genre=genre, seconds=1, engine="perturb").provenance
    assert made.alpha == GENRE_STRENGTHS["perturb"][genre]


def test_ones_own_music_stays_what_it_is() -> None:
    engines = ("flow", "perturb")
    assert Options(bank="mine").engine_of(engines) == "perturb"
    assert Options(bank="mine", engine="flow").engine_of(engines) == "flow"
    assert Options(bank="mine", blend=True).engine_of(engines) == "flow"
    assert Options().engine_of(("perturb",)) == "perturb"
    assert Options().strength("perturb", "dub") == DEFAULT_STRENGTHS["perturb"]


def test_music_is_composed_unless_known_music_is_asked_for() -> None:
    engines = ("compose", "flow", "perturb")
    assert Options().engine_of(engines) == "compose"
    assert Options(blend=True).engine_of(engines) == Options(bank="mine").engine_of(engines) == "compose"
    assert Options(engine="perturb", bank="mine").engine_of(engines) == "perturb"
    assert Options(choose="random").engine_of(engines) == "flow"
    assert Options(choose="random", blend=True).engine_of(engines) == "flow"
    assert Options(choose="random").engine_of(("compose", "perturb")) == "perturb"
    assert Options(choose="random", bank="mine").engine_of(engines) == "compose"


def test_models_without_a_flow_perturb(own_models: Path, cover: Path) -> None:
    from tiny_models import seal

    (own_models / "flow.onnx").unlink()
    seal(own_models)
    img2music = Img2Music(own_models)
    assert img2music.engines == ("perturb",)
    assert img2music.generate(cover, seconds=1).provenance.engine == "perturb"
    with pytest.raises(ModelError, match=r"no model flow\.onnx"):
        img2music.generate(cover, seconds=1, engine="flow")


class _SteadyNetwork:
    """A network whose velocity is 1 under a condition and 0 without; writes down the times that it is asked for."""

    def __init__(self, *more_inputs: str) -> None:
        self.shapes = dict.fromkeys(("latents", "time", "condition", *more_inputs))
        self.times: list[float] = []

    def __call__(self, outputs: list[str], latents: np.ndarray, condition: np.ndarray, **inputs: np.ndarray):
        self.times.append(round(float(inputs["time"][0]), 4))
        return [np.full_like(latents, float(condition.any()))]


class _SteadyModels:
    classes = GENRES

    def __init__(self, network: _SteadyNetwork) -> None:
        self._network = network

    def network(self, name: str) -> _SteadyNetwork:
        return self._network


def _way(network: _SteadyNetwork, noise: float) -> float:
    """How far the latents move from where the noise has put them."""
    flow, embedding = Flow(_SteadyModels(network)), np.zeros((4, 8), np.float32)
    condition = condition_of({"jazz": 1.0}, None)
    start = noise * np.random.default_rng(5).standard_normal((8, 4), np.float32).T
    return float((start - flow(embedding, condition, noise, 5)).mean())


def test_guidance_is_two_and_a_half_in_the_middle_of_the_way() -> None:
    network = _SteadyNetwork()
    assert _way(network, 1.0) == pytest.approx(0.6 + 2.5 * 0.4, abs=0.1)  # guided from time 0.6 to 0.2
    assert len(set(network.times)) == 16
    guided = {time for time in network.times if network.times.count(time) == 2}
    assert min(guided) >= 0.2 and max(guided) <= 0.6


def test_less_noise_takes_fewer_steps() -> None:
    network = _SteadyNetwork()
    _way(network, 0.5)
    assert len(set(network.times)) == 8


def test_a_few_step_network_takes_four_without_guidance() -> None:
    network = _SteadyNetwork("then")
    assert _way(network, 1.0) == pytest.approx(1.0, abs=1e-4)
    assert network.times == [1.0, 0.75, 0.5, 0.25]
