"""What is in a picture, from what the classifier sees already: the 1,000 classes of ImageNet, which are learnt from
photographs, and musical instruments, which are learnt from drawings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import save

from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.models.tensors import read_metadata, read_tensors

OBJECTS, INSTRUMENTS = "objects.safetensors", "instruments.safetensors"
"""Layers of the same form: one names the classes of ImageNet, the other instruments and `NOTHING`."""
NOTHING = "nothing"
"""What a picture without an instrument shows."""
LAST_FEATURES = "objects"
"""The output of the classifier that this takes: the last features of EfficientNet-Lite2, `(1, D)`."""
_LEVELS = 127
"""Of a weight, either way."""


@dataclass(frozen=True, eq=False)
class ObjectClassifier:
    """A last layer of an ImageNet network: `weights` `(C, D)` in steps of `scale` `(C,)`, and `bias` `(C,)`.

    `names` are those of the classes; two classes may share one. `file` is where it was.
    """

    weights: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    names: tuple[str, ...]
    file: str = OBJECTS

    @classmethod
    def load(cls, models: Models, file: str = OBJECTS) -> ObjectClassifier:
        """That of a models folder. Raises `ModelError` when it is missing or malformed."""
        data = models.read(file)
        malformed = ModelError(f"{models.folder / file} names no {Path(file).stem}; export it again.")
        try:
            tensors, names = read_tensors(data), json.loads(read_metadata(data)["names"])
            found = cls(tensors["weights"], tensors["scale"], tensors["bias"], tuple(map(str, names)), file)
            shapes = (found.weights.ndim, found.scale.shape, found.bias.shape, len(found.names))
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise malformed from error
        count = len(found.weights) if found.weights.ndim else 0
        sound = all(np.isfinite(values).all() for values in (found.weights, found.scale, found.bias))
        if shapes != (2, (count,), (count,), count) or count == 0 or not sound:
            raise malformed
        return found

    def __call__(self, features: np.ndarray) -> dict[str, float]:
        """The probability of each name from features `(D,)`; together they are 1.

        Raises `ModelError` when there are not as many features as the layer takes.
        """
        if features.shape != self.weights.shape[1:]:
            raise ModelError(f"{self.file} does not fit the classifier; export the models again.")
        logits = (self.weights.astype(np.float32) @ features) * self.scale + self.bias
        powers = np.exp((logits - logits.max()).astype(np.float64))
        found: dict[str, float] = {}
        for name, share in zip(self.names, (powers / powers.sum()).tolist(), strict=True):
            found[name] = found.get(name, 0.0) + share
        return found


def layer_bytes(weights: np.ndarray, bias: np.ndarray, names: Sequence[str]) -> bytes:
    """The bytes of the file of a layer: `weights` `(C, D)` in 8 bits, a scale for each class, `bias` `(C,)`, and the
    names of the classes."""
    scale = np.maximum(np.abs(weights).max(1), 1e-9) / _LEVELS
    tensors = {
        "weights": np.rint(weights / scale[:, None]).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": bias.astype(np.float32),
    }
    return save(tensors, {"names": json.dumps(names)})
