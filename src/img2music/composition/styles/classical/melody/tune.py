"""The melody as it is played: ornaments, articulation, second voices beside it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from img2music.composition.plan import Plan
from img2music.composition.score import Articulation, Note
from img2music.composition.styles.classical.expression import Expression
from img2music.composition.styles.classical.melody.motifs import Tone
from img2music.composition.theory import ornaments
from img2music.composition.theory.roman import pitch

ORNATE = {
    "baroque": 1.0,
    "minuet": 0.8,
    "chamber": 0.5,
    "piano": 0.6,
    "nocturne": 0.9,
    "waltz": 0.4,
    "variations": 0.6,
    "sarabande": 1.2,
    "siciliano": 0.8,
    "gavotte": 0.7,
    "mazurka": 0.8,
    "barcarolle": 0.6,
    "serenade": 0.5,
    "etude": 0.1,
    "chorale": 0.0,
    "march": 0.15,
}
"""How fond styles are of ornaments."""
_SHORTEST = 0.085
"""Seconds that fingers need for a note of an ornament."""


def ornamented(plan: Plan, style: str, tones: Sequence[Tone], rng: Random, more: float = 0.0) -> list[Tone]:
    """The tones with ornaments written out; `more` adds to how many there are."""
    fast = max(_SHORTEST * plan.tempo.initial / 60, 1 / 12)
    fond = ORNATE.get(style, 0.25) + more
    found: list[Tone] = []
    for index, tone in enumerate(tones):
        after = tones[index + 1] if index + 1 < len(tones) else None
        notes = _ornament(plan, style, tone, after, fast, fond, rng)
        found += [Tone(start, length, tone.step, p, tone.chord, tone.goal) for start, length, p in notes]
    return found


def _ornament(
    plan: Plan, style: str, tone: Tone, after: Tone | None, fast: float, fond: float, rng: Random
) -> ornaments.Notes:
    start, length, at = tone.start, tone.length, tone.pitch
    upper, lower = pitch(tone.step + 1, tone.chord), pitch(tone.step - 1, tone.chord)
    if at - lower == 2 and rng.random() < 0.6:  # as sharp as a leading tone
        lower = at - 1
    chance = rng.random()
    ending = after is not None and after.goal
    strong = plan.metre.strength(start % plan.metre.beats) >= 0.5
    if ending and tone.chord.leading is not None and length >= max(8 * fast, 0.75) and chance < 0.7 * fond:
        return ornaments.trill(start, length, at, upper, lower, fast)
    leans = strong and length >= 0.9 and at % 12 in tone.chord.tones and upper % 12 not in (tone.chord.leading,)
    if (
        leans
        and chance < (0.12 + 0.2 * plan.mood.tension) * (0.8 if after is None else 1.5 if tone.goal else 1.0)
        and upper - at <= 2
    ):
        return ornaments.appoggiatura(start, length, at, upper)
    if tone.goal:
        return [(start, length, at)]
    if style in ("nocturne", "barcarolle") and length >= 1.4 and length > 6 * fast and chance > 1 - 0.35 * fond:
        return ornaments.turn(start, length, at, upper, lower, fast)
    if length >= max(4 * fast, 0.5) and chance > 1 - 0.11 * fond:
        if style in ("baroque", "minuet", "sarabande", "gavotte", "siciliano"):
            return ornaments.mordent(start, length, at, lower, fast)
        return ornaments.grace(start, length, at, upper if rng.random() < 0.5 else lower, min(fast, length / 4))
    return [(start, length, at)]


def played(
    expression: Expression, tones: Sequence[Tone], velocity: float, rng: Random, light: float, shift: int = 0
) -> list[Note]:
    """The notes of a melody; `light` is how much of it is detached, from 0 to 1, `shift` semitones are added."""
    notes = []
    for index, tone in enumerate(tones):
        after = tones[index + 1] if index + 1 < len(tones) else None
        joined = after is not None and abs(after.start - tone.start - tone.length) < 0.01
        step = joined and after is not None and 0 < abs(after.pitch - tone.pitch) <= 4
        articulation, length = Articulation.NORMAL, tone.length * 0.93
        if tone.length <= 0.5 and not step and light > 0.5:
            articulation, length = Articulation.STACCATO, tone.length * 0.55
        elif step and light < 0.8:
            articulation, length = Articulation.LEGATO, tone.length
        elif after is not None and after.pitch == tone.pitch:
            length = tone.length * 0.85
        notes.append(expression.note(tone.start, length, tone.pitch + shift, velocity, rng, articulation, spread=0.004))
    return notes


def beside(tones: Sequence[Tone], low: int) -> list[Tone]:
    """A second voice a third or a sixth below, at or above `low`."""
    found: list[Tone] = []
    gap = 2
    for tone in tones:
        if tone.pitch % 12 in tone.chord.tones:
            gap = next((g for g in (2, 3, 5, 4) if _consonant(tone, g)), 2)
        step = tone.step - gap
        place = pitch(step, tone.chord)
        if place >= low:
            found.append(Tone(tone.start, tone.length, step, place, tone.chord, tone.goal))
    return found


def _consonant(tone: Tone, gap: int) -> bool:
    below = pitch(tone.step - gap, tone.chord)
    return below % 12 in tone.chord.tones and (tone.pitch - below) in (3, 4, 8, 9, 5)
