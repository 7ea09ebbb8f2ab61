"""Batch norms after convolutions are folded into weights that all places share, and nothing comes out otherwise."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from img2music.models.folder import Models
from img2music.models.session import onnxruntime

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
torch = pytest.importorskip("torch", reason="torch is not installed")

from torch import Tensor, nn

from img2music.training.export.onnx import write_onnx


class Crops(nn.Module):
    """One network for a picture and its middle; a norm at the end follows no convolution."""

    def __init__(self, bias: bool) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, bias=bias)
        self.norm = nn.BatchNorm2d(16)
        self.last = nn.BatchNorm2d(16)

    def forward(self, picture: Tensor) -> Tensor:
        crops = (picture, picture[..., 2:-2, 2:-2])
        seen = torch.stack([self.norm(self.first(crop)).relu().mean((2, 3)) for crop in crops]).mean(0)
        return self.last(seen[..., None, None])


def _randomised(module: nn.Module) -> nn.Module:
    for norm in module.modules():
        if isinstance(norm, nn.BatchNorm2d):
            for values in (norm.weight.data, norm.bias.data, norm.running_mean, norm.running_var):
                assert isinstance(values, Tensor)
                values.uniform_(0.3, 2.0)
    return module.eval()


@pytest.mark.parametrize("bias", [False, True])
def test_norms_are_folded_once_for_all_places(tmp_path: Path, bias: bool) -> None:
    torch.manual_seed(0)
    module = _randomised(Crops(bias))
    picture = torch.rand(1, 3, 12, 12)
    write_onnx(module, {"picture": picture}, tmp_path / "a.onnx", ["seen"])
    nodes = onnx.load(tmp_path / "a.onnx").graph.node
    convolutions = [node for node in nodes if node.op_type == "Conv"]
    assert len(convolutions) == 2
    assert len({tuple(node.input[1:]) for node in convolutions}) == 1
    assert sum(node.op_type == "BatchNormalization" for node in nodes) == 1
    session = onnxruntime.InferenceSession(tmp_path / "a.onnx", providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"picture": picture.numpy()})
    with torch.inference_mode():
        np.testing.assert_allclose(found, module(picture).numpy(), rtol=2e-3, atol=2e-3)


def test_bundled_networks_are_folded() -> None:
    graph = onnx.load_model_from_string(Models().read("classifier.onnx")).graph
    made_by = {name: node.op_type for node in graph.node for name in node.output}
    norms = [node for node in graph.node if node.op_type == "BatchNormalization"]
    assert all(made_by.get(norm.input[0]) != "Conv" for norm in norms)
