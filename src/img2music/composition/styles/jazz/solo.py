"""Improvisation: phrases with breath between them, which take up what was played before and change it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from img2music.composition.chance import pick, stream
from img2music.composition.plan import Plan
from img2music.composition.score import Section
from img2music.composition.styles.jazz.line import Slot, fitted
from img2music.composition.styles.jazz.rhythm import Rhythm, line_rhythm
from img2music.composition.styles.jazz.tune import Line, contour, slot_at


def improvise(plan: Plan, section: Section, low: int, high: int, rate: float, fine: bool) -> Line:
    """A solo over a section, rising in register and density."""
    rng = stream(plan.seed, "solo", section.first)
    found: Line = []
    bar, known, memory = 0, 1, None
    rest = 0.55 - 0.35 * plan.density_per_beat
    while bar < section.bars:
        left = section.bars - bar
        bars = min(pick(rng, {1: 1.0, 2: 3.0, 3: 1.0, 4: 1.2}), left)
        if section.name == "trades":
            bars = min(4 - bar % 4, left)
            if bar % 8 >= 4:  # the drums' four bars
                bar += bars
                continue
        develops = memory is not None and rng.random() < 0.45
        if develops:  # no longer than what is developed
            bars = min(bars, known)
        progress = (bar + bars / 2) / section.bars
        if memory is not None and develops:
            rhythm, bend = _developed(memory, bars * plan.metre.beats, rng.random())
        else:
            rhythm = line_rhythm(plan.metre, bars, rate * (0.85 + 0.3 * progress), fine, rng)
            bend = contour(len(rhythm), rng, 3.5 + 2.5 * rng.random())
            known = bars
        memory = (rhythm, bend)
        centre = low + (high - low) * (0.3 + 0.25 * plan.mood.brightness + 0.2 * progress + 0.1 * rng.random())
        start = (section.first + bar) * plan.metre.beats
        slots = [
            slot_at(plan, start + offset, length, centre + away)
            for (offset, length), away in zip(rhythm, bend, strict=True)
        ]
        slots = [slot for slot in slots if slot.start < plan.chords[-1].start - 1e-6]
        if slots:
            found += _phrase(plan, slots, low, high, rng)
        bar += bars
        if rng.random() < rest * 0.5 and section.name != "trades":
            bar += 1
    return found


def _phrase(plan: Plan, slots: Sequence[Slot], low: int, high: int, rng: Random) -> Line:

    blue = plan.key if plan.style in ("blues", "funk") else None
    last = slots[-1]
    ending = Slot(last.start, last.length, last.chord, last.wanted, True, True)
    pitches = fitted([*slots[:-1], ending], low, high, rng, blue, 0.6 + 0.8 * plan.mood.tension)
    return [(slot.start, slot.length, pitch) for slot, pitch in zip(slots, pitches, strict=True)]


def _developed(
    memory: tuple[Rhythm, tuple[float, ...]], beats: float, chance: float
) -> tuple[Rhythm, tuple[float, ...]]:
    """What was played before: a step higher or lower, upside down, or its beginning twice."""
    rhythm, bend = memory
    kept = [(note, away) for note, away in zip(rhythm, bend, strict=True) if note[0] < beats - 0.5]
    kept = kept or [((0.0, 1.0), 0.0)]
    if chance < 0.25:
        kept = [(note, -away) for note, away in kept]
    elif chance < 0.5 and beats >= 4:
        half = beats / 2
        first = [(note, away) for note, away in kept if note[0] < half - 0.5] or kept[:1]
        second = [((at + half, length), away + 2.5) for (at, length), away in first]
        kept = [*first, *second]
    else:
        move = 2.0 if chance < 0.75 else -2.0
        kept = [(note, away + move) for note, away in kept]
    return tuple(note for note, _ in kept), tuple(away for _, away in kept)
