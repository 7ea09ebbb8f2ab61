"""Depthwise convolutions with a backward pass that suits CPUs.

oneDNN's weight gradient of a depthwise convolution takes most of a ConvNeXt's training step on a CPU.
Here the gradient of the input is a forward convolution with the flipped kernel, and the gradient of
the weights is, for each row of the kernel, one batched matrix product whose diagonals are summed:
bfloat16 matrix units do that at full speed.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_PIECE = 32
"""Columns that a matrix product of the weights' gradient takes at a time."""


class _Depthwise(torch.autograd.Function):
    """Stride 1, "same" padding, odd kernel; `(B, C, H, W)` and weight `(C, 1, I, J)`."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return F.conv2d(x, weight, padding=_same(weight), groups=weight.shape[0])

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        grad_x = F.conv2d(grad, weight.flip(2, 3), padding=_same(weight), groups=weight.shape[0])
        return grad_x, _weight_gradient(x, grad, weight)


def _same(weight: Tensor) -> tuple[int, int]:
    return weight.shape[2] // 2, weight.shape[3] // 2


def _weight_gradient(x: Tensor, grad: Tensor, weight: Tensor) -> Tensor:
    """Correlation of input and output gradient at every shift of the kernel, `(C, 1, I, J)`."""
    channels, _, rows, columns = weight.shape
    height, width = x.shape[2:]
    down, right = _same(weight)
    # entries far from the diagonals of a product are computed for nothing: wide rows go in pieces
    piece = min(width, _PIECE)
    filled = -width % piece
    # (C, H, B, W): a vertical shift is then a plain slice, without a copy
    lines = F.pad(x, (right, right + filled, down, down)).permute(1, 2, 0, 3).contiguous()
    lines = lines.unfold(3, piece + columns - 1, piece)
    target = F.pad(grad, (0, filled)).permute(1, 2, 0, 3).reshape(channels, -1, piece)
    shifted = (lines[:, i : i + height].reshape(channels, -1, piece + columns - 1) for i in range(rows))
    products = torch.stack([torch.bmm(line.transpose(1, 2), target) for line in shifted], 1)
    # entry [w + j, w] of a product belongs to horizontal shift j
    diagonals = [products.diagonal(-j, 2, 3)[..., :piece].sum(-1) for j in range(columns)]
    return torch.stack(diagonals, 2).unsqueeze(1)


def _convolve(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    if torch.is_autocast_enabled("cpu"):
        dtype = torch.get_autocast_dtype("cpu")
        x, weight = x.to(dtype), weight.to(dtype)
    y = _Depthwise.apply(x, weight)
    return y if bias is None else y + bias.to(y.dtype)[:, None, None]


class DepthwiseConv2d(nn.Conv2d):
    """Drop-in for a stride-1 depthwise `nn.Conv2d` with "same" padding and odd kernel."""

    def forward(self, x: Tensor) -> Tensor:
        """`(B, C, H, W)` to `(B, C, H, W)`."""
        if not (self.training and x.device.type == "cpu"):
            return super().forward(x)
        return _convolve(x, self.weight, self.bias)


class DepthwiseConv1d(nn.Conv1d):
    """Stride-1 depthwise convolution with "same" padding over `channels`, odd `kernel`."""

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__(channels, channels, kernel, padding=kernel // 2, groups=channels)

    def forward(self, x: Tensor) -> Tensor:
        """`(B, C, T)` to `(B, C, T)`."""
        if not (self.training and x.device.type == "cpu"):
            return super().forward(x)
        return _convolve(x.unsqueeze(2), self.weight.unsqueeze(2), self.bias).squeeze(2)


def use_fast_depthwise(model: nn.Module) -> nn.Module:
    """Replace every eligible depthwise 2-D convolution in `model`, in place; weights are kept."""
    for child in model.modules():
        if (
            type(child) is nn.Conv2d
            and child.groups == child.in_channels == child.out_channels
            and child.stride == (1, 1)
            and child.dilation == (1, 1)
            and all(side % 2 == 1 for side in child.kernel_size)
            and child.padding == (child.kernel_size[0] // 2, child.kernel_size[1] // 2)
            and child.padding_mode == "zeros"
        ):
            child.__class__ = DepthwiseConv2d
    return model
