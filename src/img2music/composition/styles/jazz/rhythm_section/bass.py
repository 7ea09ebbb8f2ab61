"""Bass lines of jazz: walking, in two, bossa nova, funk, and the pedals of modal tunes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from img2music.composition.chance import one, pick, stream
from img2music.composition.plan import Plan
from img2music.composition.score import Articulation, ChordSymbol, Instrument, Note
from img2music.composition.styles.jazz.rhythm_section.bass_range import lateness, near_root
from img2music.composition.styles.jazz.rhythm_section.groove import kicks
from img2music.composition.styles.jazz.rhythm_section.walking import walking
from img2music.composition.theory.harmony import tones


def write_bass(plan: Plan, manner: str, instrument: Instrument) -> list[Note]:
    """The bass line of a piece in a manner, such as walking, two or bossa. It ends on the last root."""
    last = plan.chords[-1]
    notes = [note for note in _MANNERS[manner](plan, instrument) if note.start < last.start - 1e-6]
    notes = [note if note.end <= last.start else _cut(note, last.start) for note in notes]
    return [*notes, Note(last.start, last.length, near_root(last.root, 38, instrument), 90)]


def _cut(note: Note, end: float) -> Note:
    return Note(note.start, end - note.start, note.pitch, note.velocity, note.articulation, note.bend, note.late)


def in_two(plan: Plan, instrument: Instrument) -> list[Note]:
    """Two notes a bar: root and fifth, or root and third, with a pick-up now and then."""
    rng = stream(plan.seed, "in two")
    notes, near = [], 40.0
    for bar in range(plan.bars):
        for chord, start, end in _parts(plan, bar):
            root = near_root(chord.root, near, instrument)
            half = start + _half(plan, end - start)
            velocity = round(84 + 8 * (rng.random() - 0.5))
            if end - half < 0.9:
                notes.append(Note(start, (end - start) * 0.94, root, velocity, late=lateness(rng)))
            else:
                own = tones(chord)
                other = near_root(pick(rng, {own[min(2, len(own) - 1)]: 3, own[1]: 1, own[0]: 0.5}), root, instrument)
                following = plan.chord_at(min(end, plan.beats - 0.01))
                notes.append(Note(start, (half - start) * 0.96, root, velocity, late=lateness(rng)))
                if rng.random() < 0.25 + 0.25 * plan.density_per_beat and end - half >= 1.5:
                    target = near_root(following.root, other, instrument)
                    lead = target + one(rng, (-1, 1, -2))
                    notes.append(Note(half, (end - half) * 0.7, other, velocity - 6, late=lateness(rng)))
                    notes.append(Note(end - 0.5, 0.45, lead, velocity - 14, late=lateness(rng)))
                else:
                    notes.append(Note(half, (end - half) * 0.92, other, velocity - 6, late=lateness(rng)))
            near = 0.6 * root + 0.4 * 40
    return notes


def _parts(plan: Plan, bar: int) -> list[tuple[ChordSymbol, float, float]]:
    """The chords of a bar, and from where to where they sound in it."""
    first, last = bar * plan.metre.beats, (bar + 1) * plan.metre.beats
    return [(chord, max(chord.start, first), min(chord.start + chord.length, last)) for chord in plan.chords_of(bar)]


def _half(plan: Plan, length: float) -> float:
    """Where the second half of so many beats begins, on a beat."""
    place, groups = 0.0, plan.metre.groups
    for group in groups:
        if place + 1e-6 >= length / 2:
            return place
        place += group
    return length


_BOSSA: tuple[tuple[tuple[float, float, str], ...], ...] = (
    ((0, 1.4, "root"), (1.5, 0.45, "fifth")),
    ((0, 1.4, "root"), (1.5, 0.45, "root")),
    ((0, 1.9, "root"),),
    ((0, 0.9, "root"), (1.5, 0.45, "octave")),
    ((0, 1.4, "root"), (1.5, 0.45, "lead")),
)
"""Two beats of a bossa bass, as (offset, length, tone). The two beats after them have root and fifth exchanged."""


def bossa(plan: Plan, instrument: Instrument) -> list[Note]:
    """Dotted quarter and eighth, or a like figure: from the root, and from the fifth in the second half of the bar."""
    rng = stream(plan.seed, "bossa bass")
    figures = one(rng, _BOSSA), one(rng, _BOSSA)
    notes, near = [], 40.0
    for bar in range(plan.bars):
        for chord, start, end in _parts(plan, bar):
            root = near_root(chord.root, near, instrument)
            own = tones(chord)
            fifth = near_root(own[min(2, len(own) - 1)], root - 3, instrument)
            following = near_root(plan.chord_at(min(end, plan.beats - 0.01)).root, root, instrument)
            place, low, high = start, root, fifth
            while place < end - 1e-6:
                pitches = {"root": low, "fifth": high, "octave": low + 12 if low < 42 else low, "lead": following - 1}
                for offset, length, kind in figures[round((place - start) / 2) % 2]:
                    if offset < end - place - 0.25:
                        velocity = round((86 if offset == 0 else 76) + 6 * (rng.random() - 0.5))
                        held = min(length, end - place - offset)
                        notes.append(Note(place + offset, held, pitches[kind], velocity, late=lateness(rng)))
                place, low, high = place + 2, high, low
            near = 0.6 * root + 0.4 * 40
    return notes


def funk(plan: Plan, instrument: Instrument) -> list[Note]:
    """A syncopated figure in sixteenths that comes back in each bar, with octaves and ghost notes."""
    shape = stream(plan.seed, "funk figure")
    rng = stream(plan.seed, "funk bass")
    bars = [_figure(plan, bar, shape) for bar in (0, 1)]
    notes, near = [], 38.0
    for bar in range(plan.bars):
        first = bar * plan.metre.beats
        for offset, length, kind in bars[bar % 2]:
            start = first + offset
            chord = plan.chord_at(start)
            root = near_root(chord.root, near, instrument)
            own = tones(chord)
            if abs(chord.start - start) < 1e-6:
                kind = "root"
            pitch = {
                "root": root,
                "octave": root + 12 if root + 12 <= instrument.high else root,
                "fifth": near_root(own[min(2, len(own) - 1)], root + 6, instrument),
                "seventh": near_root(own[3] if len(own) > 3 else own[0], root - 2, instrument),
                "ghost": root,
            }[kind]
            velocity = 98 if kind == "root" and offset == 0 else 86
            if kind == "ghost":
                notes.append(Note(start, 0.15, pitch, 48, Articulation.GHOST, late=lateness(rng)))
            else:
                notes.append(Note(start, length * 0.85, pitch, velocity, late=lateness(rng)))
            near = 0.5 * root + 0.5 * 38
        for chord, start, _ in _parts(plan, bar):  # a chord is not left without its root
            if not any(abs(note.start - start) < 1e-6 for note in notes[-16:]):
                notes.append(Note(start, 0.4, near_root(chord.root, near, instrument), 90, late=lateness(rng)))
    return sorted(notes, key=lambda note: note.start)


_KINDS: Mapping[str, float] = {"root": 3, "octave": 2, "fifth": 1.5, "seventh": 1.2, "ghost": 1.5}


def _figure(plan: Plan, bar: int, rng: Random) -> list[tuple[float, float, str]]:
    """Offsets, lengths and kinds of the notes of even and odd bars: those of the kick, and some between."""
    together = kicks(plan.seed, plan.metre, bar, round(plan.density_per_beat, 2))
    places = []
    for tick in range(round(plan.metre.beats * 4)):
        likely = 0.1 if tick % 2 else 0.2
        if tick in together or (tick > 1 and rng.random() < likely * (0.5 + plan.density_per_beat)):
            places.append(tick / 4)
    found = []
    for place, after in zip(places, [*places[1:], plan.metre.beats], strict=True):
        kind = "root" if place == 0 else pick(rng, _KINDS)
        if kind == "ghost" and round(place * 4) in together:
            kind = "root"
        found.append((place, min(after - place, 1.0 if place == 0 else 0.75), kind))
    return found


def pedal(plan: Plan, instrument: Instrument) -> list[Note]:
    """A figure of a bar on root, fifth and octave that comes back over each chord."""
    rng = stream(plan.seed, "pedal")
    shapes: tuple[tuple[tuple[float, str], ...], ...] = (
        ((0, "root"), (1.5, "fifth"), (2.5, "octave")),
        ((0, "root"), (0.5, "root"), (2, "fifth"), (3, "octave")),
        ((0, "root"), (1.5, "root"), (2, "fifth")),
        ((0, "root"), (2, "fifth"), (3.5, "root")),
    )
    shape = one(rng, shapes)
    notes = []
    for bar in range(plan.bars):
        for chord, start, end in _parts(plan, bar):
            root = near_root(chord.root, 36, instrument)
            own = tones(chord)
            fifth = root + (own[2] - own[0]) % 12 if len(own) > 2 and (own[2] - own[0]) % 12 in (6, 7, 8) else root + 7
            pitches = {"root": root, "fifth": fifth, "octave": root + 12}
            hits = [(offset, pitches[kind]) for offset, kind in shape if start + offset < end - 0.25]
            for (offset, pitch), after in zip(hits, [*[o for o, _ in hits[1:]], end - start], strict=True):
                velocity = round(88 + 6 * (rng.random() - 0.5))
                notes.append(Note(start + offset, (after - offset) * 0.9, pitch, velocity, late=lateness(rng)))
    return notes


def two_then_four(plan: Plan, instrument: Instrument) -> list[Note]:
    """In two under the tune, walking under the solos."""
    beats = plan.metre.beats

    def walks(note: Note) -> bool:
        return plan.section_of[min(int(note.start / beats + 1e-6), plan.bars - 1)].name in ("solo", "trades")

    calm = [note for note in in_two(plan, instrument) if not walks(note)]
    return sorted((*calm, *filter(walks, walking(plan, instrument))), key=lambda note: note.start)


_MANNERS: Mapping[str, Callable[[Plan, Instrument], list[Note]]] = {
    "walking": walking,
    "two": in_two,
    "two then four": two_then_four,
    "bossa": bossa,
    "funk": funk,
    "pedal": pedal,
}
