"""Music that goes on, or of which a section is made anew: what stays of the sound stays sample for sample."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import Run
from img2music import Extension, Img2Music, Remake, Wishes
from img2music.audio.splice import BEFORE, FADE, spliced
from img2music.audio.stft import RATE
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.errors import OptionError
from img2music.output.snippet import Snippet
from img2music.synthesis.desk import desk_for, with_newcomers
from songs import check_refused, write_song

_EDGE = BEFORE + FADE


@pytest.fixture(scope="module")
def composing(score_models: Path) -> Img2Music:
    return Img2Music(score_models)


def _sections(snippet: Snippet) -> list[tuple[float, float]]:
    """When the sections begin and end, s."""
    score = snippet.score
    assert score is not None
    bar = score.metre.beats
    return [(score.tempo.seconds(s.first * bar), score.tempo.seconds((s.first + s.bars) * bar)) for s in score.sections]


@pytest.mark.parametrize("section", [1, 2, 3])
def test_the_sound_outside_of_a_section_made_anew_is_the_same(composing: Img2Music, cover: Path, section: int) -> None:
    wishes = {"bars": 6, "bpm": 150, "sections": "intro,verse,chorus"}
    old = composing.generate(cover, genre="pop", seed=3, wishes=Wishes(**wishes))
    new = composing.generate(cover, genre="pop", seed=3, wishes=Wishes(**wishes, changes=(Remake(section, 9),)))
    begin, end = _sections(old)[section - 1]
    same = old.samples == new.samples
    assert len(old.samples) == len(new.samples)
    assert same[: max(round((begin - _EDGE) * RATE), 0)].all()
    if section < 3:
        assert same[round((end - BEFORE) * RATE) + 1 :].all()
    assert not same[round(begin * RATE) : round((end - _EDGE) * RATE)].all()


def test_a_loop_stays_a_loop(composing: Img2Music, cover: Path) -> None:
    wishes = {"bars": 4, "bpm": 120, "sections": "verse,chorus"}
    old = composing.generate(cover, genre="pop", loop=True, wishes=Wishes(**wishes))
    new = composing.generate(cover, genre="pop", loop=True, wishes=Wishes(**wishes, changes=(Remake(1),)))
    turn = _sections(old)[0][1]
    same = old.samples == new.samples
    assert same[round((turn - BEFORE) * RATE) + 1 : -round(_EDGE * RATE) - 1].all() and not same.all()


def test_the_sound_before_the_old_ending_is_the_same_when_it_goes_on(composing: Img2Music, cover: Path) -> None:
    old = composing.generate(cover, engine="compose", genre="pop", seconds=6, seed=1)
    new = composing.generate(
        cover, genre="pop", seconds=6, seed=1, wishes=Wishes(changes=(Extension(seconds=5), Extension(bars=2)))
    )
    assert old.score is not None and new.score is not None
    turn = old.score.tempo.seconds((old.score.bars - 1) * old.score.metre.beats)
    kept = round((turn - _EDGE) * RATE)
    assert kept > RATE and (old.samples[:kept] == new.samples[:kept]).all()
    assert new.seconds > 11 and np.abs(new.samples[-RATE:]).max() > 0.001


def test_what_cannot_be_changed_is_refused(composing: Img2Music, cover: Path) -> None:
    for wishes, options, words in (
        (Wishes(changes=(Extension(seconds=5),)), {"loop": True}, "loop"),
        (Wishes(changes=(Extension(seconds=170),)), {}, "more than 180 s"),
        (Wishes(changes=(Remake(1),)), {"engine": "flow"}, "engine compose"),
        (Wishes(changes=(Remake(40),)), {}, "no section 40"),
    ):
        with pytest.raises(OptionError, match=words):
            composing.generate(cover, genre="pop", wishes=wishes, **options)  # type: ignore[arg-type]


def test_a_sidecar_goes_on_and_again(run: Run, cover: Path, score_models: Path) -> None:
    made = run(
        "generate", cover, "--genre", "pop", "--seconds", 5, "--sidecar", "--engine", "compose", models=score_models
    )
    assert made[0] == 0
    music, sidecar = cover.with_suffix(".wav"), cover.with_suffix(".json")
    before = music.read_bytes(), sidecar.read_bytes()
    status, out, err = run("again", sidecar, "--extend", 4, models=score_models)
    longer = music.with_name(f"{music.stem}-extended.wav")
    assert (status, err) == (0, "") and str(longer) in out
    assert (music.read_bytes(), sidecar.read_bytes()) == before
    assert soundfile.info(longer).duration == 9
    status, _, err = run(
        "again", longer.with_suffix(".json"), "--section", 1, "--seed", 9, "-o", "c.wav", models=score_models
    )
    assert (status, err) == (0, "")
    facts = json.loads(Path("c.json").read_text())
    changes = [{"seconds": 4.0, "seed": 0}, {"section": 1, "seed": 9}]
    assert facts["order"]["wishes"]["changes"] == facts["brief"]["changes"] == changes
    assert run("again", "c.json", "-o", "d.wav", models=score_models)[0] == 0
    assert Path("d.wav").read_bytes() == Path("c.wav").read_bytes()
    assert run("compose", "--brief", "c.json", "-o", "c.mid", "-q")[0] == 0
    refused = run("again", sidecar, "--extend", 4, models=score_models)
    check_refused(refused, "exists; choose another name")
    check_refused(run("again", sidecar, "--seed", 4, models=score_models), "--section or --extend")


def test_only_what_was_composed_is_changed(run: Run, cover: Path, score_models: Path, tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(write_song())
    for number, options in enumerate((["--engine", "perturb", "--seconds", 1], ["--score", "song.mid"])):
        file = f"{number}.wav"
        assert run("generate", cover, *options, "--sidecar", "-o", file, models=score_models)[0] == 0
        check_refused(
            run("again", f"{number}.json", "--extend", 4, models=score_models), "engine compose can be changed"
        )


@pytest.mark.parametrize("changes", [3, {}, [3], [{"section": 1.5}], [{"bars": "8"}], [{"section": 1}] * 300])
def test_a_sidecar_with_malformed_changes_is_one_line(
    run: Run, cover: Path, score_models: Path, changes: object
) -> None:
    assert run("generate", cover, "--engine", "compose", "--seconds", 1, "--sidecar", models=score_models)[0] == 0
    sidecar = cover.with_suffix(".json")
    facts = json.loads(sidecar.read_text())
    facts["order"]["wishes"]["changes"] = changes
    sidecar.write_text(json.dumps(facts))
    check_refused(run("again", sidecar, "-o", "again.wav", models=score_models), "is no sidecar")


@pytest.mark.parametrize("shape", [(RATE * 3,), (RATE * 3, 2)])
def test_a_splice_keeps_the_level_and_all_samples_outside(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    old, new = (rng.standard_normal(shape).astype(np.float32) * level for level in (0.05, 0.1))
    found = spliced(old, new, RATE, 1.0, 2.0)
    assert (found[: round(0.9 * RATE)] == old[: round(0.9 * RATE)]).all()
    assert (found[2 * RATE :] == old[2 * RATE :]).all()
    assert found[RATE : round(1.9 * RATE)].std() == pytest.approx(0.05, rel=0.05)
    assert (spliced(old, new, RATE, 0.0, 3.0) == new).all()
    longer = spliced(old[:RATE], new, RATE, 0.5, 3.0)
    assert len(longer) == len(new) and (longer[: round(0.4 * RATE)] == old[: round(0.4 * RATE)]).all()
    around = spliced(old, new, RATE, 0.0, 1.0, loop=True)
    assert (around[RATE : round(2.9 * RATE)] == old[RATE : round(2.9 * RATE)]).all()
    assert (around[-round(0.02 * RATE) :] != old[-round(0.02 * RATE) :]).any()


def test_who_comes_in_later_leaves_the_mix_of_the_others_as_it_is() -> None:
    score = compose(Brief("hiphop", seed=2))
    before = desk_for(replace(score, parts=score.parts[:2]))
    after = with_newcomers(before, score)
    assert len(after.strips) == len(score.parts) > 2
    assert after.strips[:2] == before.strips
    assert replace(after, strips=before.strips) == before
    assert with_newcomers(after, score) == after
