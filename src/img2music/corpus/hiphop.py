"""Hip-hop clips: boom-bap, lo-fi and trap; a chord loop that sounds sampled, drums with weight, deep bass."""

from __future__ import annotations

import numpy as np

from .harmony import NAMES, SCALES, nearest, progression, step, voicing
from .mc import rap_over
from .score import Clock, Pick, Score, picker

LOOPS = (
    ("minor", "Im9 bVImaj7"),
    ("minor", "Im7 IVm9"),
    ("minor", "Im9/8 bVImaj7 V7alt"),
    ("minor", "Im bVI bIII bVII"),
    ("minor", "IVm9 Im9"),
    ("major", "IIm9 V13 Imaj9 VI7alt"),
    ("minor", "Im9 bVII9 bVImaj9 V7alt"),
    ("minor", "Im/8 bVI/4 V/4"),
    ("major", "Imaj9 IIIm7 VIm9 IVmaj9"),
    ("minor", "bVImaj9 V7alt Im9 Im9"),
    ("minor", "Im7 bIImaj7"),
    ("major", "IVmaj9 IIIm7 IIm9 Imaj9"),
    ("minor", "Im/4 IVm/4 bVI/4 V/4"),
    ("minor", "Im9/16"),
    ("minor", "Im11/8 bVImaj9/8"),
)
STYLES = ("boom-bap", "lo-fi", "trap")
# Two bars of kicks, in sixteenths.
KICKS = {
    "boom-bap": (
        (0, 10, 16, 23, 26),
        (0, 7, 10, 16, 22, 26),
        (0, 2, 10, 16, 18, 27),
        (0, 6, 10, 19, 26),
        (0, 3, 10, 16, 25, 26),
    ),
    "lo-fi": ((0, 10, 16, 26), (0, 7, 10, 16, 23), (0, 11, 16, 26, 27), (0, 10, 14, 16, 26)),
    "trap": (
        (0, 6, 16, 19, 26),
        (0, 3, 10, 16, 22),
        (0, 14, 16, 20, 26),
        (0, 7, 16, 26, 30),
        (0, 10, 12, 22),
    ),
}


def _drums(score: Score, clock: Clock, bars: int, style: str, rng: np.random.Generator, pick: Pick) -> list[float]:
    """Drums; returns the beats of the kicks, which the bass follows."""
    drums = score.track(
        "drums",
        voice="kit",
        gain=float(rng.uniform(4, 7.5)),
        reverb=0.05,
        high=7000 if style == "lo-fi" else 0,
    )
    real = (
        score.track("break", program=int(pick([0, 8, 16])), drums=True, gain=-3.0, reverb=0.1)
        if style != "trap" and rng.random() < 0.6
        else None
    )
    kicks = KICKS[style][int(rng.integers(len(KICKS[style])))]
    snares = (8, 24) if style == "trap" else (4, 12, 20, 28)
    snare = 38 if style == "boom-bap" else int(pick([38, 39, 37] if style == "lo-fi" else [38, 39]))
    hats = 2 if style != "trap" and rng.random() < 0.75 else 1
    found: list[float] = []
    enters, breaks = int(pick([0, 1, 2], [7, 1, 2])), rng.random() < 0.3

    def hit(sixteenth: float, pitch: int, loud: float, late: float = 0.0) -> None:
        if sixteenth < 16 * enters or (breaks and sixteenth % 64 >= 56):
            return
        at = clock(sixteenth / 4) + late + 0.003 * rng.standard_normal()
        drums.add(at, 0.2, pitch, loud + 4 * rng.standard_normal())
        if real is not None and pitch in (36, 38, 42, 46):
            real.add(at, 0.2, pitch, loud)

    for bar in range(bars):
        base, half = 16 * bar, 16 * (bar % 2)
        fill = bar % 4 == 3 and rng.random() < 0.5
        for k in kicks:
            if half <= k < half + 16 and not (fill and k - half > 12):
                hit(base + k - half, 36, 112)
                found.append((base + k - half) / 4)
        for s in snares:
            if half <= s < half + 16:
                hit(base + s - half, snare, 106, 0.012 if style == "lo-fi" else 0.0)
        for i in range(0, 16, hats):
            if style == "trap" and rng.random() < 0.12:  # rolls: triplets and thirty-seconds
                for part in range(n := int(pick([2, 3, 4]))):
                    hit(base + i + part / n, 42, 62 + 8 * part)
            elif rng.random() < 0.95:
                hit(base + i, 42, 82 if i % 4 == 0 else 60)
        if rng.random() < 0.3:
            hit(base + 14, 46, 70)
        if fill:
            for i in (12, 13, 14, 15):
                if rng.random() < 0.6:
                    hit(base + i, int(pick([38, 36, 45])), 84)
    return found


