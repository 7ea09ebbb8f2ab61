"""A new classifier with more features moves embeddings by the same vector as the one before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("lightning", reason="lightning is not installed")
pytest.importorskip("onnx", reason="onnx is not installed")

import torch
from torch import nn

from img2music.training.backbones.backbones import Backbone
from img2music.training.backbones.style import StyleBody
from img2music.training.classifier.network import GenreClassifier
from img2music.training.export.kept_features import kept_statistics
from img2music.training.export.models import ExportedClassifier
from img2music.training.export.onnx import write_onnx
from tiny_training import TINY_CLASSIFIER

COUNT = StyleBody.steering
RECIPE = replace(TINY_CLASSIFIER, mirror=False)


def _network(objects: int, seed: int) -> Backbone:
    """A classifier that is shown features in place of pictures."""
    body = StyleBody(objects=objects)
    random = torch.manual_seed(seed)
    body.norm.running_mean.copy_(torch.randn(COUNT + objects, generator=random))
    body.norm.running_var.copy_(torch.rand(COUNT + objects, generator=random) + 0.5)
    return Backbone(nn.Identity(), body).eval()


def _exported(network: Backbone, mean: torch.Tensor, deviation: torch.Tensor) -> ExportedClassifier:
    return ExportedClassifier(GenreClassifier(network, RECIPE), 1.0, mean, deviation).eval()


@pytest.fixture
def before(tmp_path: Path) -> tuple[ExportedClassifier, Path]:
    random = torch.manual_seed(7)
    mean, deviation = 0.1 * torch.randn(COUNT, generator=random), torch.rand(COUNT, generator=random) + 0.5
    exported, file = _exported(_network(0, 1), mean, deviation), tmp_path / "classifier.onnx"
    write_onnx(exported, {"picture": torch.rand(1, COUNT, 1, 1)}, file, ["probabilities", "features"])
    return exported, file


def test_the_feature_vector_is_that_of_before(before: tuple[ExportedClassifier, Path]) -> None:
    exported, file = before
    network = _network(7, 2)
    kept = kept_statistics(file, network)
    assert kept is not None
    seen = torch.randn(1, COUNT + 7, 1, 1, generator=torch.manual_seed(3))
    with torch.inference_mode():
        _, now = _exported(network, *kept)(seen)
        _, then = exported(seen[:, :COUNT])
    assert now.shape == (1, COUNT)
    torch.testing.assert_close(now, then, rtol=0, atol=0.02)  # weights are stored as float16
    assert (now - then).abs().mean() < 2e-3


def test_networks_that_see_something_else_are_standardised_anew(
    before: tuple[ExportedClassifier, Path], tmp_path: Path
) -> None:
    assert kept_statistics(before[1], Backbone(nn.Identity(), nn.Flatten())) is None
    other = tmp_path / "other.onnx"
    write_onnx(nn.Linear(4, 4), {"picture": torch.rand(1, 4)}, other, ["probabilities"])
    assert kept_statistics(other, _network(0, 2)) is None
