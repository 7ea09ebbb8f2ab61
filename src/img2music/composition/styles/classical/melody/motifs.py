"""Melodies: motifs, rhythm and figure, laid over the framework of a phrase and fitted to its harmonies."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from img2music.composition.chance import pick, stream
from img2music.composition.metre import Metre
from img2music.composition.plan import Plan
from img2music.composition.styles.classical.form import Phrase
from img2music.composition.styles.classical.framework import Chord
from img2music.composition.styles.classical.melody.rhythm import Rhythm, bar_rhythm, split_at
from img2music.composition.theory.roman import Harmony, pitch
from img2music.composition.theory.voice_leading import Range, best_path

_FIGURES: dict[str, tuple[float, Callable[[int], int]]] = {
    "run up": (2.0, lambda i: i),
    "run down": (2.2, lambda i: -i),
    "turn": (1.3, lambda i: (0, 1, 0, -1)[i % 4]),
    "neighbour below": (0.8, lambda i: (0, -1)[i % 2]),
    "arpeggio up": (1.5, lambda i: 2 * i),
    "arpeggio down": (1.2, lambda i: -2 * i),
    "broken thirds": (0.8, lambda i: (0, 2, 1, 3, 2, 4)[i % 6]),
    "bow": (1.0, lambda i: (0, 2, 4, 2, 1, 0)[i % 6]),
    "repeat": (0.6, lambda i: 0),
    "leap and return": (0.8, lambda i: (0, 4, 3, 2, 1)[i % 5]),
}
_LEAPS = (0.9, 0.0, 0.35, 0.8, 1.2, 1.8, 2.6, 2.6)


@dataclass(frozen=True, slots=True)
class Tone:
    """A note of a melody, before it is played: its diatonic step over a chord. `goal` ends a phrase."""

    start: float
    length: float
    step: int
    pitch: int
    chord: Harmony
    goal: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A note without a pitch: over which chord it is, and which step is `wanted`, which an `anchor` has."""

    start: float
    length: float
    chord: Harmony
    anchor: bool
    strong: bool
    wanted: int


def melody(plan: Plan, phrase: Phrase, chords: Sequence[Chord], reach: Range, notes: float) -> list[Tone]:
    """The melody of a phrase, with about so many `notes` a bar, within reach."""
    slots: list[Slot] = []
    beats = plan.metre.beats
    letters = _letters(plan, phrase)
    for bar, letter in enumerate(letters):
        start = (phrase.first + bar) * beats
        here = [chord for chord in chords if start - 1e-6 <= chord.event.start < start + beats - 1e-6]
        last = bar == len(letters) - 1
        rhythm = _goal_rhythm(plan, phrase, here, start) if last else _rhythm(plan, phrase, letter, bar, notes)
        rhythm = split_at(rhythm, [chord.event.start - start for chord in here])
        slots += slots_of(plan, phrase, letter, start, rhythm, chords)
    steps = fit_steps(slots, reach)
    tones = [
        Tone(slot.start, slot.length, step, pitch(step, slot.chord), slot.chord)
        for slot, step in zip(slots, steps, strict=True)
    ]
    return _without_augmented_seconds(tones)


def _letters(plan: Plan, phrase: Phrase) -> str:
    """Which motif each bar has; the last bar has the goal."""
    rng = stream(plan.seed, "motifs", phrase.theme)
    body = phrase.bars - 1
    if body <= 2:
        return "ab"[:body] + "k"
    if body == 3:
        return pick(rng, {"aba": 3, "aab": 2, "abc": 2}) + "k"
    start = pick(rng, {"abab": 3, "abac": 2, "aaba": 1})
    return start[: min(body - 1, 4)] + "c" * (body - 5) + "d" + "k"


@lru_cache(2048)
def _motif_rhythm(seed: int, metre: Metre, florid: bool, theme: str, letter: str, notes: float) -> Rhythm:
    # the first theme lends its head to the others: a piece is made of one piece
    name = theme if letter != "a" or stream(seed, "own head", theme).random() < 0.5 else "A0"
    rng = stream(seed, "rhythm", name, letter)
    more = {"a": 1.0, "b": 0.9, "c": 1.25, "d": 1.1}[letter]
    return bar_rhythm(metre, notes * more, rng, florid)


def _rhythm(plan: Plan, phrase: Phrase, letter: str, bar: int, notes: float) -> Rhythm:
    florid = plan.style in ("nocturne", "orchestral", "waltz", "mazurka", "barcarolle", "siciliano")
    rhythm = _motif_rhythm(plan.seed, plan.metre, florid, phrase.theme, letter, round(notes, 2))
    if phrase.turn and letter in "bc" and stream(plan.seed, "varied", phrase.first, bar).random() < 0.5:
        rng = stream(plan.seed, "variation", phrase.first, bar)
        return bar_rhythm(plan.metre, notes * 1.4, rng)
    return rhythm


