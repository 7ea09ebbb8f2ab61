"""Classical clips: excerpts of public-domain scores, arranged, phrased and transposed anew."""

from __future__ import annotations

import numpy as np

from . import notation
from .harmony import find_key
from .score import CLIP_SECONDS, Score, picker

# General MIDI programs from the top voice down, reverberation time in seconds, and whether notes are struck.
ENSEMBLES: dict[str, tuple[tuple[int, ...], float, bool]] = {
    "piano": ((0, 0, 0, 0), 1.8, True),
    "string ensemble": ((48, 48, 48, 48), 2.6, False),
    "slow strings": ((49, 49, 49, 49), 3.2, False),
    "string quartet": ((40, 40, 41, 42), 2.0, False),
    "wind quintet": ((73, 68, 71, 70), 2.0, False),
    "flute and strings": ((73, 48, 48, 42), 2.5, False),
    "oboe and strings": ((68, 49, 49, 48), 2.6, False),
    "small orchestra": ((48, 73, 60, 42), 2.8, False),
    "strings and horns": ((48, 60, 60, 43), 3.0, False),
    "choir and strings": ((52, 52, 49, 48), 3.4, False),
    "harp": ((46, 46, 46, 46), 2.4, True),
    "harp and strings": ((46, 49, 49, 48), 2.8, False),
    "cello and piano": ((42, 0, 0, 0), 2.0, False),
    "organ": ((19, 19, 19, 19), 3.4, False),
    "guitar": ((24, 24, 24, 24), 1.6, True),
    "harpsichord": ((6, 6, 6, 6), 1.4, True),
    "clarinet and strings": ((71, 49, 48, 48), 2.4, False),
    "celesta and strings": ((8, 49, 49, 48), 2.8, False),
    "plucked strings": ((45, 45, 45, 45), 2.0, True),
    "horns and trombones": ((60, 60, 57, 57), 2.8, False),
}
WEIGHTS = [5, 4, 4, 3, 2, 2, 2, 3, 2, 2, 1.5, 2, 1.5, 1, 1, 0.7, 1.5, 1.5, 0.8, 0.8]
LOUDER = {40: 1.5, 68: 1.0, 73: 2.0, 42: 1.0}  # dB by which a solo instrument stands out


def _excerpt(rng: np.random.Generator) -> tuple[str, notation.Notes, bool]:
    """Title and notes of an excerpt, and whether it is a chorale."""
    works = notation.works()
    chorales = [w for w in works if w.parent.name == "bach"]
    others = [w for w in works if w.parent.name != "bach"]
    while True:  # until an excerpt is found that is not mostly rests
        chorale = rng.random() < 0.3
        path = (chorales if chorale else others)[int(rng.integers(len(chorales if chorale else others)))]
        notes = notation.read(path)
        events = notes.events
        last = max(e.start for e in events)
        start = 0.0 if chorale else float(4 * rng.integers(0, max(1, int((last - 60) // 4))))
        window = [e for e in events if start <= e.start < start + 70]
        if len({int(e.start - start) for e in window}) > (20 if chorale else 50):
            return notation.title(path), notation.Notes(tuple(window), notes.bars), chorale


def compose(seed: int) -> Score:
    """A clip of classical music: which work, which bars, which instruments and how played, by ``seed``."""
    rng = np.random.default_rng([seed, 1])
    pick = picker(rng)
    name, notes, chorale = _excerpt(rng)
    events = notes.events
    ensemble = str(pick(list(ENSEMBLES), WEIGHTS))
    programs, room, struck = ENSEMBLES[ensemble]

    origin = min(e.start for e in events)
    shift = int(rng.integers(-5, 6))
    weights = np.zeros(12)
    for e in events:
        weights[(e.pitch + shift) % 12] += e.length
    key, mode = find_key(weights)
    # Busy pages are taken slower, so that the notes per second stay playable and varied.
    crowd = len({round(e.start, 3) for e in events}) / (events[-1].start - origin + 1)
    tempo = float(np.clip(rng.uniform(2.0, 5.0) / crowd * 60, 44 if not chorale else 60, 150))

    score = Score(f"{name}, arranged for {ensemble}", "classical", seed, round(tempo, 1), key, mode)
    score.origin, score.licence = name, "Public domain score, rendering CC0-1.0"
    score.room, score.wet, score.tilt = (
        room * rng.uniform(0.8, 1.25),
        rng.uniform(0.6, 1.2),
        rng.uniform(-3, 1),
    )

    # Phrasing: tempo bends and swells over phrases of a few bars, so that nothing is metronomic.
    phrase, depth, phase = rng.uniform(6, 14), rng.uniform(0.02, 0.08), rng.uniform(0, 1)
    beats = np.arange(0, 72, 0.25)
    pace = 1 + depth * np.cos(2 * np.pi * (beats / phrase + phase)) + 0.01 * rng.standard_normal(len(beats))
    seconds = 0.05 + np.concatenate([[0], np.cumsum(0.25 * 60 / tempo * pace)[:-1]])
    within = (bar for bar in notes.bars if 0 <= bar - origin < beats[-1])
    score.bars = [float(np.interp(bar - origin, beats, seconds)) for bar in within]
    base, swell = rng.uniform(52, 84), rng.uniform(5, 16)

    parts = sorted({e.part for e in events})
    tracks = {}
    for i, part in enumerate(parts):
        program = programs[min(i * len(programs) // len(parts), len(programs) - 1)]
        tracks[part] = score.track(
            f"part {i + 1}",
            program=program,
            reverb=float(rng.uniform(0.3, 0.6)),
            gain=LOUDER.get(program, 0.0),
        )
        if not struck:
            points = np.linspace(0, CLIP_SECONDS, 9)
            tracks[part].swell = [(float(p), float(rng.uniform(-4, 1))) for p in points]
    basses = None
    if 48 in programs or 49 in programs:  # double basses an octave below, as orchestras have them
        basses = score.track("double basses", program=43, reverb=0.35, gain=float(rng.uniform(-6, -1)))
    legato = rng.uniform(1.0, 1.15) if not struck else rng.uniform(1.0, 1.6)
    for e in events:
        begin, end = (float(np.interp(b - origin, beats, seconds)) for b in (e.start, e.start + e.length))
        if begin >= CLIP_SECONDS:
            continue
        wave = swell * np.sin(2 * np.pi * ((e.start - origin) / phrase + phase))
        top = 7 if e.part == parts[0] else 0
        accent = 4 if (e.start - origin) % 2 == 0 else 0
        loud = base + wave + top + accent + 3 * rng.standard_normal()
        spread = 0.012 * abs(rng.standard_normal())
        tracks[e.part].add(begin + spread, (end - begin) * legato, e.pitch + shift, loud)
        if basses is not None and e.part == parts[-1] and e.pitch + shift - 12 >= 28:
            basses.add(begin + spread, (end - begin) * legato, e.pitch + shift - 12, loud - 6)
    return score
