"""How many bars fit into seconds, and at which tempo they fill them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log

from img2music.composition.brief import FASTEST, LONGEST, MOST_BARS, SLOWEST, Brief
from img2music.composition.metre import Metre
from img2music.errors import OptionError
from img2music.options import DEFAULT_SECONDS

NUDGE = 0.12
"""How far an open tempo may move, as a share, so that bars fill the seconds."""
BEYOND = 0.04
"""How far it may leave what is usual for its style, as a share."""
_UNEVEN = (0.0, 0.01, 0.03, 0.1)
"""What it costs to have so many bars beyond a multiple of four, in the same unit; one more is a last chord."""
_UNEVEN_HERE = 0.1
"""How much of that counts where the tempo stays near the one that is wanted."""


@dataclass(frozen=True)
class Length:
    """`bars` bars at `bpm` quarter notes per minute; the last chord is held for `spare` seconds more."""

    bars: int
    bpm: float
    spare: float = 0.0


def ring(seconds: float) -> float:
    """What is kept free at the end for the last note to ring, s."""
    return min(max(0.04 * seconds, 0.05), 0.8)


def length_asked(brief: Brief) -> float | None:
    """For how long a piece is heard before it is changed, s; None where its bars decide."""
    if brief.seconds is None:
        return DEFAULT_SECONDS if brief.bars is None else None
    return brief.seconds


def longest_hold(seconds: float, bar: float, share: float = 0.75) -> float:
    """How much longer than written the last chord may be held, s: so an open tempo needs to move little. `bar` is the
    length of a bar, s, of which it may be a `share`."""
    return min(0.16 * seconds, share * bar, 2.5)


def fit(brief: Brief, metre: Metre, bpm: float, slowest: float, fastest: float, chance: float | None) -> Length:
    """The bars and tempo for a brief.

    `bpm` is the tempo that is wanted, `slowest` and `fastest` what it may be in its style, quarter notes per minute;
    they count only where the brief leaves it open. Where the tempo must move, `chance` (0 to 1) says how far into what
    is possible; without one it moves as little as it can, so that nearly the same tempo is wanted and played. Raises
    `OptionError` when the brief contradicts itself.
    """
    if brief.bars is not None and brief.seconds is None:
        return _check_length(Length(brief.bars, brief.bpm or _rounded(bpm)), metre)
    seconds = brief.seconds if brief.seconds is not None else DEFAULT_SECONDS
    room = seconds - ring(seconds)
    if brief.bpm is not None:
        return _at_tempo(brief, metre, brief.bpm, seconds, room)
    if brief.bars is not None:
        return _in_time(brief.bars, metre, seconds, room)
    # Seconds alone: the bars that need the tempo to move least, even numbers preferred.
    least = room - longest_hold(seconds, metre.beats * 60 / bpm, 1.0 if chance is None else 0.75)
    wanted = _bars(room, bpm, metre)
    uneven = _UNEVEN_HERE if chance is None else 1.0
    usual: list[tuple[float, Length]] = []
    possible: list[tuple[float, Length]] = []
    for bars in range(max(int(wanted) - 8, 1), min(ceil(wanted) + 9, MOST_BARS + 1)):
        beats = bars * metre.beats * 60
        low, high = beats / room, beats / least
        tempo = bpm
        if not low <= bpm <= high:
            further = (chance or 0.0) * (high - low)
            tempo = low + further if bpm < low else high - further
        if not SLOWEST <= tempo <= FASTEST:
            continue
        move = abs(log(tempo / bpm))
        tempo = _rounded(tempo)
        length = Length(bars, tempo, max(room - beats / tempo, 0.0) if bars > 2 else 0.0)
        possible.append((move, length))
        if slowest * (1 - BEYOND) <= tempo <= fastest * (1 + BEYOND) and move <= NUDGE:
            usual.append((move + uneven * _unevenness(bars), length))
    if not possible:
        # Too short for a bar even at the fastest.
        return Length(1, _possible(FASTEST + 1, metre, seconds))
    return min(usual or possible, key=lambda entry: entry[0])[1]


def _at_tempo(brief: Brief, metre: Metre, bpm: float, seconds: float, room: float) -> Length:
    """At a given tempo as many bars as fit, or those asked for."""
    most = int(_bars(seconds, bpm, metre) + 1e-9)
    if most < (brief.bars or 1):
        wanted = brief.bars or 1
        needed = wanted * metre.beats * 60 / bpm
        raise OptionError(
            f"{counted(wanted)} of {metre} at {bpm:g} bpm last {needed:.4g} s, more than {seconds:g} s; choose at "
            f"least {ceil(needed * 100) / 100:g} s, fewer bars or a faster tempo."
        )
    if brief.bars is not None:
        return Length(brief.bars, bpm)
    return Length(min(max(int(_bars(room, bpm, metre) + 1e-9), 1), MOST_BARS), bpm)


def _in_time(bars: int, metre: Metre, seconds: float, room: float) -> Length:
    """A given number of bars in a given time, at the tempo that fills it."""
    needed = bars * metre.beats * 60 / room
    return Length(bars, _rounded(_possible(max(needed, SLOWEST), metre, seconds, bars)))


def _possible(bpm: float, metre: Metre, seconds: float, bars: int = 1) -> float:
    if bpm > FASTEST:
        shortest = bars * metre.beats * 60 / FASTEST
        raise OptionError(
            f"{counted(bars)} of {metre} cannot be played in {seconds:g} s; at the fastest, {FASTEST:g} bpm, it takes "
            f"{shortest:.4g} s and some time to ring."
        )
    return bpm


def _check_length(length: Length, metre: Metre) -> Length:
    seconds = length.bars * metre.beats * 60 / length.bpm
    if seconds > LONGEST:
        most = int(LONGEST * length.bpm / 60 / metre.beats)
        raise OptionError(
            f"{counted(length.bars)} of {metre} at {length.bpm:g} bpm last {seconds:.0f} s, more than {LONGEST:g} s; "
            f"choose at most {most} bars or a faster tempo."
        )
    return length


def _bars(seconds: float, bpm: float, metre: Metre) -> float:
    return seconds * bpm / 60 / metre.beats


def _unevenness(bars: int) -> float:
    return _UNEVEN[bars % 4] if bars > 2 else 0.0


def _rounded(bpm: float) -> float:
    """To hundredths, never slower, so that the music does not outlast its seconds."""
    return ceil(bpm * 100 - 1e-6) / 100


def counted(bars: int) -> str:
    """So many bars, in words."""
    return "1 bar" if bars == 1 else f"{bars} bars"
