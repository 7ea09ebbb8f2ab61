"""The score network and the flow on top of it as the ONNX files that the runtime reads."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.export import Dim

from img2music.models.folder import SCORE, SCORE_FLOW
from img2music.synthesis.conditions import PART_CONDITIONS, PIECE_CONDITIONS
from img2music.synthesis.piano_roll import WIDTH
from img2music.synthesis.windows import PATCH
from img2music.training.export.onnx import write_onnx
from img2music.training.score.flow_network import ScoreFlow
from img2music.training.score.network import ScoreNetwork

_STEPS, _PARTS = 12 * PATCH, 3


class ExportedScoreNetwork(nn.Module):
    """A score network for one score: all parts are its own."""

    def __init__(self, network: ScoreNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, rolls: Tensor, instruments: Tensor, parts: Tensor, piece: Tensor, style: Tensor
    ) -> tuple[Tensor, Tensor]:
        summed = self.network.parts(rolls, instruments, parts).sum(0, keepdim=True)
        return self.network.go_on(summed, piece, style)


class ExportedScoreFlow(nn.Module):
    """The velocity, and the latents that it leads to in a straight line."""

    def __init__(self, flow: ScoreFlow) -> None:
        super().__init__()
        self.flow = flow

    def forward(
        self, remainders: Tensor, time: Tensor, means: Tensor, known: Tensor, piece: Tensor, style: Tensor
    ) -> tuple[Tensor, Tensor]:
        velocity = self.flow(remainders, time, means, known, piece, style)
        ahead = remainders - time[:, None, None] * velocity
        return velocity, means + self.flow.deviations[:, None] * ahead


def export_score_network(network: ScoreNetwork, folder: Path) -> None:
    """Write `score.onnx`, for any number of parts and any multiple of `PATCH` latent steps."""
    parts, patches = Dim("parts", min=1, max=1 << 10), Dim("patches", min=2, max=1 << 18)
    inputs = {
        "rolls": torch.rand(_PARTS, _STEPS, WIDTH),
        "instruments": torch.arange(_PARTS),
        "parts": torch.rand(_PARTS, PART_CONDITIONS),
        "piece": torch.rand(1, PIECE_CONDITIONS),
        "style": torch.rand(1, network.shape.style),
    }
    axes = {0: parts, 1: PATCH * patches}
    others = {"instruments": {0: parts}, "parts": {0: parts}}
    write_onnx(ExportedScoreNetwork(network), inputs, folder / SCORE, ["means", "known"], axes, others)


def export_score_flow(flow: ScoreFlow, folder: Path) -> None:
    """Write `score_flow.onnx`, for any multiple of `PATCH` latent steps."""
    steps = PATCH * Dim("patches", min=2, max=1 << 18)
    inputs = {
        "remainders": torch.rand(1, flow.score.latent, _STEPS),
        "time": torch.rand(1),
        "means": torch.rand(1, flow.score.latent, _STEPS),
        "known": torch.rand(1, _STEPS, flow.score.width),
        "piece": torch.rand(1, PIECE_CONDITIONS),
        "style": torch.rand(1, flow.score.style),
    }
    others = {"means": {2: steps}, "known": {1: steps}}
    write_onnx(ExportedScoreFlow(flow), inputs, folder / SCORE_FLOW, ["velocity", "latents"], {2: steps}, others)
