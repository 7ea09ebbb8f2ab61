"""What a network costs: its parameters, and the time it needs for a picture."""

from __future__ import annotations

from time import perf_counter

import torch
from torch import nn

TRIALS = 10


def parameters(network: nn.Module) -> int:
    """How many numbers the network holds, learned or fixed."""
    return sum(parameter.numel() for parameter in network.parameters())


@torch.inference_mode()
def milliseconds(network: nn.Module, size: int) -> float:
    """The shortest of some forward passes of one picture of `size` pixels square, on the CPU: other programs
    can only make it longer."""
    picture = torch.rand(1, 3, size, size).contiguous(memory_format=torch.channels_last)
    network.cpu().eval()
    times = []
    for _ in range(TRIALS):
        begin = perf_counter()
        network(picture)
        times.append(1000 * (perf_counter() - begin))
    return min(times)
