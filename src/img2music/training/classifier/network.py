"""The genre classifier: a backbone and a linear layer, fine-tuned on labelled covers (paper section 3.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import lightning
import numpy as np
import torch
import torch.nn.functional as F
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from PIL import Image
from torch import Tensor, nn
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import Dataset, RandomSampler, Sampler, WeightedRandomSampler

from img2music.data.covers.cover import Cover
from img2music.genres import GENRES
from img2music.training.backbones.backbones import Backbone
from img2music.training.backbones.style import StyleBody
from img2music.training.common.precision import has_bfloat16
from img2music.training.common.recipe import ClassifierRecipe
from img2music.training.covers.views import to_float

BATCH = 32


class StoredViews(Dataset[tuple[Tensor, int]]):
    """Stored views of covers: an item for each cover, unless a kind of them says otherwise."""

    def __init__(self, inputs: np.ndarray, indices: np.ndarray, targets: np.ndarray) -> None:
        """`inputs` `(V, N, C, H, W)` are `V` views of each of `N` covers, of which those at `indices` have the genres
        `targets`."""
        self.inputs = inputs
        self.indices = indices
        self.targets = targets

    def __len__(self) -> int:
        return len(self.indices)

    def view(self, number: int, place: int) -> tuple[Tensor, int]:
        """One view of the cover at a place."""
        seen = self.inputs[number, self.indices[place]].astype(np.float32)
        return torch.from_numpy(seen), int(self.targets[place])


class StoredCovers(StoredViews):
    """One random stored view of every cover per epoch: stem output `(C, H, W)` and the genre's index."""

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.view(int(torch.randint(len(self.inputs), ())), index)


class CoverPictures(Dataset[tuple[Tensor, int]]):
    """Covers seen through a view: `(3, S, S)` uint8 and the genre's index."""

    def __init__(self, pictures: Sequence[Image.Image], targets: np.ndarray, view: nn.Module) -> None:
        self.pictures = pictures
        self.targets = targets
        self.view = view

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.view(self.pictures[index]), int(self.targets[index])


def balanced_sampler(covers: Sequence[Cover], balance: float) -> Sampler[int]:
    """Draws covers with weight (covers of the same genre and source) ^ -`balance`: 0 every cover once, 1 every
    genre and source equally often. Sources confound genres; drawing them evenly weakens that."""
    if balance == 0:
        return RandomSampler(covers)
    sizes = Counter((cover.genre, cover.source) for cover in covers)
    weights = [sizes[cover.genre, cover.source] ** -balance for cover in covers]
    return WeightedRandomSampler(weights, len(covers))


