"""Changes of a piece: it goes on, or a section is made anew, and what was there stays note for note."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import Run
from img2music import Extension, Remake
from img2music.briefing import parse_extension
from img2music.composition.brief import Brief
from img2music.composition.compose import compose, stages
from img2music.composition.score import Part, Score
from img2music.errors import OptionError
from img2music.wishes import Change, with_change

PIECES = (
    Brief("pop", seed=1),
    Brief("hiphop", seed=2, bars=8),
    Brief("jazz", seed=3, seconds=20, bpm=140),
    Brief("classical", seed=4, style="chamber"),
    Brief("classical", seed=5, style="fugue", bars=12),
    Brief("classical", seed=6, style="variations", bars=16),
    Brief("pop", seed=7, quote="greensleeves"),
    Brief("hiphop", seed=8, instruments=("piano", "bass", "drums", "flute")),
    Brief("jazz", seed=9, blend="hiphop", share=0.6),
    Brief("pop", seed=10, bars=1),
)


def _starts(part: Part, first: float, end: float) -> list[tuple[float, int, int]]:
    """When, what and how loud the notes are that begin from beat `first` to beat `end`."""
    return [(n.start, n.pitch, n.velocity) for n in part.notes if first - 1e-6 <= n.start < end - 1e-6]


def _per_bar(score: Score) -> list[int]:
    bar = score.metre.beats
    return [sum(len(_starts(part, n * bar, (n + 1) * bar)) for part in score.parts) for n in range(score.bars)]


@pytest.mark.parametrize("brief", PIECES, ids=lambda brief: f"{brief.genre}-{brief.seed}")
@pytest.mark.parametrize("change", [Extension(seconds=25.0), Extension(bars=9, seed=3)], ids=["seconds", "bars"])
def test_a_piece_goes_on_and_what_was_there_stays(brief: Brief, change: Extension) -> None:
    before, after = stages(replace(brief, changes=(change,)))
    old, new = before.score, after.score
    turn = (old.bars - 1) * old.metre.beats
    assert old.to_midi() == compose(brief).to_midi()
    for part, longer in zip(old.parts, new.parts, strict=False):
        assert longer.instrument == part.instrument
        assert _starts(longer, 0, turn) == _starts(part, 0, turn)
    assert new.sections[: len(old.sections)] == old.sections
    assert [place for place in new.tempo.changes if place[0] < turn] == [p for p in old.tempo.changes if p[0] < turn]
    assert (new.key, new.mode, new.metre, new.seed) == (old.key, old.mode, old.metre, old.seed)
    assert 0 not in _per_bar(new)[old.bars - 1 :]
    assert new.chords[-1].start + new.chords[-1].length == pytest.approx(new.beats)
    if change.bars:
        assert new.bars == old.bars + change.bars
    else:
        assert after.seconds == before.seconds + 25
        assert after.seconds - 6 < new.seconds <= after.seconds


@pytest.mark.parametrize("brief", PIECES, ids=lambda brief: f"{brief.genre}-{brief.seed}")
def test_a_section_is_made_anew_and_the_others_stay(brief: Brief) -> None:
    old = compose(brief)
    for number, section in enumerate(old.sections, 1):
        one, other = (compose(replace(brief, changes=(Remake(number, seed),))) for seed in (9, 10))
        first, end = section.first * old.metre.beats, (section.first + section.bars) * old.metre.beats
        assert (one.sections, one.tempo) == (old.sections, old.tempo)
        for part, new in zip(old.parts, one.parts, strict=False):
            assert _starts(new, 0, first) == _starts(part, 0, first)
            assert _starts(new, end, old.beats) == _starts(part, end, old.beats)
        within = [[_starts(part, first, end) for part in score.parts] for score in (old, one, other)]
        assert within[0] != within[1] != within[2]
        assert one.to_midi() == compose(replace(brief, changes=(Remake(number, 9),))).to_midi()


def test_known_sections_return_and_the_end_is_new() -> None:
    score = compose(Brief("pop", seed=1, bars=12, changes=(Extension(bars=24),)))
    names = [section.name for section in score.sections]
    assert names.count("chorus") >= 2 and names[-1] == "outro"
    labels: dict[str, set[str]] = {}
    for section in score.sections:
        labels.setdefault(section.name, set()).add(section.label)
    assert all(len(found) == 1 for found in labels.values())
    assert score.chords[-1].root == score.key


def test_changes_follow_each_other_and_each_keeps_what_was_there() -> None:
    changes: tuple[Change, ...] = (Remake(1, 3), Extension(bars=8), Remake(2, 4), Extension(bars=4))
    brief = Brief("jazz", seed=4, bars=8)
    found = stages(replace(brief, changes=changes))
    for count, stage in enumerate(found):
        assert stage.score.to_midi() == compose(replace(brief, changes=changes[:count])).to_midi()
    assert [stage.score.bars for stage in found] == [8, 8, 16, 16, 20]


def test_a_section_made_anew_twice_in_a_row_is_made_once() -> None:
    once = with_change((Extension(bars=4),), Remake(2, 1))
    assert with_change(once, Remake(2, 5)) == (Extension(bars=4), Remake(2, 5))
    assert with_change(once, Remake(1, 5)) == (Extension(bars=4), Remake(2, 1), Remake(1, 5))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Remake(9), "no section 9; the piece has 1 "),
        (Remake(0), "no section 0"),
        (Remake(1, -1), "seed is -1"),
        (Extension(), "either seconds or bars"),
        (Extension(seconds=5, bars=5), "either seconds or bars"),
        (Extension(seconds=0.5), "no room for a bar; choose at least"),
        (Extension(seconds=float("nan")), "is nan s long"),
        (Extension(seconds=599), "more than 600 s"),
        (Extension(bars=0), "has 0 bars"),
        (Extension(bars=999), "1007 bars"),
    ],
)
def test_what_cannot_be_changed_is_one_line(change: Change, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        compose(Brief("pop", seed=1, bars=8, changes=(change,)))


def test_the_shortest_extension_that_is_named_is_possible() -> None:
    with pytest.raises(OptionError, match="at least") as caught:
        compose(Brief("jazz", seed=2, changes=(Extension(seconds=0.1),)))
    least = float(str(caught.value).split("at least ")[1].split(" s")[0])
    assert (
        compose(Brief("jazz", seed=2, changes=(Extension(seconds=least),))).bars > compose(Brief("jazz", seed=2)).bars
    )


def test_so_many_changes_are_refused() -> None:
    with pytest.raises(OptionError, match="33 changes"):
        compose(Brief("pop", changes=(Remake(1),) * 33))


def test_lengths_in_words() -> None:
    assert parse_extension("30", 2) == Extension(seconds=30.0, seed=2)
    assert parse_extension("7.5 s", 0) == Extension(seconds=7.5)
    assert parse_extension("8bars", 0) == parse_extension("8 Bars", 0) == Extension(bars=8)
    for text in ("", "x", "-3", "3 beats", "2.5 bars", "1e9"):
        with pytest.raises(OptionError):
            parse_extension(text, 0)


def test_a_brief_says_its_changes_and_composes_them_again(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("compose", "--genre", "pop", "--bars", 8, "--seed", 3, "-o", "a.mid", "--json")
    assert status == 0 and "changes" not in json.loads(out)["brief"]
    (tmp_path / "a.json").write_text(out)
    status, out, err = run("compose", "--brief", "a.json", "--extend", "8bars", "-o", "b.mid", "--json")
    assert (status, err) == (0, "") and json.loads(out)["bars"] == 16
    (tmp_path / "b.json").write_text(out)
    status, out, err = run("compose", "--brief", "b.json", "--section", 2, "--seed", 9, "-o", "c.mid", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["brief"]["changes"] == [{"bars": 8, "seed": 0}, {"section": 2, "seed": 9}]
    (tmp_path / "c.json").write_text(out)
    assert run("compose", "--brief", "c.json", "-o", "d.mid", "-q")[0] == 0
    files = {name: (tmp_path / f"{name}.mid").read_bytes() for name in "abcd"}
    assert files["c"] == files["d"] and len(set(files.values())) == 3


@pytest.mark.parametrize(
    "changes", [3, ["x"], [{"section": "2"}], [{"section": 1, "bars": 2}], [{"minutes": 3}], [{"seconds": True}], [[]]]
)
def test_a_brief_with_malformed_changes_is_one_line(run: Run, tmp_path: Path, changes: object) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"genre": "pop", "changes": changes}))
    status, _, err = run("compose", "--brief", "a.json", "-o", "a.mid")
    assert status == 2 and err.count("\n") == 1 and not (tmp_path / "a.mid").exists()


def test_only_a_piece_that_is_there_is_changed(run: Run) -> None:
    for options in (["--genre", "pop", "--section", 1], ["--genre", "pop", "--extend", 30]):
        status, _, err = run("compose", *options, "-o", "a.mid")
        assert status == 2 and "--brief" in err
    status, _, err = run("compose", "--brief", "a.json", "--section", 1, "--extend", 30)
    assert status == 2 and "exclude each other" in err
