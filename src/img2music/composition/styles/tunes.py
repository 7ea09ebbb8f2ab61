"""The tunes of a song: a theme for each kind of section, sung, answered and doubled."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from img2music.composition.chance import around, stream
from img2music.composition.plan import Plan, Player
from img2music.composition.score import Articulation, Note, Section
from img2music.composition.theory.cells import bar_rhythm
from img2music.composition.theory.harmony import colours, nearest, scale_over, step, triad
from img2music.composition.theory.melody import Manner, Sung, Theme, make_theme, sing

LOUD = ("chorus", "hook", "drop")
"""Sections that have the hook."""


@dataclass(frozen=True)
class Taste:
    """What tunes of a style are like: `density`, `syncopation` and the chance of being `pentatonic`, 0 to 1;
    `scoops` is the chance that a long note is reached from below; `verses` whether verses have a tune as well."""

    density: float = 0.5
    syncopation: float = 0.4
    pentatonic: float = 0.5
    scoops: float = 0.2
    legato: float = 0.9
    verses: bool = True


@dataclass(frozen=True)
class Tune:
    """The notes of one section."""

    section: Section
    notes: tuple[Sung, ...]


def make_tunes(plan: Plan, taste: Taste, player: Player) -> list[Tune]:
    """A tune for each section that has one, in the range of a player. Sections with one label have one theme, which is
    ornamented when it comes back."""
    rng = stream(plan.seed, plan.style, "tune")
    pentatonic = rng.random() < taste.pentatonic
    centre = _centre(plan, player)
    density = taste.density + 0.9 * (plan.density_per_beat - 0.5)
    density = min(max(density, 0.05), 0.95)
    themes: dict[str, tuple[Theme, Manner]] = {}
    times: dict[str, int] = {}
    sung: dict[object, list[Sung]] = {}
    tunes = []
    for section in plan.sections:
        if section.energy < player.enters or not _has_tune(section, plan, taste):
            continue
        key = "hook" if section.name in LOUD or section.name in ("intro", "outro") else section.label
        if key not in themes:
            loud = key == "hook"
            reach = 9 if player.instrument.high - player.instrument.low >= 24 else 7
            manner = Manner(
                centre + (2 if loud else -1),
                reach,
                density + (0.0 if loud else 0.12),
                taste.syncopation,
                pentatonic,
                taste.legato,
                player.instrument.low,
                player.instrument.high,
            )
            themes[key] = make_theme(plan.metre, manner, rng), manner
        theme, manner = themes[key]
        bars = section.bars if section.name not in ("intro",) else max(section.bars // 2, 1)
        first = section.first + section.bars - bars
        last = section is plan.sections[-1]
        # The same theme over the same chords is the same tune, and need not be found again.
        start = first * plan.metre.beats
        known = (key, bars, _chords_from(plan, start, bars), None if plan.contour is None else start)
        if known not in sung:
            sung[known] = [(at - start, length, pitch) for at, length, pitch in sing(theme, plan, first, bars, manner)]
        notes = [(at + start, length, pitch) for at, length, pitch in sung[known]]
        if last:
            notes = _ended(notes, plan, manner)
        times[key] = times.get(key, 0) + 1
        if times[key] > 1 and not last:
            notes = _ornamented(notes, plan, stream(plan.seed, "ornaments", section.first))
        tunes.append(Tune(section, tuple(notes)))
    return tunes


def _chords_from(plan: Plan, start: float, bars: int) -> tuple[tuple[float, int, str], ...]:
    """The chords of some bars, with their places from `start`."""
    end = start + bars * plan.metre.beats
    return tuple(
        (max(chord.start - start, 0.0), chord.root, chord.quality)
        for chord in plan.chords
        if chord.start < end - 1e-6 and chord.start + chord.length > start + 1e-6
    )


def _centre(plan: Plan, player: Player) -> int:
    """The middle of the tune: where the instrument sounds well, higher for bright moods."""
    low, high = player.instrument.low, player.instrument.high
    usual = 68 + round(14 * (plan.mood.brightness - 0.5))
    reach = 9 if high - low >= 24 else 7
    return min(max(usual, low + reach), high - reach)


def _has_tune(section: Section, plan: Plan, taste: Taste) -> bool:
    if len(plan.sections) == 1 or section is plan.sections[-1] or section.name in LOUD:
        return True
    if section.name in ("break", "build"):
        return False
    # Where somebody raps, the tune waits for the hook.
    raps = any(player.instrument.synth == "rap" for player in plan.players)
    return (taste.verses and not raps) or section.name in ("bridge", "solo", "theme", "head")


def _ended(notes: list[Sung], plan: Plan, manner: Manner) -> list[Sung]:
    """The piece ends with one long note, the root or the third of the tonic."""
    start = plan.ending
    kept = [(at, min(length, start - at), pitch) for at, length, pitch in notes if at < start - 0.1]
    before = kept[-1][2] if kept else manner.centre
    own = triad(plan.chord_at(start))
    home = nearest(own[:1], before)
    final = home if abs(home - before) <= 5 else nearest(own[:2], before)
    return [*kept, (start, (plan.beats - start) * 0.92, final)]


def _ornamented(notes: list[Sung], plan: Plan, rng: Random) -> list[Sung]:
    """Some long notes give their end to a neighbour, which leads on by step."""
    found: list[Sung] = []
    for index, (start, length, pitch) in enumerate(notes):
        following = notes[index + 1] if index + 1 < len(notes) else None
        near = following is not None and 0.9 <= following[0] - start <= 2 and 0 < abs(following[2] - pitch) <= 5
        if following is not None and near and length >= 0.8 and start % 1 == 0 and rng.random() < 0.3:
            way = 1 if following[2] < pitch else -1
            scale = scale_over(plan.chord_at(following[0]), plan.key, plan.mode)
            turn = step(scale, nearest(scale, following[2]), way)
            found.append((start, length - 0.5, pitch))
            found.append((following[0] - 0.5, 0.45, turn))
        else:
            found.append((start, length, pitch))
    return found


def lead(player: Player, plan: Plan, tunes: list[Tune], taste: Taste) -> list[Note]:
    """The tunes as a player sings them."""
    rng = stream(plan.seed, plan.style, "lead", player.seat)
    notes = []
    low, high = player.instrument.low, player.instrument.high
    for tune in tunes:
        for start, length, pitch in tune.notes:
            strong = plan.metre.strength(start % plan.metre.beats) >= 0.5
            loud = 92 if strong else 86
            bend = -1.0 - rng.random() if length >= 0.7 and rng.random() < taste.scoops else 0.0
            sound = Articulation.LEGATO if length >= 0.4 else Articulation.NORMAL
            late = round(0.004 + 0.01 * rng.random(), 5)
            if low <= pitch <= high:
                notes.append(Note(start, length, pitch, int(loud + around(rng, 7)), sound, round(bend, 2), late))
    return notes


def doubled(player: Player, plan: Plan, tunes: list[Tune]) -> list[Note]:
    """The hook an octave higher, or lower where that is too high, in loud sections."""
    rng = stream(plan.seed, "double", player.seat)
    notes = []
    for tune in tunes:
        if tune.section.energy < max(player.enters, 0.0):
            continue
        top = max((pitch for _, _, pitch in tune.notes), default=60)
        shift = 12 if top + 12 <= player.instrument.high else 0 if top <= player.instrument.high else -12
        for start, length, pitch in tune.notes:
            notes.append(
                Note(start, length, pitch + shift, int(74 + around(rng, 6)), late=round(0.006 * rng.random(), 5))
            )
    return notes


def answer(player: Player, plan: Plan, tunes: list[Tune]) -> list[Note]:
    """Short replies where the tune rests, call and response; where it does not, one held tone to a chord."""
    rng = stream(plan.seed, plan.style, "answer", player.seat)
    bar = plan.metre.beats
    low, high = player.instrument.low, player.instrument.high
    centre = min(max(_centre(plan, player) - 5, low + 6), high - 6)
    onsets = bar_rhythm(plan.metre, 0.5 + 0.3 * plan.density_per_beat, 0.5, rng)
    moves = [int(rng.random() * 3) - 1 for _ in onsets]
    free = _rests(plan, tunes)
    notes: list[Note] = []
    before = centre
    for number, section in enumerate(plan.section_of):
        start = number * bar
        if section.energy < player.enters:
            continue
        if number == plan.bars - 1:
            final = nearest(triad(plan.chord_at(plan.ending))[1:], before)
            notes.append(Note(plan.ending, (plan.beats - plan.ending) * 0.95, final, 76))
            break
        reply = [(onset, move) for onset, move in zip(onsets, moves, strict=True) if start + onset >= free[number]]
        if len(reply) >= 2:
            pitch = nearest(triad(plan.chord_at(start + reply[0][0])), centre)
            for onset, move in reply:
                beat = start + onset
                chord = plan.chord_at(beat)
                scale = scale_over(chord, plan.key, plan.mode)
                pitch = step(scale, nearest(scale, pitch), move) if move else pitch
                if plan.metre.strength(onset) >= 0.5 or onset == reply[-1][0]:
                    pitch = nearest(triad(chord), pitch)
                notes.append(Note(beat, 0.45, pitch, int(80 + around(rng, 8)), late=round(0.008 * rng.random(), 5)))
            before = centre
        else:
            for chord in plan.chords_of(number):
                at = max(chord.start, start)
                end = min(chord.start + chord.length, start + bar)
                before = nearest(colours(chord), min(max(before, centre - 5), centre + 5))
                notes.append(Note(at, (end - at) * 0.95, before, int(68 + around(rng, 5)), Articulation.LEGATO))
    return notes


def _rests(plan: Plan, tunes: list[Tune]) -> list[float]:
    """The beat from which the tune is silent, for each bar."""
    bar = plan.metre.beats
    free = [number * bar for number in range(plan.bars)]
    for tune in tunes:
        for start, length, _ in tune.notes:
            number = min(int(start / bar + 1e-6), plan.bars - 1)
            free[number] = max(free[number], start + min(length, 1.0))
    return free
