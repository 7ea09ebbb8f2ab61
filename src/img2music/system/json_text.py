"""Untrusted JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from img2music.errors import Img2MusicError
from img2music.system.files import read_regular

LARGEST = 2**26
"""Bytes above which a file of JSON is refused."""


def parse_json(text: bytes | str) -> Any:
    """The value of a JSON text.

    Raises `ValueError` when it is malformed, nested too deeply, holds a number of thousands of digits, or has a name
    twice in one object, which programs read in different ways.
    """
    try:
        return json.loads(text, object_pairs_hook=_unambiguous)
    except RecursionError as problem:
        raise ValueError("nested too deeply") from problem


def read_json(path: Path, error: type[Img2MusicError], advice: str) -> Any:
    """The value of a JSON file. Raises `error`, which ends in `advice`, when it cannot be read or is malformed."""
    try:
        return parse_json(read_regular(path, LARGEST, error))
    except ValueError as problem:
        raise error(f"{path} is damaged; {advice}.") from problem


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    facts = dict(pairs)
    if len(facts) < len(pairs):
        raise ValueError("a name occurs twice")
    return facts
