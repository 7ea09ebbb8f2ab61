"""What an MC raps: rhythms of syllables that come back with changes, and end on a rhyme."""

from __future__ import annotations

from random import Random

from img2music.composition.chance import around, pick, stream
from img2music.composition.plan import Plan, Player
from img2music.composition.score import Articulation, Note
from img2music.composition.theory.harmony import nearest, scale

_FALL = 0.75
"""Semitones that the voice falls by within a syllable."""
Flow = list[tuple[float, float]]
"""Syllables of a bar as (start, length) in beats."""


def _flow(plan: Plan, triplets: float, rng: Random) -> Flow:
    """The last stress is the rhyme, and a breath comes after it."""
    kind = pick(rng, {"sixteenths": 4.0, "triplets": triplets, "eighths": 2.0, "call": 1.5})
    bar = plan.metre.beats
    fast = plan.tempo.initial / plan.metre.pulse > 115
    space = {"sixteenths": 0.5 if fast else 0.25, "triplets": 1 / 3, "eighths": 0.5, "call": 0.5 if fast else 0.25}[
        kind
    ]
    until = bar * 0.5 if kind == "call" else bar - 0.4
    keep = 0.66 + 0.24 * plan.density_per_beat
    onsets = [
        step * space for step in range(int(until / space) + 1) if (step * space) % 1 < 1e-6 or rng.random() < keep
    ]
    return [
        (at, min(after - at, 0.6) * 0.92) for at, after in zip(onsets, [*onsets[1:], onsets[-1] + 0.6], strict=True)
    ]


def rap(player: Player, plan: Plan, triplets: float = 0.5) -> list[Note]:
    """Verses of bars that rhyme in pairs; hooks repeat one line."""
    rng = stream(plan.seed, plan.style, "rap")
    flows = [_flow(plan, triplets, rng) for _ in range(3)]
    classes = scale(plan.key, plan.mode)
    home = 44 + int(rng.random() * 12)
    lively = 2 + int(rng.random() * 4)
    tunes = [[int(rng.random() * (2 * lively + 1)) - lively for _ in flow] for flow in flows]
    lag = 0.02 * rng.random()
    bar = plan.metre.beats
    sung = any(player.seat == "hook" for player in plan.players)
    notes: list[Note] = []
    for number, section in enumerate(plan.section_of[:-1] or plan.section_of):
        if section.energy < player.enters or section.name in ("intro", "outro", "break", "interlude", "build"):
            continue
        place = number - section.first
        which = 0 if section.name in ("hook", "chorus") else (1, 2, 1, 0)[place % 4]
        flow = flows[which]
        if section.name in ("hook", "chorus") and sung:
            # The tune has the hook; the MC only calls.
            flow = [(at, length) for at, length in flow if at < bar / 2] if place % 2 == 0 else []
        for index, (at, length) in enumerate(flow):
            if rng.random() < 0.06 and index:
                continue
            stress, rhyme = plan.metre.strength(at) >= 0.5, index == len(flow) - 1
            pitch = nearest(classes, home + tunes[which][index] + 2 * stress + 2 * rhyme)
            loud = int(84 + 10 * stress + 6 * rhyme + around(rng, 6))
            late = round(lag + 0.008 * rng.random(), 5)
            sound = Articulation.ACCENT if stress else Articulation.NORMAL
            notes.append(Note(number * bar + at, length * (1.3 if rhyme else 1), pitch, loud, sound, _FALL, late))
    return notes
