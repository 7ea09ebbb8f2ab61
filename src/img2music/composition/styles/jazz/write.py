"""The parts of a jazz band: rhythm section, tune and solos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from img2music.composition.chance import pick, stream
from img2music.composition.finishing.finish import folded
from img2music.composition.instruments import plays_chords
from img2music.composition.plan import Plan, Player
from img2music.composition.score import Articulation, ChordSymbol, Instrument, Note, Part, Role, Section
from img2music.composition.styles.jazz.rhythm_section.bass import write_bass
from img2music.composition.styles.jazz.rhythm_section.comping import comp
from img2music.composition.styles.jazz.rhythm_section.drums import write_drums
from img2music.composition.styles.jazz.rhythm_section.groove import last_length
from img2music.composition.styles.jazz.solo import improvise
from img2music.composition.styles.jazz.tune import Line, head
from img2music.composition.theory.harmony import nearest, tones, triad

SOLOS = frozenset({"solo", "trades", "bridge", "break", "development", "variation"})
SILENT = frozenset({"intro", "interlude", "build"})


@dataclass(frozen=True)
class Feel:
    """How a style is played: manners of bass, comping and drums, and how many notes a second a soloist plays."""

    bass: str
    comping: str
    drums: str
    pace: float = 4.5
    fine: bool = False


FEELS = {
    "swing": Feel("walking", "swing", "swing", 5.0),
    "blues": Feel("walking", "swing", "swing", 4.2),
    "bossa": Feel("bossa", "bossa", "bossa", 3.4),
    "modal": Feel("walking", "modal", "modal", 4.2),
    "ballad": Feel("two", "ballad", "brushes", 2.6, True),
    "funk": Feel("funk", "funk", "funk", 4.2, True),
    "waltz": Feel("walking", "swing", "waltz", 3.8),
    "bebop": Feel("walking", "swing", "swing", 6.0),
    "gypsy": Feel("two", "pump", "brushes", 5.0),
    "samba": Feel("bossa", "bossa", "bossa", 4.2),
    "latin": Feel("bossa", "montuno", "bossa", 4.4),
    "soul": Feel("walking", "stabs", "swing", 3.8),
    "fusion": Feel("funk", "funk", "funk", 5.0, True),
}


def write(plan: Plan) -> tuple[Part, ...]:
    """The parts of all players: first the soloists', which comping answers."""
    style = plan.players[0].home[1]
    plan = replace(plan, style=style)
    feel = _feel(plan, FEELS[style])
    leaders = [player for player in plan.players if player.role in (Role.MELODY, Role.VOICE)]
    fronts = {id(player): _front(plan, feel, player, leaders) for player in leaders}
    busy = [note for notes in fronts.values() for note in notes]
    parts = []
    for player in plan.players:
        if id(player) in fronts:
            notes = fronts[id(player)]
        elif player.role is Role.DRUMS:
            soft = player.instrument.name == "brushes" and feel.drums == "swing"
            notes = write_drums(plan, "brushes" if soft else feel.drums)
        elif player.role is Role.BASS:
            notes = write_bass(plan, feel.bass, player.instrument)
        else:
            notes = _harmony(plan, feel, player, busy)
        if player.role is not Role.DRUMS:
            notes = _entering(plan, player, notes)
        parts.append(Part(player.instrument, player.role, tuple(notes), player.level, player.pan))
    return tuple(parts)


def _feel(plan: Plan, feel: Feel) -> Feel:
    """The feel of this piece: some walk in two, some modal tunes stand on a pedal."""
    rng = stream(plan.seed, "feel")
    chance, energy = rng.random(), plan.density_per_beat
    if feel.bass == "walking" and feel.comping == "modal" and chance < 0.4:
        return replace(feel, bass="pedal")
    if feel.bass == "walking" and chance < 0.2 - 0.3 * (energy - 0.5) and plan.tempo.initial < 150:
        return replace(feel, bass="two")
    if feel.bass == "walking" and chance < 0.5:
        return replace(feel, bass="two then four")
    return feel


