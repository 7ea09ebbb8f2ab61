"""Scores as musicians would check them: obedience, ranges, cadences, hooks, grooves, and the same bytes again."""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from statistics import median

import mido
import pytest

from img2music.briefing import parse_tonality
from img2music.composition.brief import MODES, Brief, Feeling, parse_key, parse_metre
from img2music.composition.compose import compose
from img2music.composition.form.sections import KINDS
from img2music.composition.instruments import INSTRUMENTS, find_instruments, plays_chords
from img2music.composition.metre import Metre
from img2music.composition.score import Articulation, Role, Score, Swing, TempoMap
from img2music.composition.style import styles_of
from img2music.composition.theory.harmony import scale_over, tones
from img2music.errors import OptionError
from img2music.genres import GENRES
from img2music.metrics.scores.obedience import obedience

STYLES = [(genre, style) for genre in GENRES for style in styles_of(genre)]
SONGS = [(genre, style) for genre, style in STYLES if genre in ("pop", "hiphop")]
METRES = ("2/4", "3/4", "4/4", "5/4", "7/4", "3/8", "5/8", "6/8", "7/8", "9/8", "12/8", "2/2")
SEEDS = range(6)


@lru_cache(maxsize=4096)
def score(genre: str, style: str | None = None, seed: int = 0, seconds: float = 15.0) -> Score:
    """A score by seed; most tests look at the same ones."""
    return compose(Brief(genre, seed=seed, seconds=seconds, style=style))


def scores(genre: str, style: str, seconds: float = 15.0) -> list[Score]:
    return [score(genre, style, seed, seconds) for seed in SEEDS]


def strong(part_note: float, metre: Metre) -> bool:
    return metre.strength(part_note % metre.beats) >= 0.5


@pytest.mark.parametrize("genre", GENRES)
def test_a_genre_has_six_styles_or_more(genre: str) -> None:
    assert len(styles_of(genre)) >= 6
    drawn = Counter(score(genre, None, seed).style for seed in range(60))
    assert len(drawn) >= 5


def random_brief(chance: random.Random, genre: str, number: int) -> Brief:
    """A brief that asks for some things, as people may."""

    def maybe(options: list[object]) -> object:
        return chance.choice(options) if chance.random() < 0.5 else None

    bars = maybe([1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 24])
    metre = chance.choice(METRES) if chance.random() < 0.5 else None
    styles = [
        name
        for name, style in styles_of(genre).items()
        if metre is None or not style.only_metres or metre in style.metres
    ]
    sections = None
    if bars is not None and bars >= 4 and chance.random() < 0.3:
        sections = tuple(chance.choice(list(KINDS)) for _ in range(chance.randint(1, 4)))
    names = ("tempo", "major", "brightness", "density", "dynamics", "tension")
    return Brief(
        genre,
        Feeling(**{name: chance.random() for name in names if chance.random() < 0.3}),
        number,
        None if bars is not None else chance.choice([10.0, 15.0, 30.0]),
        bars,
        maybe([60.0, 72.5, 90.0, 120.0, 141.0, 200.0]),
        maybe(list(range(12))),
        maybe(list(MODES)),
        None if metre is None else parse_metre(metre),
        chance.choice(styles) if chance.random() < 0.3 else None,
        tuple(chance.sample(list(INSTRUMENTS), chance.choice([1, 2, 3, 5]))) if chance.random() < 0.4 else None,
        sections,
        chance.choice(GENRES) if chance.random() < 0.15 else None,
        chance.random(),
    )


@pytest.mark.parametrize("genre", GENRES)
def test_a_score_is_what_was_asked_for(genre: str) -> None:
    chance = random.Random(genre)
    for number in range(60):
        brief = random_brief(chance, genre, number)
        found = compose(brief)
        assert brief.bpm in (None, found.tempo.initial), brief
        assert brief.key in (None, found.key), brief
        assert brief.mode in (None, found.mode), brief
        assert brief.metre in (None, found.metre), brief
        assert brief.bars in (None, found.bars), brief
        assert brief.style in (None, found.style), brief
        assert brief.sections in (None, tuple(section.name for section in found.sections)), brief
        assert brief.seconds is None or found.seconds <= brief.seconds, brief
        if brief.instruments is not None:
            assert {part.name for part in found.parts} == set(brief.instruments), brief
        check(found)


