"""How a bank of embeddings lies in a file: safetensors with 8 bits a number, facts about its entries as metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
from safetensors import deserialize
from safetensors.numpy import save

SECONDS = 15.0
"""Length of a known embedding, as in the paper, s."""
DIRECTIONS = 16
"""In which clips of a genre differ from one another."""
_LEVELS = 127


def pack(latents: np.ndarray, directions: np.ndarray, metadata: Mapping[str, str]) -> bytes:
    """The file of embeddings `(N, C, S)` and directions `(K, C)`. Latents are stored in steps of a 127th of the
    largest of their channel."""
    scale = np.maximum(np.abs(latents).max((0, 2)) / _LEVELS, 1e-6).astype(np.float32)
    tensors = {
        # safetensors writes an array's memory as it lies, whatever its strides
        "latents": np.ascontiguousarray(np.rint(latents / scale[:, None]), np.int8),
        "scale": scale,
        "directions": np.ascontiguousarray(directions, np.float32),
    }
    return _in_order(save(tensors, dict(metadata)))


def unpack(data: bytes) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The tensors and the metadata of a file.

    Raises `SafetensorError`, `KeyError`, `TypeError`, `ValueError` or `AttributeError` when it is none.
    """
    tensors = {name: _to_array(value) for name, value in deserialize(data)}
    return tensors, _header(data)["__metadata__"]


def principal_directions(means: np.ndarray) -> np.ndarray:
    """Principal directions of clips' mean embeddings `(N, C)`, each as long as its standard deviation,
    `(DIRECTIONS, C)` float32, rows of zeros where there are fewer clips than directions."""
    centred = means - means.mean(0)
    _, lengths, rows = np.linalg.svd(centred, full_matrices=False)
    directions = np.zeros((DIRECTIONS, means.shape[1]), np.float32)
    count = min(DIRECTIONS, len(rows))
    directions[:count] = rows[:count] * (lengths[:count, None] / np.sqrt(max(len(means) - 1, 1)))
    return directions


def _in_order(data: bytes) -> bytes:
    """The same with its names in order, for safetensors writes them in any: equal banks are equal files."""
    header = json.dumps(_header(data), sort_keys=True).encode("ascii")
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + data[8 + int.from_bytes(data[:8], "little") :]


def _header(data: bytes) -> dict[str, dict[str, str]]:
    return json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])


def _to_array(value: dict[str, object]) -> np.ndarray:
    kinds = {"F16": np.float16, "F32": np.float32, "I8": np.int8}
    return np.frombuffer(value["data"], kinds[value["dtype"]]).reshape(value["shape"])
