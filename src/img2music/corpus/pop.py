"""Pop clips: four-chord songs with a hook; verses, builds and choruses in many styles."""

from __future__ import annotations

import numpy as np

from .harmony import NAMES, nearest, progression, voicing
from .hook import make_hook
from .score import Clock, Pick, Score, picker

PROGRESSIONS = (
    ("major", "I V VIm IV"),
    ("major", "VIm IV I V"),
    ("major", "I VIm IV V"),
    ("major", "IV I V VIm"),
    ("major", "Iadd9 IIIm VIm IV"),
    ("major", "I IV VIm V"),
    ("major", "IVmaj7 V IIIm VIm"),
    ("minor", "Im bVI bIII bVII"),
    ("minor", "Im bVII bVI bVII"),
    ("minor", "bVI bVII Im bIII"),
    ("major", "I IVadd9 IIm7 Vsus4"),
    ("minor", "Im IVm bVI V"),
    ("major", "I bVII IV I"),
)
STYLES = ("dance", "synth", "band", "ballad", "latin", "rock")


def _drums(score: Score, clock: Clock, levels: list[int], style: str, rng: np.random.Generator, pick: Pick) -> None:
    electronic = style in ("dance", "synth", "latin")
    kit = {"voice": "kit"} if electronic else {"program": int(pick([0, 8, 16])), "drums": True}
    drums = score.track("drums", gain=float(rng.uniform(5, 8.5)), reverb=0.1, **kit)
    four, clap = (
        style in ("dance", "latin") or (style == "synth" and rng.random() < 0.4),
        39 if electronic and rng.random() < 0.5 else 38,
    )
    kicks = [(0, 2), (0, 1.5, 2), (0, 2, 2.5), (0, 0.5, 2.5), (0, 1.75, 2.5)][int(rng.integers(5))]
    hats = float(pick([0.5, 0.25], [3, 1]))

    def hit(beat: float, pitch: int, loud: float) -> None:
        drums.add(clock(beat) + 0.002 * rng.standard_normal(), 0.2, pitch, loud + 4 * rng.standard_normal())

    for bar, level in enumerate(levels):
        b = 4.0 * bar
        if level == 0:
            continue
        build = level == 1 and bar + 1 < len(levels) and levels[bar + 1] == 3
        if build:
            for i in np.arange(0, 4, 0.5 if rng.random() < 0.5 else 0.25):
                hit(b + i, 38, 60 + 12 * i)
            continue
        for at in (0, 1, 2, 3) if four else kicks:
            hit(b + at, 36, 110)
        # Latin pop has the dembow: its snare on the dotted off-beats
        for at in (0.75, 1.5, 2.75, 3.5) if style == "latin" else (1, 3):
            hit(b + at, clap, 104)
            if level == 3 and electronic:
                hit(b + at, 38, 90)
        for i in np.arange(0, 4, hats):
            if four and i % 1 == 0.5 and level >= 2:
                hit(b + i, 46, 78)
            else:
                hit(b + i, 42, 76 if i % 1 == 0 else 58)
        if level == 3 and (bar == 0 or levels[bar - 1] < 3):
            hit(b, 49, 100)
        if bar % 4 == 3 and rng.random() < 0.6:
            for at in (3, 3.25, 3.5, 3.75):
                hit(b + at, int(pick([38, 45, 47, 50])), 88)


def _bass(
    score: Score, clock: Clock, chords: list, levels: list[int], style: str, rng: np.random.Generator, pick
) -> None:
    program = {
        "dance": [38, 39],
        "synth": [38, 39, 81],
        "band": [33, 34],
        "ballad": [33, 35],
        "latin": [38, 33, 87],
        "rock": [33, 34],
    }[style]
    bass = score.track(
        "bass",
        program=int(pick(program)),
        gain=float(rng.uniform(0, 4)),
        reverb=0.02,
        high=2500,
        duck=3.0 if style == "dance" else 0.0,
    )
    pattern = str(
        pick(
            {
                "dance": ["off", "eighths", "octaves"],
                "synth": ["eighths", "octaves", "roots"],
                "band": ["eighths", "roots"],
                "ballad": ["roots", "long"],
                "latin": ["roots", "off"],
                "rock": ["eighths"],
            }[style]
        )
    )
    for bar, level in enumerate(levels):
        if level == 0:
            continue
        root = nearest([chords[bar % len(chords)].root], 40)
        shape = {
            "off": [(b + 0.5, 0.4, 0) for b in range(4)],
            "eighths": [(b / 2, 0.42, 0) for b in range(8)],
            "octaves": [(b / 2, 0.4, 12 * (b % 2)) for b in range(8)],
            "roots": [(0, 1.4, 0), (1.5, 0.45, 0), (2, 1.4, 0), (3.5, 0.45, 7)],
            "long": [(0, 3.8, 0)],
        }[pattern]
        for at, length, up in shape:
            bass.add(clock(4 * bar + at), length * 60 / clock.tempo, root + up, 98 + 4 * rng.standard_normal())