def _bass(
    score: Score, clock: Clock, chords: list, kicks: list[float], style: str, rng: np.random.Generator, pick
) -> None:
    deep = style == "trap" or rng.random() < 0.35
    kind = (
        {"voice": "sub", "high": 700 if style != "trap" else 1500}
        if deep
        else {"program": int(pick([32, 33, 38, 35], [4, 3, 2, 1])), "high": 1200}
    )
    bass = score.track("bass", gain=float(rng.uniform(0, 4)), reverb=0.0, **kind)
    low = 33 if deep else 38
    starts = np.cumsum([0.0] + [c.beats for c in chords])
    onsets = sorted({round(b, 3) for b in kicks} | {float(s) for s in starts[:-1]})
    last = None
    for onset, after in zip(onsets, [*onsets[1:], starts[-1]], strict=True):
        if onset >= starts[-1]:
            break
        chord = chords[int(np.searchsorted(starts, onset, side="right")) - 1]
        root = nearest([chord.root], low + 3)
        pitch = (
            root
            if rng.random() < 0.75
            else int(pick([root + 12, nearest([(chord.root + 7) % 12], root), step(chord.scale, root, -1)]))
        )
        bend = float(last - pitch) if deep and last is not None and last != pitch and rng.random() < 0.35 else 0.0
        bass.add(clock(onset), (clock(after) - clock(onset)) * (0.95 if deep else 0.8), pitch, 104, bend)
        last = pitch


def _loop(score: Score, clock: Clock, chords: list, style: str, rng: np.random.Generator, pick: Pick) -> None:
    program = int(pick([4, 5, 0, 24, 11, 48, 26, 52, 46, 88], [5, 2, 4, 2, 1.5, 2, 1.5, 1, 1, 1]))
    settings = {
        "boom-bap": (150, rng.uniform(1800, 4500)),
        "lo-fi": (120, rng.uniform(1300, 3000)),
        "trap": (180, rng.uniform(2500, 7000)),
    }
    low, high = settings[style]
    loop = score.track(
        "sample",
        program=program,
        gain=float(rng.uniform(-8, -1)),
        reverb=0.25,
        low=low,
        high=float(high),
        duck=float(rng.uniform(0, 5)),
        wobble=float(rng.uniform(4, 22)) if style == "lo-fi" else 0.0,
    )
    figure = str(pick(["held", "stabs", "broken", "offbeat"], [3, 2, 3, 1]))
    beat, previous = 0.0, []
    centre = int(rng.integers(57, 67))
    for chord in chords:
        previous = voicing(chord.tones, centre, previous)
        if figure == "held":
            hits = [(b, 3.8) for b in np.arange(0, chord.beats, 4)]
        elif figure == "stabs":
            hits = [(b + o, 0.6) for b in np.arange(0, chord.beats, 4) for o in (0, 1.5, 2.75)]
        elif figure == "offbeat":
            hits = [(b + 0.5, 0.3) for b in np.arange(0, chord.beats, 1)]
        else:
            hits = []
            for i, b in enumerate(np.arange(0, chord.beats, 0.5)):
                p = previous[(0, 2, 1, 3, 2, 1, 3, 2)[i % 8] % len(previous)]
                loop.add(
                    clock(beat + b) + 0.006 * rng.random(),
                    clock(beat + b + 1.5) - clock(beat + b),
                    p + 12 * (i % 4 == 3),
                    74 + 6 * rng.standard_normal(),
                )
        for at, length in hits:
            if at < chord.beats:
                for i, p in enumerate(previous):
                    loop.add(
                        clock(beat + at) + 0.012 * i * rng.random(),
                        min(length, chord.beats - at) * 60 / clock.tempo,
                        p,
                        72 + 8 * rng.standard_normal(),
                    )
        beat += chord.beats


