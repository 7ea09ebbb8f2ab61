"""The subject of an imitative piece, and its entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from img2music.composition.chance import one, stream
from img2music.composition.plan import Plan
from img2music.composition.score import Section
from img2music.composition.styles.classical.form import Phrase
from img2music.composition.styles.classical.framework import realise
from img2music.composition.styles.classical.imitation import SUBJECTS, subject_bars
from img2music.composition.styles.classical.melody.motifs import Tone, fit_steps, slots_of
from img2music.composition.styles.classical.melody.rhythm import bar_rhythm, split_at
from img2music.composition.styles.classical.skeleton import Frame, spread
from img2music.composition.theory.roman import Key, pitch
from img2music.composition.theory.voice_leading import Range

Subject = Sequence[tuple[float, float, int]]
"""Notes as (offset, length, diatonic step)."""


def make_subject(plan: Plan) -> Subject:
    """A head that is known again, then quicker notes."""
    key = Key(plan.key, plan.mode)
    bars = subject_bars(plan)
    pairs = one(stream(plan.seed, "subject"), SUBJECTS)
    events = spread(pairs, 0.0, bars, plan.metre, key, most=4)
    chords = realise(events, Range(60, 76), Range(40, 56), ())
    rate = (2.1 + 2.6 * plan.mood.density) * 60 / plan.tempo.initial * plan.metre.beats
    phrase = Phrase(0, bars, key, "none", "subject", 0, Section("subject", "S", 0, bars))
    slots = []
    for bar in range(bars):
        rng = stream(plan.seed, "subject rhythm", bar)
        rhythm = bar_rhythm(plan.metre, rate * (0.85 if bar == 0 and bars > 1 else 1.25), rng)
        start = bar * plan.metre.beats
        here = [e.start - start for e in events if start <= e.start < start + plan.metre.beats - 1e-6]
        slots += slots_of(plan, phrase, "ab"[bar], start, split_at(rhythm, here), chords)
    steps = fit_steps(slots, Range(55, 82))
    return tuple((slot.start, slot.length, step) for slot, step in zip(slots, steps, strict=True))


def entry_tones(subject: Subject, frame: Frame, reach: Range) -> list[Tone]:
    """The subject in the key and the octave of an entry."""
    found = []
    for offset, length, step in subject:
        start = frame.events[0].start + offset
        event = next(e for e in reversed(frame.events) if e.start <= start + 1e-6)
        found.append(Tone(start, length, step, pitch(step, event.chord), event.chord))
    centre = (reach.low + reach.high) / 2
    mean = sum(tone.pitch for tone in found) / len(found)
    octaves = round((centre - mean) / 12)
    return [replace(tone, step=tone.step + 7 * octaves, pitch=tone.pitch + 12 * octaves) for tone in found]
