"""A genre classifier that is trained as a whole, on pairs of views that it shall classify alike.

Whoever stores a picture again, or cuts it, does not expect other music. Reference: Zheng et al., Improving the
robustness of deep neural networks via stability training, CVPR 2016; the divergence is that of AugMix (Hendrycks et
al., ICLR 2020).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor

from img2music.training.classifier.crops import random_crops
from img2music.training.classifier.network import GenreClassifier, StoredViews
from img2music.training.common.optimizer import one_cycle


class PairedViews(StoredViews):
    """Two random stored views of every cover per epoch, `(2, 3, S, S)` uint8, and the genre's index."""

    def __getitems__(self, places: Sequence[int]) -> list[tuple[Tensor, int]]:
        """The pairs of a batch at once, which is much faster than one by one."""
        views = torch.randint(len(self.inputs), (len(places), 2)).numpy()
        pairs = torch.from_numpy(self.inputs[views, self.indices[places][:, None]])
        return list(zip(pairs, self.targets[places].tolist(), strict=True))


class WholeClassifier(GenreClassifier):
    """AdamW with a one-cycle schedule; cross-entropy, and `consistency` times the Jensen-Shannon divergence of the
    answers to two crops of a cover."""

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        pairs, genres = batch
        crops = random_crops(pairs.flatten(0, 1), self.recipe.training_size)
        answers = self._answers(self.network.stem(crops)).reshape(*pairs.shape[:2], -1)
        both = genres[:, None].expand(-1, 2)
        loss = F.cross_entropy(answers.flatten(0, 1), both.flatten(), label_smoothing=self.recipe.label_smoothing)
        apart = divergence(answers)
        accuracy = (answers.argmax(2) == both).float().mean()
        self.log_dict(
            {"train_loss": loss, "train_accuracy": accuracy, "divergence": apart}, on_epoch=True, on_step=False
        )
        return loss + self.recipe.consistency * apart

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        rates = {self.network.body: self.recipe.backbone_rate, self.head: self.recipe.learning_rate}
        return one_cycle(self, rates, self.recipe.weight_decay)


def divergence(answers: Tensor) -> Tensor:
    """Mean Jensen-Shannon divergence (nats) of logits `(B, 2, G)`: 0 where both are alike, log 2 at most."""
    likely = answers.log_softmax(2)
    mean = likely.logsumexp(1) - np.log(2)
    apart = (likely.exp() * (likely - mean[:, None])).sum(2)
    return apart.mean()
