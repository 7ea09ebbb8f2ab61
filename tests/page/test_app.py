"""The functions behind the page, and its drawings."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

pytest.importorskip("gradio", reason="Gradio is not installed")

from conftest import Painter
from img2music import Img2Music, Snippet
from img2music.app.cards.card import describe_classification, draw_card
from img2music.app.drawings.mel import BANDS, FLOOR, mel_levels, to_mel
from img2music.app.drawings.sound import draw_sound
from img2music.app.page.examples import example_pictures
from img2music.app.page.page import build_page
from img2music.app.page.settings import next_seed, read_count, read_options
from img2music.app.shelf import Shelf
from img2music.app.studio import EACH, SEEN, PageOptions, Studio
from img2music.app.uploads import LARGEST_UPLOAD
from img2music.audio.stft import RATE
from img2music.banks.own_bank import KnownEmbedding, OwnBank, encoder_of
from img2music.banks.store import BankStore
from img2music.errors import OptionError, PictureError
from img2music.generation.bank import Bank
from img2music.generation.credit import Credit
from img2music.genres import GENRES
from img2music.output.provenance import Provenance
from img2music.vision.appearance import Appearance
from img2music.vision.classifier import Classification
from img2music.vision.picture import load_picture


@pytest.fixture(scope="module")
def studio(tiny_models: Path) -> Iterator[Studio]:
    made = Studio(tiny_models)
    yield made
    made.shelf.close()


def _tone(hertz: float, seconds: float = 1.0) -> Snippet:
    time = np.arange(round(seconds * RATE)) / RATE
    made = Provenance(seed=3, alpha=0.5, engine="flow", embeddings=(Credit("<b>", "o", "l"),))
    return Snippet(np.sin(2 * np.pi * hertz * time).astype(np.float32), RATE, "jazz", {}, made)


def test_each_place_has_the_next_seed_or_the_next_genre(studio: Studio, cover: Path) -> None:
    seen = [studio.play(cover, PageOptions(seconds=5, seed=7), number).snippet for number in range(3)]
    assert [snippet.provenance.seed for snippet in seen] == [7, 8, 9]
    assert {snippet.genre for snippet in seen} == {"classical"}
    each = [studio.play(cover, PageOptions(seconds=5, seed=7, genre=EACH), number).snippet for number in range(4)]
    assert [snippet.genre for snippet in each] == ["classical", "hiphop", "jazz", "pop"]
    assert {snippet.provenance.seed for snippet in each} == {7}


@pytest.mark.parametrize("count", [0, 5, 10**9, 1.5, "2", None, True])
def test_there_are_one_to_four_snippets(count: object) -> None:
    with pytest.raises(OptionError, match="count is"):
        read_count(count)


def test_another_one_has_a_seed_that_was_not_heard() -> None:
    assert next_seed(3, 7, SEEN) == 10
    assert next_seed(3, 7, EACH) == 8
    assert next_seed(1, None, SEEN) == 1


@pytest.mark.parametrize("seconds", [4.9, 61, float("nan")])
def test_lengths_have_limits(studio: Studio, cover: Path, seconds: float) -> None:
    with pytest.raises(OptionError, match="from 5 to 60 s"):
        studio.play(cover, PageOptions(seconds=seconds))


def test_a_picture_must_be_there_and_below_20_mb(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="no picture yet"):
        studio.classify(None)
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(LARGEST_UPLOAD + 1)
    with pytest.raises(PictureError, match="above 20 MB"):
        studio.classify(tmp_path / "large.png")


def test_equal_pictures_are_read_once(studio: Studio, paint: Painter) -> None:
    first = studio.classify(paint(name="a.png"))
    assert studio.classify(paint(name="b.png")) is first
    assert studio.classify(paint("blue", name="c.png")) is not first


def test_a_picture_that_takes_long_to_decode_keeps_nobody_waiting(
    studio: Studio, paint: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = paint("purple", name="slow.png"), paint("green", name="quick.png")
    begun, done = threading.Semaphore(0), threading.Event()

    def load(data: bytes, **options: Any) -> Image.Image:
        if data == slow.read_bytes():
            begun.release()
            done.wait()
        return load_picture(data, **options)

    monkeypatch.setattr("img2music.app.studio.load_picture", load)
    many = (os.cpu_count() or 1) + 1
    waiting = [threading.Thread(target=studio.classify, args=(slow,)) for _ in range(many)]
    for thread in waiting:
        thread.start()
        begun.acquire()
    assert studio.classify(quick).genre in studio.genres
    assert all(thread.is_alive() for thread in waiting)
    done.set()
    for thread in waiting:
        thread.join()


def test_a_closed_studio_begins_nothing(tiny_models: Path, cover: Path) -> None:
    studio = Studio(tiny_models)
    studio.close(60)
    with pytest.raises(OptionError, match="The page is closed"):
        studio.classify(cover)
    studio.shelf.close()


def test_the_shelf_keeps_the_latest() -> None:
    snippet = _tone(440)
    picture = b"a picture"
    shelf = Shelf(room=2 * (snippet.samples.nbytes + len(picture)))
    first, second = (shelf.put(snippet, picture, name) for name in ("first", "second"))
    path, name = shelf.file(first.key, "ogg")
    assert name == "first.ogg"
    assert soundfile.info(path).format == "OGG"
    shelf.put(snippet, picture, "third")
    assert not path.exists()
    with pytest.raises(OptionError, match="no longer kept"):
        shelf.file(first.key, "ogg")
    folder = shelf.file(second.key, "wav")[0].parent
    with pytest.raises(OptionError, match="choose one of wav"):
        shelf.file(second.key, "midi")
    shelf.close()
    assert not folder.exists()


@pytest.mark.parametrize("hertz", [200, 1000, 5000])
def test_a_tone_is_bright_in_its_mel_band(hertz: int) -> None:
    levels = mel_levels(_tone(hertz).samples, RATE)
    assert levels.shape[0] == BANDS
    band = int(levels[:, 20:-20].mean(1).argmax())
    assert band == pytest.approx((BANDS + 1) * to_mel(hertz) / to_mel(RATE / 2) - 1, abs=1.0)
    assert levels.max() == 0
    assert levels.min() >= FLOOR
    assert (mel_levels(np.zeros(RATE, np.float32), RATE) == FLOOR).all()


@pytest.mark.parametrize(("seconds", "last"), [(1, "1 s"), (5, "5 s"), (15, "15 s"), (60, "60 s")])
def test_the_drawing_has_a_time_axis(seconds: float, last: str) -> None:
    drawing = draw_sound(_tone(440, seconds))
    assert drawing.startswith("<svg")
    assert ">0 s<" in drawing
    assert f">{last}<" in drawing
    assert "data:image/png;base64," in drawing


def test_text_from_outside_is_escaped() -> None:
    reading = Classification(dict.fromkeys(GENRES, 0.25), np.zeros(1), Appearance(*[0.1] * 6), "<script>x</script>")
    assert "<script>" not in describe_classification(reading)
    shelf = Shelf()
    card = draw_card(shelf.put(_tone(440), b"", '"><img src=x>'), "")
    shelf.close()
    assert "<b>" not in card
    assert "<img" not in card


def test_example_pictures_are_there_for_each_genre() -> None:
    assert [path.stem for path in example_pictures()] == list(GENRES)


def test_the_page_offers_banks_only_if_there_are_any(
    studio: Studio, tiny: Img2Music, cover: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMG2MUSIC_DATA", str(tmp_path))

    def labels() -> list[str]:
        page = build_page(studio, 1, 1)
        return [part["props"].get("label") for part in page.get_config_file()["components"]]

    assert "Known music" not in labels()
    genre = tiny.models.genres[-1]
    bank = Bank.load(tiny.models, genre)
    known = KnownEmbedding(bank.entries[0], bank.latents[0].astype(np.float32), "0")
    own = OwnBank((known,), bank.directions, encoder_of(tiny.models, genre))
    BankStore().change("mine", genre, lambda _: own)
    assert "Known music" in labels()
    for wanted in (SEEN, EACH):
        options = read_options(0.5, 0, 5, wanted, False, "perturb", "mine")
        snippet = studio.play(cover, options, 1).snippet
        assert (snippet.genre, snippet.provenance.bank.name) == (genre, "mine")
