"""The OpenAPI description is that of the routes that answer, and following it makes music."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

pytest.importorskip("gradio", reason="Gradio is not installed")

from conftest import draw_cover
from img2music.app.page.api import api_defaults
from img2music.app.page.description import describe
from img2music.app.server.server import Server
from img2music.app.studio import Studio
from img2music.version import __version__
from places import ROOT

DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def server(tiny_models: Path) -> Iterator[Server]:
    with Server(tiny_models) as running:
        yield running


@pytest.fixture(scope="module")
def described(score_models: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return describe(api_defaults(Studio(score_models, tmp_path_factory.mktemp("files"))), __version__)


def _send(server: Server, method: str, path: str, **values: Any) -> Any:
    import httpx

    return httpx.request(method, server.address.rstrip("/") + path, timeout=120, trust_env=False, **values)


def _answer(server: Server, method: str, path: str) -> tuple[int, str]:
    """The status, and what is told where it is an error; an endless stream is not read."""
    import httpx

    address = server.address.rstrip("/") + path
    with httpx.stream(method, address, content=b"{}", timeout=120, trust_env=False) as answer:
        return answer.status_code, answer.read().decode() if answer.is_error else ""


def test_the_document_is_what_the_command_prints(described: dict[str, Any]) -> None:
    assert described == DOCUMENT, "img2music openapi -o docs/openapi.json --force"


def test_it_is_openapi() -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="openapi-spec-validator is not installed")
    validator.validate(DOCUMENT)


def test_every_address_answers_and_only_to_its_methods(server: Server) -> None:
    for path, methods in DOCUMENT["paths"].items():
        place = path.replace("{event_id}", "abc").replace("={path}", f"={quote('/nowhere')}")
        for method in ("GET", "POST"):
            status, told = _answer(server, method, place)
            if method.lower() in methods:
                assert status != 405
                assert "file=" in path or told != "There is nothing at this address.\n"
            else:
                assert status in (404, 405)


def test_following_it_makes_music(server: Server, tmp_path: Path) -> None:
    draw_cover("green").save(tmp_path / "cover.png")
    uploaded = _send(server, "POST", "/gradio_api/upload", files={"files": (tmp_path / "cover.png").open("rb")})
    (path,) = uploaded.json()
    picture = {"path": path, "meta": {"_type": "gradio.FileData"}}
    for name in ("classify", "generate"):
        body = DOCUMENT["paths"][f"/gradio_api/call/v2/{name}"]["post"]["requestBody"]
        schema = body["content"]["application/json"]["schema"]
        assert schema["required"] == ["picture"]
        values = {key: told["default"] for key, told in schema["properties"].items() if "default" in told}
        values |= {"seconds": 5.0} if "seconds" in values else {}
        called = _send(server, "POST", f"/gradio_api/call/v2/{name}", json={"picture": picture, **values})
        assert called.status_code == 200, called.text
        events = _send(server, "GET", f"/gradio_api/call/{name}/{called.json()['event_id']}").text
        assert "event: complete" in events, events
        data = json.loads(events.rpartition("data: ")[2])
        assert data[-1]["genre"] == "hiphop"
    sound = _send(server, "GET", f"/gradio_api/file={quote(data[0]['path'])}")
    assert (sound.status_code, sound.content[:4]) == (200, b"RIFF")


def test_wrong_arguments_are_refused(server: Server) -> None:
    for name in ("classify", "generate"):
        answer = _send(server, "POST", f"/gradio_api/call/v2/{name}", json={"colour": "red"})
        assert answer.status_code == 400
        assert "has no 'colour'" in answer.text
