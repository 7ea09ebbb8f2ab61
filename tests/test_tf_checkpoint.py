"""A TensorFlow checkpoint is read without TensorFlow, and a damaged one is refused in one line."""

import struct

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from img2music.errors import ModelError
from img2music.metrics.embedders.tf_checkpoint import read_bundle

TENSORS = {
    "conv2d/bias": np.arange(3, dtype=np.float32),
    "conv2d/kernel": np.linspace(-1, 1, 200, dtype=np.float32).reshape(2, 5, 1, 20),
    "dense/kernel": np.ones((2, 2), np.float32),
    "scale": np.array(2.5, np.float32),
}
HEADER = b"\x08\x01\x1a\x02\x08\x01"  # one data file, version 1


def _varint(value: int) -> bytes:
    rest, low = divmod(value, 128)
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _entry(shape: tuple[int, ...], offset: int, size: int, kind: int = 1) -> bytes:
    dimensions = b"".join(_field(2, _field(1, length)) for length in shape)
    place = (_field(4, offset) if offset else b"") + _field(5, size)
    return _field(1, kind) + _field(2, dimensions) + place + _varint(6 << 3 | 5) + b"\0\0\0\0"


def _block(rows: list[tuple[bytes, bytes]]) -> bytes:
    content, before = b"", b""
    for key, value in rows:
        shared = next(
            (i for i, (x, y) in enumerate(zip(key, before, strict=False)) if x != y), min(len(key), len(before))
        )
        content += _varint(shared) + _varint(len(key) - shared) + _varint(len(value)) + key[shared:] + value
        before = key
    return content + struct.pack("<II", 0, 1)


def _bundle(header: bytes = HEADER, compression: bytes = b"\0", extra: bytes | None = None) -> tuple[bytes, bytes]:
    """Index and data of `TENSORS`, in two blocks so that the block of blocks has something to say."""
    rows, data = [(b"", header)], b""
    for name, tensor in TENSORS.items():
        rows.append((name.encode(), _entry(tensor.shape, len(data), tensor.nbytes)))
        data += tensor.tobytes()
    if extra is not None:
        rows.append((b"zzz", extra))
    table, handles = b"", []
    for part in (rows[:3], rows[3:]):
        block = _block(part)
        handles.append((part[-1][0], _varint(len(table)) + _varint(len(block))))
        table += block + compression + b"\0\0\0\0"
    top = _block(handles)
    footer = _varint(0) + _varint(0) + _varint(len(table)) + _varint(len(top))
    table += top + compression + b"\0\0\0\0"
    return table + footer.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57), data


def test_a_bundle_gives_back_its_tensors() -> None:
    tensors = read_bundle(*_bundle())
    assert list(tensors) == list(TENSORS)
    for name, tensor in TENSORS.items():
        assert tensors[name].dtype == np.float32
        np.testing.assert_array_equal(tensors[name], tensor, strict=True)


def test_tensors_of_other_types_are_left_out() -> None:
    assert list(read_bundle(*_bundle(extra=_entry((), 0, 8, kind=9)))) == list(TENSORS)


@pytest.mark.parametrize(
    "bundle",
    [
        (b"", b""),
        (_bundle()[0], _bundle()[1][:-1]),
        (_bundle()[0][:-1], _bundle()[1]),
        (_bundle()[0][20:], _bundle()[1]),
        _bundle(header=b"\x08\x02"),
        _bundle(header=b"\x10\x01"),
        _bundle(compression=b"\1"),
        _bundle(extra=_entry((3,), 0, 8)),
        _bundle(extra=_entry((2,), 2**40, 8)),
    ],
    ids=["empty", "cut data", "cut index", "no beginning", "shards", "big-endian", "compressed", "shape", "outside"],
)
def test_a_bundle_that_cannot_be_read_is_refused(bundle: tuple[bytes, bytes]) -> None:
    with pytest.raises(ModelError, match="install its package anew") as caught:
        read_bundle(*bundle)
    assert "\n" not in str(caught.value)


@settings(max_examples=300, deadline=None)
@example(0, 0x80)
@given(st.integers(0, len(_bundle()[0]) - 1), st.integers(0, 255))
def test_a_changed_byte_never_ends_in_another_error(place: int, byte: int) -> None:
    index, data = _bundle()
    changed = index[:place] + bytes([byte]) + index[place + 1 :]
    try:
        read_bundle(changed, data)
    except ModelError as error:
        assert str(error).isprintable()
