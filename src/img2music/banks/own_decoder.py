"""The decoder that learnt the sound of a bank, beside the bank: `banks/NAME/GENRE.CHECKSUM.onnx`."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from img2music.errors import ModelError
from img2music.models.folder import Network, load_network
from img2music.system.files import atomic_write, read_regular

_SUFFIX = ".onnx"
_MARK = 16
"""Digits of the checksum in the name of the file."""
_LARGEST = 64 * 2**20
"""Bytes above which a decoder is refused."""


def decoder_path(bank: Path, sha256: str) -> Path:
    """The file of the decoder with that checksum, for the music in the file `bank`."""
    return bank.with_name(f"{bank.stem}.{sha256[:_MARK]}{_SUFFIX}")


def write_decoder(bank: Path, data: bytes) -> str:
    """Write a decoder for the music in the file `bank` and return its SHA-256. Raises `OutputError`."""
    sha256 = hashlib.sha256(data).hexdigest()
    with atomic_write(decoder_path(bank, sha256), force=True, through_link=False) as temporary:
        temporary.write_bytes(data)
    return sha256


def remove_decoders(bank: Path, but: str | None = None) -> None:
    """Remove the decoders for the music in the file `bank`, all or all but one. Raises `OSError`."""
    kept = None if but is None else decoder_path(bank, but)
    for path in bank.parent.glob(f"{bank.stem}.{'[0-9a-f]' * _MARK}{_SUFFIX}"):
        if path != kept:
            path.unlink(missing_ok=True)


@lru_cache(maxsize=4)
def load_decoder(path: Path, sha256: str) -> Network:
    """The decoder in a file that may come from anyone. Raises `ModelError` when it is missing or has another
    checksum."""
    data = read_regular(path, _LARGEST, ModelError)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(f"{path} is damaged; remove that bank, or let `img2music learn` make the decoder again.")
    return load_network(data, path)