def check(found: Score) -> None:
    """What holds for every score."""
    assert found.parts
    for part in found.parts:
        assert part.notes, (found.title, part.name)
        for note in part.notes:
            assert 0 <= note.start < note.end <= found.beats + 1e-6 and 1 <= note.velocity <= 127
            if not part.instrument.drums:
                assert part.instrument.low <= note.pitch <= part.instrument.high, (found.title, part.name, note)
    assert found.chords[0].start == 0
    for before, after in zip(found.chords, found.chords[1:], strict=False):
        assert before.start + before.length == pytest.approx(after.start)
    assert found.chords[-1].start + found.chords[-1].length == pytest.approx(found.beats)
    assert [section.first for section in found.sections] == [
        sum(section.bars for section in found.sections[:index]) for index in range(len(found.sections))
    ]


@pytest.mark.parametrize(("genre", "style"), STYLES)
def test_pieces_end_at_home_with_a_note_that_rings(genre: str, style: str) -> None:
    for found in scores(genre, style):
        assert found.chords[-1].root == found.key
        last = max((found.bars - 1) * found.metre.beats, found.chords[-1].start)
        pitched = [(part, note) for part, note in found.notes() if not part.instrument.drums]
        assert max(note.end for _, note in pitched) > last + 0.5 * (found.beats - last)
        lowest = min((note for _, note in pitched if note.end > last + 0.1), key=lambda note: note.pitch)
        assert lowest.pitch % 12 in tones(found.chords[-1])


@pytest.mark.parametrize(("genre", "style"), STYLES)
@pytest.mark.parametrize("seconds", [4.0, 15.0, 60.0])
def test_music_fills_its_seconds_and_ends_within_them(genre: str, style: str, seconds: float) -> None:
    for seed in range(3):
        found = score(genre, style, seed, seconds)
        assert found.seconds <= seconds
        assert max(found.span(note)[1] for _, note in found.notes()) <= seconds + 0.05
        if seconds >= 15:
            assert found.seconds >= 0.75 * seconds


@pytest.mark.parametrize(("genre", "style"), STYLES)
def test_most_notes_are_in_the_scale_of_key_and_chord(genre: str, style: str) -> None:
    inside = total = 0
    for found in scores(genre, style):
        for part, note in found.notes():
            if not part.instrument.drums:
                chord = next(chord for chord in reversed(found.chords) if chord.start <= note.start + 0.51)
                inside += note.pitch % 12 in scale_over(chord, found.key, found.mode)
                total += 1
    assert inside / total > (0.85 if genre == "jazz" else 0.9)


@pytest.mark.parametrize(("genre", "style"), SONGS)
def test_tunes_have_tones_of_the_chord_on_strong_beats_and_move_by_step(genre: str, style: str) -> None:
    fitting = total = 0
    steps = []
    for found in scores(genre, style):
        for part in found.parts:
            if part.role is not Role.MELODY or part.instrument.synth in ("rap", "scratch", "riser"):
                continue
            for note in part.notes:
                if strong(note.start, found.metre):
                    chord = next(chord for chord in reversed(found.chords) if chord.start <= note.start + 1e-6)
                    fitting += note.pitch % 12 in tones(chord)
                    total += 1
            steps += [abs(b.pitch - a.pitch) for a, b in zip(part.notes, part.notes[1:], strict=False)]
    assert fitting / total > 0.8
    assert median(steps) <= 4 and sum(step <= 12 for step in steps) / len(steps) > 0.97


@pytest.mark.parametrize(("genre", "style"), SONGS)
def test_the_hook_comes_back(genre: str, style: str) -> None:
    returned = heard = 0
    for seed in SEEDS:
        found = compose(Brief(genre, seed=seed, style=style, bars=24, sections=("chorus", "verse", "chorus")))
        tune = next((part for part in found.parts if part.role is Role.MELODY), None)
        if tune is None:
            continue
        heard += 1
        bar = found.metre.beats
        first, _, last = found.sections

        def notes(start: int, tune=tune, bar=bar) -> list[tuple[float, int]]:
            """The first three bars of a section; in the fourth phrases may end in another way."""
            begin, end = start * bar, (start + 3) * bar
            return [(round(n.start - begin, 3), n.pitch) for n in tune.notes if begin <= n.start < end]

        one, two = notes(first.first), notes(last.first)
        returned += len(set(one) & set(two)) >= 0.7 * len(one) > 0
    assert returned >= 0.8 * heard