class GenreClassifier(lightning.LightningModule):
    """Adam, cross-entropy and a learning rate that falls when the validation loss stops falling."""

    def __init__(self, network: Backbone, recipe: ClassifierRecipe, genres: int = len(GENRES), others: int = 0) -> None:
        """`others` is how many more genres teach it, which it need not know in the end."""
        super().__init__()
        self.recipe = recipe
        self.network = network
        self.genres = genres
        self.head = nn.Linear(network.features, genres + others)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures `(B, 3, S, S)` in 0..1 to logits `(B, genres)`."""
        return self._logits(self.network.stem(pictures))

    def forget_others(self) -> None:
        """Leave out the outputs of other genres, which only taught."""
        with torch.no_grad():
            head = nn.Linear(self.network.features, self.genres)
            head.weight.copy_(self.head.weight[: self.genres])
            head.bias.copy_(self.head.bias[: self.genres])
        self.head = head

    @torch.no_grad()
    def take_linear(self, matrix: np.ndarray, bias: np.ndarray, mean: np.ndarray, std: np.ndarray) -> None:
        """Take the last layer `(D, G)` and `(G,)` that was fitted on what the stem makes of pictures, less `mean` and
        in units of the standard deviation `std`, both `(D,)`."""
        body = self.network.body
        assert isinstance(body, StyleBody)  # of all bodies the one that learns nothing
        kept_mean, kept_variance = body.statistics()
        kept_mean.copy_(torch.from_numpy(mean))
        kept_variance.copy_(torch.from_numpy(np.square(std) - body.norm.eps))
        self.head.weight.copy_(torch.from_numpy(matrix.T))
        self.head.bias.copy_(torch.from_numpy(bias))

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        seen, targets = self._stem_output(batch[0]), F.one_hot(batch[1], self.head.out_features).float()
        if self.recipe.mixup > 0:
            seen, targets = _mix(seen, targets, self.recipe.mixup)
        logits = self._answers(seen)
        loss = F.cross_entropy(logits, targets, label_smoothing=self.recipe.label_smoothing)
        accuracy = (logits.argmax(1) == targets.argmax(1)).float().mean()
        self.log_dict({"train_loss": loss, "train_accuracy": accuracy}, on_epoch=True, on_step=False)
        return loss

    def validation_step(self, batch: tuple[Tensor, Tensor], _: int) -> None:
        logits = self._logits(batch[0])
        loss = F.cross_entropy(logits, batch[1])
        accuracy = (logits.argmax(1) == batch[1]).float().mean()
        self.log_dict({"validation_loss": loss, "validation_accuracy": accuracy}, prog_bar=True)

    def _stem_output(self, batch: Tensor) -> Tensor:
        """Stored stem outputs are floating point already; pictures are not."""
        return batch if batch.is_floating_point() else self.network.stem(to_float(batch))

    def _logits(self, seen: Tensor) -> Tensor:
        return self._answers(seen)[:, : self.genres]

    def _answers(self, seen: Tensor) -> Tensor:
        """Logits of all genres that teach."""
        seen = seen.contiguous(memory_format=torch.channels_last)
        return self.head(self.network.body(seen)).float()

    def configure_optimizers(self) -> OptimizerLRScheduler:
        groups = [
            {"params": self.network.body.parameters(), "lr": self.recipe.backbone_rate},
            {"params": self.head.parameters(), "lr": self.recipe.learning_rate},
        ]
        kinds = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
        optimizer = kinds[self.recipe.optimizer](groups, weight_decay=self.recipe.weight_decay)
        schedule = ReduceLROnPlateau(optimizer, factor=0.3, patience=1)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "monitor": "validation_loss"}}


def _mix(pictures: Tensor, targets: Tensor, strength: float) -> tuple[Tensor, Tensor]:
    """Mixup (Zhang et al., ICLR 2018): convex pairs of pictures and of their labels."""
    share = torch.distributions.Beta(strength, strength).sample((len(pictures),)).to(pictures.device)
    other = torch.randperm(len(pictures), device=pictures.device)
    wide = share[:, None, None, None]
    mixed = wide * pictures + (1 - wide) * pictures[other]
    return mixed, share[:, None] * targets + (1 - share[:, None]) * targets[other]


@torch.inference_mode()
def stem_outputs(network: Backbone, pictures: Sequence[Image.Image], view: nn.Module, mirror: bool = True) -> Tensor:
    """What the stem makes of pictures and, with `mirror`, of their mirror images: `(2, N, C, H, W)` float32,
    `(1, N, C, H, W)` without."""
    network.eval()
    rows = []
    for start in range(0, len(pictures), BATCH):
        batch = to_float(torch.stack([view(picture) for picture in pictures[start : start + BATCH]]))
        with torch.autocast(batch.device.type, torch.bfloat16, enabled=has_bfloat16(batch.device.type)):
            ways = (batch, batch.flip(3)) if mirror else (batch,)
            seen = torch.stack([network.stem(way) for way in ways])
        rows.append(seen.float())
    return torch.cat(rows, 1)


@torch.inference_mode()
def predict(classifier: GenreClassifier, seen: Tensor) -> np.ndarray:
    """Probabilities `(N, 4)` float32 from stem outputs `(W, N, C, H, W)`, the features averaged over the `W`
    crops or mirror images of each picture."""
    classifier.eval()
    body, device = classifier.network.body, classifier.device
    features = [torch.cat([body(batch.to(device)) for batch in one_way.split(BATCH)]) for one_way in seen]
    return classifier.head(sum(features) / len(features)).softmax(1).cpu().numpy()
