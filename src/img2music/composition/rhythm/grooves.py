"""Drum grooves: a pattern of two bars that a style finds likely, played by a person, with fills where sections end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from img2music.composition.chance import around, pick, stream
from img2music.composition.metre import Metre
from img2music.composition.plan import Plan, Player
from img2music.composition.rhythm.fills import fill
from img2music.composition.score import Articulation, Note

KICK, RIM, SNARE, CLAP, CLOSED, PEDAL, OPEN, CRASH, RIDE = 36, 37, 38, 39, 42, 44, 46, 49, 51
TAMBOURINE, SHAKER = 54, 70
_STROKE = 0.25
"""Written length of a stroke, beats."""
_FOUR = Metre(4, 4)


@dataclass(frozen=True)
class Drummer:
    """How drummers of a style play.

    `kicks` says how likely a kick is on each sixteenth of a bar in 4/4, from 0 to 9; `extra` how many a bar has beside
    the first. `four` is the chance of a kick on every pulse, `half_time` that of one snare in the middle of the bar.
    `snares` and `hats` (the space between strokes in beats) have weights. `ghosts`, `opens` and `rolls` are chances of
    soft strokes, open hi-hats and rolls; `jitter` and `drag`, which the snare alone has, are in seconds. `dembow` puts
    the snare where reggaeton has it. In loud sections the hi-hat gives way to the ride by the chance `ride`, or else is
    half open by the chance `wash`.
    """

    kicks: str
    extra: tuple[int, int] = (1, 2)
    four: float = 0.0
    half_time: float = 0.0
    snares: Mapping[int, float] = field(default_factory=lambda: {SNARE: 1.0})
    hats: Mapping[float, float] = field(default_factory=lambda: {0.5: 1.0})
    ghosts: float = 0.3
    opens: float = 0.3
    rolls: float = 0.0
    jitter: float = 0.006
    drag: float = 0.0
    dembow: bool = False
    ride: float = 0.3
    wash: float = 0.0


@dataclass(frozen=True)
class Groove:
    """What repeats every two bars: places in beats from the first bar line."""

    kicks: tuple[float, ...]
    snares: tuple[float, ...]
    snare: int
    ghosts: tuple[float, ...]
    spacing: float
    opens: tuple[float, ...]
    chorus_cymbal: int
    half_time: bool


def make_groove(drummer: Drummer, plan: Plan) -> Groove:
    """The groove of a plan: the bass follows its kicks."""
    rng = stream(plan.seed, plan.style, "groove")
    metre, bar = plan.metre, plan.metre.beats
    half_time = rng.random() < drummer.half_time
    backbeats = _backbeats(metre, half_time, drummer.dembow)
    four = rng.random() < drummer.four
    snares = tuple(number * bar + place for number in (0, 1) for place in backbeats)
    kicks: list[float] = []
    first = _kicks(drummer, metre, four, backbeats, rng)
    second = _kicks(drummer, metre, four, backbeats, rng) if rng.random() < 0.75 and not four else first
    kicks = [*first, *(bar + place for place in second)]
    density = plan.density_per_beat
    spacing = pick(
        rng, {space: weight * 4 ** (6 * (density - 0.5) * (0.5 - space)) for space, weight in drummer.hats.items()}
    )
    spacing = 0.5 if metre.compound and spacing not in (0.5, 0.25) else spacing
    ghosts = []
    if rng.random() < drummer.ghosts + 0.4 * (density - 0.5):
        for place in snares:
            for offset in (-0.25, 0.25, 0.75, -0.75):
                spot = (place + offset) % (2 * bar)
                if spot not in kicks and spot not in snares and rng.random() < 0.3:
                    ghosts.append(spot)
    opens = []
    if rng.random() < drummer.opens:
        spots = [0.5, bar - 0.5, bar + 1.5, 2 * bar - 0.5]
        opens = [spot for spot in spots if rng.random() < 0.4]
    if four:
        opens = [place + 0.5 for place in _pulses(metre)] + [bar + place + 0.5 for place in _pulses(metre)]
    cymbal = RIDE if rng.random() < drummer.ride else OPEN if rng.random() < drummer.wash else CLOSED
    return Groove(
        tuple(kicks),
        snares,
        pick(rng, drummer.snares),
        tuple(sorted(set(ghosts))),
        spacing,
        tuple(opens),
        cymbal,
        half_time,
    )


def _pulses(metre: Metre) -> list[float]:
    """Where the groups of a bar begin."""
    places, place = [], 0.0
    for length in metre.groups:
        places.append(place)
        place += length
    return places


def _backbeats(metre: Metre, half_time: bool, dembow: bool) -> list[float]:
    pulses = _pulses(metre)
    if dembow and metre.beats == 4:
        return [0.75, 1.5, 2.75, 3.5]
    if len(pulses) == 1:
        return [metre.beats / 2]
    if half_time:
        return [pulses[len(pulses) // 2]]
    if len(pulses) == 3:
        return [pulses[1], pulses[2]] if metre.beats > 4 else [pulses[2]]
    return pulses[1::2]


def _kicks(drummer: Drummer, metre: Metre, four: bool, backbeats: list[float], rng: Random) -> list[float]:
    if four:
        return _pulses(metre)
    weights: dict[float, float] = {}
    for step in range(1, round(metre.beats * 4)):
        place = step / 4
        if place in backbeats:
            continue
        likely = int(drummer.kicks[step % 16]) if not metre.compound else round(9 * metre.strength(place))
        if likely:
            weights[place] = likely
    kicks = [0.0]
    low, high = drummer.extra
    count = low + int(rng.random() * (high - low + 1))
    for _ in range(min(max(round(count * metre.beats / 4), 1), len(weights))):
        place = pick(rng, weights)
        kicks.append(place)
        for near in (place, place - 0.25, place + 0.25):
            weights[near] = weights.get(near, 0.0) * (0.0 if near == place else 0.3)
        if not any(weights.values()):
            break
    return sorted(kicks)


def drum(player: Player, plan: Plan, drummer: Drummer, groove: Groove) -> list[Note]:
    """All strokes of a drummer: the groove as loud and full as each section, fills, and the last stroke."""
    rng = stream(plan.seed, plan.style, "drums", player.seat)
    notes: list[Note] = []
    bar = plan.metre.beats
    before = -1.0
    for number, section in enumerate(plan.section_of[:-1] or plan.section_of):
        start = number * bar
        new = section.first == number
        if section.energy < player.enters:
            before = section.energy
            continue
        if new and section.energy >= 0.6 and (before < section.energy or section.energy >= 0.8):
            notes.append(_hit(start, CRASH, 100, drummer, rng))
        if new:
            before = section.energy
        following = plan.section_of[number + 1] if number + 1 < plan.bars else section
        ends = following is not section
        closes = number == plan.bars - 2
        if section.name == "build":
            notes += _build(start, section.bars - (number - section.first), plan.metre, drummer, rng)
            continue
        space = 0.0
        if (ends and following.energy >= 0.4) or closes or ((number - section.first) % 8 == 7 and rng.random() < 0.7):
            space = min(bar / 2 if ends and following.energy > section.energy else plan.metre.pulse, bar)
        elif (number - section.first) % 4 == 3 and rng.random() < 0.4:
            space = plan.metre.pulse / 2
        notes += _bar(start, number % 2 * bar, bar - space, section.energy, groove, plan, drummer, rng)
        if space:
            kit = (SNARE, KICK) if section.energy < 0.45 else (SNARE, 48, 45, 41)
            notes += [
                _hit(at, pitch, loud, drummer, rng) for at, pitch, loud in fill(start + bar - space, space, kit, rng)
            ]
    last = plan.bars - 1
    if last:
        room = plan.ending - last * bar
        if room > 0:
            notes += _bar(last * bar, last % 2 * bar, room, plan.section_of[last].energy, groove, plan, drummer, rng)
        loud = plan.section_of[last].energy
        cymbal = CRASH if loud >= 0.5 else RIDE
        notes += [_hit(plan.ending, KICK, 100, drummer, rng), _hit(plan.ending, cymbal, 70 + 30 * loud, drummer, rng)]
    return notes


def _bar(
    start: float, phase: float, until: float, energy: float, groove: Groove, plan: Plan, drummer: Drummer, rng: Random
) -> list[Note]:
    """One bar of the groove, up to where a fill begins. Soft sections have less of it."""
    bar = plan.metre.beats
    end = phase + until - 1e-6
    sparse = energy < 0.35
    notes = [
        _hit(start + place - phase, KICK, 108, drummer, rng)
        for place in groove.kicks
        if phase <= place < end and (not sparse or place == phase)
    ]
    if not sparse:
        for place in groove.snares:
            if phase <= place < end:
                snare = RIM if energy < 0.5 and groove.snare == SNARE else groove.snare
                notes.append(_hit(start + place - phase, snare, 102, drummer, rng, drummer.drag))
                if energy >= 0.85 and snare == CLAP:
                    notes.append(_hit(start + place - phase, SNARE, 84, drummer, rng, drummer.drag))
        if energy >= 0.5:
            for place in groove.ghosts:
                if phase <= place < end:
                    loud = 26 + int(rng.random() * 16)
                    stroke = _hit(start + place - phase, SNARE, loud, drummer, rng)
                    notes.append(Note(stroke.start, 0.2, SNARE, stroke.velocity, Articulation.GHOST, 0.0, stroke.late))
    spacing = groove.spacing if not sparse else max(groove.spacing, 0.5)
    cymbal = groove.chorus_cymbal if energy >= 0.8 else CLOSED
    for step in range(round(bar / spacing)):
        place = step * spacing
        if place >= until - 1e-6:
            break
        if phase + place in groove.opens and energy >= 0.55:
            notes.append(_hit(start + place, OPEN, 78, drummer, rng))
            continue
        if drummer.rolls and rng.random() < drummer.rolls * (0.5 + plan.density_per_beat):
            parts = (2, 3, 4)[int(rng.random() * 3)]
            for part in range(parts):
                loud = 56 + 7 * part
                notes.append(_hit(start + place + part * spacing / parts, CLOSED, loud, drummer, rng))
            continue
        accent = plan.metre.strength(place)
        loud = 82 if accent >= 0.5 else 66 if accent >= 0.25 else 52
        notes.append(_hit(start + place, cymbal if spacing >= 0.5 else CLOSED, loud, drummer, rng))
    return notes


def _build(start: float, left: int, metre: Metre, drummer: Drummer, rng: Random) -> list[Note]:
    """A snare roll that grows faster and louder towards the next section."""
    spacing = 1.0 if left > 3 else 0.5 if left > 1 else 0.25
    count = round(metre.beats / spacing)
    return [
        _hit(start + step * spacing, SNARE, 58 + 44 * (step / count + 4 - min(left, 4)) / 4, drummer, rng)
        for step in range(count)
    ]


def _hit(start: float, pitch: int, loud: float, drummer: Drummer, rng: Random, drag: float = 0.0) -> Note:
    velocity = int(loud + around(rng, 9))
    late = drag + around(rng, drummer.jitter) if drummer.jitter else drag
    return Note(start, _STROKE, pitch, min(max(velocity, 1), 127), Articulation.NORMAL, 0.0, round(late, 5))
