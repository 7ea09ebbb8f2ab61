"""`compose` on the command line and in Python: files as told, and one line and status 2 for everything that fails."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import mido
import numpy as np
import pytest

import img2music
from conftest import Painter, Run
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.errors import OptionError, OutputError
from img2music.genres import GENRES
from img2music.metrics.scores.note_overlap import highest_overlaps, overlap, pitched_onsets
from img2music.metrics.scores.score_variety import entropy, variety

GOLDEN = {
    "classical": "398e16a18877a92a",
    "hiphop": "2707cb1c40c36f80",
    "pop": "806afb2a3b8009f5",
    "jazz": "dece7d947eec940c",
}
"""First digits of the SHA-256 of the MIDI of seed 1: a change is one of what users get, and goes to CHANGELOG.md."""


@pytest.mark.parametrize("genre", GENRES)
def test_scores_have_the_same_bytes_everywhere(genre: str) -> None:
    found = hashlib.sha256(compose(Brief(genre, seed=1)).to_midi()).hexdigest()[:16]
    assert found == GOLDEN[genre]


def test_a_picture_becomes_a_score_beside_it(run: Run, paint: Painter, tmp_path: Path) -> None:
    cover = paint(name="cover.png")
    status, out, err = run("compose", cover)
    assert (status, err) == (0, "")
    line, told = out.splitlines()
    assert line.startswith(str(tmp_path / "cover.mid"))
    assert told.startswith("  An orange picture: ") and told.endswith(".")
    assert mido.MidiFile(tmp_path / "cover.mid").length == pytest.approx(14, abs=1.2)


def test_what_was_seen_is_data_of_a_picture_alone(run: Run, cover: Path, tmp_path: Path) -> None:
    told = json.loads(run("compose", cover, "-o", tmp_path / "a.mid", "--json")[1])
    assert told["sentence"].startswith("An orange picture: ")
    assert told["content"] == []
    (tmp_path / "a.json").write_text(json.dumps(told))
    for other in (("--genre", "jazz"), ("--brief", tmp_path / "a.json")):
        assert not {"sentence", "content"} & set(
            json.loads(run("compose", *other, "-o", tmp_path / "b.mid", "--json", "-f")[1])
        )


def test_each_picture_and_seed_has_a_score_of_its_own(run: Run, paint: Painter, tmp_path: Path) -> None:
    one, two = paint("orange", "one.png"), paint("navy", "two.png")
    made = {}
    for name, arguments in {
        "first": (one,),
        "again": (one,),
        "seed": (one, "--seed", 1),
        "other": (two, "--genre", "pop"),
    }.items():
        assert run("compose", *arguments, "-o", tmp_path / f"{name}.mid", "-q") == (0, "", "")
        made[name] = (tmp_path / f"{name}.mid").read_bytes()
    assert made["first"] == made["again"] and len(set(made.values())) == 3


def test_what_is_asked_for_is_in_the_report_and_composes_again(run: Run, tmp_path: Path) -> None:
    asked = (
        "--genre jazz --style bossa --bpm 132 --key Ebm --metre 4/4 --bars 12 --seed 9 --mood density=0.2,tension=0.9"
    )
    file = tmp_path / "a.mid"
    status, out, err = run("compose", *asked.split(), "--instruments", "flute,piano,bass", "-o", file, "--json")
    assert (status, err) == (0, "")
    facts = json.loads(out)
    assert (facts["style"], facts["bpm"], facts["key"], facts["mode"]) == ("bossa", 132, "Eb", "minor")
    assert (facts["metre"], facts["bars"], sorted(facts["instruments"])) == ("4/4", 12, ["bass", "flute", "piano"])
    (tmp_path / "a.json").write_text(out)
    assert run("compose", "--brief", tmp_path / "a.json", "-o", tmp_path / "b.mid", "-q")[0] == 0
    assert (tmp_path / "b.mid").read_bytes() == file.read_bytes()
    assert (
        img2music.compose(
            genre="jazz",
            style="bossa",
            bpm=132,
            key="Ebm",
            metre="4/4",
            bars=12,
            seed=9,
            mood={"density": 0.2, "tension": 0.9},
            instruments=["flute", "piano", "bass"],
        ).to_midi()
        == file.read_bytes()
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "neither a picture nor a genre"),
        (("--genre", "polka"), "Unknown genre 'polka'"),
        (("--genre", "pop", "--key", "H"), "There is no key H"),
        (("--genre", "pop", "--key", "Dm", "--mode", "major"), "Dm is minor, not major"),
        (("--genre", "pop", "--metre", "0/4"), "There is no metre 0/4"),
        (("--genre", "pop", "--mood", "joy=1"), "There is no mood 'joy'"),
        (("--genre", "pop", "--mood", "tempo"), "write it like major=0.8"),
        (("--genre", "pop", "--mood", "tempo=nan"), "choose 0 to 1"),
        (("--genre", "pop", "--blend", "jazz=x"), "write it like jazz=0.4"),
        (("--genre", "pop", "--instruments", ","), "name 1 to 15"),
        (("--genre", "pop", "--bars", "7", "--seconds", "2", "--bpm", "60"), "7 bars of 4/4 at 60 bpm last 28 s"),
        (("--genre", "pop", "--bars", "1000000"), "choose 1 to 1000"),
        (("--genre", "pop", "-o", "x.wav"), "let it end in .mid, .musicxml, .pdf or .svg"),
        (("--genre", "pop", "--json", "-q"), "exclude each other"),
        (("--brief", "nowhere.json"), "nowhere.json"),
        (("nowhere.png",), "nowhere.png"),
    ],
)
def test_mistakes_are_one_line(run: Run, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    status, out, err = run("compose", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("img2music: ") and err.count("\n") == 1 and words in err
    assert not list(tmp_path.rglob("*.mid"))


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"brief": {"genre": "pop", "polka": 1}}', '{"genre": "pop", "bars": "x"}']
)
def test_what_is_no_brief_is_one_line(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "brief.json").write_text(text)
    status, out, err = run("compose", "--brief", tmp_path / "brief.json")
    assert (status, out, err.count("\n")) == (2, "", 1) and err.startswith("img2music: ")


def test_a_file_is_replaced_only_by_force(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.mid"
    assert run("compose", "--genre", "pop", "-o", file, "-q")[0] == 0
    before = file.read_bytes()
    assert run("compose", "--genre", "pop", "--seed", 1, "-o", file)[0] == 2
    assert file.read_bytes() == before
    assert run("compose", "--genre", "pop", "--seed", 1, "-o", file, "-f", "-q")[0] == 0
    assert file.read_bytes() != before
    score = img2music.compose(genre="pop")
    with pytest.raises(OutputError):
        score.save(file)
    with pytest.raises(OptionError):
        score.save(tmp_path / "x.wav")


def test_composing_is_light() -> None:
    code = (
        "import sys, img2music; img2music.compose(genre='hiphop').to_midi();"
        "heavy = ('scipy', 'torch', 'music21', 'pretty_midi', 'librosa', 'onnxruntime');"
        "print([name for name in heavy if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_overlap_is_of_notes_that_begin_together_in_any_key() -> None:
    one = pitched_onsets(compose(Brief("pop", seed=1)))
    moved = one + np.array([0.03, 5])
    assert overlap(one, one) == 1 and overlap(one, moved) == 1
    assert overlap(one, one + np.array([0.2, 0])) < 0.5
    assert overlap(one[:0], one) == 0


@pytest.mark.parametrize("genre", GENRES)
def test_scores_are_new_and_varied(genre: str) -> None:
    scores = [compose(Brief(genre, seed=seed)) for seed in range(40)]
    highest = sorted(highest_overlaps(scores))
    assert highest[int(0.9 * 40)] < 0.4 and highest[20] < 0.3
    found = variety(scores)
    assert found["tempo"] > 2.5 and found["key"] > 3 and found["progression"] > 4 and found["rhythm"] > 3.5
    assert entropy("aabb") == 1 and entropy("a") == 0


def test_midi_can_go_to_standard_output(run: Run, tmp_path: Path) -> None:
    wishes = ["compose", "--genre", "pop", "-o", "-"]
    code = f"import sys; sys.argv[1:] = {wishes}; from img2music.cli.main import main; main()"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert mido.MidiFile(file=io.BytesIO(result.stdout)).length > 10
