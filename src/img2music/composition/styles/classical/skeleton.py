"""The skeleton of a piece: its harmonies in time, with the bass and the framework of the melody, from schemata."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from img2music.composition.chance import pick, stream
from img2music.composition.metre import Metre
from img2music.composition.plan import Plan
from img2music.composition.styles.classical.form import Phrase, phrases
from img2music.composition.theory.roman import Harmony, Key, harmony
from img2music.composition.theory.schemata import CADENCES, CONTINUATIONS, OPENINGS, ROMANTIC_OPENINGS, fitting

ROMANTIC = ("nocturne", "waltz", "orchestral", "mazurka", "barcarolle", "serenade")
"""Styles that begin with harmonies of the nineteenth century."""
PICARDY = ("baroque", "fugue", "sarabande")
"""Styles that in minor end in major."""


@dataclass(frozen=True, slots=True)
class Event:
    """A harmony at beat `start` for `length` beats; `degree` (0 to 6) is that of the melody's framework."""

    start: float
    length: float
    chord: Harmony
    degree: int

    @property
    def end(self) -> float:
        """Where it ends, in beats."""
        return self.start + self.length


@dataclass(frozen=True)
class Frame:
    """A phrase with its harmonies. From beat `goal` on the cadence has arrived."""

    phrase: Phrase
    events: tuple[Event, ...]
    goal: float


def skeleton(plan: Plan) -> tuple[Frame, ...]:
    """The frames of all phrases, without gaps. `plan.chords` are not looked at."""
    return tuple(_frame(plan, phrase) for phrase in phrases(plan))


def half_bars(metre: Metre) -> tuple[float, ...]:
    """A bar in two uneven or even parts: 2 + 2 in 4/4, 2 + 1 in 3/4, 3 + 2 in 5/4."""
    groups = metre.groups
    if len(groups) == 1:
        return (metre.beats * 2 / 3, metre.beats / 3) if metre.numerator % 3 == 0 else (metre.beats / 2,) * 2
    first = (len(groups) + 1) // 2
    return sum(groups[:first]), sum(groups[first:])


def _frame(plan: Plan, phrase: Phrase) -> Frame:
    metre, key = plan.metre, phrase.key
    start, bar = phrase.first * metre.beats, metre.beats
    if phrase.bars == 1:
        pairs = (("V7", 7), ("I", 1)) if phrase.last else (("I", 3), ("V", 2))
        lengths = half_bars(metre)
        events = _place(pairs, start, lengths, key)
        return Frame(phrase, tuple(events), events[-1].start)
    ending = ending_of(plan, phrase)
    closing = 2 if _pace(plan) == 1 and phrase.bars >= 4 and len(ending) > 2 else 1
    goal = start + (phrase.bars - 1) * bar
    events = _body(plan, phrase, phrase.bars - 1 - closing)
    events += spread(ending[:-1], goal - closing * bar, closing, metre, key, most=4)
    name, degree = ending[-1]
    events.append(Event(goal, bar, goal_of(name, phrase, plan), degree - 1))
    return Frame(phrase, tuple(events), goal)


def _body(plan: Plan, phrase: Phrase, bars: int) -> list[Event]:
    """What comes before the cadence: an opening, in a sentence its answer, and continuations."""
    pace, metre, key = _pace(plan), plan.metre, phrase.key
    start, done, events = phrase.first * metre.beats, 0, list[Event]()

    def add(pairs: Sequence[tuple[str, int]], most: int) -> None:
        nonlocal done
        length = min(bars - done, most, max(-(-len(pairs) // pace), 2))
        events.extend(spread(pairs[: pace * length], start + done * metre.beats, length, metre, key))
        done += length

    if bars:
        add(_opening(plan, phrase), 4)
    if bars - done >= 4:
        add(_opening(plan, phrase, answer=True), 4)
    while done < bars:
        rng = stream(plan.seed, "continuation", phrase.theme, done)
        add(pick(rng, fitting(CONTINUATIONS, key.minor, plan.mood.tension)).events, 4)
    return events


def goal_of(name: str, phrase: Phrase, plan: Plan) -> Harmony:
    """The chord of the goal; old pieces in minor end in major, with a Picardy third."""
    picardy = phrase.last and plan.style in PICARDY and phrase.key.minor
    return harmony(name, Key(phrase.key.tonic, "major") if picardy else phrase.key)


def _pace(plan: Plan) -> int:
    """How many chords a bar has: one where bars are short."""
    return 1 if plan.metre.beats * 60 / plan.tempo.initial < 2.1 else 2


def _opening(plan: Plan, phrase: Phrase, answer: bool = False) -> tuple[tuple[str, int], ...]:
    schemata = ROMANTIC_OPENINGS if plan.style in ROMANTIC else OPENINGS
    weights = fitting(schemata, phrase.key.minor, plan.mood.tension)
    rng = stream(plan.seed, "opening", phrase.theme, answer)
    return pick(rng, weights).events


def ending_of(plan: Plan, phrase: Phrase) -> tuple[tuple[str, int], ...]:
    kind = "authentic" if phrase.last else phrase.cadence
    most = max(len(plan.metre.groups), 2) + 1
    weights = fitting(CADENCES[kind], phrase.key.minor, plan.mood.tension)
    fit = {schema: weight for schema, weight in weights.items() if len(schema.events) <= most}
    return pick(stream(plan.seed, "ending", phrase.theme, kind), fit or weights).events


def spread(
    pairs: Sequence[tuple[str, int]], start: float, bars: int, metre: Metre, key: Key, most: int = 2
) -> list[Event]:
    """Pairs of numeral and degree, evenly over bars: one a bar, two halves, or one for each group of beats."""
    if len(pairs) <= bars:
        slots = [metre.beats] * bars
    elif len(pairs) <= 2 * bars:
        slots = list(half_bars(metre)) * bars
    else:
        slots = list(metre.groups) * bars
        if len(slots) < len(pairs):
            slots = [length / 2 for length in slots for _ in range(2)]
        pairs = pairs[-min(len(slots), most * bars) :]
    count, lengths = len(pairs), []
    if count == 3 and len(slots) == 4 and bars == 1:  # a long first chord, then two quick ones
        lengths = [slots[0] + slots[1], slots[2], slots[3]]
    else:
        bounds = [i * len(slots) // count for i in range(count + 1)]
        lengths = [sum(slots[a:b]) for a, b in itertools.pairwise(bounds)]
    return _place(pairs, start, lengths, key)


def _place(pairs: Sequence[tuple[str, int]], start: float, lengths: Sequence[float], key: Key) -> list[Event]:
    events = []
    for (name, degree), length in zip(pairs, lengths, strict=True):
        events.append(Event(start, length, harmony(name, key), degree - 1))
        start += length
    return events
