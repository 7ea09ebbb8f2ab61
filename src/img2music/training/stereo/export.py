"""The networks of a run as the runtime loads them."""

from __future__ import annotations

from pathlib import Path

import torch

from img2music.models.folder import SIDE_ENCODER, SIDE_PREDICTOR, STEREO_DECODER
from img2music.training.export.onnx import write_onnx
from img2music.training.side_predictor.network import SidePredictor
from img2music.training.stereo.network import HEARD, SideOutputs, StereoOutputs, StereoVAE


def export_stereo(vae: StereoVAE, folder: Path) -> None:
    """Write the side encoder and the decoder to the models folder `folder`; its manifest is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    steps = torch.export.Dim("steps", min=2, max=1 << 20)
    heard = torch.rand(1, 12, HEARD)
    write_onnx(SideOutputs(vae), {"heard": heard}, folder / SIDE_ENCODER, ["latents", "nats"], {1: steps})
    latents = torch.randn(1, vae.shape.vae.latent + vae.shape.extra, 12)
    outputs = ["magnitudes", "treble", "image"]
    write_onnx(StereoOutputs(vae.decoder), {"latents": latents}, folder / STEREO_DECODER, outputs, {2: steps})


def export_predictor(predictor: SidePredictor, folder: Path) -> None:
    """Write the side predictor to the models folder `folder`; its manifest is left as it is."""
    shape = predictor.shape
    inputs = {"latents": torch.randn(1, shape.latent, 12), "draw": torch.randn(1, shape.extra)}
    steps = torch.export.Dim("steps", min=2, max=1 << 20)
    write_onnx(predictor, inputs, folder / SIDE_PREDICTOR, ["side"], {2: steps})
