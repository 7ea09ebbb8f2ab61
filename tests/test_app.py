"""The functions behind the page, through the client that others would use, and the page's drawings."""

from __future__ import annotations

import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

pytest.importorskip("gradio", reason="Gradio is not installed")

from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from conftest import Painter, hear
from img2music import Img2Music, Snippet
from img2music.app.card import describe_reading, draw_card
from img2music.app.drawing import draw_sound
from img2music.app.examples import example_pictures
from img2music.app.mel import BANDS, FLOOR, mel_levels, to_mel
from img2music.app.page import build_page
from img2music.app.server import Server
from img2music.app.settings import next_seed, read_count, read_wishes
from img2music.app.shelf import FORMATS, Shelf
from img2music.app.studio import EACH, SEEN, Studio, Wishes
from img2music.app.uploads import LARGEST_UPLOAD
from img2music.appearance import Appearance
from img2music.banks.own_bank import Known, OwnBank, encoder_of
from img2music.banks.store import BankStore
from img2music.classifier import Reading
from img2music.embeddings import Bank
from img2music.errors import OptionError, PictureError
from img2music.genres import GENRES
from img2music.spectrogram import RATE
from page_requests import send

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def server(tiny_models: Path) -> Iterator[Server]:
    with Server(tiny_models) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(
        server.address, verbose=False, analytics_enabled=False, download_files=str(tmp_path_factory.mktemp("sounds"))
    )


@pytest.fixture(scope="module")
def studio(tiny_models: Path) -> Iterator[Studio]:
    made = Studio(tiny_models)
    yield made
    made.shelf.close()


def _tone(hertz: float, seconds: float = 1.0) -> Snippet:
    time = np.arange(round(seconds * RATE)) / RATE
    credits = {
        "seed": 3,
        "alpha": 0.5,
        "engine": "flow",
        "loop": False,
        "embeddings": [{"title": "<b>", "origin": "o", "licence": "l"}],
    }
    return Snippet(np.sin(2 * np.pi * hertz * time).astype(np.float32), RATE, "jazz", {}, credits)


def test_the_client_classifies(client: Client, tiny: Img2Music, cover: Path) -> None:
    facts = client.predict(handle_file(str(cover)), api_name="/classify")
    reading = tiny.classify(cover)
    assert facts["genre"] == reading.genre
    assert facts["probabilities"] == pytest.approx(reading.probabilities)


@pytest.mark.parametrize("format", FORMATS)
def test_the_client_generates_every_format(client: Client, cover: Path, format: str) -> None:
    path, facts = _generate(client, cover, seconds=5, format=format)
    samples, rate = hear(Path(path))
    assert Path(path).suffix == f".{format}"
    assert len(samples) / rate == pytest.approx(5, abs=0.1)
    assert np.abs(samples).max() > 0.05
    assert (facts["genre"], facts["seed"]) == ("classical", 0)
    assert set(facts["embeddings"][0]) == {"title", "origin", "licence"}


def test_the_client_hears_what_the_library_plays(client: Client, tiny: Img2Music, cover: Path, tmp_path: Path) -> None:
    path, _ = _generate(client, cover, alpha=0.9, seed=4, seconds=6, genre="jazz")
    tiny.generate(cover, alpha=0.9, seed=4, seconds=6, genre="jazz").save(tmp_path / "library.wav")
    assert Path(path).read_bytes() == (tmp_path / "library.wav").read_bytes()


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"seconds": 61}, "from 5 to 60 s"),
        ({"alpha": -1}, "choose a strength"),
        ({"genre": "polka"}, "choose one of classical"),
        ({"format": "midi"}, "Unknown sound format"),
        ({"seed": -1}, "choose a whole number"),
        ({"seed": None}, "seed is nothing; give a whole number"),
        ({"seed": "7"}, "seed is a text; give a whole number"),
        ({"seed": True}, "seed is true or false; give a whole number"),
        ({"seed": 1.5}, "seed is 1.5; give a whole number"),
        ({"seed": [7]}, "seed is a list; give a whole number"),
        ({"seed": {"a": 7}}, "seed is an object; give a whole number"),
        ({"seed": 10**300}, "give a smaller number"),
        ({"alpha": None}, "alpha is nothing; give a number"),
        ({"alpha": "0.5"}, "alpha is a text; give a number"),
        ({"alpha": 10**400}, "alpha is 1000.* …; give a number that is not endless"),
        ({"seconds": "15"}, "seconds is a text; give a number"),
        ({"seconds": False}, "seconds is true or false; give a number"),
        ({"genre": None}, "genre is nothing; give a text"),
        ({"genre": ["jazz"]}, "genre is a list; give a text"),
        ({"genre": "x" * 1000}, "give at most 40 letters"),
        ({"loop": 1}, "loop is a number; give true or false"),
        ({"loop": "yes"}, "loop is a text; give true or false"),
        ({"format": None}, "format is nothing; give a text"),
        ({"engine": 3}, "engine is a number; give a text"),
        ({"bank": "../.."}, "A bank cannot be called"),
    ],
)
def test_a_bad_wish_comes_back_in_plain_words(client: Client, cover: Path, wishes: dict[str, Any], words: str) -> None:
    with pytest.raises(AppError, match=words) as error:
        _generate(client, cover, **wishes)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_has_not_come_back_in_plain_words(server: Server, number: str) -> None:
    body = f'{{"seed": {number}, "picture": null}}'.encode()
    status, answer = send(server.address, "POST", "/gradio_api/call/v2/generate", body)
    assert status == 200
    _, said = send(server.address, "GET", f"/gradio_api/call/generate/{json.loads(answer)['event_id']}")
    assert b"give a whole number" in said


