"""The harmony of a jazz piece: charts laid over its sections, with substitutions and a cadence at the end."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from img2music.composition.chance import one, pick, stream
from img2music.composition.plan import Plan
from img2music.composition.score import ChordSymbol, Section
from img2music.composition.styles.jazz import charts
from img2music.composition.theory.harmony import Numeral, merged, numeral, progression, realise

Bar = tuple[Numeral, ...]
_DOMINANTS = frozenset({"7", "9", "13", "7alt", "7b9", "7#11", "7sus", "9sus"})
_MAJOR_TONICS = frozenset({"maj7", "maj9", "6", "69"})


_MANNERS = {"samba": "bossa", "latin": "bossa", "fusion": "funk", "soul": "blues"}
"""The style whose harmonies others have."""


def manner(style: str) -> str:
    """The style whose harmonies a style has: mostly its own."""
    return _MANNERS.get(style, style)


def harmonise(plan: Plan) -> tuple[ChordSymbol, ...]:
    """The chords of a piece: the same chart for each head and solo, and a full close on the tonic."""
    chart = _reharmonised(_chart(plan), plan)
    bars: list[Bar] = []
    for section in plan.sections:
        bars += _section(plan, section, chart)
    bars[-1] = (_tonic(plan),)
    if plan.bars > 1:
        bars[-2] = _cadence(plan)
    return merged(realise(bars, plan.key, plan.metre))


def chart_length(style: str, bars: int) -> int:
    """How many bars of the chart one chorus has, for a piece of so many bars."""
    if manner(style) == "blues":
        return 12
    if manner(style) in ("modal", "funk"):
        return 8 if bars < 64 else 16
    return 8 if bars < 48 else 16 if bars < 100 else 32


def _chart(plan: Plan) -> list[Bar]:
    """A chorus: AABA or ABAC of 32 bars, AB of 16, A of 8, or twelve bars of blues."""
    rng = stream(plan.seed, "chart")
    style, length = manner(plan.style), chart_length(plan.style, plan.bars)
    if style == "blues":
        return list(progression(one(rng, charts.BLUES_MINOR if plan.minor else charts.BLUES_MAJOR)))
    if style == "modal":
        vamps = charts.MODAL[plan.mode]
        first, second = list(progression(one(rng, vamps))), list(progression(one(rng, vamps)))
        return first if length == 8 else first + second
    firsts, seconds = _repertory(plan)
    first, second = _eight(firsts, rng), _eight(seconds, rng)
    if length == 8:
        return first
    if length == 16:
        return first + second
    if rng.random() < 0.65:
        return first + first + second + first
    return first + second + first + _eight(firsts, rng)


def _eight(repertory: Sequence[str], rng: Random) -> list[Bar]:
    """Eight bars of the repertory, or four of one tune and four of another."""
    bars = list(progression(one(rng, repertory)))
    if rng.random() < 0.5:
        bars = [*bars[:4], *progression(one(rng, repertory))[4:]]
    return bars


def _repertory(plan: Plan) -> tuple[Sequence[str], Sequence[str]]:
    minor = plan.minor
    style = manner(plan.style)
    if style == "bossa":
        found = charts.BOSSA_MINOR if minor else charts.BOSSA_MAJOR
        return found, found
    if style == "ballad":
        found = charts.BALLAD_MINOR if minor else charts.BALLAD_MAJOR
        return found, found
    if style == "funk":
        found = charts.FUNK_MINOR if minor else charts.FUNK_MAJOR
        return found, found
    return (charts.A_MINOR, charts.B_MINOR) if minor else (charts.A_MAJOR, charts.B_MAJOR)


def _section(plan: Plan, section: Section, chart: Sequence[Bar]) -> list[Bar]:
    """The chart from its beginning; where a section is shorter, a turnaround ends it."""
    if section.name in ("intro", "outro", "coda") and manner(plan.style) not in ("modal", "funk"):
        return _turnarounds(plan, section)
    bars = [chart[bar % len(chart)] for bar in range(section.bars)]
    short = section.bars % len(chart)
    if short > 2 and section.bars > 3:
        bars[-2:] = _turnarounds(plan, section)[-2:]
    return bars


def _turnarounds(plan: Plan, section: Section) -> list[Bar]:
    rng = stream(plan.seed, "turnaround", section.label)
    options = charts.TURNAROUNDS_MINOR if plan.minor else charts.TURNAROUNDS_MAJOR
    pair = progression(one(rng, options))
    bars = [pair[bar % 2] for bar in range(section.bars)]
    return bars if section.bars % 2 == 0 else [pair[1], *bars[:-1]]


def _tonic(plan: Plan) -> Numeral:
    rng = stream(plan.seed, "last chord")
    bluesy = manner(plan.style) in ("blues", "funk") or plan.mode == "mixolydian"
    if plan.minor:
        return numeral(pick(rng, {"Im6": 3, "Im9": 2, "Im7": 1, "Immaj7": 2 * plan.mood.tension}))
    if bluesy:
        return numeral(pick(rng, {"I7": 2, "I9": 2, "I13": 1}))
    return numeral(pick(rng, {"I6": 2, "I69": 2, "Imaj9": 2, "Imaj7": 1}))


def _cadence(plan: Plan) -> Bar:
    rng = stream(plan.seed, "last cadence")
    if manner(plan.style) == "modal":
        options: Sequence[str] = ("V7sus",) if not plan.minor else ("V7alt",)
    elif manner(plan.style) in ("blues", "funk") and not plan.minor:
        options = ("V9sus", "IIm9 V13", "bVI9 V7alt", "V9")
    else:
        options = charts.CADENCES_MINOR if plan.minor else charts.CADENCES_MAJOR
    bar = progression(one(rng, options))[0]
    return bar if len(plan.metre.groups) > 1 else bar[-1:]


def _reharmonised(chart: Sequence[Bar], plan: Plan) -> list[Bar]:
    """The chart with substitutions, the more the tenser: tritones, related seconds, the back door, moves in thirds."""
    rng = stream(plan.seed, "substitutions")
    tension = plan.mood.tension
    bars = [tuple(_coloured(chord, tension, plan.mode, rng) for chord in bar) for bar in chart]
    if manner(plan.style) in ("modal", "funk"):
        return bars
    if tension > 0.7 and rng.random() < 0.5:
        bars = _in_thirds(bars)
    for index, bar in enumerate(bars):
        following = bars[(index + 1) % len(bars)][0]
        root, quality = bar[-1]
        if quality not in _DOMINANTS or quality.endswith("sus"):
            continue
        chance = rng.random()
        falls = (root - following[0]) % 12 == 7
        if falls and chance < 0.3 * tension:
            bars[index] = (*bar[:-1], ((root + 6) % 12, "7#11" if rng.random() < 0.5 else "9"))
        elif len(bar) == 1 and chance > 1 - 0.35 * tension and falls and len(plan.metre.groups) > 1:
            second = "m7b5" if following[1].startswith("m") and not following[1].startswith("maj") else "m7"
            bars[index] = (((root + 7) % 12, second), bar[0])
        elif root == 7 and following[1] in _MAJOR_TONICS and following[0] == 0 and 0.4 < chance < 0.4 + 0.25 * tension:
            bars[index] = ((5, "m7"), (10, "9")) if len(plan.metre.groups) > 1 else ((10, "9"),)
    return bars


def _coloured(chord: Numeral, tension: float, mode: str, rng: Random) -> Numeral:
    """The chord plainer or richer, as the tension asks for; a mixolydian tonic has its minor seventh."""
    root, quality = chord
    chance = rng.random()
    if mode == "mixolydian" and root == 0 and quality in _MAJOR_TONICS:
        return root, "9" if chance < 0.6 else "13"
    plain = {"7alt": "7", "13": "7", "9": "7", "maj9": "maj7", "m9": "m7", "7b9": "7", "69": "6"}
    rich = {"7": "7alt", "maj7": "maj9", "m7": "m9", "9": "13", "13": "7#11", "6": "69"}
    if tension < 0.35 and chance < 0.7 - tension:
        return root, plain.get(quality, quality)
    if tension > 0.55 and chance < tension - 0.35:
        return root, rich.get(quality, quality)
    return chord


def _in_thirds(bars: list[Bar]) -> list[Bar]:
    """Where II, V and I take four bars, keys a major third apart come between, as John Coltrane had them."""
    for index in range(len(bars) - 3):
        heads = [bar[0] for bar in bars[index : index + 4]]
        single = len(bars[index]) == len(bars[index + 1]) == 1
        if single and [root for root, _ in heads] == [2, 7, 0, 0] and heads[2][1] in _MAJOR_TONICS:
            between = progression("IIm7 bIII7 | bVImaj7 VII7 | IIImaj7 V7 | Imaj7")
            return [*bars[:index], *between, *bars[index + 4 :]]
    return bars
