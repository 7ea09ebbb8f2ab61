"""The head: a written tune of a few ideas of two bars, which come back over the chart, and again after the solos."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from img2music.composition.chance import pick, stream
from img2music.composition.metre import Metre
from img2music.composition.plan import Plan
from img2music.composition.score import Section
from img2music.composition.styles.jazz.line import Slot, fitted
from img2music.composition.styles.jazz.rhythm import Rhythm, line_rhythm

Line = list[tuple[float, float, int]]
"""Notes as (start, length, pitch)."""


def head(plan: Plan, section: Section, low: int, high: int, rate: float, fine: bool) -> Line:
    """The tune over a section; sections with the same label have the same."""
    idea = 1 if section.bars <= 5 else 2  # bars of an idea
    letters = _letters(plan, section, idea)
    label = _theme(plan, section)
    slots: list[Slot] = []
    centre = low + (high - low) * (0.4 + 0.25 * plan.mood.brightness)
    for number, letter in enumerate(letters):
        first = number * idea
        bars = min(idea, section.bars - first)
        rhythm, bend = _idea(plan.seed, plan.metre, label, letter, idea, round(rate, 2), fine)
        start = (section.first + first) * plan.metre.beats
        limit = bars * plan.metre.beats
        for (offset, length), away in zip(rhythm, bend, strict=True):
            if offset < limit - 0.25:
                slots.append(slot_at(plan, start + offset, min(length, limit - offset + 0.5), centre + away))
    end = (section.first + section.bars) * plan.metre.beats
    slots = [slot for slot in slots if slot.start < min(end, plan.chords[-1].start) - 1e-6 or plan.bars == 1]
    rng = stream(plan.seed, "tune", label)
    blue = plan.key if plan.style == "blues" else None
    pitches = fitted(slots, low, high, rng, blue, 0.5)
    return [(slot.start, slot.length, pitch) for slot, pitch in zip(slots, pitches, strict=True)]


def slot_at(plan: Plan, start: float, length: float, wanted: float) -> Slot:
    """A slot; what begins half a beat before a bar line and is held over it belongs to the chord after it."""
    ahead = start % plan.metre.beats >= plan.metre.beats - 0.5 - 1e-6 and length > 0.6
    chord = plan.chord_at(min(start + 0.5 if ahead else start, plan.beats - 0.01))
    strong = plan.metre.strength(start) >= 0.5 or ahead
    return Slot(start, length, chord, wanted + plan.lift(start), strong, ahead or abs(chord.start - start) < 1e-6)


def _theme(plan: Plan, section: Section) -> str:
    """Whose ideas a section has: those of the head, for the tags that follow it as well."""
    if section.name in ("head", "outro", "coda", "reprise"):
        return next((s.label for s in plan.sections if s.name in ("head", "theme")), section.label)
    return section.label


def _letters(plan: Plan, section: Section, idea: int) -> str:
    """Which idea each part of a section has: a form within the eight, and a bridge where the chart has one."""
    units = -(-section.bars // idea)
    rng = stream(plan.seed, "ideas", section.label)
    if units <= 5:
        return pick(rng, {"aabac": 3, "ababc": 2, "aaabc": 2, "abaca": 1})[:units]
    if section.bars % 12 == 0 and plan.style == "blues":
        return "ababcd" * (section.bars // 12)
    eight = pick(rng, {"abac": 3, "aaab": 2, "aabc": 1.5, "abab": 1.5})
    bridge = pick(rng, {"dede": 2, "dddc": 1, "dedc": 1})
    if section.bars >= 32:
        return ((eight + eight + bridge + eight) * (units // 16 + 1))[:units]
    return ((eight + bridge) * (units // 8 + 1))[:units]


@lru_cache(512)
def _idea(
    seed: int, metre: Metre, label: str, letter: str, bars: int, rate: float, fine: bool
) -> tuple[Rhythm, tuple[float, ...]]:
    """The rhythm of an idea, and where its notes lie beside the middle of the range."""
    rng = stream(seed, "idea", label, letter)
    rhythm = line_rhythm(metre, bars, rate, fine, rng, bars > 1)
    return rhythm, contour(len(rhythm), rng, 4.5, 5.0)


def contour(count: int, rng: Random, width: float, rough: float = 3.0) -> tuple[float, ...]:
    """How a line of so many notes bends: up, down, an arch, a bowl or a wave, `width` semitones either way; `rough`
    is how much single notes stand out."""
    shape = pick(rng, {"up": 1, "down": 1.5, "arch": 2, "bowl": 1, "wave": 1})
    found = []
    for i in range(count):
        x = i / max(count - 1, 1)
        y = {
            "up": 2 * x - 1,
            "down": 1 - 2 * x,
            "arch": 1 - 8 * (x - 0.45) ** 2,
            "bowl": 8 * (x - 0.5) ** 2 - 1,
            "wave": (1, 0.2, -0.8, 0.1)[i % 4],
        }[shape]
        found.append(width * max(min(y, 1.0), -1.0) + rough * (rng.random() - 0.5))
    return tuple(found)
