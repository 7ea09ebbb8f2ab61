"""The processes that train one model together, as `torchrun` starts them: each has a part of every batch.

They give what a single process with the whole batch gives: random numbers are drawn for the whole batch by every
process, each of which keeps its own rows, and a mean that a loss bends afterwards is one over the whole batch.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.utils.data import DataLoader, DistributedSampler, RandomSampler

from img2music.errors import OptionError

PATIENCE = timedelta(hours=12)
"""How long processes wait for the first, which may have clips to encode."""


def join() -> None:
    """Meet the other processes, if `torchrun` started any."""
    if int(os.environ.get("WORLD_SIZE", 1)) > 1 and not dist.is_initialized():
        dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo", timeout=PATIENCE)
        # before Python ends: a thread of the group that then wants Python's lock would abort the process
        atexit.register(leave)


def leave() -> None:
    """Part from the other processes."""
    if dist.is_initialized():
        dist.destroy_process_group()


def count() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """The number of this process, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def leads() -> bool:
    """Whether this process writes the files."""
    return rank() == 0


def wait() -> None:
    """Go on when every process is here."""
    if count() > 1:
        dist.all_reduce(torch.zeros(1))  # a barrier would need a GPU where there is one


def placement() -> dict[str, Any]:
    """The arguments by which Lightning's trainer knows the processes."""
    if count() == 1:
        return {"devices": 1}
    here = int(os.environ["LOCAL_WORLD_SIZE"])
    return {"devices": here, "num_nodes": count() // here, "strategy": "ddp"}


def device() -> str:
    """Where this process computes: its GPU, or the processor."""
    return f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if torch.cuda.is_available() else "cpu"


def part(loader: DataLoader[Any]) -> DataLoader[Any]:
    """A loader of this process's part of what `loader` gives."""
    if count() == 1:
        return loader
    shuffle = isinstance(loader.sampler, RandomSampler)
    sampler: DistributedSampler[Any] = DistributedSampler(loader.dataset, count(), rank(), shuffle=shuffle)
    return DataLoader(
        loader.dataset, loader.batch_size, sampler=sampler, drop_last=loader.drop_last, collate_fn=loader.collate_fn
    )


def shuffle(loader: DataLoader[Any], turn: int) -> None:
    """Let a loader of a part shuffle anew for its `turn`, the same way in every process."""
    if isinstance(loader.sampler, DistributedSampler):
        loader.sampler.set_epoch(turn)


def drawn(draw: Callable[..., Tensor], *shape: int, device: torch.device | None = None) -> Tensor:
    """Random numbers `shape` for this process's rows: of those for the whole batch the rows that its sampler takes.

    `draw` is a function such as `torch.randn`.
    """
    return draw(shape[0] * count(), *shape[1:], device=device)[rank() :: count()]


def seed() -> int:
    """A random seed for the next item of this process's part of the batch."""
    return int(torch.randint(2**62, (count(),))[rank()])


def joint(mean: Tensor) -> Tensor:
    """The mean over the whole batch of this process's `mean` over its part; the gradient is that of its part."""
    if count() == 1:
        return mean
    whole = mean.detach().clone()
    dist.all_reduce(whole)
    return whole / count() + (mean - mean.detach())


def alone(what: str) -> None:
    """Raise `OptionError` when `torchrun` started several processes for `what`, which trains in one."""
    if int(os.environ.get("WORLD_SIZE", 1)) > 1:
        raise OptionError(f"{what} trains in a single process; run it without torchrun.")
