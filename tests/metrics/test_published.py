"""What others publish is fetched once, checked always, and never kept half."""

import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from img2music.errors import ModelError, OutputError
from img2music.metrics.embedders.published import PublishedFile, cache_folder

CONTENT = bytes(range(256)) * 10_000
DIGEST = sha256(CONTENT).hexdigest()

Server = Callable[..., str]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Starts a server that answers every request alike, and gives an address on it; counts requests."""
    monkeypatch.setenv("no_proxy", "*")
    servers = []

    def start(content: bytes = CONTENT, status: int = 200, announced: int | None = None) -> str:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                start.requests += 1
                self.send_response(status)
                self.send_header("Content-Length", str(len(content) if announced is None else announced))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/weights.bin"

    start.requests = 0
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _published(url: str, size: int | None = len(CONTENT)) -> PublishedFile:
    return PublishedFile("weights.bin", url, DIGEST, size)


@pytest.mark.parametrize("size", [None, len(CONTENT)])
def test_a_file_is_fetched_once_and_then_found(serve: Server, tmp_path: Path, size: int | None) -> None:
    published = _published(serve(), size)
    path = published.path(tmp_path / "new" / "folder")
    assert path.read_bytes() == CONTENT
    assert [p.name for p in path.parent.iterdir()] == ["weights.bin"]
    assert published.path(path.parent) == path
    assert serve.requests == 1


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"content": b"x" * len(CONTENT)}, "another file"),
        ({"content": CONTENT[:-1]}, f"{len(CONTENT) - 1} of {len(CONTENT)} bytes"),
        ({"content": CONTENT[:5000], "announced": len(CONTENT)}, f"5000 of {len(CONTENT)} bytes"),
        ({"content": CONTENT + b"more" * 500_000}, "another file"),
        ({"content": b"", "status": 404}, "the server answered 404"),
    ],
    ids=["other", "short", "cut off", "long", "gone"],
)
def test_a_fetch_that_fails_leaves_nothing_and_says_what_to_do(
    serve: Server, tmp_path: Path, answer: dict, why: str
) -> None:
    published = _published(serve(**answer))
    with pytest.raises(ModelError, match=why) as caught:
        published.path(tmp_path)
    assert published.url in str(caught.value) and str(tmp_path / "weights.bin") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_without_a_size_a_file_cut_off_is_refused_by_its_digest(serve: Server, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="another file"):
        _published(serve(CONTENT[:-1]), None).path(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_offline_it_says_where_to_get_the_file_and_where_to_put_it(serve: Server, tmp_path: Path) -> None:
    published = _published("http://127.0.0.1:1/weights.bin")  # where nobody listens
    with pytest.raises(ModelError, match=r"get it from http://127\.0\.0\.1:1/weights\.bin and save it as ") as caught:
        published.path(tmp_path)
    assert str(tmp_path / "weights.bin") in str(caught.value)
    (tmp_path / "weights.bin").write_bytes(CONTENT)
    assert published.path(tmp_path) == tmp_path / "weights.bin"


def test_another_file_in_its_place_is_refused_and_left_alone(serve: Server, tmp_path: Path) -> None:
    published, path = _published(serve()), tmp_path / "weights.bin"
    path.write_bytes(b"my own")
    with pytest.raises(ModelError, match=r"not weights\.bin as published"):
        published.path(tmp_path)
    assert path.read_bytes() == b"my own"
    assert serve.requests == 0
    with pytest.raises(ModelError, match="no such file"):
        published.checked(tmp_path / "none.bin")


def test_a_cache_that_cannot_be_written_is_named(serve: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError, match="file"):
        _published(serve()).path(tmp_path / "file" / "folder")


def test_the_cache_can_be_moved(serve: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMG2MUSIC_CACHE", raising=False)
    assert "img2music" in cache_folder().parts
    monkeypatch.setenv("IMG2MUSIC_CACHE", str(tmp_path / "mine"))
    assert _published(serve()).path() == tmp_path / "mine" / "weights.bin"
