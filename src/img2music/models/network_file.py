"""Untrusted ONNX files: the check that all weights are in the file itself.

A tensor of an ONNX file may refer to another file, or even to memory, for ONNX Runtime to read. The check follows every
message of `onnx.proto` (https://github.com/onnx/onnx) that can hold a tensor; fields are known by their numbers.
"""

from __future__ import annotations

from typing import TypeAlias

from img2music.errors import ModelError

_DEEPEST = 64
"""Depth of nested messages above which a file is refused; a nested branch or loop takes three levels."""
_VARINT, _MESSAGE = 0, 2
_FIXED = {1: 8, 5: 4}
"""Wire types: a varint, a length-delimited message, or a fixed number of bytes."""
_LONGEST_VARINT = 10
_MORE = 0x80
"""The bit of a varint's byte that says that more bytes follow."""
_ORT_MARK = slice(4, 8), b"ORTM"
"""The mark of ONNX Runtime's own format."""


_Parts: TypeAlias = "dict[int, _Parts]"
_TENSOR: _Parts = {}
_SPARSE_TENSOR: _Parts = {1: _TENSOR, 2: _TENSOR}
_GRAPH: _Parts = {5: _TENSOR, 15: _SPARSE_TENSOR}
_ATTRIBUTE: _Parts = {5: _TENSOR, 6: _GRAPH, 10: _TENSOR, 11: _GRAPH, 22: _SPARSE_TENSOR, 23: _SPARSE_TENSOR}
_NODE: _Parts = {5: _ATTRIBUTE}
_GRAPH[1] = _NODE
_FUNCTION: _Parts = {7: _NODE, 11: _ATTRIBUTE}
_TRAINING: _Parts = {1: _GRAPH, 2: _GRAPH}
_MODEL: _Parts = {7: _GRAPH, 20: _TRAINING, 25: _FUNCTION}
"""For each kind of message, the fields that can hold a tensor, with the kind of message that they hold."""
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14
"""Fields of a tensor: where its values are, and whether they are outside the file."""


def check_alone(data: bytes, name: object) -> None:
    """Raise `ModelError` when the ONNX file `data`, called `name`, refers to other files or is malformed."""
    place, mark = _ORT_MARK
    if data[place] == mark:
        raise ModelError(f"{name} is in another format than ONNX; export the models again.")
    try:
        alone = _is_alone(data)
    except (IndexError, ValueError) as error:
        raise ModelError(f"{name} is not a working model; export the models again.") from error
    if not alone:
        raise ModelError(f"{name} takes weights from other files; save it with all of them in one file.")


def _is_alone(data: bytes) -> bool:
    """Whether no tensor refers elsewhere. Raises `ValueError` or `IndexError` when `data` is no ONNX file."""
    waiting = [(_MODEL, 0, len(data), 0)]
    while waiting:
        parts, place, end, depth = waiting.pop()
        if depth > _DEEPEST:
            raise ValueError("too many messages within each other")
        while place < end:
            tag = data[place]  # most are of one byte; a function call for each would double the time
            place += 1
            if tag >= _MORE:
                tag, place = _varint(data, place - 1)
            field, form = tag >> 3, tag & 7
            value = start = 0
            if form in (_VARINT, _MESSAGE):
                value = data[place]
                place += 1
                if value >= _MORE:
                    value, place = _varint(data, place - 1)
                if form == _MESSAGE:
                    start, place = place, place + value
            elif form in _FIXED:
                place += _FIXED[form]
            else:
                raise ValueError("a group, which ONNX does not have")
            if place > end:
                raise ValueError("ends within a field")
            if parts is _TENSOR:
                if field == _EXTERNAL_DATA or (field == _DATA_LOCATION and (value or form != _VARINT)):
                    return False
            elif form == _MESSAGE and field in parts:
                waiting.append((parts[field], start, place, depth + 1))
    return True


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """The varint at a position, and the position after it. Raises as `_is_alone`."""
    value = 0
    for count in range(_LONGEST_VARINT):
        byte = data[place + count]
        value |= (byte & ~_MORE) << (7 * count)
        if byte < _MORE:
            return value, place + count + 1
    raise ValueError("a number of too many bytes")
