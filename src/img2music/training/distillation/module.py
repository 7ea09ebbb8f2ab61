"""A backbone's body that learns the teacher's ImageNet features on covers, without any label.

The body sees stored outputs of its stem and predicts the teacher's feature vector: squared error on
standardised features, and the divergence between the ImageNet classes that both vectors imply.
Reference: Beyer et al., Knowledge distillation: a good teacher is patient and consistent, CVPR 2022.
"""

from __future__ import annotations

import lightning
import numpy as np
import torch
import torch.nn.functional as F
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor, nn
from torch.utils.data import Dataset

from img2music.training.backbones.backbones import Backbone
from img2music.training.backbones.teacher import FEATURES, load_teacher


class StoredViews(Dataset[tuple[Tensor, Tensor]]):
    """One random stored view of every cover per epoch: stem output `(C, H, W)` and features `(1280,)`."""

    def __init__(self, inputs: np.ndarray, features: np.ndarray) -> None:
        self.inputs = inputs
        self.features = features

    def __len__(self) -> int:
        return self.inputs.shape[1]

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        number = int(torch.randint(len(self.inputs), ()))
        chosen = (array[number, index].astype(np.float32) for array in (self.inputs, self.features))
        seen, answer = map(torch.from_numpy, chosen)
        return seen, answer


class Distillation(lightning.LightningModule):
    """The body of a backbone with a linear layer to the teacher's features."""

    feature_mean: Tensor
    feature_std: Tensor
    class_weights: Tensor
    class_bias: Tensor

    def __init__(
        self,
        student: Backbone,
        feature_mean: Tensor,
        feature_std: Tensor,
        learning_rate: float,
        weight_decay: float,
        class_weight: float,
    ) -> None:
        super().__init__()
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.class_weight = class_weight
        self.body = student.body
        self.project = nn.Linear(student.features, FEATURES)
        self.register_buffer("feature_mean", feature_mean)
        self.register_buffer("feature_std", feature_std.clamp(min=1e-3))
        _, _, head = load_teacher()
        self.register_buffer("class_weights", head.weight.detach().clone())
        self.register_buffer("class_bias", head.bias.detach().clone())

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        seen, features = batch
        seen = seen.contiguous(memory_format=torch.channels_last)
        answer = self.project(self.body(seen)).float()
        wanted = (features - self.feature_mean) / self.feature_std
        feature_loss = F.mse_loss(answer, wanted)
        class_loss = F.kl_div(
            self._classes(answer * self.feature_std + self.feature_mean),
            self._classes(features),
            log_target=True,
            reduction="batchmean",
        )
        self.log_dict({"feature_loss": feature_loss, "class_loss": class_loss}, on_step=False, on_epoch=True)
        return feature_loss + self.class_weight * class_loss

    def _classes(self, features: Tensor) -> Tensor:
        return F.linear(features, self.class_weights, self.class_bias).log_softmax(1)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        decayed = [p for p in self.parameters() if p.ndim > 1]
        others = [p for p in self.parameters() if p.ndim <= 1]
        groups = [
            {"params": decayed, "weight_decay": self.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        optimizer = torch.optim.AdamW(groups, lr=self.learning_rate)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            self.learning_rate,
            total_steps=int(self.trainer.estimated_stepping_batches),
            pct_start=0.08,
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
