"""From trained weights to the models folder that the runtime reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from img2music.generation.flow import CONDITIONS, END_TIME, PATCH
from img2music.genres import GENRES
from img2music.models.folder import DECODER, ENCODER, FLOW_NETWORK, HIDDEN, TRUNK
from img2music.models.manifest import FORMAT, MANIFEST
from img2music.training.backbones.style import StyleStem
from img2music.training.classifier.network import GenreClassifier
from img2music.training.export.onnx import write_onnx
from img2music.training.export.trained_vae import VAE
from img2music.training.flow.network import LatentFlow
from img2music.vision.objects import LAST_FEATURES


class ExportedClassifier(nn.Module):
    """What ships: calibrated probabilities and standardised features of a picture, or with `mirror` the average over it
    and its mirror image."""

    def __init__(
        self, classifier: GenreClassifier, temperature: float, feature_mean: Tensor, feature_std: Tensor
    ) -> None:
        super().__init__()
        self.network = classifier.network
        self.steering = classifier.network.steering
        self.head = classifier.head
        self.mirror = classifier.recipe.mirror
        stem = classifier.network.stem
        self.sees_objects = isinstance(stem, StyleStem) and stem.last is not None
        self.temperature = temperature
        self.register_buffer("feature_mean", feature_mean)
        self.register_buffer("feature_std", feature_std)

    @property
    def outputs(self) -> list[str]:
        """The names of what comes out."""
        return ["probabilities", "features", *([LAST_FEATURES] if self.sees_objects else [])]

    def forward(self, picture: Tensor) -> tuple[Tensor, ...]:
        """`(1, 3, S, S)` in 0..1 to probabilities `(1, G)` and the feature vector `(1, D)`, and where the network has
        them, the last features of an ImageNet network `(1, E)`, in which objects are recognised."""
        pictures = torch.cat([picture, picture.flip(3)]) if self.mirror else picture
        seen = self.network.stem(pictures)
        features = self.network.body(seen).mean(0, keepdim=True)
        probabilities = (self.head(features) / self.temperature).softmax(1)
        vector = (features[:, : self.steering] - self.feature_mean) / self.feature_std
        if not self.sees_objects:
            return probabilities, vector
        return probabilities, vector, seen.flatten(1)[:, self.steering :].mean(0, keepdim=True)


def export_classifier(classifier: ExportedClassifier, size: int, folder: Path) -> None:
    """Write `classifier.onnx` for pictures of `size` × `size`."""
    folder.mkdir(parents=True, exist_ok=True)
    example = torch.rand(1, 3, size, size)
    write_onnx(classifier.float(), {"picture": example}, folder / "classifier.onnx", classifier.outputs)


def export_vae(vae: VAE, folder: Path) -> None:
    """Write `encoder.onnx` and `decoder.onnx` of one genre, and `trunk.onnx` where its decoder has a part that all
    genres share.

    An embedding is the encoder's mean, without noise. How wide the noise is comes second, so that a training can go on
    from what ships.
    """
    folder.mkdir(parents=True, exist_ok=True)
    steps = torch.export.Dim("steps", min=2, max=1 << 20)
    name, width, many = vae.representation.name, vae.representation.width, vae.representation.rows_per_step
    rows, length = torch.rand(1, 12 * many, width), {1: steps if many == 1 else many * steps}
    write_onnx(
        vae.encoder, {name: rows}, path=folder / ENCODER, output_names=["latents", "log_variance"], dynamic=length
    )
    latents = torch.randn_like(vae.encoder(rows)[0])
    *trunks, last = vae.decoder_parts()
    for trunk in trunks:
        write_onnx(trunk, {"latents": latents}, path=folder / TRUNK, output_names=[HIDDEN], dynamic={2: steps})
        write_onnx(last, {HIDDEN: trunk(latents)}, path=folder / DECODER, output_names=[name], dynamic={1: steps})
    if not trunks:
        write_onnx(last, {"latents": latents}, path=folder / DECODER, output_names=[name], dynamic={2: steps})


def export_flow(flow: LatentFlow, folder: Path) -> None:
    """Write `flow.onnx` for latents of any multiple of `PATCH` steps."""
    patches = torch.export.Dim("patches", min=2, max=1 << 18)
    inputs = {
        "latents": torch.randn(1, flow.shape.latent, 12 * PATCH),
        "time": torch.rand(1),
        "condition": torch.rand(1, CONDITIONS),
    }
    if flow.shape.few_steps:
        inputs[END_TIME] = torch.rand(1)
    write_onnx(flow, inputs, path=folder / FLOW_NETWORK, output_names=["velocity"], dynamic={2: PATCH * patches})


def write_manifest(
    folder: Path, version: str, trained_on: dict[str, Any], figures: dict[str, Any], genres: Sequence[str] = GENRES
) -> None:
    """List every model below `folder` with its size and checksum, what it was trained on, its figures, and the genres
    in the order of the classifier's outputs."""
    files = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".onnx", ".safetensors")
    }
    manifest = {
        "format": FORMAT,
        "version": version,
        "genres": list(genres),
        "trained_on": trained_on,
        "figures": figures,
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
