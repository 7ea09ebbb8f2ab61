"""VGGish's network: eleven layers of VGG on log-mel pictures of a second of sound.

Reference: Hershey et al., CNN architectures for large-scale audio classification, 2017; the released model leaves
out the last group of convolutions and ends in 128 numbers without an activation.
"""

from __future__ import annotations

import torch
from torch import nn

FRAMES = 96
BANDS = 64
SIZE = 128
_FILTERS = ((64,), (128,), (256, 256), (512, 512))  # of each group, which ends in pooling
_HIDDEN = 4096


class VGGishNetwork(nn.Module):
    """Log-mel examples `(B, 96, 64)` to embeddings `(B, 128)` as they are before any activation.

    The layers are named and numbered as in the published weights for torch.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 1
        for group in _FILTERS:
            for filters in group:
                layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
                channels = filters
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.embeddings = nn.Sequential(
            nn.Linear(channels * (FRAMES // 16) * (BANDS // 16), _HIDDEN),
            nn.ReLU(),
            nn.Linear(_HIDDEN, _HIDDEN),
            nn.ReLU(),
            nn.Linear(_HIDDEN, SIZE),
        )

    def forward(self, examples: torch.Tensor) -> torch.Tensor:
        features = self.features(examples[:, None])
        # TensorFlow, where the weights come from, keeps channels last.
        return self.embeddings(features.permute(0, 2, 3, 1).flatten(1))
