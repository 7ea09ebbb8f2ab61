"""Forms of songs and of hip-hop tracks, from a few bars to ten minutes."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from img2music.composition.chance import one
from img2music.composition.form.sections import KINDS, lay_out
from img2music.composition.score import Section

Order = Sequence[tuple[str, float]]
"""Sections by name, with their weights in length."""

# The bars from which a form is used, and the forms.
_SONGS: tuple[tuple[int, tuple[Order, ...]], ...] = (
    (1, ((("chorus", 1),),)),
    (4, ((("verse", 1), ("chorus", 1)), (("chorus", 1),))),
    (7, ((("intro", 0.5), ("chorus", 1.5)), (("verse", 1), ("chorus", 1)), (("chorus", 1),))),
    (
        12,
        (
            (("intro", 0.5), ("verse", 1), ("chorus", 1)),
            (("verse", 1), ("prechorus", 0.5), ("chorus", 1.5)),
            (("chorus", 1), ("verse", 1), ("chorus", 1)),
        ),
    ),
    (
        22,
        (
            (("intro", 0.5), ("verse", 1), ("prechorus", 0.5), ("chorus", 1), ("outro", 0.5)),
            (("intro", 0.5), ("chorus", 1), ("verse", 1), ("chorus", 1)),
            (("verse", 1), ("chorus", 1), ("bridge", 0.5), ("chorus", 1)),
        ),
    ),
    (
        40,
        (
            (
                *(("intro", 0.5), ("verse", 1), ("prechorus", 0.5), ("chorus", 1), ("verse", 1), ("prechorus", 0.5)),
                *(("chorus", 1), ("bridge", 1), ("chorus", 1), ("outro", 0.5)),
            ),
            (
                *(("intro", 0.5), ("verse", 1), ("chorus", 1), ("verse", 1), ("chorus", 1), ("break", 0.5)),
                *(("bridge", 1), ("chorus", 1), ("outro", 0.5)),
            ),
            (
                *(("chorus", 0.5), ("verse", 1), ("chorus", 1), ("interlude", 0.5), ("verse", 1), ("bridge", 1)),
                *(("break", 0.5), ("chorus", 1.5), ("outro", 0.5)),
            ),
        ),
    ),
    (
        120,
        (
            (
                *(("intro", 0.5), ("verse", 1), ("prechorus", 0.5), ("chorus", 1), ("verse", 1), ("prechorus", 0.5)),
                *(("chorus", 1), ("interlude", 0.5), ("bridge", 1), ("solo", 1), ("break", 0.5), ("prechorus", 0.5)),
                *(("chorus", 1), ("chorus", 1), ("outro", 0.5)),
            ),
        ),
    ),
)
_CLUB: tuple[tuple[int, tuple[Order, ...]], ...] = (
    *_SONGS[:2],
    (7, ((("build", 1), ("drop", 1)), (("intro", 0.5), ("drop", 1)), (("verse", 0.5), ("build", 0.5), ("drop", 1)))),
    (12, ((("verse", 1), ("build", 0.5), ("drop", 1)), (("intro", 0.5), ("verse", 1), ("build", 0.5), ("drop", 1.5)))),
    (
        22,
        (
            (("intro", 0.5), ("verse", 1), ("build", 0.5), ("drop", 1), ("outro", 0.5)),
            (("verse", 1), ("build", 0.5), ("drop", 1), ("break", 0.5), ("drop", 1)),
        ),
    ),
    (
        40,
        (
            (
                *(("intro", 0.5), ("verse", 1), ("build", 0.5), ("drop", 1), ("break", 0.5), ("verse", 1)),
                *(("build", 0.5), ("drop", 1), ("bridge", 1), ("build", 0.5), ("drop", 1), ("outro", 0.5)),
            ),
        ),
    ),
)
_TRACKS: tuple[tuple[int, tuple[Order, ...]], ...] = (
    (1, ((("verse", 1),), (("hook", 1),))),
    (6, ((("verse", 1),), (("verse", 1), ("hook", 1)), (("intro", 0.3), ("verse", 1)), (("hook", 1),))),
    (
        12,
        (
            (("intro", 0.5), ("verse", 1.5), ("hook", 1)),
            (("hook", 1), ("verse", 1)),
            (("intro", 0.5), ("verse", 1.5), ("break", 0.5), ("verse", 0.5)),
        ),
    ),
    (
        20,
        (
            (("intro", 0.5), ("hook", 1), ("verse", 2), ("outro", 0.5)),
            (("intro", 0.5), ("verse", 2), ("hook", 1), ("break", 0.5), ("hook", 0.5)),
        ),
    ),
    (
        36,
        (
            (
                *(("intro", 0.5), ("verse", 2), ("hook", 1), ("verse", 2), ("hook", 1), ("bridge", 1)),
                *(("break", 0.5), ("hook", 1), ("outro", 0.5)),
            ),
            (
                *(("intro", 0.5), ("hook", 1), ("verse", 2), ("hook", 1), ("break", 0.5), ("verse", 1.5)),
                *(("bridge", 0.5), ("hook", 1), ("outro", 0.5)),
            ),
        ),
    ),
)


def song(bars: int, rng: Random) -> tuple[Section, ...]:
    """Verses and choruses, later with a bridge and a break; the last chorus is the loudest."""
    return _drawn(_SONGS, bars, rng)


def club(bars: int, rng: Random) -> tuple[Section, ...]:
    """Verses, builds and drops."""
    return _drawn(_CLUB, bars, rng)


def track(bars: int, rng: Random) -> tuple[Section, ...]:
    """Verses of rap and a hook over one loop."""
    return _drawn(_TRACKS, bars, rng)


def _drawn(forms: Sequence[tuple[int, Sequence[Order]]], bars: int, rng: Random) -> tuple[Section, ...]:
    fitting = [options for least, options in forms if least <= bars][-1]
    order = one(rng, fitting)
    loudest = max(KINDS[name][0] for name, _ in order)
    last = max(index for index, (name, _) in enumerate(order) if KINDS[name][0] == loudest)
    raised = [
        (name, min(KINDS[name][0] + (0.1 if index == last and index > 2 else 0.0), 1.0), weight)
        for index, (name, weight) in enumerate(order)
    ]
    return lay_out(raised, bars)
