"""Drums of jazz: ride and hi-hat, brushes, bossa nova and funk, with comping, ghost notes and fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from img2music.composition.chance import one, stream
from img2music.composition.plan import Plan
from img2music.composition.score import Articulation, Note
from img2music.composition.styles.jazz.rhythm_section.groove import backbeats, kicks, last_length

KICK, RIM, SNARE, BRUSH, CLOSED, PEDAL, OPEN, CRASH, RIDE, BELL = 36, 37, 38, 40, 42, 44, 46, 49, 51, 53
TOMS = (50, 47, 45, 43)


class Kit:
    """Strokes, each with the timing and the loudness of a hand."""

    def __init__(self, plan: Plan, rng: Random) -> None:
        self.plan, self.rng, self.notes = plan, rng, list[Note]()

    def hit(self, beat: float, drum: int, loud: float, length: float = 0.25) -> None:
        """One stroke; `loud` is a velocity, below 45 a ghost note."""
        if not 0 <= beat < self.plan.beats - 1e-6:
            return
        velocity = min(max(round(loud + 6 * (self.rng.random() - 0.5)), 1), 127)
        ghost = Articulation.GHOST if velocity < 45 else Articulation.NORMAL
        self.notes.append(Note(beat, length, drum, velocity, ghost, 0.0, round(0.011 * self.rng.random(), 4)))


def write_drums(plan: Plan, manner: str) -> list[Note]:
    """The drums of a piece, in a manner: swing, brushes, waltz, bossa, funk or modal. Sections begin after a fill."""
    kit = Kit(plan, stream(plan.seed, "drums"))
    play = _MANNERS[manner]
    for bar in range(plan.bars):
        section = plan.section_of[bar]
        if bar == plan.bars - 1 and plan.bars > 1:
            _final(kit, bar * plan.metre.beats, manner)
            break
        turning = bar + 1 < plan.bars and plan.section_of[bar + 1] is not section
        fill = (turning or ((bar - section.first) % 8 == 7 and kit.rng.random() < 0.5)) and manner != "brushes"
        if bar == section.first and bar and manner in ("swing", "funk", "modal", "waltz") and section.energy > 0.5:
            kit.hit(bar * plan.metre.beats, CRASH, 70 + 20 * section.energy, 1.0)
        if section.name == "trades" and (bar - section.first) % 8 >= 4:
            _solo(kit, bar)
            continue
        play(kit, bar, section.energy, fill)
        if fill:
            _fill(kit, bar, section.energy, straight=manner in ("bossa", "funk"))
    return kit.notes


def _places(plan: Plan) -> list[tuple[float, float]]:
    """Offset and length of the beats of a bar."""
    found, place = [], 0.0
    for length in plan.metre.groups:
        found.append((place, length))
        place += length
    return found


def swing(kit: Kit, bar: int, energy: float, fill: bool) -> None:
    """Ride with skip notes, hi-hat on two and four, feathered kick, and a snare that comps."""
    plan, rng, start = kit.plan, kit.rng, bar * kit.plan.metre.beats
    places = _places(plan)
    busy = 0.12 + 0.35 * plan.density_per_beat * energy
    cymbal = RIDE if energy > 0.45 else CLOSED
    for number, (offset, length) in enumerate(places):
        off = number % 2 == 1
        kit.hit(start + offset, cymbal, (74 if off else 66) + 8 * energy)
        skip = off or rng.random() < busy / 3
        if skip and not (fill and number >= len(places) - 2):
            kit.hit(start + offset + length / 2, cymbal, 54 + 8 * energy)
        if off:
            kit.hit(start + offset, PEDAL, 70)
        kit.hit(start + offset, KICK, 32 + 8 * energy)
        if rng.random() < busy:
            kit.hit(start + offset + length / 2, SNARE, 40 + 28 * rng.random() * energy)
        elif rng.random() < busy / 2:
            kit.hit(start + offset + length / 2, KICK, 62 + 16 * energy)


def brushes(kit: Kit, bar: int, energy: float, fill: bool) -> None:
    """A brush swept over the snare on each beat, taps between, hi-hat on the off-beats."""
    plan, rng, start = kit.plan, kit.rng, bar * kit.plan.metre.beats
    for number, (offset, length) in enumerate(_places(plan)):
        off = number % 2 == 1
        kit.hit(start + offset, BRUSH, 56 if off else 48, length)
        if off or rng.random() < 0.25:
            kit.hit(start + offset + length / 2, SNARE, 34 + 14 * energy)
        if off:
            kit.hit(start + offset, PEDAL, 58)
        if number == 0 and rng.random() < 0.5:
            kit.hit(start, KICK, 44)
        if number == 0 and energy > 0.5 and rng.random() < 0.3:
            kit.hit(start, RIDE, 52, 1.0)


def waltz(kit: Kit, bar: int, energy: float, fill: bool) -> None:
    """Ride on each beat with a skip after the second, hi-hat on two, kick on one."""
    plan, rng, start = kit.plan, kit.rng, bar * kit.plan.metre.beats
    for number, (offset, length) in enumerate(_places(plan)):
        kit.hit(start + offset, RIDE, (76 if number == 0 else 66) + 8 * energy)
        if number == 1 or (number and rng.random() < 0.25):
            kit.hit(start + offset + length / 2, RIDE, 54 + 6 * energy)
        if number == 1:
            kit.hit(start + offset, PEDAL, 70)
        if number == 0:
            kit.hit(start, KICK, 58 + 10 * energy)
        if rng.random() < 0.15 + 0.3 * plan.density_per_beat:
            kit.hit(start + offset + length / 2, SNARE, 40 + 22 * rng.random())


def modal(kit: Kit, bar: int, energy: float, fill: bool) -> None:
    """As swing, looser: broken ride, cross-rhythms of snare and kick in three."""
    swing(kit, bar, energy, fill)
    plan, start = kit.plan, bar * kit.plan.metre.beats
    if bar % 4 == 2 and energy > 0.55:
        place, drum = 0.0, SNARE
        while place < plan.metre.beats - 0.25:
            kit.hit(start + place, drum, 58 + 10 * energy)
            place, drum = place + 1.5, KICK if drum == SNARE else SNARE


def bossa(kit: Kit, bar: int, energy: float, fill: bool) -> None:
    """Eighths on the hi-hat, a surdo-like kick, and a clave on the rim over two bars."""
    plan, start = kit.plan, bar * kit.plan.metre.beats
    ticks = int(plan.metre.beats * 2)
    for tick in range(ticks):
        kit.hit(start + tick / 2, CLOSED, (58 if tick % 2 == 0 else 44) + 8 * energy)
    for offset, length in _places(plan)[::2]:
        kit.hit(start + offset, KICK, 66)
        if offset + 1.5 < plan.metre.beats + 0.01 and length == 1:
            kit.hit(start + offset + 1.5, KICK, 50)
    if not fill:
        for offset in (0, 1.5, 3) if bar % 2 == 0 else (1, 2.5):
            if offset < plan.metre.beats - 0.25:
                kit.hit(start + offset, RIM, 70 + 8 * energy)


def funk(kit: Kit, bar: int, energy: float, fill: bool) -> None:
    """Sixteenths on the hi-hat, backbeats, a syncopated kick that comes back, ghost notes on the snare."""
    plan, rng, start = kit.plan, kit.rng, bar * kit.plan.metre.beats
    together = kicks(plan.seed, plan.metre, bar, round(plan.density_per_beat, 2))
    ticks = round(plan.metre.beats * 4)
    fine = plan.tempo.initial < 112
    for tick in range(ticks):
        if tick % 2 == 0 or fine:
            kit.hit(start + tick / 4, OPEN if tick == ticks - 2 and bar % 4 == 3 else CLOSED, 66 - 18 * (tick % 2))
        if tick in backbeats(plan.metre):
            kit.hit(start + tick / 4, SNARE, 92 + 10 * energy)
        elif tick in together:
            kit.hit(start + tick / 4, KICK, 84 + 8 * energy)
        elif rng.random() < 0.1 + 0.2 * plan.density_per_beat:
            kit.hit(start + tick / 4, SNARE, 34)


def _fill(kit: Kit, bar: int, energy: float, straight: bool) -> None:
    """The last two beats on snare and toms."""
    plan, rng = kit.plan, kit.rng
    end = (bar + 1) * plan.metre.beats
    length = min(2.0, plan.metre.beats / 2)
    kind = one(rng, ("triplets", "eighths", "setup") if not straight else ("sixteenths", "eighths", "setup"))
    if kind == "setup":
        kit.hit(end - 1, SNARE, 76 + 14 * energy)
        kit.hit(end - 0.5, KICK, 82)
        return
    unit = {"triplets": 1 / 3, "eighths": 0.5, "sixteenths": 0.25}[kind]
    count = round(length / unit)
    for i in range(count):
        drum = SNARE if i < count / 3 else TOMS[min(int((i - count / 3) / count * 5), 3)]
        kit.hit(end - length + i * unit, drum, 62 + 28 * i / count)


def _solo(kit: Kit, bar: int) -> None:
    """A bar of drums alone."""
    plan, rng, start = kit.plan, kit.rng, bar * kit.plan.metre.beats
    unit = one(rng, (0.5, 0.5, 1 / 3))
    for number, (offset, _) in enumerate(_places(plan)):
        if number % 2:
            kit.hit(start + offset, PEDAL, 74)
    for i in range(round(plan.metre.beats / unit)):
        if rng.random() < 0.78:
            drum = one(rng, (SNARE, SNARE, SNARE, *TOMS, KICK))
            accent = rng.random() < 0.3
            kit.hit(start + i * unit, drum, 96 if accent else 64)


def _final(kit: Kit, start: float, manner: str) -> None:
    if manner == "brushes":
        kit.hit(start, RIDE, 60, kit.plan.metre.beats)
        kit.hit(start, KICK, 46)
        return
    length = last_length(kit.plan)
    kit.hit(start, CRASH if length > 1 else SNARE, 86, length)
    kit.hit(start, KICK, 84)


_MANNERS: Mapping[str, Callable[[Kit, int, float, bool], None]] = {
    "swing": swing,
    "brushes": brushes,
    "waltz": waltz,
    "modal": modal,
    "bossa": bossa,
    "funk": funk,
}
