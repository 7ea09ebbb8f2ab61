"""A piece of music that can be repeated without a seam."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from img2music.audio.loudness import normalise_loudness

FADE = 0.05
"""Cross-fade before the seam, s: what leads to the first bar line replaces what leads to the last."""
_PHRASES = (8, 4, 2, 1)
"""Music goes by phrases of so many bars; a loop is a whole number of the longest that fits."""
_AROUND = 1.0  # s of the loop's other end that the limiter sees


def loop_ends(bars: Sequence[float], seconds: float) -> tuple[float, float]:
    """Beginning and end in s of the longest loop within `seconds` that begins and ends on one of `bars` (s).

    Without two bar lines it is all but the fade.
    """
    first = [bar for bar in bars if bar >= FADE]
    if len(first) < 2 or first[1] > seconds:
        return FADE, seconds
    begin, fitting = first[0], [bar for bar in first[1:] if bar <= seconds]
    phrase = next(phrase for phrase in _PHRASES if phrase <= len(fitting))
    return begin, fitting[len(fitting) // phrase * phrase - 1]


def close_loop(samples: np.ndarray, rate: int, begin: float, end: float) -> np.ndarray:
    """Samples `(T,)` at `rate` Hz from `begin` to `end` in s, `(round((end - begin) · rate),)` float32: they lead into
    their own beginning, at the loudness of a finished snippet."""
    first, last, fade = round(begin * rate), round(end * rate), round(FADE * rate)
    loop = np.array(samples[first:last], np.float32)
    fade = min(fade, first, len(loop))
    if fade:
        turn = np.linspace(0, np.pi / 2, fade, dtype=np.float32)
        loop[-fade:] = loop[-fade:] * np.cos(turn) + samples[first - fade : first] * np.sin(turn)
    around = min(round(_AROUND * rate), len(loop))
    return normalise_loudness(np.concatenate([loop[-around:], loop, loop[:around]]), rate)[around : around + len(loop)]