def _goal_rhythm(plan: Plan, phrase: Phrase, here: Sequence[Chord], start: float) -> Rhythm:
    """A long note; after it a breath, or an upbeat to what follows."""
    beats, groups = plan.metre.beats, plan.metre.groups
    if phrase.last:
        return ((0.0, beats),) if len(here) < 2 else tuple((c.event.start - start, c.event.length) for c in here)
    if len(here) > 1:
        return tuple((c.event.start - start, c.event.length) for c in here)
    if len(groups) == 1:
        return ((0.0, beats * 2 / 3),)
    rng = stream(plan.seed, "upbeat", phrase.theme, phrase.cadence)
    tail = groups[-1]
    if rng.random() < 0.35 + 0.3 * plan.density_per_beat:
        count = pick(rng, {1: 1.0, 2: 2.0, 3: 0.0 if tail == 1 else 1.0})
        held = sum(groups[: max(len(groups) - 2, 1)])
        return ((0.0, held), *((beats - tail + i * tail / count, tail / count) for i in range(count)))
    return ((0.0, beats - tail if len(groups) > 2 else groups[0]),)


def slots_of(
    plan: Plan, phrase: Phrase, letter: str, start: float, rhythm: Rhythm, chords: Sequence[Chord]
) -> list[Slot]:
    """Where notes are, and which steps the motif would like there."""
    rng = stream(plan.seed, "figures", phrase.theme, letter)
    weights = {name: weight for name, (weight, _) in _FIGURES.items()}
    inverted = letter == "c" or (phrase.turn > 1 and stream(plan.seed, "inverted", phrase.first).random() < 0.3)
    found: list[Slot] = []
    figure, count, origin = pick(rng, weights), 0, 0
    for offset, length in rhythm:
        beat = start + offset
        chord = _chord_at(chords, beat)
        anchor = abs(chord.event.start - beat) < 1e-6
        strength = plan.metre.strength(offset)
        if anchor or (strength >= 0.5 and count >= 2):
            figure, count, origin = pick(rng, weights), 0, chord.step if anchor else found[-1].wanted
        move = _FIGURES[figure][1](count)
        wanted = origin + (-move if inverted else move)
        found.append(Slot(beat, length, chord.event.chord, anchor, strength >= 0.5, wanted))
        count += 1
    return found


def _chord_at(chords: Sequence[Chord], beat: float) -> Chord:
    found = chords[0]
    for chord in chords:
        if chord.event.start > beat + 1e-6:
            break
        found = chord
    return found


@lru_cache(32768)
def candidates(
    chord: Harmony, wanted: int, strong: bool, low: int, high: int
) -> tuple[tuple[float, tuple[int, int, bool]], ...]:
    """Steps near the one that is wanted, as (cost, (step, pitch, whether the chord has it))."""
    found = []
    for step in range(wanted - 3, wanted + 4):
        place = pitch(step, chord)
        member = place % 12 in chord.tones
        off = abs(step - wanted)
        if (off > 2 and not member) or not low <= place <= high:
            continue
        found.append((0.7 * off + (0.0 if member else 1.4 if strong else 0.3), (step, place, member)))
    return tuple(sorted(found)[:5])


def fit_steps(slots: Sequence[Slot], reach: Range) -> list[int]:
    """The steps nearest to those that are wanted that make a melody: chord tones where it counts, steps from others."""
    options = []
    for slot in slots:
        if slot.anchor:
            place = pitch(slot.wanted, slot.chord)
            options.append([(0.0, (slot.wanted, place, True))])
        else:
            wanted = slot.wanted
            while pitch(wanted, slot.chord) > reach.high:
                wanted -= 7 if pitch(wanted, slot.chord) > reach.high + 5 else 2
            while pitch(wanted, slot.chord) < reach.low:
                wanted += 7 if pitch(wanted, slot.chord) < reach.low - 5 else 2
            found = candidates(slot.chord, wanted, slot.strong, reach.low, reach.high)
            options.append(list(found) or [(0.0, (wanted, pitch(wanted, slot.chord), False))])
    return [step for step, _, _ in best_path(options, move_cost)]


def move_cost(index: int, before: tuple[int, int, bool], after: tuple[int, int, bool]) -> float:
    """What it costs to go from one candidate to the next."""
    size = abs(after[0] - before[0])
    cost = _LEAPS[size] if size < 8 else 5.0
    if not before[2] and size != 1:  # what is no chord tone is left by step
        cost += 5.0
    if not after[2] and size != 1:
        cost += 4.0
    if size > 1 and abs(after[1] - before[1]) in (6, 10, 11, 13):
        cost += 2.0
    return cost


def _without_augmented_seconds(tones: list[Tone]) -> list[Tone]:
    """In minor, the sixth degree follows the leading tone up, or the seventh the sixth down."""
    for index, (one, two) in enumerate(itertools.pairwise(tones)):
        if abs(one.step - two.step) != 1 or abs(one.pitch - two.pitch) != 3:
            continue
        low, place = (one, index) if one.pitch < two.pitch else (two, index + 1)
        if low.pitch % 12 not in low.chord.tones:
            tones[place] = Tone(low.start, low.length, low.step, low.pitch + 1, low.chord, low.goal)
        else:
            high, place = (two, index + 1) if low is one else (one, index)
            if high.pitch % 12 not in high.chord.tones:
                tones[place] = Tone(high.start, high.length, high.step, high.pitch - 1, high.chord, high.goal)
    return tones
