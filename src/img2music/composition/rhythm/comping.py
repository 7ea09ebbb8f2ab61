"""How chords are played: held, pulsed, strummed, stabbed, broken, or with a rhythm of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from img2music.composition.chance import around, one, pick, stream
from img2music.composition.plan import Plan, Player
from img2music.composition.score import Articulation, Note
from img2music.composition.theory.cells import bar_rhythm
from img2music.composition.theory.harmony import tones
from img2music.composition.theory.voicing import opened, thinned, voicing

Stroke = tuple[float, float, float]
"""Start and length in beats, from the bar line, and loudness from 0 to 1."""
Pattern = Callable[[Plan, int, Random], list[Stroke]]


def held(plan: Plan, bar: int, rng: Random) -> list[Stroke]:
    """From chord to chord."""
    start = bar * plan.metre.beats
    found = []
    for chord in plan.chords_of(bar):
        at = max(chord.start - start, 0.0)
        found.append((at, min(chord.start + chord.length - start, plan.metre.beats) - at, 0.8))
    return found


def pulsed(plan: Plan, bar: int, rng: Random) -> list[Stroke]:
    """On every pulse."""
    pulse = plan.metre.pulse
    return [
        (step * pulse, pulse * 0.9, 0.9 if step % 2 == 0 else 0.75) for step in range(round(plan.metre.beats / pulse))
    ]


def strummed(plan: Plan, bar: int, rng: Random) -> list[Stroke]:
    """A strumming hand: down on the beat, some ups between, the same each bar."""
    own = stream(plan.seed, "strum", bar % 2)
    strokes = []
    for step in range(round(plan.metre.beats * 2)):
        place = step / 2
        strong = plan.metre.strength(place)
        if own.random() < 0.35 + 0.65 * strong + 0.3 * (plan.density_per_beat - 0.5):
            strokes.append((place, 0.5, 0.6 + 0.35 * strong))
    return strokes


def stabbed(plan: Plan, bar: int, rng: Random) -> list[Stroke]:
    """Short, syncopated, the same every two bars."""
    own = stream(plan.seed, "stab", bar % 2)
    onsets = bar_rhythm(plan.metre, 0.3 + 0.4 * plan.density_per_beat, 0.7, own)
    return [(at, 0.35, 0.9 if plan.metre.strength(at) >= 0.5 else 0.8) for at in onsets]


def off_beat(plan: Plan, bar: int, rng: Random) -> list[Stroke]:
    """Between the pulses."""
    pulse = plan.metre.pulse
    return [(step * pulse + pulse - 0.5, 0.35, 0.85) for step in range(round(plan.metre.beats / pulse))]


def pushed(plan: Plan, bar: int, rng: Random) -> list[Stroke]:
    """Long chords, of which the second comes early."""
    if plan.metre.beats < 3 or len(plan.chords_of(bar)) > 1:
        return held(plan, bar, rng)
    half = plan.metre.beats / 2
    return [(0.0, half - 0.5, 0.85), (half - 0.5, half + 0.4, 0.9)]


def sparse(plan: Plan, bar: int, rng: Random) -> list[Stroke]:
    """A few long strokes with a rhythm of their own, the same every two bars."""
    own = stream(plan.seed, "sparse", bar % 2)
    onsets = bar_rhythm(plan.metre, 0.12 + 0.25 * plan.density_per_beat, 0.6, own)
    ends = (*onsets[1:], plan.metre.beats)
    return [(at, (end - at) * 0.9, 0.85) for at, end in zip(onsets, ends, strict=True)]


def early(plan: Plan, bar: int, rng: Random) -> list[Stroke]:
    """Each chord half a beat before it is due, the first one of a piece on time."""
    start = bar * plan.metre.beats
    found = [] if bar else [(0.0, plan.metre.beats - 0.6, 0.85)]
    for chord in (*plan.chords_of(bar)[1:], plan.chord_at(start + plan.metre.beats)):
        at = chord.start - start - 0.5
        if 0 <= at < plan.metre.beats:
            found.append((at, min(chord.length, plan.metre.beats) - 0.1, 0.9))
    return found or held(plan, bar, rng)


def backbeat(plan: Plan, bar: int, rng: Random) -> list[Stroke]:
    """Short, with the snare, and sometimes once more behind it."""
    own = stream(plan.seed, "backbeat", bar % 2)
    groups = plan.metre.groups
    places = [sum(groups[:number]) for number in range(1, len(groups), 2)] or [0.0]
    return [(at, 0.4, 0.9) for at in places] + [(at + 0.5, 0.3, 0.75) for at in places if own.random() < 0.3]


PATTERNS: Mapping[str, Pattern] = {
    "held": held,
    "sparse": sparse,
    "early": early,
    "backbeat": backbeat,
    "pulsed": pulsed,
    "strummed": strummed,
    "stabbed": stabbed,
    "off beat": off_beat,
    "pushed": pushed,
}
_APART = 3.5
"""Semitones from where they should be at which hands leave their place for another."""
MOST_NOTES = 9.0
"""Notes a second that one player of chords plays."""
BROKEN = "broken"
"""Not a pattern of chords, but of their tones one after the other."""


def comp(player: Player, plan: Plan, likes: Mapping[str, float], centre: float = 60.0, most: int = 4) -> list[Note]:
    """Chords in one of the ways that a style likes, voices led, around the pitch `centre`, at most `most` at once.
    The last bar holds its chord."""
    rng = stream(plan.seed, plan.style, "comp", player.seat)
    way = pick(rng, {name: weight * _liking(name, plan.density_per_beat) for name, weight in likes.items()})
    most = min(most, pick(rng, {2: 1.0, 3: 3.0, 4: 1.0}))
    if way != BROKEN:
        rate = len(PATTERNS[way](plan, 0, rng)) / plan.metre.beats * plan.tempo.initial / 60
        most = min(most, max(round(MOST_NOTES / rate), 2))
    centre += int(rng.random() * 13) - 6
    calm = "held" if "held" in likes or rng.random() < 0.5 else way
    spread = rng.random() < 0.5
    shift = round(10 * (plan.mood.brightness - 0.5))
    figure, onsets = _figure(rng), tuple(_spacing(plan, rng) for _ in (0, 1))
    bar = plan.metre.beats
    previous: list[int] = []
    notes: list[Note] = []
    voiced: dict[int, list[int]] = {}
    for chord in plan.chords:
        own = tones(chord)
        # who has one tone of a chord has the third, for the bass has the root
        wanted = centre + shift + plan.lift(chord.start)
        previous = voicing(own[1:2] if most == 1 else thinned(own, most), wanted, _moved(plan, previous, wanted))
        voiced[id(chord)] = opened(previous) if spread else previous
    for number, section in enumerate(plan.section_of):
        if section.energy < player.enters:
            continue
        start = number * bar
        kind = calm if section.energy < 0.4 else way
        if kind == BROKEN:
            notes += _broken(start, voiced, plan, figure, onsets[number % 2], rng)
            continue
        rolled = 0.011 if kind == "strummed" else 0.003
        for at, length, loud in PATTERNS[kind](plan, number, rng):
            pitches = _sounding(plan, start + at, kind, voiced)
            up = kind == "strummed" and at % 1 == 0.5
            level = 88 * loud + 10 * (section.energy - 0.5) + around(rng, 5)
            for index, pitch in enumerate(reversed(pitches) if up else pitches):
                late = round(rolled * index + 0.004 * rng.random(), 5)
                sound = Articulation.STACCATO if length < 0.4 else Articulation.NORMAL
                notes.append(Note(start + at, length * 0.95, pitch, int(level), sound, 0.0, late))
    if plan.section_of[-1].energy < player.enters:
        return notes
    notes = [replace(n, length=min(n.length, plan.ending - n.start)) for n in notes if n.start < plan.ending - 0.1]
    length = (plan.beats - plan.ending) * 0.97
    final = voiced[id(plan.chord_at(plan.ending))]
    return notes + [Note(plan.ending, length, pitch, 78, late=0.012 * index) for index, pitch in enumerate(final)]


def _sounding(plan: Plan, beat: float, kind: str, voiced: Mapping[int, list[int]]) -> list[int]:
    """The chord that is played at a beat: that of the next half beat where chords come early."""
    return voiced[id(plan.chord_at(beat + 0.5 if kind == "early" and beat > 0 else beat))]


def pad(player: Player, plan: Plan, centre: float = 62.0) -> list[Note]:
    """Long tones behind the others: two or three of each chord, in wide position, held on where chords share them."""
    rng = stream(plan.seed, plan.style, "pad", player.seat)
    shift = round(10 * (plan.mood.brightness - 0.5)) + one(rng, (-5, 0, 7))
    shell = one(rng, ("upper", "fifth", "colour"))
    swell = rng.random() < 0.5
    bar = plan.metre.beats
    before: list[int] = []
    notes: list[Note] = []
    held: dict[int, int] = {}
    for number, section in enumerate(plan.section_of):
        if section.energy < player.enters:
            held = {}
            continue
        for chord in plan.chords_of(number):
            start = max(chord.start, number * bar)
            end = min(chord.start + chord.length, (number + 1) * bar)
            own = tones(chord)
            chosen = {"upper": own[1:3], "fifth": (own[0], own[2 % len(own)]), "colour": (own[1], own[-1])}[shell]
            wanted = centre + shift + plan.lift(start)
            before = voicing(tuple(chosen), wanted, _moved(plan, before, wanted))
            wide = [before[0], *(pitch + 12 if swell and section.energy > 0.7 else pitch for pitch in before[1:])]
            going = {}
            for pitch in dict.fromkeys(wide):
                index = held.get(pitch)
                if index is not None and abs(notes[index].end - start) < 0.3:
                    notes[index] = replace(notes[index], length=end - notes[index].start)
                    going[pitch] = index
                else:
                    going[pitch] = len(notes)
                    notes.append(Note(start, (end - start) * 0.98, pitch, int(70 + around(rng, 5))))
            held = going
    return notes


def _moved(plan: Plan, before: list[int], wanted: float) -> list[int]:
    """The chord before, none where the contour has led far away from it."""
    far = plan.contour is not None and before and abs(sum(before) / len(before) - wanted) > _APART
    return [] if far else before


def _liking(name: str, density: float) -> float:
    busy = {
        "held": -1.0,
        "early": -0.9,
        "pushed": -0.6,
        "sparse": -0.5,
        "backbeat": -0.2,
        "pulsed": 0.3,
        "off beat": 0.3,
        "stabbed": 0.4,
        "strummed": 0.7,
        BROKEN: 0.8,
    }
    return 6 ** (2 * busy[name] * (density - 0.5))


def _figure(rng: Random) -> tuple[int, ...]:
    """The order in which the tones of a broken chord come."""
    shapes = (
        (0, 1, 2, 1),
        (0, 1, 2, 3),
        (0, 2, 1, 2),
        (0, 1, 2, 3, 2, 1),
        (2, 1, 0, 1),
        (0, 2, 3, 2),
        (3, 2, 1, 0),
        (0, 2, 1, 3),
    )
    return shapes[int(rng.random() * len(shapes))]


def _spacing(plan: Plan, rng: Random) -> tuple[float, ...]:
    """Where the tones of broken chords come in a bar: evenly, or with a rhythm of their own."""
    fast = plan.density_per_beat > 0.6 and plan.tempo.initial / plan.metre.pulse < 100
    space = 0.25 if fast else 0.5
    even = tuple(step * space for step in range(round(plan.metre.beats / space)))
    if rng.random() < 0.35:
        return even
    own = bar_rhythm(plan.metre, 0.45 + 0.5 * plan.density_per_beat, 0.5, rng)
    return own if len(own) >= 3 else even


def _broken(
    start: float,
    voiced: Mapping[int, list[int]],
    plan: Plan,
    figure: tuple[int, ...],
    onsets: tuple[float, ...],
    rng: Random,
) -> list[Note]:
    """Tones of the chord one after the other."""
    notes = []
    for index, onset in enumerate(onsets):
        beat = start + onset
        pitches = voiced[id(plan.chord_at(beat))]
        rank = figure[index % len(figure)]
        pitch = pitches[rank % len(pitches)] + 12 * (rank // len(pitches))
        loud = 80 if plan.metre.strength(onset) >= 0.5 else 70
        length = (onsets[index + 1] if index + 1 < len(onsets) else plan.metre.beats) - onset
        notes.append(
            Note(beat, max(length, 0.4) * 1.4, pitch, int(loud + around(rng, 6)), late=round(0.004 * rng.random(), 5))
        )
    return notes
