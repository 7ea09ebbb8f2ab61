"""Properties of classical scores: forms and cadences, voice leading, counterpoint, and what the mood does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, pairwise
from random import Random

import pytest

from img2music.composition.brief import Brief, Feeling, parse_metre
from img2music.composition.compose import compose
from img2music.composition.plan import Plan
from img2music.composition.planning.planner import plan_for
from img2music.composition.score import Note, Part, Role, Score
from img2music.composition.style import styles_of
from img2music.composition.styles.classical.form import phrases
from img2music.composition.styles.classical.framework import realise
from img2music.composition.styles.classical.harmony import frames_of
from img2music.composition.styles.classical.imitation import IMITATIVE
from img2music.composition.theory.accompaniment import PATTERNS, Span
from img2music.composition.theory.harmony import scale, tones
from img2music.composition.theory.ornaments import appoggiatura, grace, mordent, trill, turn
from img2music.composition.theory.roman import Key, harmony, pitch
from img2music.composition.theory.schemata import (
    CADENCES,
    CONTINUATIONS,
    OPENINGS,
    ROMANTIC_OPENINGS,
)
from img2music.composition.theory.voice_leading import Range, is_parallel, lead

STYLES = tuple(styles_of("classical"))
HOMOPHONIC = tuple(style for style in STYLES if style not in IMITATIVE)
SEEDS = range(6)
INNER = (Range(48, 67), Range(55, 74))
"""Tenor and alto of a choir."""


@lru_cache(256)
def score(style: str, seed: int, **asked: object) -> Score:
    return compose(Brief("classical", seed=seed, style=style, **({"seconds": 24.0} | asked)))  # type: ignore[arg-type]


def scores(styles: tuple[str, ...] = STYLES) -> Iterator[Score]:
    for style in styles:
        for seed in SEEDS:
            yield score(style, seed)


def plan(style: str, seed: int) -> Plan:
    return plan_for(Brief("classical", seed=seed, style=style, seconds=24.0))


def part(music: Score, role: Role) -> Part:
    return next(p for p in music.parts if p.role is role)


def starting(music: Score, notes: tuple[Note, ...]) -> list[tuple[Note, frozenset[int]]]:
    """Notes with the pitch classes of the chord that they begin over."""
    found, chords = [], iter(music.chords)
    chord = next(chords)
    for note in sorted(notes, key=lambda note: note.start):
        while note.start >= chord.start + chord.length - 1e-6:
            chord = next(chords)
        found.append((note, frozenset(tones(chord))))
    return found


@pytest.mark.parametrize("mode", ["major", "minor", "dorian", "phrygian", "lydian", "mixolydian"])
def test_every_schema_can_be_led_in_every_mode(mode: str) -> None:
    for schema in (*OPENINGS, *ROMANTIC_OPENINGS, *CONTINUATIONS, *(s for kind in CADENCES.values() for s in kind)):
        key = Key(2, mode)
        if schema.modes not in ("both", "minor" if key.minor else "major"):
            continue
        chords = [harmony(name, key) for name, _ in schema.events]
        for (_, degree), chord in zip(schema.events, chords, strict=True):
            assert chord.scale[degree - 1] in chord.tones, (schema.name, degree)
        basses = [next(p for p in range(40, 52) if p % 12 == chord.bass) for chord in chords]
        tops = [
            next(p for p in range(67, 80) if p % 12 == chord.scale[degree - 1])
            for (_, degree), chord in zip(schema.events, chords, strict=True)
        ]
        for voices in lead(chords, basses, tops, INNER):
            assert list(voices) == sorted(voices)


def test_a_dominant_seventh_resolves_and_no_third_is_missing() -> None:
    key = Key(0, "major")
    chords = [harmony("V7", key), harmony("I", key)]
    (_, tenor, alto, _), (_, next_tenor, next_alto, _) = lead(chords, [43, 48], [74, 72], INNER)
    moves = {tenor % 12: next_tenor - tenor, alto % 12: next_alto - alto}
    assert moves[5] in (-1, -2) and moves[11] in (0, 1, -4)
    assert {next_tenor % 12, next_alto % 12} & {4}


def test_applied_and_altered_chords_are_spelt_in_their_key() -> None:
    key = Key(0, "minor")
    assert harmony("V7", key).tones == (7, 11, 2, 5)
    assert harmony("v", key).tones == (7, 10, 2)
    assert harmony("V65/V", key).bass == 6
    assert harmony("bII6", key).tones == (1, 5, 8)
    assert harmony("Ger", key).bass == 8
    assert [pitch(step, harmony("V", key)) for step in (0, 6, 7)] == [60, 71, 72]
    with pytest.raises(ValueError, match="not a Roman numeral"):
        harmony("H7", key)


@pytest.mark.parametrize("style", HOMOPHONIC)
def test_voices_never_move_in_parallel_fifths_or_octaves(style: str) -> None:
    for seed in range(12):
        events = [event for frame in frames_of(plan(style, seed)) for event in frame.events]
        chords = realise(events, Range(64, 80), Range(38, 55), (Range(50, 66), Range(54, 71)))
        for before, after in pairwise(chords):
            for low, high in combinations(range(4), 2):
                moved = before.voices[low], before.voices[high], after.voices[low], after.voices[high]
                assert not is_parallel(*moved), (style, seed, before.event.start)


@pytest.mark.parametrize("style", IMITATIVE)
def test_voices_in_imitation_hardly_ever_move_in_parallel(style: str) -> None:
    moves = parallels = 0
    for seed in range(24):
        music = compose(
            Brief("classical", seed=seed, style=style, seconds=24.0, instruments=("oboe", "viola", "cello"))
        )
        lines = [p.notes for p in music.parts if len(p.notes) > 1]
        times = sorted({note.start for line in lines for note in line})
        sounding = [
            [next((n.pitch for n in line if n.start <= t + 1e-6 < n.end), None) for line in lines] for t in times
        ]
        for before, after in pairwise(sounding):
            for i, j in combinations(range(len(lines)), 2):
                a, b, c, d = before[i], before[j], after[i], after[j]
                if a is None or b is None or c is None or d is None:
                    continue
                moves += 1
                parallels += is_parallel(*((a, b, c, d) if a <= b else (b, a, d, c)))
    assert parallels <= 0.001 * moves


@pytest.mark.parametrize("style", STYLES)
def test_pieces_end_with_an_authentic_cadence_on_the_tonic(style: str) -> None:
    for seed in SEEDS:
        music = score(style, seed)
        assert music.chords[-1].root == music.key
        assert music.chords[-2].root == (music.key + 7) % 12
        assert sum(chord.length for chord in music.chords) == pytest.approx(music.beats)
        tune = part(music, Role.MELODY).notes
        top = max((note for note in tune if note.end > music.beats - 1), key=lambda note: note.pitch)
        assert top.pitch % 12 in tones(music.chords[-1])
        lowest = min(
            (note for p in music.parts if p.role is not Role.DRUMS for note in p.notes if note.end > music.beats - 0.5),
            key=lambda note: note.pitch,
        )
        assert lowest.pitch % 12 == music.key


def test_leading_tones_of_the_tune_rise_at_the_last_cadence() -> None:
    for music in scores():
        tune = [note for note in part(music, Role.MELODY).notes if note.start < music.chords[-1].start - 1e-6]
        if tune and tune[-1].pitch % 12 == (music.key + 11) % 12 and music.style not in IMITATIVE:
            last = next(n for n in part(music, Role.MELODY).notes if n.start >= music.chords[-1].start - 1e-6)
            assert last.pitch - tune[-1].pitch in (1, 2, 3, -11)


@pytest.mark.parametrize("style", HOMOPHONIC)
def test_phrases_end_with_the_cadence_that_the_form_says(style: str) -> None:
    goals = {"half": 4, "authentic": 0, "imperfect": 0, "deceptive": 5, "final": 0}
    for seed in SEEDS:
        made = plan(style, seed)
        for phrase, frame in zip(phrases(made), frames_of(made), strict=True):
            degree = goals[phrase.cadence]
            wanted = phrase.key.scale[degree] if degree != 4 else (phrase.key.tonic + 7) % 12
            assert frame.events[-1].chord.root == wanted
            assert frame.events[-1].end == pytest.approx((phrase.first + phrase.bars) * made.metre.beats)


def test_bars_are_divided_without_gaps_into_sections_of_every_length() -> None:
    for style in styles_of("classical").values():
        for bars in (*range(1, 70), 100, 333, 1000):
            sections = style.form(bars, Random(bars))
            assert sum(section.bars for section in sections) == bars
            assert all(a.first + a.bars == b.first for a, b in pairwise(sections))
            assert all(section.bars > 0 and 0 <= section.energy <= 1 for section in sections)


def test_tunes_have_chord_tones_on_downbeats_and_leave_others_by_step() -> None:
    downbeats = members = strange = resolved = 0
    for music in scores(HOMOPHONIC):
        notes = starting(music, part(music, Role.MELODY).notes)
        for (note, chord), (after, _) in pairwise(notes):
            if note.start % music.metre.beats < 1e-6:
                downbeats += 1
                members += note.pitch % 12 in chord
            if note.pitch % 12 not in chord:
                strange += 1
                resolved += abs(after.pitch - note.pitch) <= 3
    assert members >= 0.75 * downbeats  # the others are appoggiaturas
    assert resolved >= 0.95 * strange


def test_tunes_can_be_sung() -> None:
    for music in scores(HOMOPHONIC):
        notes = part(music, Role.MELODY).notes
        leaps = [abs(b.pitch - a.pitch) for a, b in pairwise(notes)]
        assert sum(leap <= 2 for leap in leaps) >= 0.3 * len(leaps)
        assert sum(leap > 12 for leap in leaps) <= 0.05 * len(leaps) + 1


@pytest.mark.parametrize("style", IMITATIVE)
def test_voices_in_imitation_can_be_sung(style: str) -> None:
    for seed in range(12):
        music = score(style, seed, instruments=("oboe", "viola", "cello"))  # a voice for each
        for voice in music.parts:
            leaps = [abs(b.pitch - a.pitch) for a, b in pairwise(voice.notes)]
            assert sum(leap > 12 for leap in leaps) <= 0.05 * len(leaps) + 1, (seed, voice.name)


def test_the_theme_returns() -> None:
    for style in ("orchestral", "waltz", "nocturne"):
        for seed in SEEDS:
            music = compose(Brief("classical", seed=seed, style=style, bars=24))
            theme, back = music.sections[0], next(s for s in music.sections[1:] if s.label == "A")
            beats = music.metre.beats
            first, again = (
                {
                    round(note.start - section.first * beats, 2)
                    for p in music.parts
                    if p.role is Role.MELODY
                    for note in p.notes
                    if section.first * beats <= note.start < (section.first + 2) * beats - 1e-6
                }
                for section in (theme, back)
            )
            assert len(first & again) >= 0.5 * len(first)


def test_periods_begin_alike_and_end_apart() -> None:
    for seed in SEEDS:
        made = plan_for(Brief("classical", seed=seed, style="piano", bars=8))
        antecedent, consequent = frames_of(made)
        assert antecedent.phrase.cadence == "half" and consequent.phrase.cadence == "final"
        assert antecedent.events[0].chord == consequent.events[0].chord


@pytest.mark.parametrize("style", IMITATIVE)
def test_voices_in_imitation_answer_each_other(style: str) -> None:
    for seed in SEEDS:
        music = compose(Brief("classical", seed=seed, style=style, bars=14, instruments=("oboe", "viola", "cello")))
        starts = sorted(p.notes[0].start for p in music.parts if len(p.notes) > 1)
        assert starts[0] == 0 and starts[-1] > 0  # voices enter one after the other
        assert len(set(starts)) == 3


@pytest.mark.parametrize("style", IMITATIVE)
def test_pieces_in_imitation_in_minor_end_in_major(style: str) -> None:
    for seed in SEEDS:
        music = compose(Brief("classical", seed=seed, style=style, mode="minor"))
        assert music.chords[-1].quality == ""


@pytest.mark.parametrize("metre", ["4/4", "3/4", "2/4", "6/8", "5/4", "7/8", "3/8", "12/8", "2/2"])
def test_every_metre_and_length_is_possible(metre: str) -> None:
    for style in STYLES:
        for bars in (1, 2, 3, 5, 9, 16):
            music = compose(Brief("classical", seed=bars, style=style, bars=bars, metre=parse_metre(metre)))
            assert (music.bars, str(music.metre)) == (bars, metre)
            assert music.chords[-1].root == music.key
            assert all(note.end <= music.beats + 1e-6 for _, note in music.notes())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "instruments",
    [
        ("piano",),
        ("flute",),
        ("cello",),
        ("violin", "viola", "cello"),
        ("flute", "oboe", "clarinet", "french horn", "bassoon"),
        ("harp", "strings", "timpani", "trumpet"),
        ("nylon guitar", "orchestral percussion"),
        ("synth lead", "drums", "808 bass", "organ"),
    ],
)
def test_every_instrument_that_is_asked_for_plays(style: str, instruments: tuple[str, ...]) -> None:
    for bars in (4, 12):
        music = compose(Brief("classical", seed=3, style=style, bars=bars, instruments=instruments))
        assert {p.name for p in music.parts if p.notes} == set(instruments)
        for p in music.parts:
            assert all(p.instrument.low <= note.pitch <= p.instrument.high for note in p.notes)


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def measured(measure: object, attribute: str) -> tuple[float, float]:
    """The mean of a measure over styles and seeds, for the least and the most of an attribute of the mood."""
    assert callable(measure)
    low, high = (
        mean(
            [
                measure(
                    compose(
                        Brief("classical", Feeling(**{attribute: share}), seed=seed, style=style, bars=12, bpm=100.0)
                    )
                )
                for style in STYLES
                for seed in range(3)
            ]
        )
        for share in (0.0, 1.0)
    )
    return low, high


def test_the_mood_is_heard() -> None:
    def density(music: Score) -> float:
        return sum(len(p.notes) for p in music.parts) / music.seconds

    def register(music: Score) -> float:
        return mean([note.pitch for note in part(music, Role.MELODY).notes])

    def contrast(music: Score) -> float:
        loud = sorted(note.velocity for note in part(music, Role.MELODY).notes)
        return loud[int(len(loud) * 0.9)] - loud[int(len(loud) * 0.1)]

    def chromatic(music: Score) -> float:
        home = scale(music.key, music.mode)
        pitched = [note for p in music.parts if p.role is not Role.DRUMS for note in p.notes]
        return mean([note.pitch % 12 not in home for note in pitched])

    for measure, attribute, least in (
        (density, "density", 1.4),
        (register, "brightness", 1.03),
        (contrast, "dynamics", 1.3),
        (chromatic, "tension", 1.2),
    ):
        low, high = measured(measure, attribute)
        assert high > least * low, attribute


def test_the_same_brief_gives_the_same_score_and_another_seed_another() -> None:
    for style in STYLES:
        one, two = (compose(Brief("classical", seed=11, style=style)) for _ in range(2))
        assert one == two
        other = compose(Brief("classical", seed=12, style=style))
        assert [p.notes for p in other.parts] != [p.notes for p in one.parts]


def test_ornaments_fill_the_time_of_their_note() -> None:
    for notes in (
        trill(1.0, 2.0, 72, 74, 71, 0.125),
        mordent(1.0, 2.0, 72, 71, 0.125),
        turn(1.0, 2.0, 72, 74, 71, 0.125),
        grace(1.0, 2.0, 72, 71, 0.125),
        appoggiatura(1.0, 2.0, 72, 74),
    ):
        assert notes[0][0] == 1.0
        assert sum(length for _, length, _ in notes) == pytest.approx(2.0)
        assert all(a + length == pytest.approx(b) for (a, length, _), (b, _, _) in pairwise(notes))


def test_patterns_keep_to_the_chord_and_its_time() -> None:
    for metre in ("4/4", "3/4", "6/8", "5/4", "7/8"):
        for name, play in PATTERNS.items():
            for voices in ((48,), (48, 64), (48, 60, 64), (43, 55, 59, 65)):
                for division in (1, 2, 4):
                    strokes = play(voices, Span(0.0, parse_metre(metre).beats, parse_metre(metre), division))
                    assert strokes, (name, voices)
                    assert {stroke.pitch % 12 for stroke in strokes} <= {voice % 12 for voice in voices}
                    assert all(0 <= stroke.start < parse_metre(metre).beats for stroke in strokes)
                    assert all(stroke.start + stroke.length <= parse_metre(metre).beats + 1e-6 for stroke in strokes)


def test_broken_chords_do_not_repeat_a_note() -> None:
    for name in ("alberti", "broken", "broken wide", "climbing"):
        strokes = PATTERNS[name]((48, 60, 64), Span(0.0, 4.0, parse_metre("4/4"), 2))
        assert all(a.pitch != b.pitch for a, b in pairwise(strokes)), name