def _lead(
    score: Score, clock: Clock, key: int, mode: str, bars: int, style: str, rng: np.random.Generator, pick
) -> None:
    kind = str(pick(["chop", "bell", "flute", "pluck", "horn", "none"], [4, 2, 1.5, 1.5, 1, 1.5]))
    if kind == "none":
        return
    settings = {
        "chop": {"voice": "sing", "high": 3500.0},
        "bell": {"program": 9 if rng.random() < 0.5 else 14},
        "flute": {"program": 73, "high": 4000.0},
        "pluck": {"voice": "pluck"},
        "horn": {"program": 59, "high": 3500.0},
    }[kind]
    track = score.track("lead", gain=float(rng.uniform(-9, -4)), reverb=0.35, **settings)
    scale = [(key + i) % 12 for i in SCALES["minor pentatonic" if mode == "minor" else "major pentatonic"]]
    centre = {"chop": 64, "bell": 79, "flute": 76, "pluck": 72, "horn": 70}[kind]
    pitch, motif = nearest(scale, centre), []
    for at in sorted(rng.choice(32, int(rng.integers(5, 12)), replace=False)):
        pitch = nearest(scale, step(scale, pitch, int(rng.integers(-2, 3)) or 1))
        pitch = nearest(scale, centre + (pitch - centre) * 0.7)
        motif.append((at / 4, float(pick([0.2, 0.4, 0.7, 1.2])), pitch))
    for bar in range(0, bars, 2):
        if rng.random() < 0.2:
            continue
        for at, length, p in motif:
            if rng.random() < 0.92:
                track.add(
                    clock(4 * bar + at),
                    length * 60 / clock.tempo,
                    p,
                    84 + 6 * rng.standard_normal(),
                    -1.0 if kind == "chop" else 0.0,
                )


def compose(seed: int) -> Score:
    """A clip of hip-hop: style, tempo, loop, drums and bass by ``seed``."""
    rng = np.random.default_rng([seed, 3])
    pick = picker(rng)
    style = str(pick(STYLES, [4, 3, 3]))
    tempo = float({"boom-bap": rng.uniform(80, 100), "lo-fi": rng.uniform(66, 90), "trap": rng.uniform(62, 80)}[style])
    key = int(rng.integers(12))
    mode, text = LOOPS[int(rng.integers(len(LOOPS)))]
    swing = {"boom-bap": rng.uniform(0.53, 0.62), "lo-fi": rng.uniform(0.54, 0.64), "trap": 0.5}[style]
    clock = Clock(tempo, float(swing), unit=0.25)
    bars = int(clock.beats // 4) + 1
    chords = progression(text, key)
    chords = (chords * 16)[: next(i for i in range(1, 200) if sum(c.beats for c in (chords * 16)[:i]) >= 4 * bars)]
    score = Score(f"{style.capitalize()} beat in {NAMES[key]} {mode}", "hiphop", seed, round(tempo, 1), key, mode)
    score.bars = clock.bars
    score.room, score.wet, score.drive = float(rng.uniform(0.4, 1.2)), 0.7, float(rng.uniform(0, 0.4))
    score.crackle = float(rng.uniform(0.01, 0.05)) if style != "trap" else 0.0
    score.tilt = float(rng.uniform(-5, 1)) if style == "lo-fi" else float(rng.uniform(-3, 3))
    _loop(score, clock, chords, style, rng, pick)
    kicks = _drums(score, clock, bars, style, rng, pick)
    _bass(score, clock, chords, kicks, style, rng, pick)
    _lead(score, clock, key, mode, bars, style, rng, pick)
    if rng.random() < 0.93:
        rap_over(score, clock, bars, style, rng, pick)
    if style == "boom-bap" and rng.random() < 0.5:
        hand = score.track("scratch", voice="scratch", gain=-4.0, reverb=0.1)
        for bar in range(3, bars, 4):
            for at in sorted(rng.choice(8, 4, replace=False)):
                hand.add(clock(4 * bar + 2 + at / 4), 0.22, 60 + int(rng.integers(-4, 5)), 90)
    return score
