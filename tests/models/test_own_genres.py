"""Genres of one's own: named by the models' manifest, trained from folders of that name, played like the paper's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from conftest import Run
from img2music import Img2Music
from img2music.audio.stft import RATE
from img2music.errors import ModelError, OptionError
from img2music.genres import GENRES, check_genre, own_genres
from img2music.models.folder import Models
from tiny_models import seal

OWN = ("dub", "house", "polka", "drum-and-bass")


@pytest.fixture
def other_models(own_models: Path) -> Path:
    """The tiny models under other names of genres, without what knows the paper's four."""
    for genre, own in zip(GENRES, OWN, strict=True):
        (own_models / genre).rename(own_models / own)
    (own_models / "flow.onnx").unlink()
    seal(own_models, genres=list(OWN))
    return own_models


def test_models_play_the_genres_that_their_manifest_names(run: Run, cover: Path, other_models: Path) -> None:
    img2music = Img2Music(other_models)
    assert img2music.models.genres == img2music.models.classes == OWN
    assert tuple(img2music.classify(cover).probabilities) == OWN
    assert img2music.generate(cover, seconds=1).genre == "dub"
    assert img2music.generate(cover, seconds=1, genre="Drum and Bass").genre == "drum-and-bass"
    with pytest.raises(OptionError, match="choose one of dub, house, polka, drum-and-bass"):
        img2music.generate(cover, genre="jazz")
    status, out, _ = run("generate", cover, "--seconds", 1, "--sidecar", "--genre", "polka", models=other_models)
    assert (status, "1 s of polka" in out) == (0, True)
    assert run("again", "cover.json", "-o", "again.wav", models=other_models)[0] == 0
    assert Path("again.wav").read_bytes() == Path("cover.wav").read_bytes()


def test_own_genres_have_own_banks(
    run: Run, cover: Path, other_models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IMG2MUSIC_DATA", str(tmp_path / "user"))
    soundfile.write("tune.wav", 0.1 * np.random.default_rng(0).standard_normal(16 * RATE), RATE)
    status, out, _ = run("bank", "add", "tune.wav", "--genre", "Drum and Bass", models=other_models)
    assert (status, out) == (0, "drum-and-bass in the bank own: 1 added, 0 there already\n")
    assert Img2Music(other_models).generate(cover, seconds=1, bank="own").genre == "drum-and-bass"
    status, _, err = run("generate", cover, "--bank", "own")
    assert (status, "only drum-and-bass, which these models do not play" in err) == (2, True)


@pytest.mark.parametrize(
    "genres", [[], "jazz", [1], ["../x"], ["a/b"], ["Jazz"], ["con"], ["dub", "dub"], [""], {"dub": 1}, ["x" * 40]]
)
def test_genres_that_cannot_be_folders_are_refused(other_models: Path, cover: Path, genres: object) -> None:
    seal(other_models, genres=genres)
    with pytest.raises(ModelError, match="names genres that cannot be"):
        Img2Music(other_models).generate(cover)


def test_as_many_genres_as_the_classifier_tells_apart(other_models: Path, cover: Path) -> None:
    seal(other_models, genres=list(OWN[:3]))
    with pytest.raises(ModelError, match=r"classifier\.onnx does not fit"):
        Img2Music(other_models).classify(cover)


def test_a_flow_that_was_told_of_others_is_refused(own_models: Path, cover: Path) -> None:
    seal(own_models, genres=list(GENRES[::-1]))
    with pytest.raises(ModelError, match=r"flow\.onnx does not fit"):
        Img2Music(own_models).generate(cover, engine="flow", seconds=1)


def test_genres_are_named_in_a_line() -> None:
    assert own_genres("Dub, Deep House,dub") == ("dub", "deephouse")
    for text in ("", " , ", "../x", "con", "Ärzte"):
        with pytest.raises(OptionError):
            own_genres(text)
    assert check_genre("Deep-House", ("dub", "deephouse")) == "deephouse"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Covers and music of two genres, and another folder beside them."""
    folder = tmp_path_factory.mktemp("own genres")
    for number, (genre, colour) in enumerate((("Deep House", "crimson"), ("dub", "navy"), ("other", "white"))):
        (folder / "covers" / genre).mkdir(parents=True)
        (folder / "music" / genre).mkdir(parents=True)
        for index in range(12):
            Image.new("RGB", (66 + index, 66), colour).save(folder / "covers" / genre / f"{index}.png")
        for index in range(2):
            sound = np.sin(np.arange(round(15.1 * RATE)) * (0.05 + 0.02 * number + 0.01 * index))
            soundfile.write(folder / "music" / genre / f"song {index}.wav", 0.1 * sound, RATE)
    return folder


def test_folders_of_own_genres_become_models_that_play(data: Path, run: Run) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    from dataclasses import asdict, replace

    from tiny_training import TINY_CLASSIFIER, TINY_VAE

    Path("vae.yaml").write_text(yaml.safe_dump(asdict(TINY_VAE)))
    Path("classifier.yaml").write_text(yaml.safe_dump(asdict(replace(TINY_CLASSIFIER, learning_rate=0.05))))
    genres = ["--genres", "dub,Deep House"]
    covers, music = ["--covers", data / "covers"], ["--music", data / "music"]
    train = ["train", "classifier", *covers, "--recipe", "classifier.yaml", "--out", "runs/classifier"]
    status, out, err = run(*train, *genres, models=None)
    assert status == 0, err
    assert list(json.loads(out)["genres"]) == ["dub", "deephouse"]
    status, _, err = run(*train, "--genres", "deephouse,dub", models=None)
    assert status == 2 and "holds a run of the genres dub, deephouse" in err
    status, _, err = run("train", "vae", *music, "--recipe", "vae.yaml", "--out", "runs/vae-all", *genres, models=None)
    assert status == 0, err
    export = ["export", "--runs", "runs", *music, *covers, "--out", "models", "--version", "mine", "--single"]
    status, _, err = run(*export, models=None)
    assert status == 0, err
    models = Models("models")
    assert models.classes == models.genres == ("dub", "deephouse")
    picture = data / "covers" / "dub" / "0.png"
    status, out, err = run("generate", picture, "-o", "out.wav", "--seconds", 1, models=Path("models"))
    assert status == 0, err
    assert "1 s of dub" in out or "1 s of deephouse" in out
    flow = ["export-flow", "--run", "runs/none", "--models", "models", "--version", "x"]
    status, _, err = run(*flow, models=None)
    assert status == 2 and "a flow knows these alone" in err


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["classifier", "--covers", "x", "--genres", "dub"], "cannot tell dub from nothing"),
        (["classifier", "--covers", "x", "--genres", "a/b,dub"], "A genre cannot be called 'a/b'"),
        (["vae", "--music", "x", "--genres", "dub", "--genre", "jazz"], "Unknown genre 'jazz'; choose one of dub"),
        (["waveform-vae", "--music", "x", "--genres", ","], "--genres names no genre"),
    ],
)
def test_genres_that_cannot_be_trained_are_one_line(run: Run, command: list[str], words: str) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    status, _, err = run("train", *command, "--out", "runs", models=None)
    assert (status, err.count("\n")) == (2, 1), err
    assert words in err
