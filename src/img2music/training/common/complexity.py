"""How large and how slow a network is: its parameters, and its latency on a picture."""

from __future__ import annotations

from time import perf_counter

import torch
from torch import nn

TRIALS = 10


def parameter_count(network: nn.Module) -> int:
    """How many numbers the network holds, learned or fixed."""
    return sum(parameter.numel() for parameter in network.parameters())


@torch.inference_mode()
def latency(network: nn.Module, size: int) -> float:
    """Milliseconds of a forward pass of one picture of `size` × `size` pixels on the CPU: the shortest of ten, since
    other programs can only make it longer."""
    picture = torch.rand(1, 3, size, size).contiguous(memory_format=torch.channels_last)
    network.cpu().eval()
    times = []
    for _ in range(TRIALS):
        begin = perf_counter()
        network(picture)
        times.append(1000 * (perf_counter() - begin))
    return min(times)
