"""What comes of uploads: kept for a while, whole or not at all."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("gradio", reason="Gradio is not installed")

from starlette.requests import Request
from starlette.types import Message

from img2music.app.server.receiving import MOST_FILES, Receiver
from img2music.app.server.server import Server
from img2music.app.uploads import LARGEST_UPLOAD, Uploads, plain_file_name
from page_requests import form, send, upload

UPLOAD = "/gradio_api/upload"


@pytest.fixture(scope="module")
def server(tiny_models: Path) -> Iterator[Server]:
    with Server(tiny_models) as running:
        yield running


def _files(server: Server) -> set[Path]:
    """All files that the page keeps."""
    top = Path(upload(server.address, b"x")).parents[2]
    return {path for path in top.rglob("*") if path.is_file() and path.name != "cover.png"}


def test_an_upload_is_kept_as_it_is(server: Server) -> None:
    path = Path(upload(server.address, b"\x00bytes\r\n--", "Große Freiheit.jpg"))
    assert path.read_bytes() == b"\x00bytes\r\n--"
    assert path.name == "Große Freiheit.jpg"


def test_gradios_page_is_told_that_an_upload_is_done(server: Server) -> None:
    status, answer = send(server.address, "GET", "/gradio_api/upload_progress?upload_id=x")
    assert (status, answer) == (200, b'data: {"msg": "done"}\n\n')


@pytest.mark.parametrize("chunked", [False, True])
def test_what_is_too_large_is_refused_by_what_comes(server: Server, chunked: bool) -> None:
    before = _files(server)
    body, headers = form(bytes(LARGEST_UPLOAD + 2**17))
    place = urlsplit(server.address)
    head = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(
            f"POST {UPLOAD} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n"
            f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
        )
        answer = b""
        try:
            if chunked:
                for start in range(0, len(body), 2**16):
                    part = body[start : start + 2**16]
                    connection.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            answer = connection.recv(65536)
        except OSError:
            pass  # closed while it was still sent
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")
    assert _files(server) == before


def test_what_breaks_off_leaves_nothing(server: Server) -> None:
    before = _files(server)
    body, headers = form(bytes(10**6))
    place = urlsplit(server.address)
    for sent in (0, 100, len(body) - 3):
        with socket.create_connection((place.hostname, place.port)) as connection:
            connection.sendall(
                f"POST {UPLOAD} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
                f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
                + body[:sent]
            )
    assert _files(server) == before


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"a picture", {"Content-Type": "image/png"}),
        (b"a picture", {"Content-Type": "multipart/form-data"}),
        (b"a picture", {"Content-Type": "multipart/form-data; boundary=x"}),
        (b"", {}),
        form(*[b"x"] * (MOST_FILES + 1)),
        form(),
        (form(b"a picture")[0][:-6], form()[1]),
        (form(b"a picture")[0].replace(b'; name="files"', b""), form()[1]),
        (form(b"a picture")[0].replace(b"files", b"other"), form()[1]),
    ],
)
def test_what_is_no_upload_gets_a_line(server: Server, body: bytes, headers: dict[str, str]) -> None:
    before = _files(server)
    status, answer = send(server.address, "POST", UPLOAD, body, headers)
    assert status == 400
    assert answer.count(b"\n") == 1
    assert _files(server) == before


def _answer(receiver: Receiver, messages: list[Message]) -> tuple[int, bytes]:
    """What a receiver answers to an upload that comes as `messages` and then pauses."""
    _, headers = form()
    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", headers["Content-Type"].encode())]}

    async def receive() -> Message:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop(0)

    answer = asyncio.run(receiver.route().endpoint(Request(scope, receive)))
    return answer.status_code, answer.body


def test_an_upload_that_pauses_is_given_up(tmp_path: Path) -> None:
    started = [{"type": "http.request", "body": form(b"a picture")[0][:-9], "more_body": True}]
    status, answer = _answer(Receiver(Uploads(tmp_path), patience=0.01), started)
    assert status == 408
    assert b"try again" in answer
    assert list(tmp_path.iterdir()) == []


def test_all_uploads_together_have_a_limit(tmp_path: Path) -> None:
    receiver = Receiver(Uploads(tmp_path), coming=1000)
    body = form(bytes(1500))[0]
    for _ in range(2):
        assert _answer(receiver, [{"type": "http.request", "body": body, "more_body": False}])[0] == 503
    small = form(bytes(500))[0]
    status, answer = _answer(receiver, [{"type": "http.request", "body": small, "more_body": False}])
    assert status == 200  # the room is given back
    assert Path(json.loads(answer)[0]).stat().st_size == 500


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, data: bytes) -> None:
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    body = form(b"a picture")[0]
    status, answer = _answer(Receiver(Uploads(tmp_path)), [{"type": "http.request", "body": body, "more_body": False}])
    assert status == 507
    assert b"cannot be kept" in answer
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_uploads_go_first(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, room=25)
    kept = [uploads.keep(f"{number}.png", bytes(10)) for number in range(4)]
    assert [path.exists() for path in kept] == [False, False, True, True]
    assert [uploads.knows(str(path)) for path in kept] == [False, False, True, True]
    large = uploads.keep("large.png", bytes(30))
    assert list(tmp_path.rglob("*.png")) == [large]


def test_old_uploads_are_forgotten_and_examples_are_not(tmp_path: Path) -> None:
    (tmp_path / "jazz.png").write_bytes(b"jazz")
    folder = tmp_path / "files"
    folder.mkdir()
    uploads = Uploads(folder, [tmp_path / "jazz.png"], age=0)
    kept = uploads.keep("a.png", b"a")
    uploads.forget_old()
    (example,) = uploads.examples
    assert not kept.exists()
    assert uploads.knows(str(example))
    assert not uploads.knows(str(kept))
    assert list(folder.rglob("*.png")) == [example]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("cover.png", "cover.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\cover.JPG", "cover.JPG"),
        ("..", "picture"),
        ("", "picture"),
        (".png", "picture.png"),
        ("a\nb\x1b[31m\u202ec.png", "ab[31mc.png"),
        ('a<b>"c|d?e*f:g.png', "abcdefg.png"),
        ("Ça va été.jpeg", "Ça va été.jpeg"),
        ("x" * 300 + ".png", "x" * 120 + ".png"),
        ("é" * 300 + ".png", "é" * 60 + ".png"),
        ("a." + "y" * 300, "a." + "y" * 8),
        ("\ud800.png", "picture.png"),
    ],
)
def test_names_can_be_names_of_files(name: str, plain: str) -> None:
    assert plain_file_name(name) == plain
