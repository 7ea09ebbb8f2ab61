"""A new classifier with the feature vector of the one before, so that embeddings are perturbed as before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from img2music.training.backbones.backbones import Backbone
from img2music.training.backbones.style import StyleBody

_NORM = "network.body.norm.running_"
_WANTED = (f"{_NORM}mean", f"{_NORM}var", "feature_mean", "feature_std")
_OLD_NAMES = {"feature_deviation": "feature_std"}  # in models of 2026.11 and before


def kept_statistics(before: Path, network: Backbone) -> tuple[Tensor, Tensor] | None:
    """What the first features of `network` must be standardised with, `(D,)` each, to be the feature vector of the
    exported classifier `before`; None where the two do not see the same style."""
    if not isinstance(network.body, StyleBody):
        return None
    graph = onnx.load(before).graph
    named = {tensor.name.removesuffix(".float16"): numpy_helper.to_array(tensor) for tensor in graph.initializer}
    stored = {_OLD_NAMES.get(name, name): values for name, values in named.items()}
    if not set(_WANTED) <= set(stored):
        return None
    centre, variance, mean, std = (stored[name].astype(np.float64) for name in _WANTED)
    count, eps = network.steering, network.body.norm.eps
    own_mean, own_variance = network.body.statistics()
    if len(mean) != count or min(len(centre), len(variance)) < count:
        return None
    spread = np.sqrt(variance[:count] + eps)
    # as the weights are stored: rounded ones would move the vector
    own_centre = own_mean[:count].half().double().numpy()
    own_spread = np.sqrt(own_variance[:count].half().double().numpy() + eps)
    shift = (centre[:count] + mean * spread - own_centre) / own_spread
    return torch.from_numpy(shift).float(), torch.from_numpy(std * spread / own_spread).float()