def _entering(plan: Plan, player: Player, notes: Sequence[Note]) -> list[Note]:
    """Without what is played before the player enters; the last bar is everybody's."""
    beats = plan.metre.beats
    return [
        note
        for note in notes
        if plan.section_of[min(int(note.start / beats + 1e-6), plan.bars - 1)].energy >= player.enters
        or note.start >= (plan.bars - 1) * beats - 1e-6
    ]


def _harmony(plan: Plan, feel: Feel, player: Player, busy: Sequence[Note]) -> list[Note]:
    instrument = player.instrument
    if not plays_chords(instrument):
        return _background(plan, player)
    shallow = 24 <= instrument.program < 32 or instrument.high - instrument.low < 40
    return comp(plan, feel.comping, instrument, busy, shallow)


def _background(plan: Plan, player: Player) -> list[Note]:
    """Long guide tones: the thirds and sevenths of the chords, led by the shortest way."""
    rng = stream(plan.seed, "background", player.instrument.name)
    pitch = (player.instrument.low + player.instrument.high) / 2
    notes = []
    for chord in plan.chords:
        own = tones(chord)
        pitch = nearest([own[1], own[min(3, len(own) - 1)]] if len(own) > 1 else own, pitch)
        notes.append(Note(chord.start, chord.length * 0.95, pitch, round(62 + 6 * rng.random()), Articulation.LEGATO))
    return notes


def _front(plan: Plan, feel: Feel, player: Player, leaders: Sequence[Player]) -> list[Note]:
    """Tune, solos in turn, and the last note, by one of those who play the tune."""
    place = leaders.index(player)
    instrument = player.instrument
    low, high = _reach(instrument, plan.mood.brightness)
    reach = _reach(leaders[0].instrument, plan.mood.brightness)
    seconds = 60 / plan.tempo.initial
    pace = feel.pace * (0.45 + 1.1 * plan.density_per_beat)
    fine = feel.fine or plan.tempo.initial < 84
    rate = min(max(pace * seconds, 0.6), 3.0 if fine else 2.0)
    rng = stream(plan.seed, "front", place)
    notes: list[Note] = []
    solos = 0
    for section in plan.sections:
        if section.name in SOLOS:
            if solos % len(leaders) == place:
                notes += _played(plan, improvise(plan, section, low, high, rate, fine), instrument, rng, section)
            elif len(plan.sections) == 1 or (len(leaders) > 1 and section.energy > 0.7):
                notes += _riff(plan, section, player, rng)
            solos += 1
        elif section.name not in SILENT or len(plan.sections) == 1:
            tune = head(plan, section, *reach, min(rate * 0.8, 1.6), fine)
            if place:
                tune = _second(plan, tune, instrument, leaders[0].instrument)
            notes += _played(plan, tune, instrument, rng, section)
    return [*_ended(notes, plan), _last_note(plan, instrument, notes, place)]


def _reach(instrument: Instrument, brightness: float) -> tuple[int, int]:
    """The part of the range that a line moves in."""
    low, high = max(instrument.low, 50), min(instrument.high, 91)
    if high - low > 22:
        middle = low + 11 + (high - low - 22) * (0.35 + 0.45 * brightness)
        low, high = round(middle) - 11, round(middle) + 11
    return low, max(high, low + 12)


