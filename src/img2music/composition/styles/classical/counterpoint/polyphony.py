"""Voices in imitation: the subject where a voice has it, free counterpoint elsewhere, and who plays which voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from img2music.composition.chance import pick, stream
from img2music.composition.instruments import plays_chords
from img2music.composition.plan import Plan, Player
from img2music.composition.score import Articulation, Note, Part, Role
from img2music.composition.styles.classical import lines
from img2music.composition.styles.classical.counterpoint.subject import Subject, entry_tones, make_subject
from img2music.composition.styles.classical.counterpoint.voices import Voice, fitted, free_slots, harmonic_voices
from img2music.composition.styles.classical.expression import Expression
from img2music.composition.styles.classical.framework import Chord
from img2music.composition.styles.classical.harmony import frames_of
from img2music.composition.styles.classical.imitation import VOICES, Entry
from img2music.composition.styles.classical.melody.motifs import Slot, Tone
from img2music.composition.styles.classical.melody.tune import ornamented
from img2music.composition.styles.classical.skeleton import Frame
from img2music.composition.theory.voice_leading import Range

RANGES = (Range(65, 84), Range(57, 74), Range(41, 60))
"""Soprano, alto and bass."""


@dataclass(frozen=True)
class _Texture:
    voices: Sequence[Sequence[Tone]]
    chords: Sequence[Chord]
    frames: Sequence[Frame]


def write(plan: Plan) -> tuple[Part, ...]:
    """The parts of all players."""
    texture = _compose(plan)
    expression = Expression(plan, [frame.phrase for frame in texture.frames], 0.08 + 0.25 * plan.mood.dynamics)
    shares = _shares(plan.players)
    parts = []
    for number, player in enumerate(plan.players):
        rng = stream(plan.seed, "playing", number)
        notes: list[Note] = []
        desk = lines.Desk(plan, expression, player.instrument, 78, rng)
        if player.role is Role.DRUMS:
            goals = [frame.goal for frame in texture.frames if frame.phrase.last]
            notes = lines.percussion(desk, goals, plan.density_per_beat > 0.4)
        elif player.instrument.name == "timpani":
            goals = [frame.goal for frame in texture.frames]
            notes = lines.timpani(desk, texture.chords, goals)
        elif not shares[number]:  # the continuo
            pattern = pick(stream(plan.seed, "continuo"), {"blocks": 2, "sustained": 1, "broken": 1, "afterbeats": 0.7})
            if 16 <= player.instrument.program < 24 or 44 <= player.instrument.program < 56:
                pattern = "sustained"
            desk = replace(desk, velocity=54)
            notes = lines.figured(desk, texture.chords, pattern, 2, False, False)
        for voice in shares[number]:
            velocity = 80 if voice == 0 else 74
            notes += _played(expression, texture.voices[voice], player, velocity, rng)
        parts.append(Part(player.instrument, player.role, tuple(notes), player.level, player.pan))
    return tuple(parts)


def _shares(players: Sequence[Player]) -> list[tuple[int, ...]]:
    """Which voices each player has. Who has none realises the figured bass."""
    shares: list[tuple[int, ...]] = []
    tunes = [p for p in players if p.role in (Role.MELODY, Role.VOICE)]
    single = [p for p in players if p.role is Role.HARMONY and not plays_chords(p.instrument)]
    basses = [p for p in players if p.role is Role.BASS]
    middle = bool(single) or len(tunes) > 1
    for player in players:
        if player in tunes:
            place = tunes.index(player)
            if place == 0:
                shares.append((0,) if middle or not plays_chords(player.instrument) else (0, 1))
            else:
                shares.append((1,) if place == 1 else (0,))
        elif player.role is Role.HARMONY:
            if player in single:
                shares.append((1,))
            elif not basses and not any(2 in share for share in shares):
                shares.append((2,) if tunes and (middle or plays_chords(tunes[0].instrument)) else (1, 2))
            elif not tunes and not any(0 in share for share in shares):
                shares.append((0, 1))
            else:
                shares.append(())
        elif player.role is Role.BASS:
            shares.append((2,))
        else:
            shares.append(())
    return shares


def _played(expression: Expression, tones: Sequence[Tone], player: Player, velocity: float, rng: Random) -> list[Note]:
    ordered = sorted(tone.pitch for tone in tones)
    # a few notes of a bass may be an octave away, so that it stays the lowest voice
    few = len(ordered) // 10 if player.role is Role.BASS else 0
    shift = lines.octaves(ordered[few : len(ordered) - few], player.instrument)
    notes = []
    for index, tone in enumerate(tones):
        after = tones[index + 1] if index + 1 < len(tones) else None
        step = after is not None and abs(after.pitch - tone.pitch) <= 2 and after.start - tone.start < 0.6
        length = tone.length * (0.98 if step else 0.86 if tone.length <= 1 else 0.94)
        articulation = Articulation.LEGATO if step else Articulation.NORMAL
        notes.append(expression.note(tone.start, length, tone.pitch + shift, velocity, rng, articulation, 0.004))
    return notes


def _compose(plan: Plan) -> _Texture:
    frames = frames_of(plan)
    events = [event for frame in frames for event in frame.events]
    subject = make_subject(plan)
    given: list[Mapping[int, int]] = [{}, {}, {}]
    entries: list[dict[int, list[Tone]]] = [{}, {}, {}]
    place, heard = 0, [False] * VOICES
    silent: list[set[int]] = [set(), set(), set()]
    for number, frame in enumerate(frames):
        voice = frame.phrase.voice if isinstance(frame.phrase, Entry) else -1
        if voice >= 0:
            tones = entry_tones(subject, frame, RANGES[voice])
            entries[voice][number] = tones
            starts = {round(event.start, 4): place + i for i, event in enumerate(frame.events)}
            given[voice] = {
                **given[voice],
                **{starts[round(t.start, 4)]: t.pitch for t in tones if round(t.start, 4) in starts},
            }
            heard[voice] = True
        exposition = voice >= 0 and not all(heard) and number < VOICES
        for other in range(VOICES):
            if exposition and not heard[other] and len(frames) > VOICES:
                silent[other].add(number)
        place += len(frame.events)
    pitches = harmonic_voices(plan, events, given, RANGES)
    voices = _voices(plan, frames, subject, pitches, entries, silent)
    chords = [
        Chord(event, (bass, max(bass, alto - 12 if alto - bass > 19 else alto), soprano), 0)
        for event, soprano, alto, bass in zip(events, *pitches, strict=True)
    ]
    chords = [replace(chord, voices=(chord.voices[0], *_realisation(chord), chord.voices[-1])) for chord in chords]
    return _Texture(voices, chords, frames)


def _realisation(chord: Chord) -> tuple[int, ...]:
    """The figured bass, played between the voices."""
    lowest = max(55, chord.voices[0] + 1)
    return tuple(p for p in range(lowest, lowest + 12) if p % 12 in chord.event.chord.tones)[:3]


def _voices(
    plan: Plan,
    frames: Sequence[Frame],
    subject: Subject,
    pitches: Sequence[Sequence[int]],
    entries: Sequence[Mapping[int, list[Tone]]],
    silent: Sequence[set[int]],
) -> list[list[Tone]]:
    """The voices one after the other, each against those that are there: the bass first, then from above."""
    sung = [[tone for number in sorted(lines) for tone in lines[number]] for lines in entries]
    written: dict[int, list[Tone]] = {}
    for voice in (2, 0, 1):
        slots: list[Slot] = []
        fixed: set[float] = set()
        place = 0
        for number, frame in enumerate(frames):
            count = len(frame.events)
            if number in entries[voice]:
                slots += [Slot(t.start, t.length, t.chord, True, True, t.step) for t in entries[voice][number]]
                fixed.update(t.start for t in entries[voice][number])
            elif number not in silent[voice]:
                role = Voice(voice, RANGES[voice], number)
                following = pitches[voice][place + count] if place + count < len(pitches[voice]) else None
                slots += free_slots(plan, frame, pitches[voice][place : place + count], following, role, subject)
            place += count
        others = [written.get(other) or sung[other] for other in range(VOICES) if other != voice]
        fixed.update(slot.start for slot in slots if voice == 2 or slot is slots[-1])  # the bass is the harmony
        line = fitted(slots, RANGES[voice], others, fixed)
        # ornaments come before the voices that must not run parallel to them
        written[voice] = ornamented(plan, "baroque", line, stream(plan.seed, "ornaments")) if voice == 0 else line
    return [written[voice] for voice in range(VOICES)]