def test_forms_grow_with_length() -> None:
    for genre, style in STYLES:
        longer = score(genre, style, 1, 180.0)
        assert len(longer.sections) >= 3, style
        assert len({section.energy for section in longer.sections}) >= 2, style
        sounding = [
            {part.name for part in longer.parts for note in part.notes if inside(note.start, section, longer)}
            for section in longer.sections
        ]
        assert len({frozenset(names) for names in sounding}) >= 2 or (genre, style) not in SONGS, style


def inside(beat: float, section, found: Score) -> bool:
    bar = found.metre.beats
    return section.first * bar <= beat < (section.first + section.bars) * bar


@pytest.mark.parametrize(("genre", "style"), SONGS)
def test_drums_have_accents_ghosts_and_fills_before_sections(genre: str, style: str) -> None:
    filled = changes = 0
    for seed in SEEDS:
        found = compose(Brief(genre, seed=seed, style=style, bars=16, sections=("verse", "chorus")))
        for part in found.parts:
            if part.role is not Role.DRUMS:
                continue
            ghosts = [note.velocity for note in part.notes if note.articulation is Articulation.GHOST]
            backbeats = [
                n.velocity for n in part.notes if n.pitch in (37, 38, 39) and n.articulation is not Articulation.GHOST
            ]
            assert not ghosts or max(ghosts) < min(60, median(backbeats))
            bar = found.metre.beats
            changes += 1
            late = [n for n in part.notes if 8 * bar - bar / 2 <= n.start < 8 * bar and n.pitch in (36, 38, 41, 45, 48)]
            usual = [
                n for n in part.notes if 7 * bar - bar / 2 <= n.start < 7 * bar and n.pitch in (36, 38, 41, 45, 48)
            ]
            filled += len(late) > len(usual) or any(n.pitch in (41, 45, 48) for n in late)
    assert filled >= 0.6 * changes


@pytest.mark.parametrize("style", ["boom-bap", "trap", "drill", "west-coast", "jazz-rap"])
def test_the_bass_locks_with_the_kick(style: str) -> None:
    together = total = 0
    for found in scores("hiphop", style):
        kicks = {
            round(n.start, 3) for part in found.parts for n in part.notes if part.role is Role.DRUMS and n.pitch == 36
        }
        bass = next(part for part in found.parts if part.role is Role.BASS)
        if kicks:
            together += sum(round(note.start, 3) in kicks for note in bass.notes)
            total += len(bass.notes)
    assert together / total > 0.55


@pytest.mark.parametrize("genre", ["pop", "hiphop", "jazz"])
def test_people_do_not_play_like_machines(genre: str) -> None:
    late = [note.late for seed in range(8) for _, note in score(genre, None, seed).notes()]
    assert 0 < max(late) < 0.09 and len(set(late)) > 100


def test_the_mood_steers_each_attribute() -> None:
    def heard(found: Score) -> dict[str, float]:
        notes = [(part, note) for part, note in found.notes() if not part.instrument.drums]
        loud = [note.velocity for _, note in found.notes()]
        return {
            "tempo": found.tempo.initial / found.metre.pulse,
            "major": MODES_BRIGHT.index(found.mode),
            "brightness": sum(note.pitch for _, note in notes) / len(notes),
            "density": sum(1 for _ in found.notes()) / found.beats,
            "dynamics": max(loud) - min(loud),
            "tension": sum(len(tones(chord)) for chord in found.chords) / len(found.chords),
        }

    for genre in GENRES:
        for attribute in ("tempo", "major", "brightness", "density"):
            low, high = (
                [
                    heard(compose(Brief(genre, Feeling(**{attribute: level}), seed, 20.0)))[attribute]
                    for seed in range(24)
                ]
                for level in (0.1, 0.9)
            )
            assert sum(high) / 24 > sum(low) / 24, (genre, attribute)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize(
    "instruments",
    [
        None,
        ("cello",),
        ("violin", "viola", "cello"),
        ("trumpet", "trombone", "french horn", "tuba"),
        ("flute", "oboe", "clarinet", "bassoon", "drums"),
    ],
)
def test_who_plays_one_note_at_a_time_has_one_role(genre: str, instruments: tuple[str, ...] | None) -> None:
    for seed in range(8):
        found = compose(Brief(genre, seed=seed, instruments=instruments))
        single = [p for p in found.parts if not p.instrument.drums and not plays_chords(p.instrument)]
        assert len({p.name for p in single}) == len(single)
        for part in single:
            starts = [round(note.start, 6) for note in part.notes]
            assert len(set(starts)) == len(starts), (found.title, part.name)
        if instruments is not None:
            assert any(part.role is Role.MELODY for part in found.parts)