def _chords(
    score: Score, clock: Clock, chords: list, levels: list[int], style: str, rng: np.random.Generator, pick
) -> None:
    programs = {
        "dance": [4, 0, 81, 90],
        "synth": [81, 90, 62, 5],
        "band": [25, 27, 0, 29],
        "ballad": [0, 4, 25],
        "latin": [24, 4, 11, 90],
        "rock": [29, 30, 27],
    }[style]
    electronic = style in ("dance", "synth", "latin")
    duck = float(rng.uniform(4, 9)) if style == "dance" else 0.0
    keys = score.track(
        "chords",
        program=int(pick(programs)),
        gain=float(rng.uniform(-5, -1)),
        reverb=0.25,
        low=140,
        duck=duck,
    )
    pad = score.track(
        "pad",
        **({"voice": "saws", "high": 3500.0} if electronic else {"program": int(pick([48, 50, 89, 91]))}),
        gain=float(rng.uniform(-4.5, 0.5)),
        reverb=0.4,
        low=180,
        duck=duck,
    )
    figure = str(
        pick(
            ["pulse", "strum", "stabs", "broken"],
            {
                "dance": [2, 0, 3, 1],
                "synth": [3, 0, 2, 2],
                "band": [1, 4, 1, 1],
                "ballad": [2, 1, 0, 3],
                "latin": [1, 1, 3, 2],
                "rock": [2, 4, 1, 0],
            }[style],
        )
    )
    previous: list[int] = []
    for bar, level in enumerate(levels):
        chord = chords[bar % len(chords)]
        previous = voicing(chord.tones, 63, previous)
        hits = {
            "pulse": [(b, 0.9) for b in range(4)],
            "strum": [(0, 0.9), (1, 0.45), (1.5, 0.9), (2.5, 0.45), (3, 0.45), (3.5, 0.45)],
            "stabs": [(0, 0.5), (0.75, 0.5), (1.5, 0.5), (2.5, 0.5), (3.25, 0.4)],
            "broken": [],
        }[figure]
        for at, length in hits:
            for i, p in enumerate(previous):
                spread = 0.012 * i if figure == "strum" else 0.002 * i
                keys.add(
                    clock(4 * bar + at) + spread,
                    length * 60 / clock.tempo,
                    p,
                    78 + 6 * rng.standard_normal() + 5 * level,
                )
        if figure == "broken":
            for i in range(8):
                keys.add(
                    clock(4 * bar + i / 2),
                    0.9 * 60 / clock.tempo,
                    previous[(0, 1, 2, 1)[i % 4] % len(previous)] + 12 * (i % 4 == 2),
                    76 + 5 * level,
                )
        if level != 1:
            for p in previous + ([previous[0] - 12] if level == 3 else []):
                pad.add(clock(4 * bar), 4 * 60 / clock.tempo, p, 70 + 8 * level)


def compose(seed: int) -> Score:
    """A clip of pop: style, tempo, chords, form and hook by ``seed``."""
    rng = np.random.default_rng([seed, 4])
    pick = picker(rng)
    style = str(pick(STYLES, [4, 3, 1.5, 1.2, 1.5, 1.5]))
    tempo = float(
        {
            "dance": rng.uniform(116, 130),
            "synth": rng.uniform(98, 126),
            "band": rng.uniform(92, 132),
            "ballad": rng.uniform(68, 92),
            "latin": rng.uniform(88, 104),
            "rock": rng.uniform(110, 165),
        }[style]
    )
    key = int(rng.integers(12))
    mode, text = PROGRESSIONS[int(rng.integers(len(PROGRESSIONS)))]
    clock = Clock(tempo)
    chords, bars = progression(text, key), int(clock.beats // 4) + 1
    # How full each bar is: 0 intro, 1 build, 2 verse, 3 chorus.
    chorus = int(pick([0, 2, 4, 4]))
    levels = (
        [int(pick([0, 2]))] * max(0, chorus - 1) + [1] * bool(chorus) + [3] * bars
        if rng.random() < 0.7
        else [2] * 4 + [3] * bars
    )
    levels = levels[:bars]
    score = Score(f"{style.capitalize()} pop song in {NAMES[key]} {mode}", "pop", seed, round(tempo, 1), key, mode)
    score.bars = clock.bars
    score.room, score.wet, score.tilt = (
        float(rng.uniform(0.8, 2.0)),
        float(rng.uniform(0.6, 1.1)),
        float(rng.uniform(-3, 0.5)),
    )
    score.drive = float(rng.uniform(0, 0.4))

    _chords(score, clock, chords, levels, style, rng, pick)
    _bass(score, clock, chords, levels, style, rng, pick)
    _drums(score, clock, levels, style, rng, pick)
    singer = str(pick(["voice", "lead", "pluck", "choir", "ooh"], [7, 2, 1, 1, 1]))
    kind = {
        "voice": {"voice": "sing", "reverb": 0.25},
        "lead": {"voice": "lead"},
        "pluck": {"voice": "pluck"},
        "choir": {"program": 54},
        "ooh": {"program": 53},
    }[singer]
    hook = score.track("hook", gain=float(rng.uniform(-3.5, 1)), low=150, **{"reverb": 0.35, **kind})
    double = score.track("double", voice="lead", gain=-9.0, reverb=0.4) if rng.random() < 0.4 else None
    up = 0 if singer in ("voice", "choir", "ooh") else int(pick([0, 12]))
    for at, length, pitch in make_hook(chords, key, mode, bars, rng):
        level = levels[int(at // 4)]
        if level >= 2 or (level == 0 and rng.random() < 0.5):
            begin = clock(at) + 0.008 * rng.random()
            bend = -float(rng.uniform(0.5, 2)) if rng.random() < 0.4 else 0.0
            hook.add(begin, length * 60 / tempo, pitch + up, 88 + 6 * rng.standard_normal(), bend)
            if double is not None and level == 3:
                double.add(begin, length * 60 / tempo, pitch + 12, 76)
    for bar in range(1, bars):
        if levels[bar] == 3 and levels[bar - 1] < 3:
            score.track("riser", voice="riser", gain=-8.0, reverb=0.3).add(clock(4 * bar - 4), 4 * 60 / tempo, 60, 90)
    return score
