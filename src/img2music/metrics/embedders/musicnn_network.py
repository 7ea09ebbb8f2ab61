"""musicnn's network: wide filters for timbre, long ones for rhythm, then dense layers over time.

Reference: Pons & Serra, musicnn: pre-trained convolutional neural networks for music audio tagging, 2019.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

BANDS = 96
_EPSILON = 1e-3  # TensorFlow's in batch normalisation


class Block(nn.Module):
    """Filters of `frames` × `bands`, of which the band where each answers most is kept: `(B, T, F)` to `(B, T, C)`."""

    def __init__(self, filters: int, frames: int, bands: int) -> None:
        super().__init__()
        # An even number of frames cannot be padded evenly; TensorFlow puts the odd one at the end.
        self.padding = (0, 0, (frames - 1) // 2, frames // 2)
        self.conv = nn.Conv2d(1, filters, (frames, bands))
        self.norm = nn.BatchNorm2d(filters, _EPSILON)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answers = self.norm(F.relu(self.conv(F.pad(x, self.padding)[:, None])))
        return answers.amax(3).transpose(1, 2)


class MusicnnNetwork(nn.Module):
    """Log-mel patches `(B, 187, 96)` to embeddings `(B, 753)` and tag probabilities `(B, 50)`.

    The embedding is the average over time of all that feeds the tags, which the package calls `mean_pool`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(1, _EPSILON)
        shapes = [(204, 7, 38), (204, 7, 67), (51, 128, 1), (51, 64, 1), (51, 32, 1)]
        self.front = nn.ModuleList(Block(*shape) for shape in shapes)
        self.middle = nn.ModuleList(Block(64, 7, bands) for bands in (561, 64, 64))
        self.pool_norm = nn.BatchNorm1d(1506, _EPSILON)
        self.dense = nn.Linear(1506, 200)
        self.dense_norm = nn.BatchNorm1d(200, _EPSILON)
        self.tags = nn.Linear(200, 50)

    def forward(self, patches: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.norm(patches[:, None])[:, 0]
        front = torch.cat([block(x) for block in self.front], 2)
        first = self.middle[0](front)
        second = first + self.middle[1](first)
        third = second + self.middle[2](second)
        features = torch.cat([front, first, second, third], 2)
        embedding = features.mean(1)
        # Each feature's maximum and average lie side by side.
        pooled = self.pool_norm(torch.stack([features.amax(1), embedding], 2).flatten(1))
        hidden = self.dense_norm(F.relu(self.dense(pooled)))
        return embedding, torch.sigmoid(self.tags(hidden))
