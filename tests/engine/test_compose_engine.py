"""The engine compose: what is heard is the score that `compose` writes for the same picture, as asked for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from conftest import Painter, Run
from img2music import Img2Music, Wishes, compose
from img2music.arranging import take_for
from img2music.audio.stft import RATE
from img2music.errors import Img2MusicError, ModelError, OptionError
from img2music.generation.loop import whole_phrases
from img2music.options import Options
from img2music.vision.classifier import Classifier
from img2music.wishes import NO_WISHES
from songs import write_song
from tiny_models import seal


@pytest.fixture(scope="module")
def composing(score_models: Path) -> Img2Music:
    return Img2Music(score_models)


@pytest.mark.parametrize("genre", [None, "jazz"])
def test_the_score_that_is_heard_is_the_one_that_compose_writes(
    composing: Img2Music, score_models: Path, cover: Path, genre: str | None
) -> None:
    snippet = composing.generate(cover, engine="compose", seed=5, genre=genre)
    assert snippet.score is not None
    assert snippet.score.to_midi() == compose(cover, seed=5, genre=genre, models=score_models).to_midi()
    assert snippet.seconds == 15
    assert snippet.provenance.engine == "compose"
    assert snippet.provenance.alpha == 1
    assert snippet.provenance.brief == snippet.score.brief
    assert snippet.provenance.embeddings == ()


def test_the_same_again_is_the_same_and_other_pictures_seeds_and_strengths_are_not(
    composing: Img2Music, cover: Path, paint: Painter
) -> None:
    def heard(picture: Path = cover, **options: float) -> bytes:
        return composing.generate(picture, engine="compose", seconds=2, **options).samples.tobytes()  # type: ignore[arg-type]

    other = paint("tomato", "other.png")
    different = [heard(), heard(seed=1), heard(other), heard(alpha=0), heard(alpha=2)]
    assert heard() == different[0]
    assert len(set(different)) == len(different)


def test_a_picture_moves_the_sound_and_leaves_the_notes(composing: Img2Music, cover: Path) -> None:
    still, moved = (composing.generate(cover, engine="compose", seconds=2, alpha=alpha) for alpha in (0, 1))
    assert still.score is not None and moved.score is not None
    assert still.score.to_midi() == moved.score.to_midi()


def test_wishes_arrive_in_the_score(composing: Img2Music, cover: Path) -> None:
    wishes = Wishes(bpm=132, key="Ebm", metre="3/4", bars=6, instruments="piano,double bass", mood={"density": 0.9})
    score = composing.generate(cover, genre="jazz", wishes=wishes).score
    assert score is not None and score.brief is not None
    assert {bpm for _, bpm in score.tempo.changes} == {132}
    assert (score.key, score.mode, str(score.metre), score.bars) == (3, "minor", "3/4", 6)
    assert {part.name for part in score.parts} == {"piano", "double bass"}
    assert score.brief.feeling.density == 0.9


def test_a_mood_that_is_asked_for_is_said(composing: Img2Music, cover: Path) -> None:
    usual, dark = (
        composing.generate(cover, engine="compose", seconds=1, wishes=wishes).provenance.asked
        for wishes in (NO_WISHES, Wishes(mood="major=0,tempo=0.1,brightness=0"))
    )
    assert {"bright in sound", "major"} <= set(usual)
    assert {"slow", "minor", "low and dark in sound"} <= set(dark)


def test_bars_decide_the_length(composing: Img2Music, cover: Path) -> None:
    snippet = composing.generate(cover, wishes=Wishes(bars=4, bpm=120, metre="4/4"))
    assert 8 < snippet.seconds <= 8.8  # the last note rings on
    looped = composing.generate(cover, wishes=Wishes(bars=5, bpm=120, metre="4/4"), loop=True)
    assert len(looped.samples) == 10 * RATE
    filled = composing.generate(cover, wishes=Wishes(bars=8), seconds=20)
    assert filled.seconds == 20 and filled.score is not None and filled.score.bars == 8


@pytest.mark.parametrize("seconds", [1, 7.5, 180])
def test_it_is_as_long_as_asked(composing: Img2Music, cover: Path, seconds: float) -> None:
    snippet = composing.generate(cover, engine="compose", seconds=seconds)
    assert len(snippet.samples) == round(seconds * RATE)
    assert snippet.score is not None and snippet.score.seconds <= seconds


@pytest.mark.parametrize("genre", ["classical", "hiphop", "jazz"])
def test_a_loop_is_equal_bars_of_the_score(composing: Img2Music, cover: Path, genre: str) -> None:
    snippet = composing.generate(cover, engine="compose", loop=True, genre=genre, seconds=12)
    score = snippet.score
    assert score is not None and score.bars == whole_phrases(score.bars, 4)
    assert len(score.tempo.changes) == 1
    assert len(snippet.samples) == round(score.seconds * RATE) <= 12 * RATE


@pytest.mark.parametrize("genre", ["classical", "jazz"])
@pytest.mark.parametrize("seed", range(4))
def test_bars_that_fit_with_a_fermata_fit_without(genre: str, seed: int) -> None:
    options = Options(loop=True, seconds=40, wishes=Wishes(bars=20))
    for number in range(8 * seed, 8 * seed + 8):
        score = compose(genre=genre, seed=number, bars=20, seconds=40)
        take = take_for(score, options, 43.07)
        assert take.score.bars == 20
        assert take.seconds <= 40 + 1e-6


def test_a_loop_closes_without_a_seam(composing: Img2Music, cover: Path) -> None:
    samples = composing.generate(cover, wishes=Wishes(bars=2, bpm=100), loop=True).samples
    steps = np.abs(np.diff(samples))
    assert abs(samples[0] - samples[-1]) <= 3 * np.quantile(steps, 0.99)


def test_blend_brings_in_the_second_genre_by_its_share(composing: Img2Music, cover: Path) -> None:
    snippet = composing.generate(cover, engine="compose", blend=True, seconds=4)
    first, second = sorted(snippet.probabilities.values(), reverse=True)[:2]
    brief = snippet.provenance.brief
    assert brief is not None
    assert (brief.genre, brief.blend) == ("classical", "hiphop")
    assert brief.share == pytest.approx(second / (first + second), abs=1e-3)
    unlikely = composing.generate(cover, engine="compose", blend=True, genre="pop", seconds=4).provenance.brief
    assert unlikely is not None
    assert (unlikely.blend, unlikely.share) == ("classical", 0.5)


def test_the_picture_is_read_once(composing: Img2Music, cover: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    classification = composing.classify(cover)
    monkeypatch.setattr(Classifier, "__call__", None)
    first, second = (composing.render(classification, options) for options in _two_lengths())
    assert first.score is not None and second.score is not None


def _two_lengths() -> list:
    return [Options(engine="compose", seconds=seconds) for seconds in (2.0, 3.0)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"wishes": Wishes(bpm=90), "engine": "flow"}, "bpm needs the engine compose, not flow"),
        ({"wishes": Wishes(key="H")}, "There is no key H"),
        ({"wishes": Wishes(key="Cm", mode="major")}, "give one of them"),
        ({"wishes": Wishes(bars=0)}, "bars is 0"),
        ({"wishes": Wishes(bars=100, bpm=60)}, "more than 180 s"),
        ({"wishes": Wishes(bars=7, bpm=60), "seconds": 2}, "choose at least"),
        ({"wishes": Wishes(bars=100, bpm=60), "loop": True}, "more than 180 s"),
        ({"wishes": Wishes(style="bossa"), "genre": "classical"}, "bossa"),
        ({"wishes": Wishes(bpm=90), "score": "song.mid"}, "has its notes already; leave out bpm"),
        ({"engine": "compose", "alpha": 11}, "alpha is 11"),
        ({"engine": "compose", "seconds": 181}, "seconds is 181"),
    ],
)
def test_what_cannot_be_is_one_line(composing: Img2Music, cover: Path, options: dict, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        composing.generate(cover, **options)


@pytest.mark.parametrize("options", [{"engine": "compose"}, {"wishes": Wishes(bars=4)}, {"score": "song.mid"}])
def test_models_without_networks_for_scores_do_not_compose(tiny: Img2Music, cover: Path, options: dict) -> None:
    assert "compose" not in tiny.engines
    with pytest.raises(ModelError, match="choose the engine flow or perturb"):
        tiny.generate(cover, **options)


@pytest.mark.parametrize("more", [{}, {"score": "song.mid"}])
def test_genres_of_ones_own_are_not_composed(score_models: Path, tmp_path: Path, cover: Path, more: dict) -> None:
    folder = Path(shutil.copytree(score_models, tmp_path / "own"))
    (folder / "jazz").rename(folder / "dub")
    seal(folder, genres=["classical", "hiphop", "pop", "dub"])
    (tmp_path / "song.mid").write_bytes(write_song())
    options = {name: tmp_path / value for name, value in more.items()}
    with pytest.raises(OptionError, match="Unknown genre 'dub'"):
        Img2Music(folder).generate(cover, genre="dub", engine="compose", **options)


@pytest.mark.parametrize("name", ["score.onnx", "styles.safetensors"])
def test_damaged_networks_are_one_line(score_models: Path, tmp_path: Path, cover: Path, name: str) -> None:
    folder = Path(shutil.copytree(score_models, tmp_path / "damaged"))
    (folder / name).write_bytes(b"nothing")
    seal(folder)
    with pytest.raises(ModelError, match=name):
        Img2Music(folder).generate(cover, engine="compose")


def test_the_command_line_takes_the_wishes_of_compose(run: Run, cover: Path, score_models: Path) -> None:
    wishes = "--style lo-fi --bpm 84 --key Am --bars 4 --instruments piano,drums --mood tension=0.2 --sections verse"
    wanted = [*wishes.split(), "--genre", "hiphop", "--seed", "3"]
    status, out, err = run("generate", cover, *wanted, "--json", models=score_models)
    assert (status, err) == (0, "")
    facts = json.loads(out)
    assert run("compose", cover, *wanted, "-o", "score.mid", "--json")[0] == 0
    score = compose(
        cover,
        genre="hiphop",
        seed=3,
        style="lo-fi",
        bpm=84,
        key="Am",
        bars=4,
        instruments="piano,drums",
        mood="tension=0.2",
        sections="verse",
    )
    assert Path("score.mid").read_bytes() == score.to_midi()
    assert score.brief is not None
    assert facts["brief"] == json.loads(json.dumps(score.brief.as_dict()))
    assert facts["engine"] == "compose"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--bpm", 90, "--engine", "perturb"], "bpm needs the engine compose"),
        (["--metre", "0/4"], "There is no metre 0/4"),
        (["--bpm", "nan"], "bpm is nan"),
        (["--instruments", "kazoo"], "kazoo"),
        (["--bars", 10**6], "choose 1 to 1000"),
    ],
)
def test_wishes_that_cannot_be_are_one_line(
    run: Run, cover: Path, score_models: Path, options: list, words: str
) -> None:
    status, out, err = run("generate", cover, *options, models=score_models)
    assert (status, out, err.count("\n")) == (2, "", 1), err
    assert words in err
    assert not cover.with_suffix(".wav").exists()


def test_each_of_several_genres_is_composed(run: Run, cover: Path, score_models: Path) -> None:
    assert run("generate", cover, "--engine", "compose", "--top-n", 3, "--seconds", 2, models=score_models)[0] == 0
    assert {path.stem for path in Path().glob("*.wav")} == {"cover-classical", "cover-hiphop", "cover-jazz"}


def test_errors_are_of_the_project(composing: Img2Music, cover: Path) -> None:
    with pytest.raises(Img2MusicError):
        composing.generate(cover, wishes=Wishes(mood="joy"))
