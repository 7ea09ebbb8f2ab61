"""A judge that is no part of the project hears what is played, and its figures stand apart from what is steered."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

for _package in ("librosa", "scipy"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

from onnx import TensorProto, helper, numpy_helper
from scipy.stats import spearmanr

from conftest import Painter, Run
from img2music import Img2Music
from img2music.errors import ModelError
from img2music.evaluation.relevance import LOOKS, relevance
from img2music.metrics.judge import HEARD, Judge
from img2music.options import Options

COLOURS = ("#ff2010", "#c01808", "#ff6050", "#901810", "#ffb0a0", "#e04030")
"""Of pictures that the tiny classifier takes for classical."""


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """Hears the mean level as energy, and half of it as valence."""
    weights = np.zeros((1, len(HEARD)), np.float32)
    weights[0, HEARD.index("energy")], weights[0, HEARD.index("valence")] = 1, 0.5
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["level"], axes=[1, 2], keepdims=0),
        helper.make_node("Unsqueeze", ["level", "last"], ["column"]),
        helper.make_node("MatMul", ["column", "weights"], ["heard"]),
    ]
    constants = [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(np.int64([1]), "last")]
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 128, "frames"])
    heard = helper.make_tensor_value_info("heard", TensorProto.FLOAT, [1, len(HEARD)])
    graph = helper.make_graph(nodes, "judge", [given], [heard], constants)
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
    path = tmp_path / "judge.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def _noise(seconds: float = 1.0, rate: int = 44_100) -> np.ndarray:
    return (0.1 * np.random.default_rng(3).standard_normal(round(seconds * rate))).astype(np.float32)


def test_it_hears_levels_in_decibels(network: Path) -> None:
    judge = Judge(network)
    soft, loud = (dict(zip(HEARD, judge(gain * _noise(), 44_100), strict=True)) for gain in (0.1, 1.0))
    assert loud["energy"] - soft["energy"] == pytest.approx(20, abs=0.01)
    assert loud["valence"] == pytest.approx(loud["energy"] / 2)
    assert loud["speechiness"] == 0


def test_two_channels_are_heard_as_their_middle(network: Path) -> None:
    judge, both = Judge(network), np.stack([_noise(), np.zeros(44_100, np.float32)], 1)
    np.testing.assert_allclose(judge(both, 44_100), judge(0.5 * _noise(), 44_100), rtol=1e-5)


def test_what_is_shorter_than_a_window_is_heard(network: Path) -> None:
    assert np.isfinite(Judge(network)(_noise(0.01), 44_100)).all()


def test_another_network_is_refused(network: Path, tiny_models: Path, tmp_path: Path) -> None:
    (tmp_path / "none.onnx").write_bytes(b"no network")
    with pytest.raises(ModelError, match="is no network that judges music; give vibenet's"):
        Judge(tmp_path / "none.onnx")
    with pytest.raises(ModelError, match="is no network that judges music"):
        Judge(tiny_models / "classifier.onnx")(_noise(), 44_100)


def test_what_it_hears_is_compared_with_the_looks(tiny: Img2Music, network: Path, paint: Painter) -> None:
    pictures = [paint(colour, f"{number}.png") for number, colour in enumerate(COLOURS)]
    options, judge = Options(seconds=1, engine="perturb"), Judge(network)
    found = relevance(tiny, pictures, options, judge)
    seen = [tiny.classify(picture) for picture in pictures]
    played = [tiny.render(each, options) for each in seen]
    energy = [judge(snippet.samples, snippet.rate)[HEARD.index("energy")] for snippet in played]
    assert {snippet.genre for snippet in played} == set(found.pictures)
    for look in LOOKS:
        expected = spearmanr([getattr(each.appearance, look) for each in seen], energy).statistic
        assert found.judged[look]["energy"].correlation == pytest.approx(expected)
        assert found.judged[look]["liveness"].correlation == 0


def test_its_figures_stand_apart(run: Run, network: Path, paint: Painter, tmp_path: Path) -> None:
    (tmp_path / "covers").mkdir()
    for number, colour in enumerate(COLOURS[:5]):
        paint(colour, f"covers/{number}.png")
    command = ("evaluate", "relevance", "--pictures", "covers", "--count", 5, "--engine", "perturb")
    status, out, _ = run(*command, "--judge", network, "--json")
    assert status == 0
    facts = json.loads(out)
    assert set(facts["independent_judge"]) == set(LOOKS)
    assert set(facts["independent_judge"]["warmth"]) == set(HEARD)
    assert "independent_judge" not in facts["tempo"]
    status, out, line = run(*command, "--judge", "covers/0.png")
    assert (status, out) == (2, "")
    assert line.startswith("img2music: covers/0.png is no network that judges music") and line.count("\n") == 1