@pytest.mark.parametrize("picture", [None, "cover.png", 7, {}, [], {"path": 7}, {"url": "http://127.0.0.1:9/a.png"}])
def test_a_picture_of_the_wrong_type_comes_back_in_plain_words(client: Client, picture: object) -> None:
    with pytest.raises(AppError, match=r"There is no picture yet|upload the file itself") as error:
        client.predict(picture, api_name="/classify")
    assert "\n" not in str(error.value)


def test_an_address_of_a_picture_is_not_followed(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0)
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/cover.png"
        with pytest.raises(AppError, match="addresses and paths are not followed"):
            client.predict(handle_file(address), api_name="/classify")
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


def test_a_file_that_is_no_picture_comes_back_in_plain_words(client: Client, tmp_path: Path) -> None:
    (tmp_path / "cover.png").write_text("no picture")
    with pytest.raises(Exception, match="not a picture in a known format"):
        client.predict(handle_file(str(tmp_path / "cover.png")), api_name="/classify")


def test_sounds_are_served_whole_and_in_parts_and_nothing_else_is(server: Server, studio: Studio) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404") as missing:
        urllib.request.urlopen(f"{server.address}sounds/unknown.wav")
    assert b"no longer kept" in missing.value.read()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{server.address}sounds/..%2Fsecret.wav")


def test_the_page_asks_nobody_else(server: Server) -> None:
    with urllib.request.urlopen(server.address) as answer:
        policy = answer.headers["content-security-policy"]
        page = answer.read().decode()
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "fonts.googleapis" not in page


def test_the_page_begins_with_what_calms_its_loading_signs(server: Server) -> None:
    with urllib.request.urlopen(server.address) as answer:
        page = answer.read()
    assert len(page) == int(answer.headers["content-length"])
    head = page.index(b"<head>")
    assert head < page.index(b"requestAnimationFrame", head) < page.index(b"<script", page.index(b"</script>"))


def test_the_page_answers_to_this_machines_names_alone(server: Server) -> None:
    for host, status in (("127.0.0.1", 200), ("localhost:7860", 200), ("elsewhere.example", 400)):
        request = urllib.request.Request(server.address, headers={"Host": host})
        try:
            with urllib.request.urlopen(request) as answer:
                assert answer.status == status
        except urllib.error.HTTPError as error:
            assert error.code == status


def test_the_documented_program_runs(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "page.md").read_text("utf-8"), re.DOTALL)
    exec(compile(program.replace("http://127.0.0.1:7860/", server.address), "docs/page.md", "exec"), {})


def _generate(client: Client, cover: Path, **wishes: Any) -> tuple[str, dict[str, Any]]:
    known = {
        "alpha": 0.5,
        "seed": 0,
        "seconds": 5,
        "genre": SEEN,
        "loop": False,
        "format": "wav",
        "engine": "",
        "bank": "",
    } | wishes
    return client.predict(handle_file(str(cover)), *known.values(), api_name="/generate")


def test_each_place_has_the_next_seed_or_the_next_genre(studio: Studio, cover: Path) -> None:
    seen = [studio.play(cover, Wishes(seconds=5, seed=7), number).snippet for number in range(3)]
    assert [snippet.provenance["seed"] for snippet in seen] == [7, 8, 9]
    assert {snippet.genre for snippet in seen} == {"classical"}
    each = [studio.play(cover, Wishes(seconds=5, seed=7, genre=EACH), number).snippet for number in range(4)]
    assert [snippet.genre for snippet in each] == ["classical", "hiphop", "jazz", "pop"]
    assert {snippet.provenance["seed"] for snippet in each} == {7}


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
        studio.play(cover, Wishes(seconds=seconds))


def test_a_picture_must_be_there_and_below_20_mb(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="no picture yet"):
        studio.read(None)
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(LARGEST_UPLOAD + 1)
    with pytest.raises(PictureError, match="above 20 MB"):
        studio.read(tmp_path / "large.png")


def test_equal_pictures_are_read_once(studio: Studio, paint: Painter) -> None:
    first = studio.read(paint(name="a.png"))
    assert studio.read(paint(name="b.png")) is first
    assert studio.read(paint("blue", name="c.png")) is not first


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
    reading = Reading(dict.fromkeys(GENRES, 0.25), np.zeros(1), Appearance(*[0.1] * 6), "<script>x</script>")
    assert "<script>" not in describe_reading(reading)
    shelf = Shelf()
    card = draw_card(shelf.put(_tone(440), b"", '"><img src=x>'))
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
    known = Known(bank.entries[0], bank.latents[0].astype(np.float32), "0")
    own = OwnBank((known,), bank.directions, encoder_of(tiny.models, genre))
    BankStore().change("mine", genre, lambda _: own)
    assert "Known music" in labels()
    for wanted in (SEEN, EACH):
        wishes = read_wishes(0.5, 0, 5, wanted, False, "perturb", "mine")
        snippet = studio.play(cover, wishes, 1).snippet
        assert (snippet.genre, snippet.provenance["bank"]["name"]) == (genre, "mine")
