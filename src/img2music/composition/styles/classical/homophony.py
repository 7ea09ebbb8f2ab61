"""Melody and accompaniment: who plays the tune, who the chords and how, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from img2music.composition.chance import pick, stream
from img2music.composition.plan import Plan, Player
from img2music.composition.score import Instrument, Note, Part, Role, Section
from img2music.composition.styles.classical import lines
from img2music.composition.styles.classical.expression import Expression
from img2music.composition.styles.classical.framework import Chord, realise
from img2music.composition.styles.classical.harmony import frames_of
from img2music.composition.styles.classical.melody import Tone, melody
from img2music.composition.styles.classical.skeleton import Frame
from img2music.composition.styles.classical.tune import beside, ornamented, played
from img2music.composition.theory.voice_leading import Range

FIGURES: Mapping[str, Mapping[str, float]] = {
    "piano": {"alberti": 3, "broken": 2, "blocks": 1, "march": 1, "pulsing": 1.5, "climbing": 1, "afterbeats": 1},
    "nocturne": {"rolling": 4, "broken wide": 2, "syncopated": 0.8, "climbing": 1},
    "waltz": {"waltz": 1},
    "minuet": {"blocks": 1.5, "broken": 1.5, "alberti": 1, "waltz": 0.7, "sustained": 0.7},
    "chamber": {"broken": 1, "pulsing": 2, "blocks": 1, "syncopated": 1, "afterbeats": 1, "alberti": 1},
    "orchestral": {"sustained": 2, "pulsing": 2, "tremolo": 1, "syncopated": 1, "blocks": 1},
    "variations": {"alberti": 2, "blocks": 1, "march": 1, "rolling": 1, "syncopated": 1, "pulsing": 1, "climbing": 1},
}
"""Patterns of the accompaniment by style."""
MANNERS: Mapping[str, Mapping[str, float]] = {
    "waltz": {"after": 2, "plain": 1, "held": 1},
    "nocturne": {"held": 3, "swaying": 2},
    "orchestral": {"held": 2, "repeated": 2, "after": 1},
}
_MANNERS: Mapping[str, float] = {"held": 2, "repeated": 2.5, "after": 1, "swaying": 1.5, "plain": 1}
BASSES: Mapping[str, Mapping[str, float]] = {
    "waltz": {"plain": 0, "held": 1},
    "nocturne": {"held": 1},
    "minuet": {"plain": 1, "walking": 1, "held": 0.5},
}
_BASSES: Mapping[str, float] = {"plain": 2, "held": 1, "repeated": 1.2, "walking": 0.8}


@dataclass(frozen=True)
class _Piece:
    """What all parts share."""

    plan: Plan
    style: str
    frames: Sequence[Frame]
    chords: Sequence[Chord]
    tunes: Sequence[Sequence[Tone]]
    expression: Expression

    def chords_of(self, section: Section) -> list[Chord]:
        start, end = section.first * self.plan.metre.beats, (section.first + section.bars) * self.plan.metre.beats
        return [chord for chord in self.chords if start - 1e-6 <= chord.event.start < end - 1e-6]

    def tunes_of(self, section: Section) -> list[Tone]:
        return [
            tone
            for frame, tune in zip(self.frames, self.tunes, strict=True)
            if frame.phrase.section.first == section.first
            for tone in tune
        ]


def write(plan: Plan) -> tuple[Part, ...]:
    """The parts of all players."""
    style = plan.players[0].home[1]
    leaders = [player for player in plan.players if player.role in (Role.MELODY, Role.VOICE)]
    piece = _compose(plan, style, leaders[0].instrument if leaders else None)
    basses = [player for player in plan.players if player.role is Role.BASS]
    helpers = [player for player in plan.players if player.role is Role.HARMONY]
    parts = []
    for place, player in enumerate(plan.players):
        notes: list[Note] = []
        for number, section in enumerate(plan.sections):
            if player.enters > section.energy or player.role is Role.DRUMS or plays_already(plan.players, place):
                continue
            if player in leaders:
                notes += _tune(piece, player, leaders, section, number)
            elif player in basses:
                notes += _bass(piece, player, basses, section)
            else:
                notes += _harmony(piece, player, helpers, section, alone=not basses)
        if player.role is Role.DRUMS:
            goals = [frame.goal for frame in piece.frames]
            rng = stream(plan.seed, "percussion")
            notes = lines.percussion(plan, piece.expression, goals, rng, plan.mood.density > 0.4)
        parts.append(Part(player.instrument, player.role, tuple(notes), player.level, player.pan))
    return tuple(parts)


def _compose(plan: Plan, style: str, lead: Instrument | None) -> _Piece:
    frames = frames_of(plan)
    top = _reach(plan, lead)
    events = [event for frame in frames for event in frame.events]
    bright = round(4 * (plan.mood.brightness - 0.5))
    chords = realise(events, top, Range(38, 55), (Range(50 + bright, 66), Range(54 + bright, 71)))
    rate = _rate(plan, style)
    tunes, index = [], 0
    reach = Range(top.low - 5, top.high + 5)
    for frame in frames:
        here = chords[index : index + len(frame.events)]
        index += len(frame.events)
        phrase = frame.phrase
        more = 1.0 + (0.18 * min(phrase.turn, 4) if "variation" in phrase.section.name else 0.0)
        more *= 0.8 + 0.4 * phrase.section.energy
        notes = rate * more * plan.metre.beats * 60 / plan.tempo.initial
        tones = melody(plan, phrase, here, reach, notes)
        tones = [Tone(t.start, t.length, t.step, t.pitch, t.chord, abs(t.start - frame.goal) < 1e-6) for t in tones]
        rng = stream(plan.seed, "ornaments", phrase.theme, phrase.turn)
        tunes.append(ornamented(plan, style, tones, rng, 0.25 * min(phrase.turn, 2)))
    phrases = [frame.phrase for frame in frames]
    return _Piece(plan, style, frames, chords, tunes, Expression(plan, phrases, 0.1 + 0.35 * plan.mood.dynamics))


def _rate(plan: Plan, style: str) -> float:
    """Notes of the melody a second."""
    calm = {"nocturne": 0.75, "orchestral": 0.9}.get(style, 1.0)
    return (1.3 + 2.7 * plan.mood.density) * calm


def _reach(plan: Plan, lead: Instrument | None) -> Range:
    """Where the framework of the melody lies."""
    if lead is None:
        return Range(62, 79)
    low, high = max(lead.low, 57), min(lead.high, 91)
    if high - low < 14:
        low = max(high - 16, 55)
    bright = plan.mood.brightness
    centre = low + (high - low) * (0.36 + 0.28 * bright)
    centre = min(max(centre, 65), 80)
    return Range(round(centre) - 8, round(centre) + 8)


def _tune(piece: _Piece, player: Player, leaders: Sequence[Player], section: Section, number: int) -> list[Note]:
    plan, place = piece.plan, leaders.index(player)
    tones = piece.tunes_of(section)
    rng = stream(plan.seed, "tune", place, section.first)
    active = [other for other in leaders if other.enters <= section.energy]
    leader = active[number % len(active)] if piece.style != "piano" else active[0]
    light = stream(plan.seed, "light", section.label).random() * (0.6 if piece.style == "nocturne" else 1.0)
    shift = _octaves(tones, player.instrument)
    if player is leader:
        return played(piece.expression, tones, 88, rng, light, shift)
    manner = pick(
        stream(plan.seed, "second", place, section.label),
        {"beside": 2, "octave": 2 if piece.style == "orchestral" else 0.3, "answer": 1},
    )
    if manner == "octave":
        shift = _octaves(tones, player.instrument)
        return played(piece.expression, tones, 74, rng, light, shift)
    if manner == "beside":
        second = beside(tones, 40)
        return played(piece.expression, second, 72, rng, light, _octaves(second, player.instrument))
    voice = len(piece.chords[0].voices) - 2
    chords = piece.chords_of(section)
    pitches = [chord.voices[voice] for chord in chords]
    middle = (player.instrument.low + player.instrument.high) / 2
    shift = 12 * round((middle - sum(pitches) / len(pitches)) / 12)
    return lines.single(plan, piece.expression, chords, voice, "held", 2, 68, rng, player.instrument, shift)


def _bass(piece: _Piece, player: Player, basses: Sequence[Player], section: Section) -> list[Note]:
    plan, chords = piece.plan, piece.chords_of(section)
    rng = stream(plan.seed, "bass", player.instrument.name, section.first)
    if player.instrument.name == "timpani":
        goals = [frame.goal for frame in piece.frames]
        return lines.timpani(plan, piece.expression, chords, goals, 80, rng, player.instrument)
    place = basses.index(player)
    manner = pick(stream(plan.seed, "bass manner", section.label), BASSES.get(piece.style, _BASSES))
    shift = -12 if player.instrument.high <= 62 and place else 0
    if player.instrument.high <= 60:
        shift = -12
    if manner == "walking" and not place:
        parts = lines.division(plan, 1.6 + plan.mood.density)
        return lines.walking(plan, piece.expression, chords, min(parts, 2), 76, rng, player.instrument, shift)
    if manner == "walking":
        manner = "plain"
    parts = min(lines.division(plan, 2 + 2 * plan.mood.density), 2)
    return lines.single(plan, piece.expression, chords, 0, manner, parts, 76, rng, player.instrument, shift)


def _harmony(piece: _Piece, player: Player, helpers: Sequence[Player], section: Section, alone: bool) -> list[Note]:
    """Keyboards, harps and groups of strings have the chords; single instruments a voice each."""
    plan, chords, place = piece.plan, piece.chords_of(section), helpers.index(player)
    rng = stream(plan.seed, "harmony", place, section.first)
    choice = stream(plan.seed, "texture", place, section.label, section.name if "variation" in section.name else "")
    rate = 1.8 + 4.2 * plan.mood.density
    if several(player.instrument):
        weights = dict(FIGURES.get(piece.style, FIGURES["chamber"]))
        group = player.instrument.program in (48, 49, 50, 52)
        if player.instrument.name == "harp":
            weights = {"harp": 2, "climbing": 1, "broken wide": 1}
        elif group or 16 <= player.instrument.program < 24:
            weights = {
                name: w
                for name, w in weights.items()
                if name in ("sustained", "pulsing", "tremolo", "syncopated", "blocks", "waltz")
            }
            weights = weights or {"sustained": 1}
        if place and alone:
            weights = {"sustained": 1}
        pattern = pick(choice, weights)
        parts = max(lines.division(plan, rate if pattern not in ("pulsing", "afterbeats") else rate * 0.7), 2)
        with_bass = (alone and place == 0) or (player.instrument.program < 8 and not group)
        return lines.figured(plan, piece.expression, chords, pattern, parts, 64, rng, with_bass, player.instrument)
    singles = [helper for helper in helpers if not several(helper.instrument)]
    order = sorted(singles, key=lambda helper: helper.instrument.low + helper.instrument.high)
    voice = 1 + order.index(player) % 2
    if alone and order[0] is player and len(helpers) == len(singles):
        voice = 0
    manner = pick(stream(plan.seed, "manner", section.label), MANNERS.get(piece.style, _MANNERS))
    if player.instrument.name in ("french horn", "trombone", "trumpet"):
        manner = "held"
    shift = 0
    middle = sum(chord.voices[voice] for chord in chords) / max(len(chords), 1)
    comfort = (player.instrument.low + player.instrument.high) / 2
    if abs(middle - comfort) > 9:
        shift = 12 * round((comfort - middle) / 12)
    parts = min(lines.division(plan, rate * 0.8), 4)
    return lines.single(plan, piece.expression, chords, voice, manner, parts, 66, rng, player.instrument, shift)


def plays_already(players: Sequence[Player], place: int) -> bool:
    """Whether a player's instrument has another role before, and plays one note at a time."""
    instrument = players[place].instrument
    return not several(instrument) and any(player.instrument == instrument for player in players[:place])


def several(instrument: Instrument) -> bool:
    """Whether it plays several notes at a time."""
    program = instrument.program
    return program < 32 or (44 <= program <= 55 and program != 47) or 88 <= program <= 96


def _octaves(tones: Sequence[Tone], instrument: Instrument) -> int:
    """By how many semitones, in octaves, a tune is moved so that an instrument plays it best."""
    if not tones:
        return 0
    low, high = min(t.pitch for t in tones), max(t.pitch for t in tones)
    shifts = (-24, -12, 0, 12, 24)

    def awkward(shift: int) -> tuple[int, float]:
        outside = max(instrument.low - low - shift, 0) + max(high + shift - instrument.high, 0)
        return outside, abs(shift)

    return min(shifts, key=awkward)
