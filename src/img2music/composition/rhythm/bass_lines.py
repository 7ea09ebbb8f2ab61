"""Bass lines: what the bass plays between the kick drum and the chords."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from img2music.composition.chance import around, pick, stream
from img2music.composition.plan import Plan, Player
from img2music.composition.rhythm.grooves import Groove
from img2music.composition.score import Articulation, ChordSymbol, Note
from img2music.composition.theory.harmony import nearest, scale_over, tones

Onset = tuple[float, float]
"""Start and length in beats, from the bar line."""
Rhythm = Callable[[Plan, Groove, int, Random], list[Onset]]


def locked(plan: Plan, groove: Groove, bar: int, rng: Random) -> list[Onset]:
    """With the kick, and where chords change."""
    metre = plan.metre
    phase = bar % 2 * metre.beats
    places = {kick - phase for kick in groove.kicks if phase <= kick < phase + metre.beats}
    places |= {max(chord.start - bar * metre.beats, 0.0) for chord in plan.chords_of(bar)}
    ordered = sorted(places)
    return [(at, min(after - at, metre.beats)) for at, after in zip(ordered, [*ordered[1:], metre.beats], strict=True)]


def eighths(plan: Plan, groove: Groove, bar: int, rng: Random) -> list[Onset]:
    """Even eighths."""
    return [(step / 2, 0.45) for step in range(round(plan.metre.beats * 2))]


def off_beats(plan: Plan, groove: Groove, bar: int, rng: Random) -> list[Onset]:
    """Between the kicks of dance music."""
    pulse = plan.metre.pulse
    return [(step * pulse + pulse - 0.5, 0.42) for step in range(round(plan.metre.beats / pulse))]


def long_notes(plan: Plan, groove: Groove, bar: int, rng: Random) -> list[Onset]:
    """One note to a chord."""
    start = bar * plan.metre.beats
    found = []
    for chord in plan.chords_of(bar):
        at = max(chord.start - start, 0.0)
        found.append((at, min(chord.start + chord.length - start, plan.metre.beats) - at))
    return found


def tumbao(plan: Plan, groove: Groove, bar: int, rng: Random) -> list[Onset]:
    """Latin: the second note is anticipated."""
    if plan.metre.beats < 3:
        return long_notes(plan, groove, bar, rng)
    half = plan.metre.beats / 2
    return [(0.0, half - 0.6), (half - 0.5, 0.9), (half + 0.5 + (half - 1) / 2, 0.45)]


def riff(plan: Plan, groove: Groove, bar: int, rng: Random) -> list[Onset]:
    """The kicks, and some sixteenths around them: funk."""
    base = locked(plan, groove, bar, rng)
    places = {at for at, _ in base}
    own = stream(plan.seed, "riff", bar % 2)
    for at, _ in base:
        for offset in (0.75, 0.5, -0.25):
            spot = at + offset
            if 0 < spot < plan.metre.beats and own.random() < 0.3:
                places.add(spot)
    ordered = sorted(places)
    return [
        (at, min((after - at) * 0.8, 0.9)) for at, after in zip(ordered, [*ordered[1:], plan.metre.beats], strict=True)
    ]


RHYTHMS: Mapping[str, Rhythm] = {
    "locked": locked,
    "eighths": eighths,
    "off beats": off_beats,
    "long": long_notes,
    "tumbao": tumbao,
    "riff": riff,
}


def bass_line(
    player: Player, plan: Plan, groove: Groove, likes: Mapping[str, float], glides: float = 0.0
) -> list[Note]:
    """A bass line in one of the rhythms that a style likes; `glides` is the chance of a slide into a note.

    Chords begin with their root. The last note before another chord may lead to it, by a step or a half step.
    """
    rng = stream(plan.seed, plan.style, "bass", player.seat)
    likely = {name: weight * _liking(name, plan.density_per_beat) for name, weight in likes.items()}
    usual = RHYTHMS[pick(rng, likely)]
    calm = long_notes if "long" in likes or rng.random() < 0.3 else locked
    bar = plan.metre.beats
    low, high = player.instrument.low, min(player.instrument.high, player.instrument.low + 24)
    centre = low + 11 + round(6 * (plan.mood.brightness - 0.5))
    leads = 0.25 + 0.3 * plan.density_per_beat
    jumps = 0.16 + 0.14 * plan.density_per_beat
    notes: list[Note] = []
    previous = None
    for number, section in enumerate(plan.section_of):
        if section.energy < player.enters:
            continue
        rhythm = calm if section.energy < 0.45 or section.name == "build" else usual
        onsets = rhythm(plan, groove, number, rng)
        if number == plan.bars - 1:
            room = plan.ending - number * bar
            onsets = [(at, min(length, room - at)) for at, length in onsets if at < room - 0.1]
        for index, (at, length) in enumerate(onsets):
            beat = number * bar + at
            chord = plan.chord_at(beat)
            root = _root(chord, centre, low, high)
            following = plan.chord_at(number * bar + (onsets[index + 1][0] if index + 1 < len(onsets) else bar))
            first = not notes or plan.chord_at(notes[-1].start) is not chord
            pitch = root
            if not first and following is not chord and rng.random() < leads and length <= 1:
                pitch = _approach(_root(following, centre, low, high), root, chord, plan, rng)
            elif not first and rng.random() < jumps:
                pitch = _other(root, chord, low, high, rng)
            bend = 0.0
            if previous is not None and previous != pitch and rng.random() < glides:
                bend = float(max(min(previous - pitch, 12), -12))
            loud = 100 if plan.metre.strength(at) >= 0.5 else 90
            notes.append(
                Note(
                    beat,
                    max(length * 0.92, 0.1),
                    pitch,
                    int(loud + around(rng, 7)),
                    Articulation.NORMAL,
                    bend,
                    round(around(rng, 0.005), 5),
                )
            )
            previous = pitch
    if plan.section_of[-1].energy >= player.enters:
        root = _root(plan.chord_at(plan.ending), centre, low, high)
        notes.append(Note(plan.ending, (plan.beats - plan.ending) * 0.95, root, 96))
    return notes


def _liking(name: str, density: float) -> float:
    busy = {"long": -1.0, "locked": 0.0, "tumbao": 0.0, "off beats": 0.2, "riff": 0.7, "eighths": 0.9}[name]
    return 6 ** (2 * busy * (density - 0.5))


def _root(chord: ChordSymbol, centre: int, low: int, high: int) -> int:
    pitch = nearest((chord.root,), centre)
    return pitch + 12 if pitch < low else pitch - 12 if pitch > high else pitch


def _other(root: int, chord: ChordSymbol, low: int, high: int, rng: Random) -> int:
    """The octave, the fifth, or another tone of the chord."""
    chance = rng.random()
    own = tones(chord)
    if chance < 0.4 and root + 12 <= high:
        return root + 12
    fifth = next((tone for tone in own if (tone - chord.root) % 12 in (6, 7, 8)), chord.root)
    if chance < 0.75:
        above = nearest((fifth,), root + 6)
        return above if above <= high else nearest((fifth,), root - 6)
    return nearest(own[1:3], root + 4)


def _approach(target: int, root: int, chord: ChordSymbol, plan: Plan, rng: Random) -> int:
    """A half step or a step of the scale away from where the bass is going, on the side that it comes from."""
    side = -1 if root <= target else 1
    if rng.random() < 0.35 + 0.3 * plan.mood.tension:
        return target + side
    scale = scale_over(chord, plan.key, plan.mode)
    pitch = target + side
    while pitch % 12 not in scale:
        pitch += side
    return pitch
