"""Few-step distillation of a latent flow: one step of the student goes as far as two of its teacher's.

Each of the teacher's steps is guided and takes four evaluations, so that the student, a flow map, needs an eighth of
them and no guidance. References: Meng et al., On distillation
of guided diffusion models, CVPR 2023; Geng et al., Mean flows for one-step generative modeling, 2025.
"""

from __future__ import annotations

import lightning
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor

from img2music.generation.flow import GUIDANCE, GUIDED
from img2music.training.common import distributed
from img2music.training.common.optimizer import one_cycle
from img2music.training.flow.module import noised
from img2music.training.flow.network import LatentFlow, flow_map


class FlowMapTrainer(lightning.LightningModule):
    """Loss: mean squared error of the mean velocity over steps from random times, at most `longest` long."""

    def __init__(self, teacher: LatentFlow, learning_rate: float, weight_decay: float, longest: float) -> None:
        super().__init__()
        self.save_hyperparameters(ignore=["teacher"])
        self.learning_rate, self.weight_decay, self.longest = learning_rate, weight_decay, longest
        self.flow = flow_map(teacher)
        self.teacher = teacher.requires_grad_(False)

    def training_step(self, crop: tuple[Tensor, Tensor], _: int) -> Tensor:
        times = distributed.drawn(torch.rand, len(crop[0]), 2, device=crop[0].device)
        loss = self._error(*crop, times[:, 0], times[:, 1])
        self.log("error", loss)
        return loss

    def validation_step(self, crop: tuple[Tensor, Tensor], _: int) -> None:
        times = torch.linspace(0.05, 0.95, len(crop[0]), device=crop[0].device)
        self.log("validation_error", self._error(*crop, times, times.flip(0)), prog_bar=True, sync_dist=True)

    def _error(self, latents: Tensor, condition: Tensor, time: Tensor, share: Tensor) -> Tensor:
        noisy, _ = noised(latents, time)
        end = (time - self.longest * share).clamp(min=0)
        with torch.no_grad():
            wanted = self.taught(noisy, time, end, condition)
        return (self.flow(noisy, time, condition, end) - wanted).square().mean()

    def taught(self, latents: Tensor, time: Tensor, end: Tensor, condition: Tensor) -> Tensor:
        """The teacher's mean velocity `(B, C, S)` from a time `(B,)` to another in two steps."""
        middle = (time + end) / 2
        half = self._step(latents, time, middle, condition)
        half_way = latents + (middle - time)[:, None, None] * half
        return (half + self._step(half_way, middle, end, condition)) / 2

    def _step(self, latents: Tensor, time: Tensor, end: Tensor, condition: Tensor) -> Tensor:
        """The same in a single step of Heun's method."""
        first = self._guided(latents, time, condition)
        last = self._guided(latents + (end - time)[:, None, None] * first, end, condition)
        return (first + last) / 2

    def _guided(self, latents: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        both = torch.cat([condition, torch.zeros_like(condition)])
        conditioned, unconditioned = self.teacher(latents.repeat(2, 1, 1), time.repeat(2), both).float().chunk(2)
        guided = (time >= GUIDED[0]) & (time <= GUIDED[1])
        scale = torch.where(guided, GUIDANCE, 1.0)[:, None, None]
        return unconditioned + scale * (conditioned - unconditioned)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        return one_cycle(self, self.learning_rate, self.weight_decay)
