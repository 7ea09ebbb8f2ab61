"""Evaluations know covers and clips by their paths, and measure what they made and nothing else."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

for _package in ("scipy", "sklearn"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

from conftest import Run, draw_cover
from img2music.audio.files import io as audio
from img2music.audio.files.sounds import Sounds
from img2music.data.covers.cover import Cover
from img2music.evaluation.clips import own_names, some_pictures
from img2music.evaluation.embedded_clips import embed_folder
from img2music.genres import GENRES
from pitch_embedder import PitchEmbedder


def _noise(path: Path, seed: int, format: str | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = 0.1 * np.random.default_rng(seed).standard_normal(2 * 22050)
    soundfile.write(path, samples, 22050, format=format)


@pytest.fixture
def covers(tmp_path: Path) -> Path:
    """Covers that are all called alike, in folders of their artists."""
    for number in range(3):
        for genre in GENRES:
            path = tmp_path / "covers" / genre / f"Artist {number}" / "cover.png"
            path.parent.mkdir(parents=True)
            draw_cover(("red", "lime", "blue")[number], (64, 48)).save(path)
    return tmp_path / "covers"


def test_each_cover_has_a_snippet_of_its_own(run: Run, covers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("img2music.evaluation.audio.load_embedder", PitchEmbedder)
    for number, genre in enumerate(GENRES):
        _noise(Path("real") / genre / "a.wav", number)
    wishes = ["evaluate", "snippets", "--covers", covers, "--reference", "real", "--out", "out", "--json"]
    status, out, err = run(*wishes, "--per-genre", 2)
    assert status == 0, err
    assert json.loads(out)["clips"] == 8
    assert len(list(Path("out").rglob("*.wav"))) == 8
    for genre in GENRES:
        _noise(Path("out") / genre / "stranger.wav", 9)
    status, out, _ = run(*wishes, "--per-genre", 1)
    assert (status, json.loads(out)["clips"]) == (0, 4)


def test_what_is_measured_is_no_part_of_what_it_is_compared_with(tmp_path: Path) -> None:
    from img2music.evaluation.audio import score_folder

    for number in range(2):
        _noise(tmp_path / "real" / f"{number}.wav", number)
        _noise(tmp_path / "real" / "made" / f"{number}.wav", 5 + number)
    scores = score_folder(tmp_path / "real" / "made", tmp_path / "real", embedder=PitchEmbedder()).to_json()
    assert (scores["clips"], scores["reference_clips"]) == (2, 2)


def test_names_are_those_of_the_files_where_these_differ() -> None:
    covers = [
        Cover(Path(name), genre, "", "") for name, genre in (("a.png", "pop"), ("x/a.png", "jazz"), ("b.png", "pop"))
    ]
    assert own_names(covers) == ["pop/a.wav", "jazz/a.wav", "pop/b.wav"]
    alike = [Cover(Path(name), "pop", "", "") for name in ("x/a.png", "y/A.png", "x/a.jpg")]
    names = own_names(alike)
    assert len({name.casefold() for name in names}) == 3
    assert own_names(alike[::-1]) == names[::-1]


def test_every_kind_of_recording_is_heard_and_hidden_files_are_not(tmp_path: Path) -> None:
    kinds = {".wav": None, ".aiff": None, ".aif": "AIFF", ".au": None, ".flac": None, ".ogg": None, ".mp3": None}
    assert set(kinds) <= audio.SUFFIXES
    for number, (suffix, kind) in enumerate(kinds.items()):
        _noise(tmp_path / f"{suffix[1:]}{suffix}", number, kind)
    _noise(tmp_path / ".hidden.wav", 50)
    (tmp_path / "._wav.wav").write_bytes(b"\0\5\x16\7")
    heard = embed_folder(tmp_path, PitchEmbedder())
    assert len(heard.clips) == len(kinds)
    assert heard.left_out == []
    assert set(heard.clips) == set(Sounds.below(tmp_path).files)


def test_hidden_files_are_no_pictures(tmp_path: Path) -> None:
    for number in range(6):
        draw_cover().save(tmp_path / f"{number}.png")
        (tmp_path / f"._{number}.png").write_bytes(b"\0\5\x16\7")
    assert {path.name for path in some_pictures(tmp_path, 6, 0)} == {f"{number}.png" for number in range(6)}