def test_random_briefs_are_kept_and_only_the_impossible_are_refused() -> None:
    found = obedience(200, seed=5)
    assert (found.exact, found.wrong) == (200, 0)
    assert 0 < found.refused < 20


def test_what_a_refusal_proposes_is_possible() -> None:
    chance, proposed = random.Random(8), 0
    for number in range(400):
        brief = random_brief(chance, "pop", number)
        brief = replace(brief, style=None, sections=None, seconds=chance.choice([3.0, 8.0]))
        try:
            compose(brief)
        except OptionError as problem:
            least = re.search(r"choose at least ([\d.]+) s", str(problem))
            if least is not None and float(least[1]) <= 600:
                proposed += 1
                compose(replace(brief, seconds=float(least[1])))
    assert proposed > 10


def test_other_attributes_move_neither_tempo_nor_density() -> None:
    def heard(genre: str, attribute: str, level: float) -> tuple[float, float]:
        feeling = dict.fromkeys(("tempo", "major", "brightness", "density", "dynamics", "tension"), 0.5)
        found = [compose(Brief(genre, Feeling(**feeling | {attribute: level}), seed, 20.0)) for seed in range(16)]
        notes = sum(len(part.notes) for music in found for part in music.parts)
        return sum(music.tempo.initial for music in found), notes / sum(music.seconds for music in found)

    for genre in GENRES:
        for attribute in ("major", "brightness", "dynamics", "tension"):
            (tempo, density), (other, lively) = (heard(genre, attribute, level) for level in (0.1, 0.9))
            assert other == pytest.approx(tempo, rel=0.001), (genre, attribute)
            assert lively == pytest.approx(density, rel=0.08), (genre, attribute)
        (slow, _), (fast, _) = (heard(genre, "density", level) for level in (0.1, 0.9))
        assert fast == pytest.approx(slow, rel=0.001), genre


MODES_BRIGHT = ("phrygian", "minor", "dorian", "mixolydian", "major", "lydian")


def test_the_same_brief_gives_the_same_bytes() -> None:
    for genre in GENRES:
        brief = Brief(genre, Feeling(major=0.7), seed=5)
        assert compose(brief).to_midi() == compose(brief).to_midi()
        assert compose(brief).to_midi() != compose(replace(brief, seed=6)).to_midi()
        assert Brief.from_dict(brief.as_dict()) == brief


def test_midi_says_what_the_score_says() -> None:
    found = compose(Brief("pop", seed=3, bpm=96.0, key=9, mode="minor", metre=Metre(6, 8), bars=8))
    file = mido.MidiFile(file=io.BytesIO(found.to_midi()))
    assert len(file.tracks) == 1 + len(found.parts)
    conductor = {message.type: message for message in file.tracks[0]}
    assert conductor["set_tempo"].tempo == mido.bpm2tempo(96) and conductor["key_signature"].key == "Am"
    assert (conductor["time_signature"].numerator, conductor["time_signature"].denominator) == (6, 8)
    assert [message.text for message in file.tracks[0] if message.type == "marker"] == [
        section.name for section in found.sections
    ]
    for part, track in zip(found.parts, file.tracks[1:], strict=True):
        played = sorted(message.note for message in track if message.type == "note_on" and message.velocity)
        assert played == sorted(note.pitch for note in part.notes)
        channels = {message.channel for message in track if not message.is_meta}
        assert (channels == {9}) == part.instrument.drums
        assert sum(message.time for message in track) >= round(found.beats * file.ticks_per_beat)
    text = next(message.text for message in file.tracks[0] if message.type == "text" and "brief" in message.text)
    assert re.search('"genre":"pop"', text)
    assert file.length == pytest.approx(found.seconds, abs=0.1)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Brief("polka"), "Unknown genre 'polka'"),
        (Brief("pop", bpm=60.0, bars=7, seconds=2.0), "7 bars of 4/4 at 60 bpm last 28 s"),
        (Brief("pop", bars=1_000_000), "choose 1 to 1000"),
        (Brief("pop", bars=10**5000), "bars is too large; choose 1 to 1000"),
        (Brief("pop", bpm=10**400), "choose 30 to 300"),
        (Brief("pop", bars=1000, bpm=30.0, metre=Metre(4, 4)), "choose at most 75 bars"),
        (Brief("pop", bars=0), "choose 1 to 1000"),
        (Brief("pop", seconds=1e9), "choose 1 to 600"),
        (Brief("pop", seconds=float("nan")), "choose 1 to 600"),
        (Brief("pop", bpm=float("nan")), "choose 30 to 300"),
        (Brief("pop", bpm=1000.0), "choose 30 to 300"),
        (Brief("pop", metre=Metre(0, 4)), "There is no metre 0/4"),
        (Brief("pop", metre=Metre(16, 2)), "choose a metre from"),
        (Brief("pop", key=12), "key is 12"),
        (Brief("pop", mode="blue"), "There is no mode 'blue'"),
        (Brief("pop", style="trap"), "trap is a style of hiphop"),
        (Brief("pop", style="nothing"), "There is no style 'nothing'"),
        (Brief("pop", instruments=("kazoo",)), "There is no instrument 'kazoo'"),
        (Brief("pop", instruments=()), "name 1 to 15"),
        (Brief("pop", sections=("chorus", "rant")), "There is no section 'rant'"),
        (Brief("pop", bars=2, sections=("intro", "verse", "chorus")), "3 sections do not fit into 2 bars"),
        (Brief("pop", Feeling(tempo=2.0)), "tempo is 2"),
        (Brief("pop", seed=-1), "seed is -1"),
        (Brief("pop", share=2.0), "share is 2"),
        (Brief("pop", bars=20, seconds=2.0), "cannot be played in 2 s"),
    ],
)
def test_what_is_impossible_gets_one_line_that_says_what_is_possible(asked: Brief, words: str) -> None:
    with pytest.raises(OptionError, match=re.escape(words)) as caught:
        compose(asked)
    assert "\n" not in str(caught.value)


