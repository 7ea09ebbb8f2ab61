"""Jazz clips: a rhythm section that walks, swings and comps, and an improviser in front of it."""

from __future__ import annotations

import numpy as np

from .harmony import NAMES, Chord, progression, step, voicing
from .score import Clock, Pick, Score, picker
from .solo import improvise
from .walking import walk

# Forms as numerals of the major scale; "minor" forms name their chords from the parallel major.
FORMS: dict[str, tuple[str, str]] = {
    "blues": ("major", "I7 IV7 I7 I7 IV7 IV7 I7 VI7alt IIm9 V13 I7/2 VI7alt/2 IIm7/2 V7alt/2"),
    "bird blues": (
        "major",
        "Imaj7 VIIm7b5/2 III7alt/2 VIm7/2 II7/2 Vm7/2 I7/2 IV7 IVm7/2 bVII7/2 IIIm7/2 VI7/2 "
        "bIIIm7/2 bVI7/2 IIm9 V13 Imaj7/2 VI7alt/2 IIm7/2 V7alt/2",
    ),
    "minor blues": ("minor", "Im7 Im7 Im7 Im7 IVm7 IVm7 Im7 Im7 bVI9 V7alt Im6 IIm7b5/2 V7alt/2"),
    "rhythm changes": (
        "major",
        "I6/2 VI7alt/2 IIm7/2 V7/2 IIIm7/2 VI7/2 IIm7/2 V7/2 I7/2 I7/2 IVmaj7/2 bVII9/2 I6/2 V7/2 I6 "
        "III7 III7 VI7 VI7 II9 II9 V13 V7alt",
    ),
    "autumnal": ("minor", "IVm9 bVII9 bIIImaj7 bVImaj7 IIm7b5 V7alt Im6 Im6 IIm7b5 V7alt Im6 Im6"),
    "standard": (
        "major",
        "Imaj9 VI7alt IIm9 V13 IIIm7 bIIIm7 IIm9 V7alt Imaj9 I7 IVmaj7 IVm6 IIIm7 VI7 IIm9 V13",
    ),
    "turning": (
        "major",
        "IIm9 V13 Imaj9 Imaj9 IIIm7 VI7alt IIm9 IIm9 #IVm7b5 VII7alt IIIm7 VI7 IIm7 V7alt Imaj9 V13",
    ),
    "modal": ("minor", "Im11 Im11 Im9 Im11 Im9 Im11 Im9 Im11 bIIm11 bIIm11 bIIm9 bIIm11 Im11 Im9 Im11 Im9"),
    "ballad": (
        "major",
        "Imaj9 IVmaj9/2 bVII9/2 IIIm7/2 VI7alt/2 IIm9/2 V13/2 Imaj9 IIm9/2 V7alt/2 VIm9/2 II9/2 IIm9/2 V13/2",
    ),
    "bossa": ("major", "Imaj9 Imaj9 II13 II13 IIm9 V13 Imaj9 bII9 IIIm7 bIIIdim7 IIm9 V13"),
    "minor bossa": ("minor", "Im9 Im9 IVm9 bVII13 bIIImaj9 bVImaj7 IIm7b5 V7alt"),
}
SOLOISTS = {
    66: "tenor saxophone",
    65: "alto saxophone",
    59: "muted trumpet",
    11: "vibraphone",
    0: "piano",
    71: "clarinet",
    26: "guitar",
    56: "trumpet",
    73: "flute",
    57: "trombone",
    64: "soprano saxophone",
}
RANGES = {66: 60, 65: 66, 59: 69, 11: 70, 0: 72, 71: 68, 26: 66, 56: 68, 73: 76, 57: 55, 64: 71}
COMP_RHYTHMS = (
    [(0, 0.4), (1.5, 1.2)],
    [(1.5, 0.4), (3.5, 0.4)],
    [(0.5, 0.3), (2, 0.9)],
    [(0, 1.4)],
    [(1, 0.3), (2.5, 1)],
    [(0, 0.3), (1.5, 0.3), (3, 0.3)],
    [(2.5, 1.3)],
    [(0, 3.6)],
    [(1.5, 2)],
)


def _drums(score: Score, clock: Clock, bars: int, feel: str, rng: np.random.Generator, pick: Pick) -> None:
    brushes = feel == "two" or rng.random() < 0.35
    level = rng.uniform(-7, -2)
    drums = score.track("drums", program=40 if brushes else 32, drums=True, gain=level, reverb=0.25)
    busy = rng.uniform(0.05, 0.35)

    def hit(beat: float, pitch: int, loud: float) -> None:
        drums.add(clock(beat) + 0.004 * rng.standard_normal(), 0.3, pitch, loud + 5 * rng.standard_normal())

    ride = 51 if rng.random() < 0.75 else 59
    for bar in range(bars):
        b = 4 * bar
        if feel == "bossa":
            for i in range(8):
                hit(b + i / 2, 42, 52 if i % 2 else 64)
            for at in (0, 1.5, 3) if bar % 2 == 0 else (1, 2.5):
                hit(b + at, 37, 78)
            for at in (0, 1.5, 2, 3.5):
                hit(b + at, 36, 60 if at in (0, 2) else 46)
            continue
        for beat in range(4):
            hit(b + beat, ride if not brushes else 38, 72 if beat % 2 else 64)
            if beat % 2 or rng.random() < busy / 2:
                hit(b + beat + 0.5, ride if not brushes else 38, 50)
            if beat % 2:
                hit(b + beat, 44, 72)
            elif brushes:
                hit(b + beat, 40, 50)
            if feel == "walk" and not brushes:
                hit(b + beat, 36, 34)
            if rng.random() < busy:
                hit(
                    b + beat + float(pick([0.5, 0.0])),
                    int(pick([38, 36, 37], [5, 2, 1])),
                    rng.uniform(38, 78),
                )
        if bar % 8 == 7 and rng.random() < 0.6:
            for at in (2, 2.5, 3, 3.5):
                hit(b + at, int(pick([38, 45, 47, 50])), 70)
        if bar % 8 == 0 and rng.random() < 0.3:
            hit(b, 49, 60)


