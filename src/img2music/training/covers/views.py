"""Random views of a picture for training: the paper's four augmentations, or those and more.

The paper's are horizontal flip, rotation, random resized crop and Gaussian noise (section 3.1, figure 4); how
strong they were it does not say. The robust view adds random resolution and random JPEG quality: covers of
different sources come in different sizes and compressions, and a model that can read the pipeline reads the
source instead of the picture.
"""

from __future__ import annotations

import io
import random

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import InterpolationMode, v2

from img2music.errors import OptionError
from img2music.training.covers.scans import RandomScan
from img2music.vision.picture import to_input


class RandomResolution(nn.Module):
    """Shrink a picture to between `smallest` and its own size, so that detail carries no source."""

    def __init__(self, smallest: int = 112, probability: float = 0.5) -> None:
        super().__init__()
        self.smallest = smallest
        self.probability = probability

    def forward(self, picture: Image.Image) -> Image.Image:
        """Return a smaller picture with the same proportions."""
        shorter = min(picture.size)
        if shorter <= self.smallest or random.random() > self.probability:
            return picture
        ratio = random.randint(self.smallest, shorter) / shorter
        width, height = (max(1, round(side * ratio)) for side in picture.size)
        return picture.resize((width, height), random.choice([Image.Resampling.BICUBIC, Image.Resampling.BOX]))


class RandomJPEG(nn.Module):
    """Store a picture as JPEG of a quality between `worst` and 95, and read it again."""

    def __init__(self, worst: int = 40) -> None:
        super().__init__()
        self.worst = worst

    def forward(self, picture: Image.Image) -> Image.Image:
        """Return a picture of the same size."""
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=random.randint(self.worst, 95))
        with Image.open(file) as stored:
            return stored.convert("RGB")


class RandomNoise(nn.Module):
    """Gaussian noise with a random standard deviation up to `most` (of 255 levels) on a uint8 picture."""

    def __init__(self, most: float = 12.0) -> None:
        super().__init__()
        self.most = most

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """`(3, H, W)` uint8 to the same."""
        noise = torch.randn(picture.shape) * (self.most * torch.rand(()))
        return (picture + noise).round().clamp(0, 255).byte()


def training_view(augmentation: str, size: int) -> v2.Compose:
    """PIL picture to a random `(3, size, size)` uint8 tensor; `augmentation` is `paper`, `robust`, `mild`, `stored` or
    `scanned`.

    Raises `OptionError` for any other augmentation.
    """
    kinds = {
        "paper": paper_view,
        "robust": robust_view,
        "mild": mild_view,
        "stored": stored_view,
        "scanned": scanned_view,
    }
    if augmentation not in kinds:
        raise OptionError(f"augmentation {augmentation} is unknown; choose {' or '.join(kinds)}.")
    return kinds[augmentation](size)


def paper_view(size: int) -> v2.Compose:
    """PIL picture to a random `(3, size, size)` uint8 tensor by the paper's four augmentations only."""
    *shapes, noise = paper_augmentations(size).values()
    return v2.Compose([*shapes, v2.PILToTensor(), noise])


def paper_augmentations(size: int) -> dict[str, nn.Module]:
    """The paper's four augmentations by name, in their order, each from a `(3, H, W)` uint8 tensor to
    another; all but the noise take PIL pictures, too."""
    return {
        "horizontal flip": v2.RandomHorizontalFlip(),
        "rotation": v2.RandomRotation(15, InterpolationMode.BILINEAR),
        "resized crop": v2.RandomResizedCrop(size, (0.35, 1.0), antialias=True),
        "Gaussian noise": RandomNoise(25.0),
    }


def robust_view(size: int, smallest_area: float = 0.35) -> v2.Compose:
    """PIL picture to a random `(3, size, size)` uint8 tensor by the paper's augmentations, random resolution
    and random JPEG quality."""
    return v2.Compose(
        [
            RandomResolution(),
            v2.RandomApply([v2.RandomRotation(12, InterpolationMode.BILINEAR, expand=False)], 0.2),
            v2.RandomResizedCrop(size, (smallest_area, 1.0), antialias=True),
            v2.RandomHorizontalFlip(),
            v2.PILToTensor(),
            v2.RandomApply([v2.JPEG((35, 95))], 0.5),
            v2.RandomApply([RandomNoise()], 0.3),
        ]
    )


def mild_view(size: int) -> v2.Compose:
    """PIL picture to a random `(3, size, size)` uint8 tensor that shows nearly all of it at nearly its own scale, which
    style depends on; resolution and JPEG quality are random."""
    return v2.Compose(
        [
            RandomResolution(128),
            v2.RandomResizedCrop(size, (0.75, 1.0), (0.9, 1.11), antialias=True),
            v2.RandomHorizontalFlip(),
            v2.PILToTensor(),
            v2.RandomApply([v2.JPEG((45, 95))], 0.5),
        ]
    )


def stored_view(size: int) -> v2.Compose:
    """PIL picture to a `(3, size, size)` uint8 tensor of the whole of it, as it comes from where it was stored again:
    smaller and compressed at random."""
    return v2.Compose([RandomResolution(96), v2.RandomApply([RandomJPEG()], 0.6), EvaluationView(size)])


def scanned_view(size: int) -> v2.Compose:
    """PIL picture to a `(3, size, size)` uint8 tensor of nearly the whole of it, as another scanner or camera might
    have taken it; resolution and JPEG quality are random."""
    return v2.Compose([RandomResolution(112), RandomScan(), v2.RandomApply([RandomJPEG()], 0.5), EvaluationView(size)])


class EvaluationView(nn.Module):
    """A PIL picture as the runtime sees it: a centred `(3, size, size)` uint8 tensor."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def forward(self, picture: Image.Image) -> torch.Tensor:
        """`(3, size, size)` uint8."""
        return torch.from_numpy(np.round(to_input(picture, self.size)[0] * 255).astype(np.uint8))


def to_float(batch: torch.Tensor) -> torch.Tensor:
    """`(B, 3, H, W)` uint8 to float32 in 0..1, channels last (which convolutions on CPUs like)."""
    return batch.float().div_(255).contiguous(memory_format=torch.channels_last)