def test_words_become_keys_and_metres() -> None:
    assert [parse_key(text) for text in ("C", "f#", "Bb", "e♭", "Cb")] == [0, 6, 10, 3, 11]
    assert [parse_tonality(text) for text in ("Dm", "F# minor", "Bb", "E dorian")] == [
        (2, "minor"),
        (6, "minor"),
        (10, None),
        (4, "dorian"),
    ]
    assert parse_metre("12/8") == Metre(12, 8)
    for wrong in ("H", "", "C##", "X major"):
        with pytest.raises(OptionError):
            parse_tonality(wrong)
    for wrong in ("4", "0/4", "4/3", "4/0", "17/4", "-3/4"):
        with pytest.raises(OptionError):
            parse_metre(wrong)
    assert [instrument.name for instrument in find_instruments(["Rhodes", "double-bass"])] == [
        "electric piano",
        "double bass",
    ]


def test_time_follows_tempo_and_swing() -> None:
    tempo = TempoMap(((0.0, 60.0), (4.0, 120.0)))
    assert [tempo.seconds(beat) for beat in (0, 4, 6)] == [0, 4, 5]
    straight, swung = Swing(), Swing(2 / 3)
    assert [straight(beat) for beat in (0, 0.5, 1)] == [0, 0.5, 1]
    assert [swung(beat) for beat in (0, 0.5, 1)] == pytest.approx([0, 2 / 3, 1])
    assert [Metre(4, 4).strength(beat) for beat in (0, 1, 2, 2.5, 2.25)] == [1.0, 0.5, 0.75, 0.25, 0.1]
    assert Metre(7, 8).groups == (1.0, 1.0, 1.5) and Metre(6, 8).pulse == 1.5
    with pytest.raises(ValueError):
        TempoMap(((1.0, 60.0),))


def test_instruments_have_what_midi_needs() -> None:
    for instrument in INSTRUMENTS.values():
        assert 0 <= instrument.program <= 127 and instrument.high - instrument.low >= 11 and instrument.roles
    for genre, name in STYLES:
        for seat in styles_of(genre)[name].seats:
            assert set(seat.instruments) <= set(INSTRUMENTS), (name, seat.name)


def test_a_blend_takes_the_rhythm_of_one_and_the_tune_of_the_other() -> None:
    found = compose(Brief("classical", seed=2, seconds=15.0, blend="hiphop", share=0.4))
    assert any(part.role is Role.DRUMS for part in found.parts)
    pure = compose(Brief("classical", seed=2, seconds=15.0, blend="hiphop", share=0.0))
    assert not any(part.instrument.name in ("drum machine", "vinyl drums") for part in pure.parts)
