"""Backbones of the genre classifier: a frozen stem and a trained body, or a network that is trained as a whole.

The default, `lite2_style_objects`, is the style of a picture in the first layers of EfficientNet-Lite2, whose ImageNet
weights install with the training packages, and what its last layers see, which `lite2_style` is without;
`lite2_convnext` is a ConvNeXt on the first of them. Any timm network can be named
instead; its stem is then nothing, and its ImageNet weights come from the internet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import timm
import torch
from torch import Tensor, nn

from img2music.errors import ModelError
from img2music.training.backbones.convnext import ConvNeXtBody
from img2music.training.backbones.imagenet import imagenet_weights
from img2music.training.backbones.style import CROPS, TAPS, WHOLE, Crop, StyleBody, StyleStem
from img2music.training.backbones.teacher import FEATURES, STEM_BLOCKS, STEM_CHANNELS, load_teacher
from img2music.training.common.depthwise import use_fast_depthwise
from img2music.training.common.old_names import accept_old_names

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Backbone(nn.Module):
    """Pictures `(B, 3, H, W)` in 0..1 to feature vectors `(B, features)`."""

    def __init__(self, stem: nn.Module, body: nn.Module) -> None:
        super().__init__()
        self.stem = stem.eval().requires_grad_(False)
        self.body = use_fast_depthwise(body).to(memory_format=torch.channels_last)

    @property
    def steering(self) -> int:
        """How many of the features, the first ones, are the feature vector that moves embeddings."""
        return getattr(self.body, "steering", self.features)

    @property
    def features(self) -> int:
        """Size of the feature vector: of VGG the last hidden layer, of most networks the last channels."""
        body: Any = self.body
        return int(getattr(body, "head_hidden_size", None) or body.num_features)

    def train(self, mode: bool = True) -> Backbone:
        """The stem stays as it is: its batch norms keep ImageNet's statistics."""
        super().train(mode)
        self.stem.eval()
        return self

    def forward(self, pictures: Tensor) -> Tensor:
        return self.body(self.stem(pictures))


class Normalise(nn.Module):
    """Pictures in 0..1 as ImageNet networks take them."""

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN)[:, None, None])
        self.register_buffer("std", torch.tensor(IMAGENET_STD)[:, None, None])
        accept_old_names(self, {"deviation": "std"})

    def forward(self, pictures: Tensor) -> Tensor:
        return (pictures - self.mean) / self.std


class WholeBody(nn.Module):
    """A stem and a body that learn together."""

    def __init__(self, network: Backbone) -> None:
        super().__init__()
        self.stem = network.stem.requires_grad_(True)
        self.rest = network.body
        self.num_features = network.features

    def forward(self, pictures: Tensor) -> Tensor:
        return self.rest(self.stem(pictures))


def backbone(
    name: str, imagenet: bool = False, drop_path: float = 0.0, dropout: float = 0.0, whole: bool = False
) -> Backbone:
    """A backbone by its name: `lite2_style_objects`, `lite2_style`, `lite2_convnext`, `lite2` (the teacher itself) or
    any timm network.

    `imagenet` asks for timm's ImageNet weights; with `whole` the stem is a part of the body, and learns. Raises
    `ModelError` when the name is unknown or the weights cannot be fetched.
    """
    # one that learns as a whole learns by itself what shall not matter
    network = _stem_and_body(name, imagenet, drop_path, dropout, crops=(WHOLE,) if whole else CROPS)
    return Backbone(nn.Identity(), WholeBody(network)) if whole else network


def _stem_and_body(name: str, imagenet: bool, drop_path: float, dropout: float, crops: Sequence[Crop]) -> Backbone:
    if name == "lite2_convnext":
        stem, _, _ = load_teacher()
        return Backbone(stem, ConvNeXtBody(STEM_CHANNELS, drop_path=drop_path))
    if name in ("lite2_style", "lite2_style_objects"):
        stem, rest, _ = load_teacher()
        taps = max(TAPS) + 1 - STEM_BLOCKS
        last = nn.Sequential(*rest.blocks[taps:], rest.last, rest.norm, rest.activation)
        if name == "lite2_style":
            return Backbone(StyleStem(stem, rest.blocks[:taps], crops), StyleBody(dropout))
        return Backbone(StyleStem(stem, rest.blocks[:taps], crops, last), StyleBody(dropout, FEATURES))
    if name == "lite2":
        stem, rest, _ = load_teacher()
        return Backbone(stem, rest)
    return Backbone(Normalise(), _timm_network(name, imagenet, {"drop_path_rate": drop_path, "drop_rate": dropout}))


def _timm_network(name: str, imagenet: bool, rates: dict[str, float]) -> nn.Module:
    options: dict[str, Any] = {key: rate for key, rate in rates.items() if rate > 0}  # VGG has no drop path
    if not timm.is_model(name):
        raise ModelError(f"no network called {name} in timm; see timm.list_models().")
    if imagenet:
        options |= {"pretrained": True, "pretrained_cfg_overlay": {"file": str(imagenet_weights(name))}}
    elif name.startswith("convnext"):
        options["ls_init_value"] = 0.1
    try:
        return timm.create_model(name, num_classes=0, **options)
    except RuntimeError as error:
        raise ModelError(f"timm cannot make {name}: {error}") from error
    except TypeError as error:
        raise ModelError(f"{name} does not take all of {', '.join(options)}; set their rates to 0.") from error
