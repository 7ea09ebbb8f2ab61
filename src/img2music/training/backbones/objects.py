"""The last layer of EfficientNet-Lite2, which names what is in a picture, small enough to be bundled."""

from __future__ import annotations

import json

import numpy as np
from safetensors.numpy import save
from timm.data.imagenet_info import ImageNetInfo

from img2music.training.backbones.teacher import load_teacher

_LEVELS = 127


def object_classifier() -> bytes:
    """The bytes of `objects.safetensors`: weights in 8 bits, a scale for each class, and the names of the classes."""
    _, _, layer = load_teacher()
    weights, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    scale = np.abs(weights).max(1) / _LEVELS
    tensors = {"weights": np.rint(weights / scale[:, None]).astype(np.int8), "scale": scale, "bias": bias}
    known = ImageNetInfo()
    names = [known.index_to_description(number).split(",")[0] for number in range(len(bias))]
    return save(tensors, {"names": json.dumps(names)})
