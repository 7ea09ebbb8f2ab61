"""Loops: music that can be repeated without a seam."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from img2music.audio.loudness import normalise_loudness

FADE = 0.05
"""Length of the cross-fade before the seam, s, from the sound before the last bar line to that before the first."""
_PHRASES = (8, 4, 2, 1)
"""Lengths of phrases in bars; a loop is a whole number of the longest phrase that fits."""
_AROUND = 1.0  # context from the loop's other end for loudness and limiter, s


def loop_ends(bars: Sequence[float], seconds: float) -> tuple[float, float]:
    """Beginning and end in s of the longest loop within `seconds` that begins and ends on one of `bars` (s).

    Without two bar lines it is everything but the fade.
    """
    first = [bar for bar in bars if bar >= FADE]
    if len(first) < 2 or first[1] > seconds:
        return FADE, seconds
    begin, fitting = first[0], [bar for bar in first[1:] if bar <= seconds]
    return begin, fitting[whole_phrases(len(fitting)) - 1]


def whole_phrases(bars: int, longest: int = _PHRASES[0]) -> int:
    """How many of at least one bar are whole phrases of the longest kind that fits, up to `longest` bars."""
    phrase = next(phrase for phrase in _PHRASES if phrase <= min(bars, longest))
    return bars // phrase * phrase


def close_loop(samples: np.ndarray, rate: int, begin: float, end: float) -> np.ndarray:
    """A loop of `round((end - begin) · rate)` samples, float32, of samples `(T,)` or `(T, C)` at `rate` Hz from `begin`
    to `end` in s.

    Its end leads into its own beginning; it has the loudness of a finished snippet."""
    first, last, fade = round(begin * rate), round(end * rate), round(FADE * rate)
    loop = np.array(samples[first:last], np.float32)
    fade = min(fade, first, len(loop))
    if fade:
        turn = np.linspace(0, np.pi / 2, fade, dtype=np.float32).reshape(-1, *[1] * (loop.ndim - 1))
        loop[-fade:] = loop[-fade:] * np.cos(turn) + samples[first - fade : first] * np.sin(turn)
    around = min(round(_AROUND * rate), len(loop))
    return normalise_loudness(np.concatenate([loop[-around:], loop, loop[:around]]), rate)[around : around + len(loop)]
