"""Properties of jazz scores: changes, walking, comping, drums, heads and solos, and what the mood does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations, pairwise
from random import Random

import pytest

from img2music.composition.brief import Brief, Feeling, parse_metre
from img2music.composition.compose import compose
from img2music.composition.instruments import INSTRUMENTS
from img2music.composition.planning.planner import plan_for
from img2music.composition.score import Articulation, Part, Role, Score
from img2music.composition.style import styles_of
from img2music.composition.styles.jazz import charts
from img2music.composition.styles.jazz.rhythm_section.comping import voice_led
from img2music.composition.theory.harmony import chord_scale, progression, tones
from img2music.composition.theory.voice_leading import is_parallel

STYLES = tuple(styles_of("jazz"))
SEEDS = range(6)
QUARTET = ("tenor sax", "piano", "double bass", "jazz drums")


@lru_cache(256)
def score(style: str, seed: int, seconds: float = 30.0) -> Score:
    return compose(Brief("jazz", seed=seed, style=style, seconds=seconds, instruments=QUARTET))


def scores(*styles: str) -> Iterator[Score]:
    for style in styles or STYLES:
        for seed in SEEDS:
            yield score(style, seed)


def part(music: Score, role: Role) -> Part:
    return next(p for p in music.parts if p.role is role)


def test_every_chart_can_be_read() -> None:
    found = [
        chart
        for name, value in vars(charts).items()
        if name.isupper()
        for chart in (value if isinstance(value, tuple) else [c for row in value.values() for c in row])
    ]
    assert len(found) > 80
    for chart in found:
        assert len(progression(chart)) in (1, 2, 8, 12), chart


def test_pieces_end_with_a_cadence_on_the_tonic() -> None:
    for music in scores():
        last, before = music.chords[-1], music.chords[-2]
        assert last.root == music.key and last.length == music.metre.beats
        assert before.root in ((music.key + 7) % 12, (music.key + 1) % 12)  # the dominant or its tritone substitute
        assert sum(chord.length for chord in music.chords) == pytest.approx(music.beats)
        for role in (Role.BASS, Role.MELODY):
            final = max(part(music, role).notes, key=lambda note: note.start)
            assert final.start >= last.start - 1e-6 and final.pitch % 12 == music.key


def test_blues_have_twelve_bars() -> None:
    for seed in SEEDS:
        music = compose(Brief("jazz", seed=seed, style="blues", bars=40))
        choruses = [section for section in music.sections if section.name in ("head", "solo")]
        assert choruses and all(section.bars == 12 for section in choruses)


def test_short_pieces_have_a_beginning_a_middle_and_an_end() -> None:
    for style in STYLES:
        form = styles_of("jazz")[style].form
        for bars in (*range(1, 90), 200, 1000):
            sections = form(bars, Random(bars))
            assert sum(section.bars for section in sections) == bars
            assert all(a.first + a.bars == b.first for a, b in pairwise(sections))
            assert bars < 5 or len(sections) > 1
            assert any(section.name == "head" for section in sections)


def test_the_head_comes_back() -> None:
    for style in STYLES:
        for seed in SEEDS:
            music = compose(Brief("jazz", seed=seed, style=style, bars=44, instruments=QUARTET))
            heads = [section for section in music.sections if section.name == "head"]
            assert len(heads) >= 2, style
            beats, bars = music.metre.beats, min(heads[0].bars, heads[-1].bars) - 3
            first, last = (
                {
                    (round(note.start - head.first * beats, 2), note.pitch)
                    for note in part(music, Role.MELODY).notes
                    if head.first * beats <= note.start < (head.first + bars) * beats
                }
                for head in (heads[0], heads[-1])
            )
            assert len(first & last) >= 0.7 * len(first), (style, seed)


def test_walking_basses_have_the_root_where_the_chord_changes_and_lead_into_it() -> None:
    roots = changes = near = 0
    for seed in range(12):
        music = compose(
            Brief("jazz", Feeling(density=1.0), seed=seed, style="swing", bpm=180, seconds=40, instruments=QUARTET)
        )
        bass = {round(note.start, 3): note.pitch for note in part(music, Role.BASS).notes}
        solos = [section for section in music.sections if section.name == "solo"]
        beats = {4 * section.first + beat for section in solos for beat in range(4 * section.bars)}
        assert beats and all(float(beat) in bass for beat in beats)
        for chord in music.chords:
            if chord.start in beats and chord.start - 1 in beats:
                changes += 1
                pitch = bass[chord.start]
                roots += pitch % 12 == chord.root
                near += abs(pitch - bass[chord.start - 1]) in (1, 2, 5, 7)
    assert roots == changes
    assert near >= 0.85 * changes


def test_basses_play_roots_in_every_style() -> None:
    for music in scores():
        bass = part(music, Role.BASS).notes
        for chord in music.chords:
            at = [note for note in bass if abs(note.start - chord.start) < 1e-6]
            assert at and at[0].pitch % 12 == chord.root, (music.style, chord)


def test_swing_has_the_ride_its_skips_and_the_hi_hat_on_two_and_four() -> None:
    for seed in range(8):
        music = compose(
            Brief(
                "jazz", Feeling(density=1.0), seed=seed, style="swing", bars=12, instruments=("trumpet", "jazz drums")
            )
        )
        assert music.swing.share > 0.5
        hits = {(round(note.start, 2), note.pitch) for note in part(music, Role.DRUMS).notes}
        cymbals = {beat for beat, pitch in hits if pitch in (51, 42)}
        beats = range(4 * (music.bars - 1))
        assert all(beat in cymbals for beat in beats)
        assert sum(beat + 0.5 in cymbals for beat in beats if beat % 2) >= 0.8 * len(beats) / 2
        assert all((beat, 44) in hits for beat in beats if beat % 2)


def test_drums_fill_before_a_new_section() -> None:
    fills = turns = 0
    for seed in range(12):
        music = compose(Brief("jazz", Feeling(density=1.0), seed=seed, style="funk", bars=24, instruments=QUARTET))
        for section in music.sections[1:]:
            start = section.first * music.metre.beats
            turns += 1
            fills += any(
                start - 2 <= note.start < start and note.pitch in (38, 43, 45, 47, 50, 36)
                for note in part(music, Role.DRUMS).notes
            )
    assert fills == turns


def test_funk_bass_locks_with_the_kick() -> None:
    for seed in SEEDS:
        music = compose(Brief("jazz", seed=seed, style="funk", bars=12, instruments=QUARTET))
        bass = {round(note.start, 2) for note in part(music, Role.BASS).notes}
        kicks = [
            round(note.start, 2) for note in part(music, Role.DRUMS).notes if note.pitch == 36 and note.velocity > 70
        ]
        assert sum(kick in bass for kick in kicks) >= 0.8 * len(kicks)


@pytest.mark.parametrize("name", ["piano", "jazz guitar", "electric piano", "organ", "vibraphone", "nylon guitar"])
def test_comping_moves_little_and_never_in_parallel_fifths(name: str) -> None:
    for style in STYLES:
        for seed in range(4):
            plan = plan_for(Brief("jazz", seed=seed, style=style, seconds=40))
            for count in (3, 4):
                chords = voice_led(plan.chords, INSTRUMENTS[name], count, 60, style == "modal")
                for before, after in pairwise(chords):
                    assert len(after) == count
                    for low, high in combinations(range(count), 2):
                        assert not is_parallel(before[low], before[high], after[low], after[high]), (style, seed)
                    assert sum(abs(a - b) for a, b in zip(before, after, strict=True)) / count < 6
                for voicing, chord in zip(chords, plan.chords, strict=True):
                    assert all(INSTRUMENTS[name].low <= pitch <= INSTRUMENTS[name].high for pitch in voicing)
                    third = tones(chord)[1]
                    assert third in {pitch % 12 for pitch in voicing}, (chord, voicing)


def test_no_chord_is_left_out_by_the_comping() -> None:
    for music in scores():
        onsets = sorted({note.start for note in part(music, Role.HARMONY).notes})
        for chord in music.chords:
            assert any(chord.start - 0.5 - 1e-6 <= onset < chord.start + chord.length for onset in onsets), music.title


def test_lines_have_chord_tones_where_it_counts_and_lead_from_outside_by_step() -> None:
    strong = members = outside = resolved = 0
    for music in scores():
        notes = sorted(part(music, Role.MELODY).notes, key=lambda note: note.start)
        for note, after in pairwise(notes):
            ahead = note.start % music.metre.beats >= music.metre.beats - 0.5 - 1e-6
            chord = next(c for c in reversed(music.chords) if c.start <= note.start + (0.5 if ahead else 0) + 1e-6)
            if abs(chord.start - note.start) < 1e-6:
                strong += 1
                members += note.pitch % 12 in tones(chord)
            if note.pitch % 12 not in chord_scale(chord) and not ahead and music.style not in ("blues", "funk"):
                outside += 1
                resolved += abs(after.pitch - note.pitch) <= 2
    assert members >= 0.7 * strong
    assert resolved >= 0.75 * outside


def test_soloists_breathe() -> None:
    for music in scores("swing", "blues", "bossa", "modal"):
        for section in music.sections:
            if section.name != "solo" or section.bars < 4:
                continue
            start, end = (bar * music.metre.beats for bar in (section.first, section.first + section.bars))
            inside = [note for note in part(music, Role.MELODY).notes if start <= note.start < end]
            gaps = [b.start - a.end for a, b in pairwise(inside)]
            assert any(gap >= 0.4 for gap in gaps), (music.style, music.seed)


def test_two_horns_play_the_head_together() -> None:
    for seed in SEEDS:
        music = compose(
            Brief(
                "jazz", seed=seed, style="swing", bars=24, instruments=("trumpet", "trombone", "piano", "double bass")
            )
        )
        head = next(section for section in music.sections if section.name == "head")
        beats = music.metre.beats
        first, second = (
            {
                round(note.start, 2): note.pitch
                for note in next(p for p in music.parts if p.name == name).notes
                if head.first * beats <= note.start < (head.first + head.bars) * beats
            }
            for name in ("trumpet", "trombone")
        )
        assert first.keys() == second.keys()
        assert all(
            (first[start] - second[start]) % 12 >= 3 or first[start] % 12 == second[start] % 12 for start in first
        )


def test_winds_bend_and_swallow_notes() -> None:
    notes = [note for music in scores() for note in part(music, Role.MELODY).notes]
    assert any(note.bend < 0 for note in notes)
    assert any(note.articulation is Articulation.GHOST for note in notes)


@pytest.mark.parametrize("metre", ["4/4", "3/4", "6/8", "5/4", "7/8", "2/4", "3/8", "12/8"])
def test_every_metre_and_length_is_possible(metre: str) -> None:
    for style in STYLES:
        for bars in (1, 2, 3, 5, 9, 16):
            music = compose(Brief("jazz", seed=bars, style=style, bars=bars, metre=parse_metre(metre)))
            assert (music.bars, str(music.metre)) == (bars, metre)
            assert music.chords[-1].root == music.key
            assert all(note.end <= music.beats + 1e-6 for _, note in music.notes())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "instruments",
    [
        ("piano",),
        ("trumpet",),
        ("double bass",),
        ("piano", "double bass", "brushes"),
        ("trumpet", "alto sax", "trombone", "piano", "double bass", "jazz drums"),
        ("violin", "accordion", "harp", "tuba"),
        ("saw lead", "808 bass", "drum machine", "choir"),
    ],
)
def test_every_instrument_that_is_asked_for_plays(style: str, instruments: tuple[str, ...]) -> None:
    for bars in (4, 12):
        music = compose(Brief("jazz", seed=3, style=style, bars=bars, instruments=instruments))
        assert {p.name for p in music.parts if p.notes} == set(instruments)
        for p in music.parts:
            assert all(p.instrument.low <= note.pitch <= p.instrument.high for note in p.notes)


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def measured(measure: Callable[[Score], float], attribute: str) -> tuple[float, float]:
    """The mean of a measure over styles and seeds, for the least and the most of an attribute of the mood."""
    low, high = (
        mean(
            [
                measure(
                    compose(
                        Brief(
                            "jazz",
                            Feeling(**{attribute: share}),
                            seed=seed,
                            style=style,
                            bars=16,
                            bpm=120,
                            instruments=("clarinet", "piano", "double bass", "jazz drums"),
                        )
                    )
                )
                for style in STYLES
                for seed in range(4)
            ]
        )
        for share in (0.0, 1.0)
    )
    return low, high


def test_the_mood_is_heard() -> None:
    def density(music: Score) -> float:
        return len(part(music, Role.MELODY).notes) / music.seconds

    def register(music: Score) -> float:
        return mean([note.pitch for note in part(music, Role.MELODY).notes])

    def rich(music: Score) -> float:
        return mean([chord.quality in ("7alt", "7b9", "7#11", "13", "9", "maj9", "m9") for chord in music.chords])

    def contrast(music: Score) -> float:
        loud = sorted(note.velocity for note in part(music, Role.MELODY).notes)
        return loud[int(len(loud) * 0.9)] - loud[int(len(loud) * 0.1)]

    for measure, attribute, least in (
        (contrast, "dynamics", 1.2),
        (density, "density", 1.3),
        (register, "brightness", 1.02),
        (rich, "tension", 1.2),
    ):
        low, high = measured(measure, attribute)
        assert high > least * low, (attribute, low, high)


def test_the_same_brief_gives_the_same_score_and_another_seed_another() -> None:
    for style in STYLES:
        one, two = (compose(Brief("jazz", seed=11, style=style)) for _ in range(2))
        assert one == two
        other = compose(Brief("jazz", seed=12, style=style))
        assert [p.notes for p in other.parts] != [p.notes for p in one.parts]
