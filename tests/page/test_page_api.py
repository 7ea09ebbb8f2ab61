"""The page's functions through the client and the commands that others would use, and what is served beside them."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pytest

from places import ROOT

pytest.importorskip("gradio", reason="Gradio is not installed")

from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from conftest import hear
from img2music import Img2Music
from img2music.app.kept import FORMATS
from img2music.app.server.server import Server
from img2music.app.studio import SEEN
from page_requests import send


@pytest.fixture(scope="module")
def server(tiny_models: Path) -> Iterator[Server]:
    with Server(tiny_models) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(
        server.address, verbose=False, analytics_enabled=False, download_files=str(tmp_path_factory.mktemp("sounds"))
    )


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
        ({"alpha": 10**400}, "alpha is 1000.* …; give a finite number"),
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


def test_sounds_are_served_whole_and_in_parts_and_nothing_else_is(server: Server) -> None:
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


@pytest.mark.skipif(not (which("sh") and which("curl")), reason="there is no shell or no curl")
def test_the_documented_commands_run(server: Server) -> None:
    (commands,) = re.findall(r"```sh\n(page=.*?)```", (ROOT / "docs" / "page.md").read_text("utf-8"), re.DOTALL)
    commands = commands.replace("http://127.0.0.1:7860/", server.address)
    said = subprocess.run(["sh", "-c", commands], cwd=ROOT, capture_output=True, text=True).stdout
    assert said.startswith("event: complete")
    assert '"genre": ' in said


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
