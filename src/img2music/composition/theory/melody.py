"""Tunes made of motifs: a rhythm and a contour that come back over other chords, and phrases that close.

On strong places a tune has tones of the chord; between them it moves by steps of the scale, and what is foreign to the
chord goes on by step.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from img2music.composition.chance import one
from img2music.composition.contour import REGISTER
from img2music.composition.metre import Metre
from img2music.composition.plan import Plan
from img2music.composition.score import ChordSymbol
from img2music.composition.theory.cells import bar_rhythm, closing_rhythm
from img2music.composition.theory.harmony import SCALES, nearest, scale_over, tones, triad
from img2music.composition.theory.line import USUAL_PULL, Wish, best_line

Sung = tuple[float, float, int]
"""A note of a tune: start and length in beats, and pitch."""

_PHRASES = ("aaba", "abab", "aabb", "abac", "aaac", "abcb", "aabc")
"""Which motif each bar of a phrase has; its last bar closes."""
_CONTOUR_PULL = 4 * USUAL_PULL
"""How strongly a tune follows the contour of its piece."""
_ARCS = ((0, 2, 4, 1), (0, 1, 3, 0), (3, 2, 1, 0), (0, 3, 2, -1), (2, 0, 3, 0), (0, 0, 2, 0))
"""How far above the middle the bars of a phrase are, in semitones."""


@dataclass(frozen=True)
class Motif:
    """Where notes begin in a bar, in beats, and how many steps of the scale each is above the first."""

    onsets: tuple[float, ...]
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Manner:
    """How a tune is to be: around the pitch `centre`, at most `reach` semitones from it; `density` and `syncopation`
    as of `bar_rhythm`; with `pentatonic` without half steps; `legato` is the share of its time that a note sounds.
    A contour may move it further, between the pitches `lowest` and `highest`."""

    centre: int
    reach: int = 9
    density: float = 0.5
    syncopation: float = 0.3
    pentatonic: bool = False
    legato: float = 0.92
    lowest: int = 0
    highest: int = 127

    def within(self, plan: Plan) -> tuple[int, int]:
        """The lowest and the highest pitch of a tune in a plan."""
        low, high = self.centre - self.reach, self.centre + self.reach
        if plan.contour is None:
            return low, high
        further = round(REGISTER)
        return max(low - further, min(self.lowest, low)), min(high + further, max(self.highest, high))


@dataclass(frozen=True)
class Theme:
    """What makes a tune recognisable: its motifs by letter, which bars have which, the arc of its phrases, the notes
    before them, and whether they breathe after two bars."""

    motifs: dict[str, Motif]
    letters: str
    arc: tuple[int, ...]
    pickup: tuple[float, ...]
    breath: bool = False


def make_theme(metre: Metre, manner: Manner, rng: Random) -> Theme:
    """A new theme."""
    letters = one(rng, _PHRASES)
    first = bar_rhythm(metre, manner.density, manner.syncopation, rng)
    motifs = {"a": Motif(first, _contour(len(first), rng))}
    for letter in sorted(set(letters) - {"a"}):
        # Half of the answers keep the rhythm of the question and turn its contour round.
        if rng.random() < 0.35:
            motifs[letter] = Motif(first, tuple(-move for move in motifs["a"].steps))
        else:
            # Contrast: an answer is calmer or livelier than the question.
            density = min(max(manner.density + one(rng, (-0.35, -0.2, 0.0, 0.2)), 0.0), 1.0)
            onsets = bar_rhythm(metre, density, manner.syncopation, rng)
            motifs[letter] = Motif(onsets, _contour(len(onsets), rng))
    pickup = one(rng, ((), (), (-0.5,), (-1.0, -0.5), (-1.5, -1.0, -0.5))) if metre.beats >= 3 else ()
    return Theme(motifs, letters, one(rng, _ARCS), pickup, rng.random() < 0.45)


def _contour(count: int, rng: Random) -> tuple[int, ...]:
    """Steps above the first note: a shape that one can sing, mostly by step, with repeated notes and few leaps."""
    shape = one(rng, ("arch", "valley", "fall", "rise", "wave", "level", "leap"))
    span = 2 + int(rng.random() * 3)
    peak = 1 + int(rng.random() * max(count - 2, 1))
    steps = [0]
    for index in range(1, count):
        before = steps[-1]
        if shape == "arch":
            move = 1 if index <= peak else -1
        elif shape == "valley":
            move = -1 if index <= peak else 1
        elif shape == "fall":
            move = -1
        elif shape == "rise":
            move = 1
        elif shape == "wave":
            move = 1 if index % 2 else -1
        elif shape == "leap":
            move = span if index == 1 else -1
        else:
            move = 0 if index % 3 and index < count - 1 else one(rng, (-1, 1, 1, -2))
        chance = rng.random()
        if chance < 0.22:
            move = 0
        elif chance < 0.32 and shape != "leap":
            move *= 2
        steps.append(min(max(before + move, -span - 1), span + 1))
    return tuple(steps)


def sing(theme: Theme, plan: Plan, first: int, bars: int, manner: Manner, closed: bool = True) -> list[Sung]:
    """The theme over the chords of `bars` bars from bar `first` on, in phrases of four bars.

    Phrases end on a long tone of the chord, the last one, if `closed`, on the root where it can.
    """
    placed = _placed(theme, plan, first, bars, manner)
    low, high = manner.within(plan)
    foreign = 3.2 - 2.4 * max(plan.mood.tension - 0.3, 0.0)
    wishes = []
    for note in placed:
        chord = _heard_at(plan, note.beat)
        own = tones(chord)
        strong = note.final or plan.metre.strength(note.beat % plan.metre.beats) >= 0.5
        landing: tuple[int, ...] = ()
        if note.final:
            last = note is placed[-1]
            landing = _landing(plan, chord, closed and last)
        dear = foreign if strong else 0.45
        wishes.append(Wish(_scale(plan, chord, manner), own, dear, note.target, note.move, landing))
    pitches = best_line(wishes, low, high, USUAL_PULL if plan.contour is None else _CONTOUR_PULL)
    raw = [(note.beat, pitch, note.final) for note, pitch in zip(placed, pitches, strict=True)]
    return _resolved(_lengths(raw, (first + bars) * plan.metre.beats, plan.metre, manner), plan, manner)


@dataclass(frozen=True)
class Placed:
    """A note before it has a pitch: where it begins, what it should be near, its steps from the note before, and
    whether it ends a phrase."""

    beat: float
    target: float
    move: int | None
    final: bool = False


def _placed(theme: Theme, plan: Plan, first: int, bars: int, manner: Manner) -> list[Placed]:
    """The notes of a theme in time: each bar has its motif, phrases begin with the pickup and end with a long note."""
    metre = plan.metre
    notes: list[Placed] = []
    for bar in range(bars):
        place = bar % 4
        last = place == 3 or bar == bars - 1
        motif = theme.motifs[theme.letters[place]]
        breath = place == 1 and theme.breath
        onsets = closing_rhythm(motif.onsets, metre) if last or breath else motif.onsets
        target = manner.centre + theme.arc[place]
        start = (first + bar) * metre.beats
        if place == 0 and bar > 0 and theme.pickup:
            notes = [note for note in notes if note.beat < start + theme.pickup[0] - 0.2]
            notes += [Placed(start + early, target - 1 + plan.lift(start + early), 1) for early in theme.pickup]
        for index, onset in enumerate(onsets):
            steps = motif.steps
            known = 0 < index < len(steps)
            move = steps[index] - steps[index - 1] if known else None
            final = last and index == len(onsets) - 1
            level = target + 1.2 * steps[min(index, len(steps) - 1)] + plan.lift(start + onset)
            notes.append(Placed(start + onset, level, None if final else move, final))
    return notes


def _heard_at(plan: Plan, beat: float) -> ChordSymbol:
    """The chord that a note is heard with: one that comes half a beat early belongs to the next."""
    chord = plan.chord_at(beat)
    following = plan.chord_at(beat + 0.5)
    return following if following.start > beat and beat % 1 == 0.5 else chord


def _scale(plan: Plan, chord: ChordSymbol, manner: Manner) -> tuple[int, ...]:
    if manner.pentatonic:
        kind = "minor pentatonic" if plan.minor else "major pentatonic"
        own = tuple((plan.key + interval) % 12 for interval in SCALES[kind])
        return tuple(sorted(set(own) | set(triad(chord))))
    return scale_over(chord, plan.key, plan.mode)


def _landing(plan: Plan, chord: ChordSymbol, closed: bool) -> tuple[int, ...]:
    """Where a phrase may end: at home if the phrase closes and the chord has it, or on another tone of the chord."""
    own = triad(chord)
    if closed:
        return (plan.key,) if plan.key in own else own[:2]
    return own[1:] or own


def _within(pitch: int, low: int, high: int) -> int:
    """The pitch, an octave nearer if it is out of reach."""
    if pitch > high:
        return pitch - 12
    if pitch < low:
        return pitch + 12
    return pitch


def _lengths(raw: list[tuple[float, int, bool]], end: float, metre: Metre, manner: Manner) -> list[Sung]:
    """Each note lasts until the next, at most a bar; a phrase ends with a breath."""
    notes = []
    for index, (start, pitch, final) in enumerate(raw):
        until = raw[index + 1][0] if index + 1 < len(raw) else end
        length = min(until - start, metre.beats)
        if final:
            length = max(min(length, until - start - 0.25), min(length, 0.5))
        notes.append((start, length * (0.95 if final else manner.legato), pitch))
    return notes


def _resolved(notes: list[Sung], plan: Plan, manner: Manner) -> list[Sung]:
    """Tones that are foreign to the chord go on by step, or give way to one that is not."""
    found = []
    low, high = manner.within(plan)
    for index, (start, length, pitch) in enumerate(notes):
        own = tones(_heard_at(plan, start))
        if pitch % 12 not in own:
            following = notes[index + 1] if index + 1 < len(notes) else None
            if following is None or not 0 < abs(following[2] - pitch) <= 2 or following[0] - start > 1.5:
                pitch = _within(nearest(own, pitch), low, high)
        found.append((start, length, pitch))
    return found
