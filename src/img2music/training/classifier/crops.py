"""Random crops of pictures, made in batches on the network's device, rotated, mirrored and in other colours."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

SMALLEST = 0.65
"""Share of a picture's width that is seen at least."""
_STRETCH = 0.1  # logarithm of width over height, either way
_TURN = 0.05  # standard deviation, radians
_TONES = 0.2  # brightness and contrast by so much, either way; colours by twice that
_GREY = (0.299, 0.587, 0.114)


def random_crops(pictures: Tensor, size: int) -> Tensor:
    """A random crop of each of the pictures `(B, 3, S, S)` uint8: `(B, 3, size, size)` float32 in 0..1."""
    grid = F.affine_grid(_places(len(pictures), pictures.device), [len(pictures), 3, size, size], align_corners=False)
    seen = F.grid_sample(pictures.float() / 255, grid, padding_mode="reflection", align_corners=False)
    return _toned(seen)


def _places(count: int, device: torch.device) -> Tensor:
    """What part of a picture is seen, `(B, 2, 3)`: its own corners are at -1 and 1."""
    zoom = _between(SMALLEST, 1, count, device)
    stretch = _between(-_STRETCH, _STRETCH, count, device).exp().sqrt()
    wide, high = (zoom * stretch).clamp(max=1), (zoom / stretch).clamp(max=1)
    turn = _TURN * torch.randn(count, device=device)
    mirror = torch.randint(2, (count,), device=device) * 2 - 1
    across = torch.stack([mirror * wide * turn.cos(), -high * turn.sin(), (1 - wide) * _between(-1, 1, count, device)])
    down = torch.stack([mirror * wide * turn.sin(), high * turn.cos(), (1 - high) * _between(-1, 1, count, device)])
    return torch.stack([across, down]).permute(2, 0, 1)


def _toned(pictures: Tensor) -> Tensor:
    """Pictures brighter or darker, of more or less contrast and colour."""
    count, device = (len(pictures), 1, 1, 1), pictures.device
    grey = (pictures * torch.tensor(_GREY, device=device)[:, None, None]).sum(1, keepdim=True)
    pictures = grey + (pictures - grey) * _between(1 - 2 * _TONES, 1 + 2 * _TONES, count, device)
    mean = grey.mean((2, 3), keepdim=True)
    pictures = mean + (pictures - mean) * _between(1 - _TONES, 1 + _TONES, count, device)
    return (pictures * _between(1 - _TONES, 1 + _TONES, count, device)).clamp(0, 1)


def _between(low: float, high: float, count: int | tuple[int, ...], device: torch.device) -> Tensor:
    return low + (high - low) * torch.rand(count, device=device)
