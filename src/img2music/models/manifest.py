"""The manifest of a models folder: what is in it, its checksums, what it was trained on and its measured figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from img2music.errors import ModelError
from img2music.genres import GENRES
from img2music.system.names import is_plain

MANIFEST = "manifest.json"
FORMAT = 1
LARGEST_MANIFEST = 8 * 2**20
"""Bytes above which a manifest is refused."""
DEEPEST = 32
"""Levels of nested lists and objects above which a manifest is refused."""


@dataclass(frozen=True)
class ModelFile:
    """A file of a models folder: its SHA-256, None where the manifest gives none, and its size."""

    sha256: str | None
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What a models folder says about itself.

    `genres` are those that the classifier tells apart, in the order of its outputs, the paper's four by default.
    `trained_on` and `figures` are for people to read: their names and values are free. `json` is the whole as it was
    read.
    """

    version: str
    genres: tuple[str, ...]
    files: Mapping[str, ModelFile]
    trained_on: Mapping[str, Any]
    figures: Mapping[str, Any]
    json: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """The manifest in a file. Raises `ModelError` when it is missing, damaged or not of this format."""
        facts = _read(path)
        if not isinstance(facts, dict) or facts.get("format") != FORMAT or not _is_shallow(facts):
            raise ModelError(f"{path} is not a manifest of format {FORMAT}; export the models again.")
        files, genres = facts.get("files"), facts.get("genres", list(GENRES))
        if not isinstance(files, dict):
            raise ModelError(f"{path} lists no files; export the models again.")
        if not _are_genres(genres):
            raise ModelError(f"{path} names genres that cannot be; export the models again.")
        return cls(
            version=str(facts.get("version", "unknown")),
            genres=tuple(genres),
            files={name: _model_file(file) for name, file in files.items()},
            trained_on=_object(facts.get("trained_on")),
            figures=_object(facts.get("figures")),
            json=facts,
        )


def _read(path: Path) -> object:
    try:
        if not path.is_file():
            raise FileNotFoundError(path)  # or a pipe, which might never end
        with path.open("rb") as file:
            text = file.read(LARGEST_MANIFEST + 1)
        facts = json.loads(text) if len(text) <= LARGEST_MANIFEST else None
        json.dumps(facts, ensure_ascii=False).encode("utf-8")  # half a surrogate pair could not be printed
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read: no trained models there; run `img2music export`.") from error
    return facts


def _are_genres(names: object) -> bool:
    """Whether these are different names, each of which can be that of a folder."""
    return isinstance(names, list) and bool(names) and all(map(is_plain, names)) and len(set(names)) == len(names)


def _model_file(facts: object) -> ModelFile:
    known = _object(facts)
    sha256, size = known.get("sha256"), known.get("bytes")
    return ModelFile(sha256 if isinstance(sha256, str) else None, size if isinstance(size, int) else 0)


def _object(facts: object) -> Mapping[str, Any]:
    return facts if isinstance(facts, dict) else {}


def _is_shallow(facts: object) -> bool:
    """Whether lists and objects are nested at most `DEEPEST` levels deep."""
    level = [facts]
    for _ in range(DEEPEST):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return True
    return False


def _parts(whole: object) -> Iterable[object]:
    if isinstance(whole, dict):
        return whole.values()
    return whole if isinstance(whole, list) else ()
