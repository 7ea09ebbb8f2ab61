"""The JSON bodies of calls, rebuilt from the arguments of the page's functions, so that Gradio sees nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LARGEST_BODY = 2**16
"""Largest body in bytes."""
DEEPEST = 16
"""Most levels of nested lists and objects."""
NOT_AN_UPLOAD = {"not_an_upload": True}
"""Replaces a picture that was not uploaded to this page, or is no longer kept."""
_LONGEST_SESSION = 64


class BadBodyError(ValueError):
    """A body that is refused; its message is one line."""


@dataclass(frozen=True)
class Call:
    """A function of the page: its number in Gradio, its `name` if programs may call it, and its arguments with default
    values, None for required ones."""

    number: int
    name: str | None
    defaults: Mapping[str, Any]


class Bodies:
    """Reads the bodies of calls. `is_upload` says whether a path is that of an uploaded picture."""

    def __init__(self, calls: Sequence[Call], is_upload: Callable[[object], bool]) -> None:
        self._by_number = {call.number: call for call in calls}
        self._by_name = {call.name: call for call in calls if call.name is not None}
        self._is_upload = is_upload

    @property
    def names(self) -> tuple[str, ...]:
        """The functions that programs may call."""
        return tuple(self._by_name)

    def of_queue(self, body: bytes) -> bytes:
        """The body of a call by number, in a visitor's session. Raises `BadBodyError`."""
        given = _object(body)
        number, session, trigger = (given.get(key) for key in ("fn_index", "session_hash", "trigger_id"))
        call = self._by_number.get(number) if type(number) is int else None
        if call is None:
            raise BadBodyError("fn_index is the number of none of this page's functions.")
        if not isinstance(session, str) or not session.isascii() or not 0 < len(session) <= _LONGEST_SESSION:
            raise BadBodyError(f"session_hash must be a text of at most {_LONGEST_SESSION} letters.")
        made = {"data": self._values(call, given.get("data")), "fn_index": number, "session_hash": session}
        return _dump(made | {"trigger_id": trigger if type(trigger) is int else None})

    def of_call(self, name: str, body: bytes) -> bytes:
        """The body of a call by name, with its arguments in order. Raises `BadBodyError`."""
        return _dump({"data": self._values(self._by_name[name], _object(body).get("data"))})

    def of_named_call(self, name: str, body: bytes) -> bytes:
        """The body of a call by name, with its arguments by name, in the form of `of_call`. Raises `BadBodyError`."""
        call, given = self._by_name[name], _object(body)
        if unknown := [key for key in given if key not in call.defaults]:
            raise BadBodyError(f"/{name} has no '{unknown[0]}'; it takes {', '.join(call.defaults)}.")
        return _dump({"data": self._values(call, [given.get(key, value) for key, value in call.defaults.items()])})

    def _values(self, call: Call, data: object) -> list[Any]:
        if not isinstance(data, list) or len(data) > len(call.defaults):
            names = f": {', '.join(call.defaults)}" if call.name else ""
            raise BadBodyError(f"data must be a list of at most {len(call.defaults)} values{names}.")
        return [self._clean(item, 1) for item in data] + list(call.defaults.values())[len(data) :]

    def _clean(self, value: Any, depth: int) -> Any:
        """A value in which every file is an uploaded one, reduced to its path."""
        if depth > DEEPEST:
            raise BadBodyError(f"The values nest more than {DEEPEST} lists and objects deep.")
        if isinstance(value, list):
            return [self._clean(item, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        if self._is_upload(value.get("path")):
            return {"path": value["path"], "meta": {"_type": "gradio.FileData"}}
        if not value.keys().isdisjoint(("path", "url", "meta")):
            return NOT_AN_UPLOAD
        return {key: self._clean(item, depth + 1) for key, item in value.items()}


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise BadBodyError("The body is not JSON that can be read.") from problem
    if not isinstance(value, dict):
        raise BadBodyError("The body must be a JSON object.")
    return value


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode("ascii")
