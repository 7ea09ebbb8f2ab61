"""Sidecars of composed pieces, and the sound of one's own music."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import Run, draw_cover
from img2music import Img2Music, compose
from img2music.audio.stft import RATE
from img2music.output.sidecar import Sidecar
from songs import check_refused, write_song


def _again(run: Run, models: Path, sidecar: Path, format: str = "wav") -> bytes:
    again = f"again.{format}"
    status, _, err = run("again", sidecar, "-o", again, "--force", models=models)
    assert (status, err) == (0, "")
    return Path(again).read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        ["--engine", "compose"],
        ["--engine", "compose", "--seconds", 2.5, "--alpha", 0.3, "--blend"],
        ["--bars", 4, "--bpm", 96.5, "--key", "Bbm", "--metre", "3/4", "--mood", "density=0.9", "--loop"],
        ["--genre", "jazz", "--style", "bossa", "--instruments", "piano,double bass", "--sections", "head,solo"],
        ["--quote", "greensleeves", "--seconds", 8],
    ],
)
def test_the_same_bytes_are_made_again(run: Run, cover: Path, score_models: Path, options: list) -> None:
    assert run("generate", cover, *options, "--sidecar", "--seed", 3, models=score_models)[0] == 0
    assert _again(run, score_models, cover.with_suffix(".json")) == cover.with_suffix(".wav").read_bytes()


def test_the_sidecar_has_the_brief_and_compose_reads_it(run: Run, cover: Path, score_models: Path) -> None:
    assert run("generate", cover, "--bars", 4, "--key", "Em", "--midi", "--sidecar", models=score_models)[0] == 0
    facts = json.loads(cover.with_suffix(".json").read_text())
    assert facts["order"]["wishes"] == {"bars": 4, "key": "Em"}
    score = compose(cover, bars=4, key="Em", models=score_models)
    assert score.brief is not None
    assert facts["brief"] == json.loads(json.dumps(score.brief.as_dict()))
    assert run("compose", "--brief", cover.with_suffix(".json"), "-o", "again.mid")[0] == 0
    assert Path("again.mid").read_bytes() == cover.with_suffix(".mid").read_bytes()


def test_sidecars_from_before_scores_are_still_read(run: Run, cover: Path) -> None:
    assert run("generate", cover, "--seconds", 2, "--sidecar")[0] == 0
    sidecar = cover.with_suffix(".json")
    facts = json.loads(sidecar.read_text())
    assert facts["order"]["seconds"] == 2
    for name in ("wishes", "score"):
        facts["order"].pop(name)
    facts["versions"].pop("score")
    sidecar.write_text(json.dumps(facts))
    assert run("again", sidecar, "-o", "again.wav")[0] == 0
    assert Path("again.wav").read_bytes() == cover.with_suffix(".wav").read_bytes()


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("order", "wishes", []),
        ("order", "wishes", {"bpm": "fast"}),
        ("order", "wishes", {"bars": 1.5}),
        ("order", "wishes", {"mood": {"major": "yes"}}),
        ("order", "wishes", {"instruments": 300 * ["piano"]}),
        ("order", "score", 3),
        ("versions", "score", "0"),
        ("brief", "seed", "x"),
        ("brief", "feeling", []),
    ],
)
def test_a_value_of_a_wrong_kind_is_one_line(
    run: Run, cover: Path, score_models: Path, part: str, name: str, value: object
) -> None:
    assert run("generate", cover, "--engine", "compose", "--seconds", 1, "--sidecar", models=score_models)[0] == 0
    sidecar = cover.with_suffix(".json")
    facts = json.loads(sidecar.read_text())
    facts[part][name] = value
    sidecar.write_text(json.dumps(facts))
    check_refused(run("again", sidecar, "-o", "again.wav", models=score_models), "is no sidecar")


def test_another_brief_is_one_line(run: Run, cover: Path, score_models: Path) -> None:
    assert run("generate", cover, "--engine", "compose", "--seconds", 1, "--sidecar", models=score_models)[0] == 0
    sidecar = cover.with_suffix(".json")
    facts = json.loads(sidecar.read_text())
    facts["brief"]["seed"] += 1
    sidecar.write_text(json.dumps(facts))
    check_refused(run("again", sidecar, "-o", "again.wav", models=score_models), "would compose another score")


def test_a_score_of_ones_own_moves_with_the_sidecar_and_may_not_change(
    run: Run, score_models: Path, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    draw_cover().save(tmp_path / "old" / "cover.png")
    (tmp_path / "old" / "song.mid").write_bytes(write_song())
    made = run("generate", "old/cover.png", "--score", "old/song.mid", "--sidecar", models=score_models)
    assert made[0] == 0
    (tmp_path / "old").rename(tmp_path / "new")
    assert _again(run, score_models, Path("new/cover.json")) == Path("new/cover.wav").read_bytes()
    Path("new/song.mid").write_bytes(write_song(pitch=50))
    check_refused(run("again", "new/cover.json", "-o", "x.wav", models=score_models), "song.mid has changed")
    Path("new/song.mid").unlink()
    check_refused(run("again", "new/cover.json", "-o", "x.wav", models=score_models), "song.mid: no such file")


@pytest.fixture
def own_music(run: Run, score_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank called mine with a recording for classical music."""
    monkeypatch.setenv("IMG2MUSIC_DATA", str(tmp_path / "data"))
    noise = np.random.default_rng(0).standard_normal(16 * RATE) * 0.1
    soundfile.write(tmp_path / "my song.wav", noise, RATE)
    status, _, err = run("bank", "add", "my song.wav", "--name", "mine", "--genre", "classical", models=score_models)
    assert status == 0, err


@pytest.mark.usefixtures("own_music")
def test_a_bank_lends_its_sound_and_is_credited(run: Run, cover: Path, score_models: Path) -> None:
    composing = Img2Music(score_models)
    usual = composing.generate(cover, engine="compose", genre="classical", seconds=2, alpha=0)
    lent = composing.generate(cover, engine="compose", bank="mine", seconds=2, alpha=0)
    assert usual.score is not None and lent.score is not None
    assert lent.score.to_midi() == usual.score.to_midi()
    assert not np.array_equal(lent.samples, usual.samples)
    assert [credit.title for credit in lent.provenance.embeddings] == ["my song"]
    assert lent.provenance.bank is not None and lent.provenance.bank.name == "mine"
    assert composing.generate(cover, bank="mine", seconds=2).provenance.engine == "compose"
    own = composing.generate(cover, bank="mine", engine="perturb", seconds=2)
    assert own.provenance.engine == "perturb" and own.score is None
    assert run("generate", cover, "--bank", "mine", "--bars", 2, "--sidecar", models=score_models)[0] == 0
    assert _again(run, score_models, cover.with_suffix(".json")) == cover.with_suffix(".wav").read_bytes()


def test_a_batch_composes_and_makes_again(run: Run, cover: Path, score_models: Path) -> None:
    shutil.copy(cover, cover.with_name("second.png"))
    made = run(
        "batch", cover, cover.with_name("second.png"), "--out", "out", "--bars", 2, "--key", "Dm", models=score_models
    )
    assert made[0] == 0, made[2]
    for sidecar in Path("out").glob("*.json"):
        brief = Sidecar.load(sidecar).brief
        assert brief is not None and (brief.bars, brief.key, brief.mode) == (2, 2, "minor")
        assert _again(run, score_models, sidecar) == sidecar.with_suffix(".wav").read_bytes()
