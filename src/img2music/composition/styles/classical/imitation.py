"""The plan of an imitative piece: entries of its subject in related keys, episodes between them, a cadence."""

from __future__ import annotations

from dataclasses import dataclass

from img2music.composition.chance import one, pick, stream
from img2music.composition.plan import Plan
from img2music.composition.styles.classical.form import Phrase
from img2music.composition.styles.classical.skeleton import Event, Frame, ending_of, goal_of, spread
from img2music.composition.theory.roman import Key
from img2music.composition.theory.schemata import CONTINUATIONS, fitting

IMITATIVE = ("baroque", "fugue")
"""Styles in imitation."""
VOICES = 3
"""Soprano, alto and bass, counted from above."""
SUBJECTS: tuple[tuple[tuple[str, int], ...], ...] = (
    (("I", 1), ("V6", 7), ("I", 1), ("IV", 6)),
    (("I", 3), ("II6", 4), ("V7", 7), ("I", 1)),
    (("I", 1), ("IV", 6), ("V7", 7), ("I", 1)),
    (("I", 1), ("I6", 3), ("IV", 4), ("V", 5)),
    (("I", 3), ("IV", 4), ("V7", 4), ("I", 3)),
    (("I", 1), ("V6", 7), ("VI", 6), ("V", 5)),
    (("I", 1), ("V42", 4), ("I6", 3), ("V", 5)),
    (("I", 1), ("VI", 6), ("II65", 4), ("V", 5)),
    (("I", 3), ("I", 1), ("V7", 7), ("I", 1)),
    (("I", 3), ("V6", 7), ("I", 1), ("V", 7)),
)
"""Harmonies and framework of a subject: none on the fifth of a chord, so that the bass can have it as well."""


@dataclass(frozen=True)
class Entry(Phrase):
    """A phrase in which a voice has the subject; in an episode none has it, and `voice` is -1."""

    voice: int = -1


def imitative(plan: Plan) -> tuple[Frame, ...]:
    """The frames of an imitative piece."""
    length = subject_bars(plan)
    if plan.bars < length + 2:
        return (_closing(plan, 0, plan.bars, "phrase"),)
    home, bar, frames = Key(plan.key, plan.mode), 0, list[Frame]()
    close = 2 if plan.bars - 2 >= length else 1
    order = one(stream(plan.seed, "order of voices"), ((0, 1, 2), (1, 0, 2), (2, 1, 0), (0, 2, 1)))
    for number, voice in enumerate(order):
        if bar + length + close > plan.bars:
            break
        frames.append(_entry(plan, bar, length, home.at(4) if number % 2 else home, voice))
        bar += length
    number = 0
    while plan.bars - bar - close >= length + 1:
        left = plan.bars - bar - close - length
        rng = stream(plan.seed, "episode", number)
        bars = min(pick(rng, {2: 2, 3: 1, 4: 1}), left)
        last = left - bars < length + 1
        if last:
            bars = left
        degrees = (0,) if last else ((2, 3, 5) if home.minor else (5, 3, 1, 4))
        key = home.at(one(rng, degrees))
        while bars > 0:
            part = bars if bars <= 4 else 4 if bars != 5 else 3
            frames.append(_episode(plan, bar, part, key, number))
            bar, bars = bar + part, bars - part
        frames.append(_entry(plan, bar, length, key, one(rng, range(VOICES))))
        bar, number = bar + length, number + 1
    return (*frames, _closing(plan, bar, plan.bars - bar, "close"))


def subject_bars(plan: Plan) -> int:
    """How many bars the subject has."""
    return 1 if plan.metre.beats * 60 / plan.tempo.initial >= 2.3 and len(plan.metre.groups) > 1 else 2


def _phrase(plan: Plan, first: int, bars: int, key: Key, theme: str, cadence: str, voice: int) -> Entry:
    return Entry(first, bars, key, cadence, theme, 0, plan.section_of[first], voice)


def _entry(plan: Plan, first: int, bars: int, key: Key, voice: int) -> Frame:
    phrase = _phrase(plan, first, bars, key, "subject", "none", voice)
    events = spread(_subject(plan), first * plan.metre.beats, bars, plan.metre, key, most=4)
    return Frame(phrase, tuple(events), phrase.first * plan.metre.beats)


def _subject(plan: Plan) -> tuple[tuple[str, int], ...]:
    return one(stream(plan.seed, "subject"), SUBJECTS)


def _episode(plan: Plan, first: int, bars: int, key: Key, number: int) -> Frame:
    phrase = _phrase(plan, first, bars, key, f"episode {number}", "none", -1)
    rng = stream(plan.seed, "sequence", number, first)
    schema = pick(rng, fitting(CONTINUATIONS, key.minor, plan.mood.tension))
    events = spread(schema.events[: 2 * bars], first * plan.metre.beats, bars, plan.metre, key)
    return Frame(phrase, tuple(events), first * plan.metre.beats)


def _closing(plan: Plan, first: int, bars: int, theme: str) -> Frame:
    """The last cadence; what bars there are before it prolong the dominant over a pedal."""
    home = Key(plan.key, plan.mode)
    phrase = _phrase(plan, first, bars, home, theme, "final", -1)
    beats, events = plan.metre.beats, list[Event]()
    start = first * beats
    if bars == 1:
        events = spread((("V7", 7),), start, 1, plan.metre, home)
        half = events[0].length / 2
        events = [Event(start, half, events[0].chord, 6), Event(start + half, half, goal_of("I", phrase, plan), 0)]
        return Frame(phrase, tuple(events), start + half)
    if bars > 2:
        pairs = (("IV", 6), ("V7", 4), ("I64", 3), ("V7", 2))[: 2 * (bars - 2)]
        events += spread(pairs, start, bars - 2, plan.metre, home)
    ending = ending_of(plan, phrase)
    events += spread(ending[:-1], start + (bars - 2) * beats, 1, plan.metre, home, most=4)
    goal = start + (bars - 1) * beats
    name, degree = ending[-1]
    events.append(Event(goal, beats, goal_of(name, phrase, plan), degree - 1))
    return Frame(phrase, tuple(events), goal)
