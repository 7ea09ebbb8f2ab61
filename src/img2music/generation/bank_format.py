"""How a bank of embeddings lies in a file: safetensors with its numbers in steps, deflated entry by entry, and facts
about its entries as metadata."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from safetensors.numpy import save

from img2music.models.tensors import read_tensors

SECONDS = 15.0
"""Length of a known embedding, as in the paper, s."""
DIRECTIONS = 16
"""In which clips of a genre differ from one another."""
LARGEST_BANK = 2**28
"""Numbers in the embeddings of a bank above which it is refused, whatever its file's size."""
_LEVELS = 127


def pack(
    latents: np.ndarray, directions: np.ndarray, metadata: Mapping[str, str], steps: np.ndarray | None = None
) -> bytes:
    """The file of embeddings `(N, C, S)` and directions `(K, C)`. Latents are stored in `steps` `(C,)`, or as finely as
    8 bits can: in steps of a 127th of the largest of their channel."""
    finest = np.maximum(np.abs(latents).max((0, 2)) / _LEVELS, 1e-6)
    scale = (finest if steps is None else np.maximum(steps, finest)).astype(np.float32)
    entries = [_deflate(entry.tobytes()) for entry in np.rint(latents / scale[:, None]).astype(np.int8)]
    tensors = {
        "latents": np.frombuffer(b"".join(entries), np.uint8),
        "ends": np.cumsum([len(entry) for entry in entries]).astype(np.int64),
        "scale": scale,
        # safetensors writes an array's memory as it lies, whatever its strides
        "directions": np.ascontiguousarray(directions, np.float32),
    }
    return _in_order(save(tensors, dict(metadata)))


def unpack(data: bytes) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The tensors and the metadata of a file, `latents` as `(N, C, S)`, in which shape they may lie there, too.

    Raises `SafetensorError`, `KeyError`, `TypeError`, `ValueError` or `AttributeError` when it is none.
    """
    tensors = read_tensors(data)
    if "ends" in tensors:
        tensors["latents"] = _inflate(tensors["latents"].tobytes(), tensors.pop("ends"), len(tensors["scale"]))
    return tensors, metadata_of(data)


def metadata_of(data: bytes) -> dict[str, str]:
    """The metadata of a file that `unpack` takes, without its tensors."""
    return _header(data)["__metadata__"]


def principal_directions(means: np.ndarray) -> np.ndarray:
    """Principal directions of clips' mean embeddings `(N, C)`, each as long as its standard deviation,
    `(DIRECTIONS, C)` float32, rows of zeros where there are fewer clips than directions."""
    centred = means - means.mean(0)
    _, lengths, rows = np.linalg.svd(centred, full_matrices=False)
    directions = np.zeros((DIRECTIONS, means.shape[1]), np.float32)
    count = min(DIRECTIONS, len(rows))
    directions[:count] = rows[:count] * (lengths[:count, None] / np.sqrt(max(len(means) - 1, 1)))
    return directions


def _deflate(entry: bytes) -> bytes:
    """Numbers like noise have nothing to be found again: how often each is there says all (5 % smaller so)."""
    coder = zlib.compressobj(level=9, strategy=zlib.Z_HUFFMAN_ONLY)
    return coder.compress(entry) + coder.flush()


def _inflate(data: bytes, ends: np.ndarray, channels: int) -> np.ndarray:
    """Embeddings `(N, C, S)` int8 from the place in `data` where each ends."""
    entries, left = [], LARGEST_BANK
    for start, end in pairwise([0, *ends.tolist()]):
        try:
            entry = zlib.decompressobj().decompress(data[start:end], left + 1)
        except zlib.error as error:
            raise ValueError("an embedding cannot be inflated") from error
        left -= len(entry)
        if left < 0:
            raise ValueError("the embeddings are too large")
        entries.append(np.frombuffer(entry, np.int8).reshape(channels, -1))
    return np.stack(entries)


def _in_order(data: bytes) -> bytes:
    """The same with its names in order, for safetensors writes them in any: equal banks are equal files."""
    header = json.dumps(_header(data), sort_keys=True).encode("ascii")
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + data[8 + int.from_bytes(data[:8], "little") :]


def _header(data: bytes) -> dict[str, dict[str, str]]:
    return json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
