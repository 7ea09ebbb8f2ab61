"""JSON that may come from anyone."""

from __future__ import annotations

import json
from typing import Any


def parse_json(text: bytes | str) -> Any:
    """What a JSON text says.

    Raises `ValueError` for everything that is wrong with it: not only where it is no JSON, but also when it is nested
    too deeply, holds a number of thousands of digits, or names something twice in one object, which programs read in
    different ways.
    """
    try:
        return json.loads(text, object_pairs_hook=_unambiguous)
    except RecursionError as problem:
        raise ValueError("nested too deeply") from problem


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    facts = dict(pairs)
    if len(facts) < len(pairs):
        raise ValueError("a name occurs twice")
    return facts
