"""The file format of banks: safetensors with quantised embeddings, each compressed with zlib, and the entries' credits,
bars and descriptors as JSON in the metadata."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from safetensors.numpy import save

from img2music.models.tensors import read_metadata, read_tensors

DIRECTIONS = 16
"""Principal directions that a bank has."""
LARGEST_BANK = 2**28
"""Numbers in the decompressed embeddings above which a bank is refused, however small its file is."""
_LEVELS = 127


def pack(
    latents: np.ndarray, directions: np.ndarray, metadata: Mapping[str, str], steps: np.ndarray | None = None
) -> bytes:
    """The bytes of a bank with embeddings `(N, C, S)` and directions `(K, C)`.

    Latents are quantised to 8 bits in `steps` `(C,)`; by default, and at least, in steps of 1/127 of the largest value
    of their channel."""
    finest = np.maximum(np.abs(latents).max((0, 2)) / _LEVELS, 1e-6)
    scale = (finest if steps is None else np.maximum(steps, finest)).astype(np.float32)
    entries = [_deflate(entry.tobytes()) for entry in np.rint(latents / scale[:, None]).astype(np.int8)]
    tensors = {
        "latents": np.frombuffer(b"".join(entries), np.uint8),
        "ends": np.cumsum([len(entry) for entry in entries]).astype(np.int64),
        "scale": scale,
        # safetensors ignores strides
        "directions": np.ascontiguousarray(directions, np.float32),
    }
    return _in_order(save(tensors, dict(metadata)))


def unpack(data: bytes) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The tensors and the metadata of a file; `latents` are `(N, C, S)`, also where the file has them uncompressed.

    Raises `SafetensorError`, `KeyError`, `TypeError`, `ValueError` or `AttributeError` when the file is malformed.
    """
    tensors = read_tensors(data)
    if "ends" in tensors:
        tensors["latents"] = _inflate(tensors["latents"].tobytes(), tensors.pop("ends"), len(tensors["scale"]))
    return tensors, read_metadata(data)


def principal_directions(means: np.ndarray) -> np.ndarray:
    """Principal directions of clips' mean embeddings `(N, C)`, each as long as its standard deviation,
    `(DIRECTIONS, C)` float32; with too few clips the last rows are zero."""
    centred = means - means.mean(0)
    _, lengths, rows = np.linalg.svd(centred, full_matrices=False)
    directions = np.zeros((DIRECTIONS, means.shape[1]), np.float32)
    count = min(DIRECTIONS, len(rows))
    directions[:count] = rows[:count] * (lengths[:count, None] / np.sqrt(max(len(means) - 1, 1)))
    return directions


def _deflate(entry: bytes) -> bytes:
    """Compress by Huffman codes alone: noise-like numbers do not repeat (5 % smaller than with matches)."""
    coder = zlib.compressobj(level=9, strategy=zlib.Z_HUFFMAN_ONLY)
    return coder.compress(entry) + coder.flush()


def _inflate(data: bytes, ends: np.ndarray, channels: int) -> np.ndarray:
    """Embeddings `(N, C, S)` int8 from compressed `data`, in which each ends at one of `ends`."""
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
    """The file with sorted names: safetensors writes them in any order, and equal banks shall be equal files."""
    header = json.dumps(_header(data), sort_keys=True).encode("ascii")
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + data[8 + int.from_bytes(data[:8], "little") :]


def _header(data: bytes) -> dict[str, dict[str, str]]:
    return json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