def compose(seed: int) -> Score:
    """A clip of jazz: form, key, tempo, feel, band and solo by ``seed``."""
    rng = np.random.default_rng([seed, 2])
    pick = picker(rng)
    form = str(pick(list(FORMS), [3, 1.5, 2, 2.5, 2, 2.5, 2, 2, 1.5, 1.2, 0.8]))
    mode, text = FORMS[form]
    feel = "bossa" if "bossa" in form else "two" if form == "ballad" or rng.random() < 0.15 else "walk"
    tempo = {"bossa": rng.uniform(115, 160), "two": rng.uniform(62, 130), "walk": rng.uniform(105, 230)}[feel]
    key = int(rng.integers(12))
    swing = 0.5 if feel == "bossa" else float(np.clip(0.70 - (tempo - 80) / 1300 + rng.uniform(-0.03, 0.03), 0.54, 0.7))
    clock = Clock(float(tempo), swing)
    chords = progression(text, key)
    start = int(rng.integers(0, len(chords) // 4)) * 4 if rng.random() < 0.5 else 0
    bars = int(clock.beats // 4) + 2
    ordered = (chords[start:] + chords[:start]) * 6
    total, used = 0.0, []
    for chord in ordered:
        used.append(chord)
        total += chord.beats
        if total >= 4 * bars:
            break

    solo = int(pick(list(SOLOISTS), [4, 3, 2.5, 2.5, 3, 1.5, 2, 2, 1, 1, 1]))
    band = str(pick(["quartet", "trio", "quintet", "duo"], [5, 2, 2, 0.6]))
    comp = 26 if solo in (0, 11) and rng.random() < 0.5 else int(pick([0, 26, 4, 17], [6, 2, 0.6, 0.8]))
    score = Score(
        f"{form.capitalize()} in {NAMES[key]} for {SOLOISTS[solo]} {band}",
        "jazz",
        seed,
        round(float(tempo), 1),
        key,
        mode,
    )
    score.bars = clock.bars
    score.room, score.wet, score.tilt = (
        float(rng.uniform(0.5, 1.5)),
        float(rng.uniform(0.6, 1.2)),
        float(rng.uniform(-3.5, 1)),
    )

    bass = score.track("bass", program=32, gain=float(rng.uniform(-2, 2)), reverb=0.08)
    for beat, length, pitch in walk(used, pick, rng, feel):
        bass.add(
            clock(beat) + 0.006 * rng.standard_normal(),
            length * 60 / tempo,
            pitch,
            88 + 8 * rng.standard_normal(),
        )
    if band != "duo":
        _drums(score, clock, bars, feel, rng, pick)

    chords_track = score.track("comping", program=comp, gain=float(rng.uniform(-7, -2)), reverb=0.3)
    beat, previous, habits = (
        0.0,
        [],
        [COMP_RHYTHMS[i] for i in rng.choice(len(COMP_RHYTHMS), 4, replace=False)],
    )
    for chord in used:
        previous = voicing(chord.colours, 62 if comp != 26 else 60, previous)
        rhythm = habits[int(rng.integers(4))] if feel != "two" else [(0, chord.beats - 0.3)]
        for at, length in rhythm:
            if at < chord.beats and rng.random() < 0.9:
                push = rng.uniform(0, 0.012)
                loud = rng.uniform(48, 78)
                for i, p in enumerate(previous):
                    chords_track.add(clock(beat + at) + push + 0.004 * i, length * 60 / tempo, p, loud)
        beat += chord.beats

    front = score.track("solo", program=solo, gain=float(rng.uniform(1, 4)), reverb=float(rng.uniform(0.25, 0.5)))
    line = improvise(used, RANGES[solo], tempo, rng, blues="blues" in form)
    winds = solo in (56, 57, 59, 64, 65, 66, 71, 73)
    for at, length, pitch, loud in line:
        bend = -float(rng.uniform(0.4, 1.2)) if winds and length > 0.6 and rng.random() < 0.4 else 0.0
        lag = 0.015 * rng.random() + 0.01  # soloists play a little behind the beat
        front.add(clock(at) + lag, clock(at + length) - clock(at), pitch, loud, bend)
        if not winds and solo != 26 and length > 0.9 and rng.random() < 0.3:
            front.add(clock(at) + lag, length * 60 / tempo, pitch - int(pick([3, 4, 12])), loud - 12)
    if band == "quintet" and winds:
        second = score.track("second horn", program=int(pick([56, 66, 57, 65])), gain=-1.0, reverb=0.35)
        for (
            at,
            length,
            pitch,
            loud,
        ) in line:  # the second horn joins on the longer notes, a third or sixth below
            chord = _chord_at(used, at)
            if length >= 0.5:
                second.add(clock(at) + 0.02, clock(at + length) - clock(at), step(chord.scale, pitch, -2), loud - 8)
    return score


def _chord_at(chords: list[Chord], beat: float) -> Chord:
    for chord in chords:
        if beat < chord.beats:
            return chord
        beat -= chord.beats
    return chords[-1]
