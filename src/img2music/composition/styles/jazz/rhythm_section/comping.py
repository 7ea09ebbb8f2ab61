"""Comping: rootless chords, smoothly led, in the rhythms of jazz, with answers where the soloist rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from random import Random

from img2music.composition.chance import one, pick, stream
from img2music.composition.plan import Plan
from img2music.composition.score import Articulation, ChordSymbol, Instrument, Note
from img2music.composition.styles.jazz.rhythm_section.groove import last_length
from img2music.composition.theory.harmony import QUALITIES
from img2music.composition.theory.voice_leading import FORBIDDEN, best_path, is_parallel

Hits = tuple[tuple[float, float], ...]
"""Of a bar: (offset, length) in beats. An offset in the last half beat anticipates the next chord."""

SWING: tuple[Hits, ...] = (
    ((0, 0.4), (1.5, 1.2)),
    ((1.5, 0.4), (3.5, 0.4)),
    ((0.5, 0.3), (2, 0.9)),
    ((0, 1.4),),
    ((1, 0.3), (2.5, 1)),
    ((0, 0.3), (1.5, 0.3), (3, 0.3)),
    ((2.5, 1.3),),
    ((1.5, 2),),
    ((1, 0.4), (3.5, 0.5)),
    ((0.5, 0.4), (1.5, 0.4), (3.5, 0.4)),
)
BOSSA: tuple[Hits, ...] = (
    ((0, 0.9), (1.5, 0.9), (3, 0.9)),
    ((1, 0.9), (2.5, 1.4)),
    ((0, 0.4), (1, 0.4), (2.5, 0.4), (3.5, 0.5)),
    ((0.5, 0.9), (2, 0.4), (3.5, 0.5)),
    ((0, 1.4), (1.5, 1.4), (3, 0.4)),
    ((0.5, 0.4), (1.5, 0.9), (3, 0.9)),
    ((1, 0.4), (2, 0.4), (3.5, 0.5)),
    ((0, 0.9), (2.5, 0.9)),
    ((0, 0.4), (0.5, 0.9), (2, 0.4), (2.5, 0.9)),
)
FUNK: tuple[Hits, ...] = (
    ((0.5, 0.2), (1.75, 0.2), (2.5, 0.2)),
    ((0, 0.2), (0.75, 0.2), (2.5, 0.2), (3.25, 0.2)),
    ((1.5, 0.3), (2.25, 0.2), (3.75, 0.2)),
    ((0.75, 0.2), (1.5, 0.2), (2.75, 0.2), (3.5, 0.2)),
)
MODAL: tuple[Hits, ...] = (((1.5, 0.4), (2.5, 1.4)), ((0, 1.4), (1.5, 2)), ((0, 3.5),), ((2.5, 0.4), (3.5, 0.5)))
BALLAD: tuple[Hits, ...] = (
    ((0, 3.6),),
    ((0, 1.9), (2, 1.9)),
    ((0, 1.4), (1.5, 2.3)),
    ((0, 2.8), (3, 0.9)),
    ((1, 2.8),),
    ((0.5, 1.4), (2.5, 1.4)),
    ((0, 0.9), (1.5, 1.4), (3.5, 0.5)),
    ((1.5, 1.9), (3.5, 0.5)),
)
PUMP: tuple[Hits, ...] = (
    ((1, 0.25), (3, 0.25)),
    ((0, 0.5), (1, 0.25), (3, 0.25)),
    ((1, 0.25), (2.5, 0.2), (3, 0.25)),
    ((0, 0.5), (0.5, 0.2), (1, 0.25), (3, 0.25)),
)
MONTUNO: tuple[Hits, ...] = (
    ((0, 0.4), (1.5, 0.9), (2.5, 0.9)),
    ((0.5, 0.9), (2, 0.4), (2.5, 0.9), (3.5, 0.5)),
    ((0, 0.4), (0.5, 0.9), (1.5, 0.9), (3, 0.4)),
    ((1, 0.9), (2, 0.4), (3.5, 0.5)),
    ((0.5, 0.4), (1.5, 0.9), (3.5, 0.5)),
)
STABS: tuple[Hits, ...] = (
    ((1, 0.3), (2.5, 0.3), (3, 0.3)),
    ((1.5, 0.9), (3, 0.3)),
    ((0, 0.3), (1.5, 0.3), (2, 1.4)),
    ((1, 0.3), (1.5, 0.3), (3.5, 0.4)),
    ((0.5, 0.3), (1, 1.4)),
)
RHYTHMS: Mapping[str, tuple[Hits, ...]] = {
    "swing": SWING,
    "bossa": BOSSA,
    "funk": FUNK,
    "modal": MODAL,
    "ballad": BALLAD,
    "pump": PUMP,
    "montuno": MONTUNO,
    "stabs": STABS,
}

THIN = ("pump", "montuno", "stabs")
"""Manners with many strokes, which are of three tones."""


def comp(plan: Plan, manner: str, instrument: Instrument, busy: Sequence[Note], shallow: bool = False) -> list[Note]:
    """Chords in a manner of `RHYTHMS`. They answer where nobody of `busy`, the notes of the soloists, plays.

    `shallow` voicings, and those of `THIN` manners, have three tones instead of four, as guitars play them.
    """
    rng = stream(plan.seed, "comping", instrument.name)
    count = 3 if shallow or manner in THIN or rng.random() < 0.45 else 4
    lifts = [round(0.7 * plan.lift(chord.start)) for chord in plan.chords]
    chords = voice_led(plan.chords, instrument, count, _centre(plan, busy), plan.style == "modal", lifts)
    onsets = sorted(note.start for note in busy)
    habits = [one(rng, RHYTHMS[manner]) for _ in range(3)]
    notes: list[Note] = []
    for bar in range(plan.bars - 1 if plan.bars > 1 else 0):
        section = plan.section_of[bar]
        rhythm = habits[int(rng.random() * 3)] if manner != "bossa" else habits[bar % 2]
        hits = _in_metre(rhythm, plan, manner)
        if manner in ("swing", "modal"):
            hits = _answering(hits, plan, bar, onsets, rng)
        kept = 0.5 + plan.density_per_beat
        hits = _covering(tuple(hit for hit in hits if rng.random() < kept), plan, bar)
        loud = 52 + 20 * section.energy
        for offset, length in hits:
            start = bar * plan.metre.beats + offset
            early = offset >= plan.metre.beats - 0.75 and manner != "funk"
            heard = start + 0.5 if early else start
            index = _index(plan, heard)
            if index == len(chords) - 1 and plan.bars > 1:
                continue
            length = min(length, _end(plan, index) - start) if not early else length
            notes += _stroke(chords[index], start, max(length, 0.15), loud, rng, manner)
    last = plan.chords[-1]
    notes += _stroke(chords[-1], last.start, last_length(plan), 66, rng, manner)
    return notes


def _centre(plan: Plan, busy: Sequence[Note]) -> int:
    """Where chords lie: below the soloists, higher in bright music."""
    mean = sum(note.pitch for note in busy) / len(busy) if busy else 68.0
    return round(min(max(mean - 8, 58), 62) + 3 * (plan.mood.brightness - 0.5))


def _index(plan: Plan, beat: float) -> int:
    chord = plan.chord_at(min(beat, plan.beats - 1e-3))
    return plan.chords.index(chord)


def _end(plan: Plan, index: int) -> float:
    return plan.chords[index].start + plan.chords[index].length


def _stroke(pitches: Sequence[int], start: float, length: float, loud: float, rng: Random, manner: str) -> list[Note]:
    velocity = loud + 12 * (rng.random() - 0.5)
    late = 0.018 * rng.random()
    rolled = 0.018 if manner == "ballad" and rng.random() < 0.6 else 0.003
    articulation = Articulation.STACCATO if length < 0.35 else Articulation.NORMAL
    top = len(pitches) - 1
    return [
        Note(
            start,
            length,
            pitch,
            round(velocity + (5 if i == top else 0)),
            articulation,
            0.0,
            round(late + rolled * i, 4),
        )
        for i, pitch in enumerate(pitches)
    ]


def _in_metre(rhythm: Hits, plan: Plan, manner: str) -> Hits:
    """The rhythm in a bar of any length: what does not fit is left out, longer bars have it once more."""
    beats = plan.metre.beats
    if beats == 4:
        return rhythm
    found = [(offset + more, length) for more in range(0, int(beats) + 1, 4) for offset, length in rhythm]
    kept = [(offset, min(length, beats - offset)) for offset, length in found if offset < beats - 0.25]
    return tuple(kept) or ((0.0, beats * 0.8),)


def _covering(hits: Hits, plan: Plan, bar: int) -> Hits:
    """The hits, and one for each chord of the bar that none of them has."""
    first, found = bar * plan.metre.beats, list(hits)
    for chord in plan.chords_of(bar):
        start = chord.start - first
        end = min(start + chord.length, plan.metre.beats)
        own = min(end, plan.metre.beats - 0.75)  # what comes later belongs to the next bar's chord
        if start >= 0 and not any(start <= offset < own for offset, _ in hits):
            found.append((start, min(0.9, end - start)))
    return tuple(sorted(found))


def _answering(hits: Hits, plan: Plan, bar: int, onsets: Sequence[float], rng: Random) -> Hits:
    """One hit more in a hole of the solo, one less where it is dense."""
    start, end = bar * plan.metre.beats, (bar + 1) * plan.metre.beats
    inside = [onset - start for onset in onsets if start <= onset < end]
    if len(inside) > plan.metre.beats * 1.4 and len(hits) > 1 and rng.random() < 0.5:
        return hits[:-1]
    if inside or rng.random() < 0.35:
        return hits
    place = pick(rng, {1.5: 2, 2.5: 2, 0.5: 1})
    if place > plan.metre.beats - 0.5 or any(abs(place - offset) < 0.75 for offset, _ in hits):
        return hits
    return tuple(sorted((*hits, (place, 0.4))))


def voice_led(
    chords: Sequence[ChordSymbol],
    instrument: Instrument,
    count: int,
    centre: int,
    quartal: bool = False,
    lifts: Sequence[int] = (),
) -> list[tuple[int, ...]]:
    """A voicing for each chord around `centre`, or as much higher as its own of the `lifts` says, so that the voices
    move little and never in parallel fifths."""
    reach = (instrument.low, instrument.high)
    options = []
    for chord, lift in zip(chords, lifts or [0] * len(chords), strict=True):
        wanted = centre + lift
        low = max(instrument.low, min(50, wanted - 8), wanted - 11)
        middle = min(max(wanted, low + 6), instrument.high - 6)
        options.append(_options(chord.root, chord.quality, count, low, middle, reach, quartal))
    return best_path(options, lambda index, a, b: _move(a, b))


@lru_cache(8192)
def _move(before: tuple[int, ...], after: tuple[int, ...]) -> float:
    if before == after:
        return 0.0
    cost = sum(abs(b - a) for a, b in zip(before, after, strict=False)) * 0.35
    for i in range(len(before)):
        for j in range(i + 1, len(before)):
            if j < len(after) and is_parallel(before[i], before[j], after[i], after[j]):
                cost += FORBIDDEN
    return cost


@lru_cache(2048)
def _options(
    root: int, quality: str, count: int, low: int, centre: int, reach: tuple[int, int], quartal: bool
) -> tuple[tuple[float, tuple[int, ...]], ...]:
    """Rootless voicings from the third (A) and from the seventh (B), open ones, and in fourths for modal music."""
    found: dict[tuple[int, ...], float] = {}
    for tones, cost in _recipes(quality, count, quartal):
        for turn in range(len(tones)):
            order = tones[turn:] + tones[:turn]
            extra = 0.0 if order[0] in (3, 4, 9, 10, 11) else 1.8
            for lowest in range(low, min(low + 14, reach[1] - 8)):
                if (lowest - root - order[0]) % 12:
                    continue
                pitches = [lowest]
                for tone in order[1:]:
                    pitches.append(pitches[-1] + ((root + tone - pitches[-1]) % 12 or 12))
                close = tuple(pitches)
                for voicing, more in ((close, 0.0), (_dropped(close), 1.0)):
                    if voicing[-1] > reach[1] or voicing[0] < max(low - 3, reach[0]):
                        continue
                    price = cost + extra + more + 0.12 * abs(sum(voicing) / len(voicing) - centre) + _rub(voicing)
                    found[voicing] = min(found.get(voicing, 99.0), price)
    best = sorted((price, voicing) for voicing, price in found.items())[:9]
    if best:
        return tuple(best)
    third = QUALITIES[quality][0][min(1, len(QUALITIES[quality][0]) - 1)]
    return ((0.0, tuple(range(low + (root + third - low) % 12, low + 30, 12))[:1]),)


def _dropped(pitches: tuple[int, ...]) -> tuple[int, ...]:
    """The second voice from above an octave lower."""
    return tuple(sorted((*pitches[:-2], pitches[-2] - 12, pitches[-1])))


def _rub(voicing: Sequence[int]) -> float:
    """Minor seconds at the top and narrow intervals deep down sound harsh."""
    cost = 1.5 if voicing[-1] - voicing[-2] == 1 else 0.0
    if voicing[1] - voicing[0] <= 2 and voicing[0] < 55:
        cost += 1.0
    return cost


@lru_cache(256)
def _recipes(quality: str, count: int, quartal: bool) -> tuple[tuple[tuple[int, ...], float], ...]:
    """Intervals above the root, from the third up, with what they cost."""
    intervals = sorted({interval % 12 for interval in QUALITIES[quality][0]})
    third = next((i for i in (4, 3, 5, 2) if i in intervals), 4)
    seventh = next((i for i in (10, 11, 9) if i in intervals and i != third), 0)
    fifth = next((i for i in (7, 6, 8) if i in intervals), 7)
    ninth = next(
        (i for i in (2, 1, 3) if i in intervals and i != third), 2 if quality not in ("m7b5", "dim7", "dim") else 0
    )
    sixth = next((i for i in (9, 8) if i in intervals and i != seventh), fifth)
    shell = tuple(sorted({third, seventh, ninth}))
    if count == 3:
        return (
            (shell, 0.0),
            (tuple(sorted({third, seventh, fifth})), 0.3),
            (tuple(sorted({third, seventh, sixth})), 0.4),
            (tuple(sorted({0, third, seventh if seventh else fifth})), 0.8),
        )
    major = quality in ("7", "9", "13", "7alt", "7b9", "7#11")
    colour = sixth if major and sixth != fifth else 9 if quality in ("7", "9", "13") else fifth
    found = [
        (tuple(sorted({third, colour, seventh, ninth})), 0.0),
        (tuple(sorted({third, fifth, seventh, ninth})), 0.2),
    ]
    found.append((tuple(sorted({0, third, fifth, seventh})), 1.0))
    found.append((tuple(sorted({0, third, seventh, ninth})), 0.8))
    if quartal and quality in ("m7", "m9", "m11", "7sus", "9sus"):
        found.append(((0, 5, 10, 3), -0.5))
    kept = [(tones, cost) for tones, cost in found if len(tones) == count]
    return tuple(kept) or (((third, fifth, 0, third + 12)[:count], 0.0),)
