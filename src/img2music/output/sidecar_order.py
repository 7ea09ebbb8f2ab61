"""Reading what a sidecar says was asked for. Each value is of the right kind or refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from img2music.composition.brief import change_of
from img2music.options import COMPOSE
from img2music.output.formats import FORMATS
from img2music.output.request import Request
from img2music.system.names import is_plain
from img2music.wishes import Change, Wishes

Value = TypeVar("Value")
_LONGEST_TEXT = 4096
_MOST_NAMES = 256
_SHA256 = re.compile(r"[0-9a-f]{64}")


def read_order(facts: Any, folder: Path) -> Request:
    """A request with values of the right types; their ranges are checked when the music is made.

    Paths start in `folder`. Raises `KeyError`, `TypeError`, `ValueError`, `OverflowError` or `AttributeError` when
    something else is there.
    """
    if not is_plain(facts["genre"]) or facts["format"] not in FORMATS:
        raise ValueError("unknown genre or format")
    engine, score = text(facts["engine"]), maybe(text, facts.get("score"))
    is_open = engine == COMPOSE and facts["seconds"] is None
    return Request(
        alpha=_number(facts["alpha"]),
        seed=_whole(facts["seed"]),
        seconds=None if is_open else _number(facts["seconds"]),
        loop=_truth(facts["loop"]),
        choose=text(facts["choose"]),
        engine=engine,
        blend=_truth(facts["blend"]),
        bank=maybe(text, facts.get("bank")),
        wishes=_wishes(facts.get("wishes", {})),
        score=None if score is None else folder / score,
        mono=_truth(facts.get("mono", False)),
        genre=text(facts["genre"]),
        format=text(facts["format"]),
        tags=_truth(facts["tags"]),
    )


def text(value: Any) -> str:
    """A short text. Raises `TypeError`."""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or "\0" in value:
        raise TypeError("no short text")
    return value


def sha256(value: Any) -> str:
    """The digits of a SHA-256. Raises `TypeError` or `ValueError`."""
    if not _SHA256.fullmatch(text(value)):
        raise ValueError("no SHA-256")
    return str(value)


def maybe(read: Callable[[Any], Value], value: Any) -> Value | None:
    """What `read` gives, None for None."""
    return None if value is None else read(value)


def _wishes(facts: Any) -> Wishes:
    return Wishes(
        style=maybe(text, facts.get("style")),
        mood=maybe(_mood, facts.get("mood")),
        bpm=maybe(_number, facts.get("bpm")),
        key=maybe(text, facts.get("key")),
        mode=maybe(text, facts.get("mode")),
        metre=maybe(text, facts.get("metre")),
        bars=maybe(_whole, facts.get("bars")),
        instruments=maybe(_names, facts.get("instruments")),
        sections=maybe(_names, facts.get("sections")),
        quote=maybe(text, facts.get("quote")),
        read=maybe(text, facts.get("read")),
        changes=_changes(facts.get("changes", [])),
    )


def _mood(value: Any) -> Mapping[str, float] | str:
    if isinstance(value, dict):
        return {text(name): _number(share) for name, share in value.items()}
    return text(value)


def _names(value: Any) -> tuple[str, ...] | str:
    if not isinstance(value, list):
        return text(value)
    if len(value) > _MOST_NAMES:
        raise ValueError("too many names")
    return tuple(map(text, value))


def _changes(value: Any) -> tuple[Change, ...]:
    if not isinstance(value, list) or len(value) > _MOST_NAMES:
        raise TypeError("no changes")
    return tuple(map(change_of, value))


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise TypeError("no number")
    return float(value)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("no whole number")
    return value


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError("neither true nor false")
    return value
