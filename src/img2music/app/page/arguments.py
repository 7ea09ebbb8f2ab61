"""Checks of the types of arguments, which JSON leaves open."""

from __future__ import annotations

import math

from img2music.errors import OptionError

_LONGEST = 40
_TYPES = {bool: "true or false", str: "a text", list: "a list", dict: "an object", type(None): "nothing"}


def number(name: str, value: object) -> float:
    """A finite number. Raises `OptionError` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, value, "a number")
    try:
        plain = float(value)
    except OverflowError:
        plain = math.inf
    if not math.isfinite(plain):
        raise OptionError(f"{name} is {_short(value)}; give a finite number.")
    return plain


def whole(name: str, value: object) -> int:
    """A whole number, which may be written as 7.0. Raises `OptionError` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, value, "a whole number")
    if isinstance(value, float) and not value.is_integer():
        raise OptionError(f"{name} is {_short(value)}; give a whole number.")
    if len(str(abs(int(value)))) > _LONGEST:
        raise OptionError(f"{name} is {_short(value)}; give a smaller number.")
    return int(value)


def truth(name: str, value: object) -> bool:
    """True or false. Raises `OptionError` for anything else."""
    if not isinstance(value, bool):
        raise _wrong(name, value, "true or false")
    return value


def text(name: str, value: object) -> str:
    """A short text. Raises `OptionError` for anything else."""
    if not isinstance(value, str):
        raise _wrong(name, value, "a text")
    if len(value) > _LONGEST:
        raise OptionError(f"{name} is '{_short(value)}'; give at most {_LONGEST} letters.")
    return value


def _wrong(name: str, value: object, wanted: str) -> OptionError:
    return OptionError(f"{name} is {_TYPES.get(type(value), 'a number')}; give {wanted}.")


def _short(value: object) -> str:
    shown = str(value)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} …"
