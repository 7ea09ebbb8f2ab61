"""The tensors of a safetensors file that may come from anyone."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from safetensors import SafetensorError, deserialize

from img2music.errors import ModelError
from img2music.models.folder import Models, is_sound

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


def sound_tensors(models: Models, file: str, names: Sequence[str], what: str) -> list[np.ndarray]:
    """The tensors of these names in a file of a models folder, float32.

    Raises `ModelError`, which says that it holds no `what`, when one is missing or has numbers that no model gives.
    """
    data = models.read(file)
    try:
        tensors = read_tensors(data)
        found = [tensors[name].astype(np.float32) for name in names]
    except (SafetensorError, KeyError, ValueError) as error:
        raise malformed(models, file, what) from error
    if not all(map(is_sound, found)):
        raise malformed(models, file, what)
    return found


def malformed(models: Models, file: str, what: str) -> ModelError:
    """The error to raise when a file of a models folder is none of what it should be."""
    return ModelError(f"{models.folder / file} holds no {what}; export it again.")


def read_metadata(data: bytes) -> dict[str, str]:
    """The metadata in the bytes of a file, without reading its tensors.

    Raises `KeyError` when it has none, and `ValueError` or `TypeError` when the file is damaged.
    """
    found: dict[str, str] = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    return found
