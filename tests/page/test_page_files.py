"""The files that the page gives of what was composed: stems, and everything in one ZIP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import soundfile

pytest.importorskip("gradio")

from img2music import Img2Music
from img2music.again import make_again
from img2music.app.cards.card import draw_card
from img2music.app.kept import FORMATS, Making
from img2music.app.shelf import Shelf
from img2music.app.studio import PageOptions, Studio
from img2music.errors import OptionError
from img2music.origin.tags.reading import read_tags
from img2music.output.sidecar import Sidecar


@pytest.fixture(scope="module")
def studio(score_models: Path) -> Iterator[Studio]:
    made = Studio(score_models)
    yield made
    made.shelf.close()


def test_stems_add_up_to_the_mix_in_24_bits(studio: Studio, cover: Path) -> None:
    sound = studio.play(cover, PageOptions(seconds=5, seed=2, engine="compose", genre="pop"))
    stems = []
    for stem in sound.making.stems:
        path, name = studio.shelf.file(sound.key, f"{stem}.wav")
        assert name == f"cover-pop-2-{stem}.wav"
        assert soundfile.info(path).subtype == "PCM_24"
        assert read_tags(path.read_bytes(), "wav")["COMMENT"] == sound.snippet.provenance.mark
        samples, rate = soundfile.read(path, dtype="float32")
        assert (samples.shape, rate) == (sound.snippet.samples.shape, sound.snippet.rate)
        stems.append(samples)
    assert len(stems) > 1
    assert np.abs(sum(stems) - sound.snippet.samples).max() < 1e-5


def test_music_without_a_score_has_no_stems(studio: Studio, cover: Path) -> None:
    sound = studio.play(cover, PageOptions(seconds=5, engine="flow"))
    assert sound.making.stems == ()
    assert "i2m-mixer" not in draw_card(sound, "")
    with pytest.raises(OptionError, match="not played from a score"):
        studio.shelf.file(sound.key, "drums.wav")


def test_the_archive_holds_everything_and_makes_the_music_again(
    studio: Studio, cover: Path, score_models: Path, tmp_path: Path
) -> None:
    first = studio.play(cover, PageOptions(seconds=5, seed=2, engine="compose"))
    sound = studio.make_again(first.key, 1)
    path, name = studio.shelf.file(sound.key, "zip")
    assert name == f"{sound.name}.zip"
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    names = {found.name for found in tmp_path.iterdir()}
    stems = {f"{sound.name}-{stem}.wav" for stem in sound.making.stems}
    ours = {f"{sound.name}.{suffix}" for suffix in ("wav", "mid", "json")}
    assert stems | ours | {"cover.png"} <= names
    assert ("mp4" in FORMATS) == (f"{sound.name}.mp4" in names)
    sidecar = Sidecar.load(tmp_path / f"{sound.name}.json")
    again, _ = make_again(sidecar, Img2Music(score_models))
    assert again.encoded("wav") == (tmp_path / f"{sound.name}.wav").read_bytes()


def test_the_archive_of_other_music_has_no_score(studio: Studio, cover: Path) -> None:
    sound = studio.play(cover, PageOptions(seconds=5, engine="flow"))
    with ZipFile(studio.shelf.file(sound.key, "zip")[0]) as archive:
        suffixes = {Path(name).suffix for name in archive.namelist()}
        facts = json.loads(archive.read(f"{sound.name}.json"))
    assert suffixes - {".mp4"} == {".wav", ".png", ".json"}
    assert facts["order"]["genre"] == "classical"


def test_an_archive_goes_when_its_music_goes(studio: Studio, cover: Path, tmp_path: Path) -> None:
    snippet = studio.play(cover, PageOptions(seconds=5, engine="flow")).snippet
    folder = tmp_path / "shelf"
    folder.mkdir()
    shelf = Shelf(room=1, folder=folder)
    first = shelf.put(snippet, cover.read_bytes(), "first", Making("cover.png"))
    shelf.file(first.key, "zip")
    assert len(list(folder.iterdir())) > 1
    shelf.put(snippet, b"", "second")
    assert list(folder.iterdir()) == []
