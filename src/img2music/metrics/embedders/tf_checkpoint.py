"""Reading TensorFlow's checkpoint bundles with numpy alone.

A bundle is an index, a sorted-string table from tensor names to where the tensors lie, and a data file
of their bare values.

References: tensorflow/core/util/tensor_bundle/tensor_bundle.h and tensorflow/core/protobuf/
tensor_bundle.proto (the bundle), leveldb/doc/table_format.md (the table).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from img2music.errors import ModelError

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48  # bytes: two block handles, padded, and the magic number
_UNCOMPRESSED = b"\0"
_FLOAT = 1  # tensorflow.DataType.DT_FLOAT

Message = dict[int, list[Any]]
"""Values of a protocol buffer, whole numbers or bytes, by the numbers of their fields."""


def read_bundle(index: bytes, data: bytes) -> dict[str, np.ndarray]:
    """Return the float32 tensors, by name, of a bundle of one data file; tensors of other types are left out.

    ``index`` holds the bytes of the ``.index`` file, ``data`` those of ``.data-00000-of-00001``. Checksums
    inside the bundle are not looked at: whoever reads the files knows what digest they should have.

    Raises ModelError when the bundle is damaged, compressed, big-endian or spread over several data files.
    """
    try:
        entries = dict(_table(index))
        header = _message(entries.pop(b""))
        if header.get(1, [1]) != [1] or header.get(2, [0]) != [0]:
            raise ValueError("big-endian, or in several data files")
        tensors = ((name.decode(), _tensor(_message(entry), data)) for name, entry in entries.items())
        return {name: tensor for name, tensor in tensors if tensor is not None}
    except (LookupError, OverflowError, TypeError, ValueError) as problem:
        raise ModelError(f"Not a checkpoint that can be read ({problem}); install its package anew.") from problem


def _tensor(entry: Message, data: bytes) -> np.ndarray | None:
    if entry.get(1) != [_FLOAT]:
        return None
    sizes = [_message(size).get(1, [0])[0] for size in _message(entry.get(2, [b""])[0]).get(2, [])]
    # Zero is a field's default, which is not written: the first tensor has no offset.
    start, length = entry.get(4, [0])[0], entry.get(5, [0])[0]
    if length != 4 * math.prod(sizes) or start + length > len(data):
        raise ValueError("a tensor does not fit its place")
    return np.frombuffer(data, "<f4", length // 4, start).reshape(sizes)


def _table(table: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a sorted-string table, whose footer says where the block of its blocks is."""
    footer = table[-_FOOTER:]
    if len(footer) < _FOOTER or int.from_bytes(footer[-8:], "little") != _MAGIC:
        raise ValueError("no index of tensors")
    _, _, *handle = _varints(footer, 4)
    for _, block in _block(table, *handle):
        yield from _block(table, *_varints(block, 2))


def _block(table: bytes, start: int, length: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of one block, in which a key says only where it departs from the one before."""
    if table[start + length : start + length + 1] != _UNCOMPRESSED:
        raise ValueError("a compressed or cut block")
    block = table[start : start + length]
    # The last words say where keys are written out in full, for jumping into a block; nobody jumps here.
    end = length - 4 * (int.from_bytes(block[-4:], "little") + 1)
    place, key = 0, b""
    while place < end:
        shared, place = _varint(block, place)
        fresh, place = _varint(block, place)
        size, place = _varint(block, place)
        key = key[:shared] + block[place : place + fresh]
        place += fresh
        yield key, block[place : place + size]
        place += size


def _message(data: bytes) -> Message:
    """Values of a protocol buffer by the numbers of their fields.

    Reference: protobuf.dev/programming-guides/encoding.
    """
    fields: Message = {}
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        kind = tag & 7
        if kind == 0:
            number, place = _varint(data, place)
            fields.setdefault(tag >> 3, []).append(number)
        else:
            length, place = _varint(data, place) if kind == 2 else ({1: 8, 5: 4}[kind], place)
            fields.setdefault(tag >> 3, []).append(data[place : place + length])
            place += length
    return fields


def _varints(data: bytes, count: int) -> list[int]:
    values, place = [], 0
    for _ in range(count):
        value, place = _varint(data, place)
        values.append(value)
    return values


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """The number written at ``place``, seven bits a byte and the lowest first, and the place behind it."""
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
