"""Time signatures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Metre:
    """A time signature, such as 3/4 or 6/8."""

    numerator: int = 4
    denominator: int = 4

    @property
    def beats(self) -> float:
        """Length of a bar in beats, that is quarter notes."""
        return 4 * self.numerator / self.denominator

    @property
    def pulse(self) -> float:
        """What one taps to, in beats: a dotted quarter in 6/8 and its like, otherwise a quarter."""
        return 1.5 if self.compound else 1.0

    @property
    def compound(self) -> bool:
        """Whether three eighths make a pulse, as in 6/8, 9/8 and 12/8."""
        return self.denominator == 8 and self.numerator % 3 == 0

    @property
    def groups(self) -> tuple[float, ...]:
        """Lengths in beats of the groups that a bar is felt in: (1, 1, 1.5) in 7/8."""
        if self.compound:
            return (1.5,) * (self.numerator // 3)
        if self.denominator <= 4:
            unit = 4 / self.denominator
            return (1.0,) * round(self.numerator * unit)
        unit = 4 / self.denominator
        twos, odd = divmod(self.numerator, 2)
        return (2 * unit,) * (twos - odd) + (3 * unit,) * odd if twos >= odd else (unit,)

    def strength(self, beat: float) -> float:
        """How strong a place in the bar is, from 1, the first beat, to 0, between the sixteenths."""
        return _strengths(self).get(round(beat % self.beats * 48), 0.0)

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@lru_cache(maxsize=64)
def _strengths(metre: Metre) -> dict[int, float]:
    """Strength by forty-eighths of a beat from the bar line."""
    found = dict.fromkeys(range(0, round(metre.beats * 48), 12), 0.1)
    found |= dict.fromkeys(range(0, round(metre.beats * 48), 24), 0.25)
    half = _second_accent(metre)
    place = 0.0
    for number, length in enumerate(metre.groups):
        found[round(place * 48)] = 1.0 if number == 0 else 0.75 if number == half else 0.5
        place += length
    return found


def _second_accent(metre: Metre) -> int:
    """The group that the second half of a bar begins with; there is none in bars of two or three."""
    count = len(metre.groups)
    return 0 if count < 4 and not (count == 2 and metre.beats >= 3) else -(-count // 2)
