"""The side predictor as the runtime loads it."""

from __future__ import annotations

from pathlib import Path

import torch

from img2music.models.folder import SIDE_PREDICTOR
from img2music.training.export.onnx import write_onnx
from img2music.training.side_predictor.network import SidePredictor


def export_predictor(predictor: SidePredictor, folder: Path) -> None:
    """Write the side predictor to the models folder `folder`; its manifest is left as it is."""
    shape = predictor.shape
    inputs = {"latents": torch.randn(1, shape.latent, 12), "draw": torch.randn(1, shape.extra)}
    steps = torch.export.Dim("steps", min=2, max=1 << 20)
    write_onnx(predictor, inputs, folder / SIDE_PREDICTOR, ["side"], {2: steps})