def _played(plan: Plan, line: Line, instrument: Instrument, rng: Random, section: Section) -> list[Note]:
    """The line as a player plays it: a little late, off-beats accented, some notes swallowed, long ones bent."""
    winds = 56 <= instrument.program <= 79 or 52 <= instrument.program <= 54
    slides = winds or instrument.program in (26, 27, 40, 41, 42)
    lag = 0.006 + 0.014 * rng.random()
    notes = []
    middle = sum(pitch for _, _, pitch in line) / max(len(line), 1)
    swell = 0.5 + 2.5 * plan.mood.dynamics  # the higher, the louder
    for index, (start, length, pitch) in enumerate(line):
        after = line[index + 1] if index + 1 < len(line) else None
        held = min(length, after[0] - start) if after else length
        peak = after is not None and index and pitch > line[index - 1][2] and pitch > after[2]
        off = plan.metre.strength(start) < 0.5
        velocity = 80 + 14 * (section.energy - 0.6) + (5 if off else 0) + (7 if peak else 0) + 8 * (rng.random() - 0.5)
        velocity += min(max(swell * (pitch - middle), -16), 16)
        articulation = (
            Articulation.LEGATO if after is not None and after[0] - start - held < 0.05 else Articulation.NORMAL
        )
        small = held <= 0.5 and not peak and after is not None
        if small and off and rng.random() < 0.1:
            articulation, velocity = Articulation.GHOST, 44
        bend = 0.0
        if slides and held >= 0.7 and rng.random() < (0.35 if winds else 0.2):
            bend = -round(0.4 + 0.8 * rng.random(), 2)
        late = round(lag + 0.006 * rng.random(), 4)
        notes.append(
            Note(start, held * (0.96 if held > 0.4 else 1.0), pitch, round(velocity), articulation, bend, late)
        )
    return notes


def _second(plan: Plan, tune: Line, instrument: Instrument, lead: Instrument) -> Line:
    """The tune a third to a fifth lower, or higher for higher instruments: tones of the chord, others in parallel."""
    found, gap = [], 3
    side = 1 if instrument.low + instrument.high > lead.low + lead.high + 4 else -1
    for start, length, pitch in tune:
        own = tones(plan.chord_at(min(start, plan.beats - 0.01)))
        if pitch % 12 in own:
            gap = next(size for size in (4, 3, 5, 6, 7, 8, 9, 12) if (pitch + side * size) % 12 in own or size == 12)
        found.append((start, length, folded(pitch + side * gap, instrument.low, instrument.high)))
    return found


def _riff(plan: Plan, section: Section, player: Player, rng: Random) -> list[Note]:
    """Two short notes behind the soloist, every other bar."""
    notes = []
    pitch = (player.instrument.low + player.instrument.high) / 2
    for bar in range(section.first + 1, section.first + section.bars, 2):
        start = bar * plan.metre.beats + pick(rng, {0.5: 1, 1.5: 2})
        chord = plan.chord_at(min(start, plan.beats - 0.01))
        pitch = nearest([tones(chord)[1]] if len(tones(chord)) > 1 else tones(chord), pitch)
        notes.append(Note(start, 0.4, int(pitch), 62, Articulation.STACCATO))
        notes.append(Note(start + 0.5, min(1.4, plan.metre.beats - 1), int(pitch), 66))
    return notes


def _ended(notes: Sequence[Note], plan: Plan) -> list[Note]:
    """The notes before the last chord, none held into it."""
    end = plan.chords[-1].start
    kept = [note for note in notes if note.start < end - 1e-6]
    return [note if note.end <= end else replace(note, length=end - note.start) for note in kept]


def _last_note(plan: Plan, instrument: Instrument, notes: Sequence[Note], place: int) -> Note:
    """The tonic for the first of those who play the tune; third or fifth for the others."""
    chord: ChordSymbol = plan.chords[-1]
    middle = sum(note.pitch for note in notes) / len(notes) if notes else (instrument.low + instrument.high) / 2
    near = (notes[-1].pitch + 2 * middle) / 3 if notes else middle
    own = triad(chord)
    tone = chord.root if place == 0 else own[min(place, len(own) - 1)]
    pitch = nearest([tone], min(max(near, instrument.low + 6), instrument.high - 6))
    length = last_length(plan)
    length *= 0.9 if length < 3 else 0.75
    return Note(chord.start, length, pitch, 84, Articulation.NORMAL, 0.0, 0.012)
