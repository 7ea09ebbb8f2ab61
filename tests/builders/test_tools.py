"""What agents ask for is done, and whatever is wrong with it is said in one line. The package `mcp` is not needed."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import mido
import pytest
import soundfile

from conftest import Painter
from img2music import compose
from img2music.errors import Img2MusicError, OutputError
from img2music.mcp.folder import OutFolder
from img2music.mcp.tools import Tools


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def tools(score_models: Path, out: Path) -> Tools:
    return Tools(OutFolder(out), score_models)


def test_classify_tells_the_genre(tools: Tools, paint: Painter, out: Path) -> None:
    facts = tools.call("classify", {"picture": str(paint("green"))}).facts
    assert facts["genre"] == "hiphop"
    assert sum(facts["probabilities"].values()) == pytest.approx(1)
    assert list(out.iterdir()) == []


def test_a_path_and_base64_are_the_same_picture(tools: Tools, cover: Path) -> None:
    encoded = base64.b64encode(cover.read_bytes()).decode()
    facts = [tools.call("classify", given).facts for given in ({"picture": str(cover)}, {"picture_base64": encoded})]
    assert facts[0] == facts[1]


def test_generate_writes_music_beside_none_other(tools: Tools, cover: Path, out: Path) -> None:
    results = [tools.call("generate", {"picture": str(cover), "seconds": 1, "seed": seed}) for seed in (1.0, 2)]
    assert [path.name for path in out.iterdir()] == ["cover.wav", "cover-2.wav"] or len(list(out.iterdir())) == 2
    for result in results:
        (file,) = result.files
        assert soundfile.info(file).duration == pytest.approx(1)
        assert result.facts["file"] == str(file)
    assert [result.facts["seed"] for result in results] == [1, 2]
    known = tools.call("generate", {"picture": str(cover), "seconds": 1, "engine": "flow"})
    assert known.facts["embeddings"][0]["licence"] == "CC0-1.0"


def test_midi_and_stems_lie_beside_the_music(tools: Tools, cover: Path, out: Path) -> None:
    given = {"picture": str(cover), "midi": True, "stems": True, "bars": 2, "format": "flac", "name": "mine"}
    result = tools.call("generate", given)
    names = {"mine.flac", "mine.mid", *(f"mine-{part}.flac" for part in ("drums", "bass", "harmony", "melody"))}
    assert {path.name for path in result.files} == {path.name for path in out.iterdir()} == names
    assert result.facts["engine"] == "compose"
    assert mido.MidiFile(out / "mine.mid").length > 0


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"genre": "jazz", "key": "Bbm"}, "score.mid"),
        ({"genre": "pop", "format": "musicxml", "name": "../../etc/my song"}, "my song.musicxml"),
        ({"picture": True}, "cover.mid"),
    ],
    ids=["genre", "musicxml", "picture"],
)
def test_compose_writes_a_score(tools: Tools, cover: Path, out: Path, given: dict[str, Any], name: str) -> None:
    if given.get("picture"):
        given = {"picture": str(cover)}
    result = tools.call("compose", given | {"bars": 4})
    assert [path.name for path in out.iterdir()] == [name]
    assert result.facts["bars"] == 4
    assert result.facts["genre"] == given.get("genre", "classical")
    if "key" in given:
        assert result.facts["mode"] == "minor"


def test_the_score_is_that_of_the_library(tools: Tools, score_models: Path, cover: Path, out: Path) -> None:
    tools.call("compose", {"picture": str(cover), "seed": 3, "bars": 4})
    assert (out / "cover.mid").read_bytes() == compose(cover, seed=3, bars=4, models=score_models).to_midi()


WRONG = {
    "no such tool": ("sing", {}, "There is no tool 'sing'"),
    "no picture": ("generate", {}, "generate needs a picture"),
    "null": ("classify", {"picture": None}, "classify needs a picture"),
    "two pictures": ("classify", {"picture": "a", "picture_base64": "b"}, "both picture and picture_base64"),
    "missing": ("classify", {"picture": "missing.png"}, "no such file or folder"),
    "a folder": ("classify", {"picture": "."}, "that is a folder"),
    "no file name": ("classify", {"picture": "a\0b"}, "not a valid file name"),
    "no base64": ("classify", {"picture_base64": "*"}, "is not base64"),
    "no picture in base64": ("classify", {"picture_base64": "AAAA"}, "The picture in picture_base64"),
    "empty base64": ("classify", {"picture_base64": ""}, "is empty"),
    "a number as path": ("classify", {"picture": 7}, "picture is no text"),
    "unknown argument": ("classify", {"picure": "a"}, "classify has no 'picure'; it takes picture, picture_base64"),
    "a text as seed": ("generate", {"seed": "7"}, "seed is a text; give a whole number"),
    "half a seed": ("generate", {"seed": 0.5}, "seed is 0.5"),
    "no finite length": ("generate", {"seconds": float("inf")}, "give a finite number"),
    "a number as loop": ("generate", {"loop": 1}, "loop is a number; give true or false"),
    "a list as style": ("generate", {"style": ["bossa"]}, "style is no text"),
    "a long text": ("compose", {"quote": "a" * 5000}, "quote has 5000 characters"),
    "unknown format": ("generate", {"format": "wma"}, "format is 'wma'; choose one of wav"),
    "no genre": ("compose", {}, "neither a picture nor a genre"),
    "unknown genre": ("compose", {"genre": "polka"}, "Unknown genre 'polka'"),
    "impossible tempo": ("compose", {"genre": "jazz", "bpm": 1e9}, "bpm"),
}
WITH_COVER = {
    "too long": ({"seconds": 1e6}, "choose a length from 1 to 180 s"),
    "a negative seed": ({"seed": -1}, "choose a whole number from 0"),
    "another engine": ({"midi": True, "engine": "flow"}, "midi and stems need the engine compose"),
    "a wish for the flow": ({"engine": "flow", "bpm": 100}, "bpm needs the engine compose"),
    "an unknown genre": ({"genre": "polka"}, "Unknown genre 'polka'"),
}


def _check_line(tools: Tools, tool: str, given: dict[str, Any], words: str, out: Path) -> None:
    with pytest.raises(Img2MusicError) as error:
        tools.call(tool, given)
    line = str(error.value)
    assert words in line
    assert line.isprintable() and len(line) < 400
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_one_line(tools: Tools, out: Path, case: str) -> None:
    tool, given, words = WRONG[case]
    _check_line(tools, tool, given, words, out)


@pytest.mark.parametrize("case", WITH_COVER)
def test_a_mistake_about_a_picture_is_one_line(tools: Tools, cover: Path, out: Path, case: str) -> None:
    given, words = WITH_COVER[case]
    _check_line(tools, "generate", {"picture": str(cover)} | given, words, out)


@pytest.mark.parametrize("stem", ["../up", "/etc/passwd", "..", "a\\..\\b", "C:\\x", "", " ", "a\nb", "x" * 500, "ä/ö"])
def test_names_stay_in_the_folder(tmp_path: Path, stem: str) -> None:
    folder = OutFolder(tmp_path / "out")
    (path,) = folder.keep(stem, {".wav": b"1"})
    assert path.parent == folder.path
    assert [found.read_bytes() for found in folder.path.iterdir()] == [b"1"]
    assert [found.name for found in tmp_path.iterdir()] == ["out"]


def test_taken_names_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(b"old")
    (tmp_path / "a-2.wav").symlink_to(tmp_path / "nowhere")
    paths = OutFolder(tmp_path).keep("a", {".wav": b"1", ".mid": b"2"})
    assert [path.name for path in paths] == ["a-3.wav", "a-3.mid"]
    assert (tmp_path / "a.mid").read_bytes() == b"old"


def test_a_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="as folder"):
        OutFolder(tmp_path / "file")
