"""What the running page answers, and to whom."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("gradio", reason="Gradio is not installed")

from img2music.app.server.addresses import is_from_here, is_this_machine, names_this_machine
from img2music.app.server.server import Server
from page_requests import JSON, as_file, call, form, send, upload

ANSWERED = {
    "GET /",
    "HEAD /",
    "GET /assets/{path:path}",
    "GET /static/{path:path}",
    "GET /config",
    "GET /favicon.ico",
    "GET /theme.css",
    "GET /sounds/{name}",
    "HEAD /sounds/{name}",
    "GET /gradio_api/info",
    "GET /gradio_api/heartbeat/{session_hash}",
    "GET /gradio_api/queue/data",
    "POST /gradio_api/queue/join",
    "POST /gradio_api/upload",
    "GET /gradio_api/upload_progress",
    "HEAD /gradio_api/upload_progress",
    # for the names of the two documented functions alone
    "POST /gradio_api/call/{api_name}",
    "POST /gradio_api/call/v2/{api_name}",
    "GET /gradio_api/call/{api_name}/{event_id}",
    "GET /gradio_api/call/v2/{api_name}/{event_id}",
    # for the page's own files alone
    "GET /gradio_api/file={path_or_url:path}",
    "HEAD /gradio_api/file={path_or_url:path}",
}
"""All that the page and `gradio_client` need."""


@pytest.fixture(scope="module")
def server(tiny_models: Path) -> Iterator[Server]:
    with Server(tiny_models) as running:
        yield running


def _routes(routes: list[Any], before: str = "") -> Iterator[str]:
    """All routes of an application, as `METHOD PATH`."""
    for route in routes:
        inner = getattr(route, "app", None) or getattr(route, "original_router", None)
        path = before + getattr(route, "path", "")
        if hasattr(inner, "routes"):
            yield from _routes(inner.routes, path)
        for method in getattr(route, "methods", None) or ():
            yield f"{method} {path}"


def test_every_other_route_of_the_application_is_closed(server: Server) -> None:
    routes = set(_routes(server.app.routes))
    assert "POST /gradio_api/run/{api_name}" in routes  # they were found
    assert "GET /gradio_api/proxy={url_path:path}" in routes
    assert routes >= ANSWERED - {"HEAD /sounds/{name}"}
    for route in routes - ANSWERED:
        method, path = route.split(" ")
        for value in ("classify", "0"):
            status, _ = send(server.address, method, re.sub(r"\{[^}]*\}", value, path), b"{}")
            assert status in (404, 405), route


@pytest.mark.parametrize("name", ["start", "predict", "lambda", "next_seed", "0", "classify/../start", "classify%2fx"])
@pytest.mark.parametrize("kind", ["call", "call/v2", "run", "api"])
def test_the_functions_of_the_page_itself_have_no_names(server: Server, kind: str, name: str) -> None:
    status, _ = send(server.address, "POST", f"/gradio_api/{kind}/{name}", b'{"data": []}')
    assert status in (404, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "http://127.0.0.1:9/a.png",
        "https://example.com/a.png",
        "FOLDER/../../../../etc/passwd",
        "FOLDER/./x",
        "FOLDER/missing.png",
        "FOLDER",
        "FOLDER/",
        "BESIDE",
    ],
)
def test_only_the_pages_own_files_can_be_read(server: Server, tmp_path: Path, path: str) -> None:
    kept = Path(upload(server.address, b"a picture"))
    status, data = send(server.address, "GET", f"/gradio_api/file={kept}")
    assert (status, data) == (200, b"a picture")
    folder = kept.parent.parent
    (folder.parent / "beside").write_text("secret")
    wanted = path.replace("FOLDER", str(folder)).replace("BESIDE", str(folder.parent / "beside"))
    for slash in (wanted, wanted.replace("/", "%2f")):
        status, data = send(server.address, "GET", f"/gradio_api/file={slash}")
        assert status in (403, 404), data


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost.elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_another_page_can_neither_upload_nor_start_work(server: Server, headers: dict[str, str]) -> None:
    body, kind = form(b"a picture")
    assert send(server.address, "POST", "/gradio_api/upload", body, kind | headers)[0] == 403
    for path in ("queue/join", "call/classify", "call/v2/classify"):
        for sent in ("application/json", "text/plain"):
            status, _ = send(server.address, "POST", f"/gradio_api/{path}", b"{}", {"Content-Type": sent} | headers)
            assert status == 403


def test_another_page_is_told_that_it_may_not_read(server: Server) -> None:
    asking = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    assert send(server.address, "OPTIONS", "/gradio_api/upload", None, asking)[0] == 405
    with socket.create_connection((urlsplit(server.address).hostname, urlsplit(server.address).port)) as connection:
        connection.sendall(b"GET /config HTTP/1.0\r\nHost: localhost\r\nOrigin: https://elsewhere.example\r\n\r\n")
        head = connection.recv(65536).partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 200")
    assert b"access-control-" not in head


def test_the_page_itself_and_programs_may_upload(server: Server) -> None:
    place = urlsplit(server.address).netloc
    port = urlsplit(server.address).port
    for headers in (
        {},
        {"Origin": f"http://{place}", "Sec-Fetch-Site": "same-origin"},
        {"Origin": f"http://localhost:{port}", "Host": f"localhost:{port}"},
        {"Sec-Fetch-Site": "none"},
    ):
        assert upload(server.address, b"a picture", headers=headers)


@pytest.mark.parametrize(
    ("headers", "here"),
    [
        ({"host": "192.168.1.5:7860", "origin": "http://192.168.1.5:7860"}, True),
        ({"host": "music.example", "origin": "https://music.example"}, True),
        ({"host": "music.example:443", "origin": "https://music.example"}, True),
        ({"host": "Music.Example", "origin": "https://music.example"}, True),
        ({"host": "127.0.0.1:7860", "x-forwarded-host": "music.example", "origin": "https://music.example"}, True),
        ({"host": "127.0.0.1:7860", "x-forwarded-host": "music.example, a", "origin": "https://music.example"}, True),
        ({"host": "[::1]:7860", "origin": "http://[::1]:7860"}, True),
        ({"host": "music.example:8000", "origin": "https://music.example"}, False),
        ({"host": "music.example", "origin": "https://music.example.org"}, False),
        ({"host": "music.example", "origin": "file://music.example"}, False),
        ({"host": "", "origin": "http://"}, False),
        ({"origin": "https://music.example"}, False),
    ],
)
def test_the_page_is_at_the_host_that_the_browser_asked(headers: dict[str, str], here: bool) -> None:
    assert is_from_here(headers) is here


def test_this_machine_has_few_names() -> None:
    for host in ("localhost", "127.0.0.1", "127.0.0.9", "::1", "[::1]"):
        assert is_this_machine(host)
    for host in ("0.0.0.0", "::", "192.168.1.5", "elsewhere.example", ""):
        assert not is_this_machine(host)
    for host in ("localhost", "LOCALHOST:7860", "127.0.0.1:80", "[::1]:7860"):
        assert names_this_machine(host)
    for host in (None, "", "elsewhere.example", "localhost.example", "user@localhost", "localhost:x", "[::1", "[]:1"):
        assert not names_this_machine(host)


@pytest.mark.parametrize(
    "picture",
    [
        as_file("http://127.0.0.1:PORT/a.png"),
        as_file("https://127.0.0.1:PORT/a.png"),
        as_file(None, url="http://127.0.0.1:PORT/a.png"),
        as_file("x", url="http://127.0.0.1:PORT/a.png"),
        as_file("x", url="data:image/png;base64,AAAA"),
        as_file("data:image/png;base64,AAAA"),
        as_file("/etc/passwd"),
        as_file("/etc/passwd", is_stream=True),
        as_file("UPLOAD/../../../../../etc/passwd"),
        as_file("UPLOAD/"),
        as_file(["UPLOAD"]),
        {"path": "/etc/passwd"},
        {"url": "http://127.0.0.1:PORT/a.png"},
        [as_file("/etc/passwd")],
        {"image": as_file("http://127.0.0.1:PORT/a.png")},
        [[{"x": [as_file("/etc/passwd")]}]],
        "http://127.0.0.1:PORT/a.png",
        "/etc/passwd",
        "data:image/png;base64,AAAA",
        {},
        [],
        7,
        True,
    ],
)
def test_a_picture_is_an_upload_never_an_address_or_a_path(server: Server, picture: object) -> None:
    kept = upload(server.address, b"a picture")
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0)
        port = str(elsewhere.getsockname()[1])
        sent = json.loads(json.dumps(picture).replace("PORT", port).replace("UPLOAD", kept))
        for place in range(2):  # where a picture is expected, and where it is not
            name, data = ("classify", [sent]) if place == 0 else ("generate", [None, 0.5, 0, 5, sent])
            said = call(server.address, name, data)
            assert said.startswith("event: error")
            assert "upload the file itself" in said if place == 0 else '"genre is ' in said or "no picture" in said
            assert "root:" not in said
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


def test_the_queue_sees_uploads_alone(server: Server) -> None:
    numbers = [part["id"] for part in json.loads(send(server.address, "GET", "/config")[1])["dependencies"]]
    assert len(numbers) > 6
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0)
        file = as_file(f"http://127.0.0.1:{elsewhere.getsockname()[1]}/a.png")
        for number in numbers:
            session = f"session{number}"
            body = {"data": [], "event_data": file, "fn_index": number, "session_hash": session, "trigger_id": None}
            taken = _takes(server, number)
            sent = json.dumps(body | {"data": [file] * taken}).encode()
            status, answer = send(server.address, "POST", "/gradio_api/queue/join", sent)
            assert status == 200, answer
            _, said = send(server.address, "GET", f"/gradio_api/queue/data?session_hash={session}")
            assert b"process_completed" in said
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


def _takes(server: Server, number: int) -> int:
    functions = json.loads(send(server.address, "GET", "/config")[1])["dependencies"]
    return next(len(function["inputs"]) for function in functions if function["id"] == number)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"no", "not JSON"),
        (b"[" * 30_000, "not JSON"),
        (b'{"data": [' + b"9" * 5000 + b"]}", "not JSON"),
        (b"[]", "a JSON object"),
        (b"{}", "a list of"),
        (b'{"data": {"picture": 1}}', "a list of"),
        (b'{"data": [1, 2, 3]}', "at most 1 values: picture"),
        (b'{"data": [' + b"[" * 50 + b"]" * 50 + b"]}", "lists and objects deep"),
        (b" " * 70_000, "above 64 KiB"),
    ],
)
def test_a_body_that_is_wrong_gets_a_line(server: Server, body: bytes, words: str) -> None:
    status, answer = send(server.address, "POST", "/gradio_api/call/classify", body)
    assert status in (400, 413)
    assert words in answer.decode()
    assert answer.count(b"\n") == 1
    assert len(answer) < 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"fn_index": None},
        {"fn_index": 10**6},
        {"fn_index": True},
        {"fn_index": "0"},
        {"session_hash": None},
        {"session_hash": 7},
        {"session_hash": "x" * 1000},
        {"session_hash": ""},
        {"data": None},
    ],
)
def test_a_call_by_number_that_is_wrong_gets_a_line(server: Server, wrong: dict[str, Any]) -> None:
    body = {"data": [], "fn_index": 0, "session_hash": "abc"} | wrong
    status, answer = send(server.address, "POST", "/gradio_api/queue/join", json.dumps(body).encode())
    assert status == 400
    assert answer.count(b"\n") == 1


def test_arguments_can_be_named(server: Server) -> None:
    path = "/gradio_api/call/v2/classify"
    assert send(server.address, "POST", path, b'{"colour": 1}')[1] == b"/classify has no 'colour'; it takes picture.\n"
    status, answer = send(server.address, "POST", path, b"{}")
    assert status == 200
    _, said = send(server.address, "GET", f"{path}/{json.loads(answer)['event_id']}")
    assert b"There is no picture yet" in said


def test_an_endless_body_is_not_read_to_its_end(server: Server) -> None:
    place = urlsplit(server.address)
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(
            b"POST /gradio_api/queue/join HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        part = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        with pytest.raises(OSError):
            while True:
                connection.sendall(part)


def test_a_web_socket_is_refused(server: Server) -> None:
    asked = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "eA==",
    }
    for path in ("/", "/gradio_api/queue/join"):
        status, _ = send(server.address, "GET", path, None, JSON | asked)
        assert status != 101
