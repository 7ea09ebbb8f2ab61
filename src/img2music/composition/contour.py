"""How music changes over time: what a picture is like from its beginning to its end as one reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

from img2music.errors import OptionError

MOST_POINTS = 256
REGISTER = 24.0
"""Semitones that the music moves up or down at most."""


@dataclass(frozen=True)
class Contour:
    """Numbers from 0 to 1, evenly spaced from the beginning of the music to its end, around 0.5.

    `lightness` and `height` are heard as register, `lightness` as brightness of the sound too, `detail` as density and
    loudness.
    """

    lightness: tuple[float, ...]
    detail: tuple[float, ...]
    height: tuple[float, ...]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Contour:
        """The contour of values that JSON has. Raises `TypeError`, `ValueError` or `AttributeError` when it is none."""
        return cls(**{name: tuple(float(point) for point in points) for name, points in values.items()})

    def check(self) -> None:
        """Raise `OptionError` when it has too few or too many points, or one that is not from 0 to 1."""
        for attribute in fields(self):
            points = getattr(self, attribute.name)
            if not 2 <= len(points) <= MOST_POINTS:
                raise OptionError(f"The contour's {attribute.name} has {len(points)} points; give 2 to {MOST_POINTS}.")
            if not all(isfinite(point) and 0 <= point <= 1 for point in points):
                raise OptionError(f"The contour's {attribute.name} has a point that is not from 0 to 1.")

    def lift(self, place: float) -> float:
        """Semitones by which music moves up or down at a `place` from 0, the beginning, to 1, the end."""
        return REGISTER * (at(self.lightness, place) + at(self.height, place) - 1)


def at(points: Sequence[float], place: float) -> float:
    """The value at a place from 0 to 1: that of the nearest points, by their distance."""
    where = min(max(place * len(points) - 0.5, 0.0), len(points) - 1.0)
    before = min(int(where), len(points) - 2)
    share = where - before
    return points[before] * (1 - share) + points[before + 1] * share
