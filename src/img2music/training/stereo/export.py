"""The networks of a run as the runtime loads them."""

from __future__ import annotations

from pathlib import Path

import torch

from img2music.models.folder import SIDE_ENCODER, STEREO_DECODER
from img2music.training.export.onnx import write_onnx
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
