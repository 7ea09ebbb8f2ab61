"""The tensors of a safetensors file that may come from anyone."""

from __future__ import annotations

import json

import numpy as np
from safetensors import deserialize

_DTYPES = {
    "F16": np.float16, "F32": np.float32, "I8": np.int8, "I64": np.int64, "U8": np.uint8, "U16": np.uint16,
    "U32": np.uint32,
}  # fmt: skip


def read_tensors(data: bytes) -> dict[str, np.ndarray]:
    """The tensors in the bytes of a file, by name. Each is read-only.

    Raises `SafetensorError` when the file is damaged, and `KeyError` for a type of numbers that no model here has.
    """
    return {
        name: np.frombuffer(tensor["data"], _DTYPES[tensor["dtype"]]).reshape(tensor["shape"])
        for name, tensor in deserialize(data)
    }


def read_metadata(data: bytes) -> dict[str, str]:
    """The metadata in the bytes of a file, without reading its tensors.

    Raises `KeyError` when it has none, and `ValueError` or `TypeError` when the file is damaged.
    """
    found: dict[str, str] = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    return found
