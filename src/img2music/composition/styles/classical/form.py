"""Form: how bars are divided into sections, sections into phrases, which key and which cadence each has."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from img2music.composition.chance import pick, stream
from img2music.composition.plan import Plan
from img2music.composition.score import Section
from img2music.composition.theory.roman import Key

_RETURNS = frozenset({"reprise", "return", "recapitulation"})
"""Names of sections that bring back the first."""


@dataclass(frozen=True)
class Phrase:
    """Bars that end with a cadence.

    Phrases of the same `theme` begin with the same music; `turn` counts how often it was heard before.
    """

    first: int
    bars: int
    key: Key
    cadence: str
    theme: str
    turn: int
    section: Section

    @property
    def last(self) -> bool:
        """Whether the piece ends with it."""
        return self.cadence == "final"


def period(bars: int, rng: Random) -> tuple[Section, ...]:
    """From a single phrase to a rondo, as long as there are bars for it."""
    if bars < 5:
        return _sections((("phrase", "A", bars, 0.6),))
    if bars < 14:
        half = bars // 2
        return _sections((("antecedent", "A", half, 0.5), ("consequent", "A", bars - half, 0.65)))
    if bars < 30:
        return ternary(bars, rng)
    if bars < 56:
        return ternary(bars, rng) if rng.random() < 0.5 else rondo(bars, rng)
    return sonata(bars, rng) if rng.random() < 0.5 else rondo(bars, rng)


def ternary(bars: int, rng: Random) -> tuple[Section, ...]:
    """Theme, contrasting middle, return, and a coda where there is room."""
    if bars < 12:
        return period(bars, rng)
    coda = 0 if bars < 24 else 4 if bars < 60 else 8
    theme = max(round((bars - coda) * 0.36 / 4) * 4, 4)
    if bars - coda - 2 * theme < 4:
        theme = (bars - coda - 4) // 4 * 2
    rest = bars - coda - 2 * theme
    sections = [("theme", "A", theme, 0.45), ("middle", "B", rest, 0.7), ("return", "A", theme, 0.55)]
    return _sections((*sections, ("coda", "C", coda, 0.4)))


def dance(bars: int, rng: Random) -> tuple[Section, ...]:
    """For short bars: a period longer than elsewhere, then as in other music."""
    if 5 <= bars < 20:
        half = bars // 2 if bars % 2 == 0 or bars < 12 else bars // 4 * 2
        return _sections((("antecedent", "A", half, 0.5), ("consequent", "A", bars - half, 0.65)))
    return ternary(bars, rng) if bars < 60 or rng.random() < 0.3 else rondo(bars, rng)


def variations(bars: int, rng: Random) -> tuple[Section, ...]:
    """A theme and as many variations as there are bars for."""
    if bars < 10:
        return period(bars, rng)
    length = 4 if bars < 24 else 8 if bars < 96 else 16
    count = max(bars // length, 2)
    energies = [
        0.4 + 0.45 * i / (count - 1) - (0.3 if i and i == count // 2 and count > 3 else 0) for i in range(count)
    ]
    rows = [("theme" if i == 0 else f"variation {i}", "A", length, energies[i]) for i in range(count)]
    name, label, _, energy = rows[-1]
    rows[-1] = (name, label, bars - length * (count - 1), energy)
    return _sections(tuple(rows))


def rondo(bars: int, rng: Random) -> tuple[Section, ...]:
    """A refrain that comes back between episodes."""
    if bars < 20:
        return ternary(bars, rng)
    count = 5 if bars < 84 else 7
    length = max(bars // count // 4 * 4, 4)
    labels, rows = "ABACA" if count == 5 else "ABACADA", []
    for number, label in enumerate(labels):
        name = "refrain" if label == "A" else f"episode {number // 2 + 1}"
        rows.append((name, label, length, 0.5 + 0.08 * (number if label == "A" else 4)))
    rest = bars - length * count
    if rest >= 2:
        rows.append(("coda", "Z", rest, 0.6))
    elif rest:
        rows[-1] = (*rows[-1][:2], length + rest, rows[-1][3])
    return _sections(tuple(rows))


def sonata(bars: int, rng: Random) -> tuple[Section, ...]:
    """First and second theme, development, both themes again in the tonic, coda."""
    if bars < 40:
        return ternary(bars, rng)
    unit = bars // 7 // 4 * 4
    shares = [("first theme", "A", 1, 0.45), ("second theme", "B", 1, 0.6), ("development", "D", 2, 0.8)]
    shares += [("recapitulation", "A", 1, 0.55), ("second theme again", "B", 1, 0.65)]
    rows = [(name, label, unit * share, energy) for name, label, share, energy in shares]
    return _sections((*rows, ("coda", "C", bars - unit * 6, 0.85)))


def invention(bars: int, rng: Random) -> tuple[Section, ...]:
    """Exposition, episodes and entries in turn, and a last entry."""
    if bars < 6:
        return _sections((("exposition", "A", bars, 0.6),))
    exposition = min(max(bars // 3, 2), 8)
    ending = min(max(bars // 4, 2), 6)
    rest, rows, number = bars - exposition - ending, [("exposition", "A", exposition, 0.5)], 1
    while rest > 0:
        length = rest if rest < 12 else 8
        rows.append((f"episode {number}", "BCDE"[(number - 1) % 4], length, 0.6))
        rest, number = rest - length, number + 1
    return _sections((*rows, ("last entries", "A", ending, 0.75)))


def _sections(rows: tuple[tuple[str, str, int, float], ...]) -> tuple[Section, ...]:
    found, first = [], 0
    for name, label, bars, energy in rows:
        if bars:
            found.append(Section(name, label, first, bars, round(energy, 3)))
            first += bars
    return tuple(found)


def phrases(plan: Plan) -> tuple[Phrase, ...]:
    """The phrases of all sections. The last ends with a full cadence in the tonic."""
    home = Key(plan.key, plan.mode)
    keys, heard, found = {plan.sections[0].label: home}, dict[str, int](), list[Phrase]()
    played: set[str] = set()
    for number, section in enumerate(plan.sections):
        closing = number == len(plan.sections) - 1
        label = plan.sections[0].label if section.name in _RETURNS else section.label
        if label not in keys:
            keys[label] = home if closing or section.name == "coda" else _related(plan, home, label)
        again = label in played
        played.add(label)
        key = home if closing or (again and number * 2 >= len(plan.sections)) else keys[label]
        lengths = _lengths(section.bars, section.name, plan)
        first = section.first
        for index, bars in enumerate(lengths):
            ending = index == len(lengths) - 1
            theme = label + str(index // 2)
            turn = heard.get(theme, 0)
            heard[theme] = turn + 1
            cadence = _cadence(plan, section, index, ending, closing)
            wanders = section.name.startswith("development") and not (ending and closing)
            here = _wander(plan, section, index, key) if wanders else key
            found.append(Phrase(first, bars, here, cadence, theme, turn, section))
            first += bars
    return tuple(found)


def _related(plan: Plan, home: Key, label: str) -> Key:
    """The key of a contrasting section: the dominant, the relative or the subdominant, mostly."""
    weights = {2: 6, 4: 2, 3: 1, 5: 1} if home.minor else {4: 5, 5: 2.5, 3: 1.5}
    return home.at(pick(stream(plan.seed, "related key", label), weights))


def _wander(plan: Plan, section: Section, index: int, key: Key) -> Key:
    """Development: another key with each phrase."""
    weights = {0: 0.5, 5: 1, 3: 1, 4: 1} | ({2: 1} if key.minor else {1: 1})
    if index == 0:
        return key
    return key.at(pick(stream(plan.seed, "development", section.first, index), weights))


def _lengths(bars: int, name: str, plan: Plan) -> list[int]:
    """Bars of the phrases of a section: fours mostly, eights for a sentence."""
    unit = 4
    if bars % 8 == 0 and bars <= 32 and stream(plan.seed, "sentence", name).random() < 0.4:
        unit = 8
    count = max(bars // unit, 1)
    lengths = [unit] * count
    rest = bars - unit * count
    if count == 1:
        return [bars]
    if rest == 3:
        lengths.append(3)
    else:
        lengths[-1] += rest
    return lengths


def _cadence(plan: Plan, section: Section, index: int, ending: bool, closing: bool) -> str:
    if ending and closing:
        return "final"
    rng = stream(plan.seed, "cadence", section.first, index)
    if not ending:
        return (
            "half" if index % 2 == 0 else pick(rng, {"imperfect": 2, "half": 1, "deceptive": 0.3 + plan.mood.tension})
        )
    if section.name in ("antecedent", "middle", "development", "exposition") or section.name.startswith("episode"):
        return "half"
    return pick(rng, {"authentic": 5, "imperfect": 1, "half": 0.5})
