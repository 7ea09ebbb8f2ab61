"""The page as a process of its own: its end, what it leaves, and what around it does not matter."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from heeding import heed_signals

pytest.importorskip("gradio", reason="Gradio is not installed")
if sys.platform == "win32":
    pytest.skip("Windows has no such signals", allow_module_level=True)

from page_requests import as_file, call, send, upload

_RUN = "from img2music.cli.main import main; main()"
_SENTENCE = "Img2Music is at "
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """An empty folder as the system's temporary one."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def start(tiny_models: Path, home: Path, top: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts the page with more variables and options in an empty folder."""
    work = tmp_path / "work"
    work.mkdir()

    def run(*options: str, **variables: str) -> subprocess.Popen[str]:
        alone = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(top)}
        command = [sys.executable, "-c", _RUN, "app", "--no-browser", "--models", str(tiny_models), *options]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=alone | variables,
            cwd=work,
            preexec_fn=heed_signals,
        )
        left.callback(process.communicate)
        left.callback(process.kill)
        return process

    with ExitStack() as left:
        yield run


def _address(process: subprocess.Popen[str]) -> str:
    """Where the page is, as soon as it is."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith(_SENTENCE), (line, process.communicate()[1])
    return line.removeprefix(_SENTENCE).partition(";")[0]


def _end(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str, str]:
    """Send a signal: the exit status and what else is said."""
    process.send_signal(number)
    out, err = process.communicate()
    return process.returncode, out, err


def _use(address: str, picture: Path) -> None:
    """Upload a picture, hear of it, and have a sound made."""
    path = upload(address, picture.read_bytes())
    assert '"genre"' in call(address, "classify", [as_file(path)])
    assert "event: complete" in call(address, "generate", [as_file(path), 0.5, 0, 5])


@pytest.mark.parametrize(
    ("number", "status", "said"), [(signal.SIGINT, 130, "img2music: interrupted\n"), (signal.SIGHUP, 129, "")]
)
def test_a_signal_ends_it_and_nothing_is_left(
    start: Start, home: Path, top: Path, cover: Path, number: signal.Signals, status: int, said: str
) -> None:
    process = start()
    _use(_address(process), cover)
    assert [path.name.partition("page")[0] for path in top.iterdir()] == ["img2music-"] * 2
    assert _end(process, number) == (status, "", said)
    assert list(top.iterdir()) == []
    assert list(home.rglob("*")) == []
    assert list((top.parent / "work").iterdir()) == []


def test_a_signal_ends_it_while_music_is_made(start: Start, top: Path, cover: Path) -> None:
    process = start()
    address = _address(process)
    path = upload(address, cover.read_bytes())
    body = b'{"data": [{"path": "%s", "meta": {"_type": "gradio.FileData"}}, 0.5, 0, 60]}' % path.encode()
    for _ in range(8):
        assert send(address, "POST", "/gradio_api/call/generate", body)[0] == 200
    assert _end(process, signal.SIGTERM) == (143, "", "")
    assert list(top.iterdir()) == []


def test_a_signal_ends_it_while_it_starts(start: Start, top: Path) -> None:
    process = start()
    while not list(top.glob("img2music-page-*/files")):
        assert process.poll() is None
    assert _end(process, signal.SIGTERM) == (143, "", "")
    assert list(top.iterdir()) == []


def test_what_kill_left_is_swept_at_the_next_start(start: Start, top: Path, cover: Path) -> None:
    killed = start()
    upload(_address(killed), cover.read_bytes())
    _end(killed, signal.SIGKILL)
    assert list(top.rglob("cover.png"))
    again = start()
    _address(again)
    assert not list(top.rglob("cover.png"))
    assert _end(again, signal.SIGTERM)[0] == 143
    assert list(top.iterdir()) == []


@pytest.mark.parametrize(
    "proxies",
    [
        {"http_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "socks5://127.0.0.1:9"},
        {"HTTP_PROXY": "not an address", "all_proxy": "gopher://x", "no_proxy": "localhost"},
    ],
)
def test_proxies_do_not_matter(start: Start, cover: Path, proxies: dict[str, str]) -> None:
    process = start(**proxies)
    _use(_address(process), cover)
    assert _end(process, signal.SIGTERM) == (143, "", "")


def test_what_is_around_does_not_matter(start: Start, home: Path, tmp_path: Path, cover: Path) -> None:
    """Settings of other Gradio programs, somebody else's `gradio` in a temporary folder with an odd name, which is a
    link, and a home that cannot be written."""
    real, link = tmp_path / "täm p%20 #1", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    (real / "gradio").write_text("somebody else's")
    others = {
        "GRADIO_SHARE": "True",
        "GRADIO_TEMP_DIR": str(tmp_path / "theirs"),
        "GRADIO_ALLOWED_PATHS": "/",
        "GRADIO_ROOT_PATH": "/elsewhere",
        "GRADIO_MCP_SERVER": "True",
        "GRADIO_SSR_MODE": "True",
        "GRADIO_WATCH_DIRS": str(real),
        "GRADIO_VIBE_MODE": "1",
        "GRADIO_PROFILING": "1",
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_ANALYTICS_ENABLED": "True",
    }
    home.chmod(0o500)
    try:
        process = start(TMPDIR=str(link), MPLCONFIGDIR=str(home / "none"), **others)
        address = _address(process)
        assert address.startswith("http://127.0.0.1:")
        _use(address, cover)
        assert send(address, "GET", "/gradio_api/profiling/traces")[0] == 404
        assert _end(process, signal.SIGTERM) == (143, "", "")
    finally:
        home.chmod(0o700)
    assert list(home.iterdir()) == []
    assert [path.name for path in real.iterdir()] == ["gradio"]
    assert (real / "gradio").read_text() == "somebody else's"
    assert not (tmp_path / "theirs").exists()


def test_a_place_that_cannot_be_had_is_one_line(start: Start, top: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for options in (("--port", str(taken.getsockname()[1])), ("--host", "no such host")):
            process = start(*options)
            out, err = process.communicate()
            assert (process.returncode, out) == (2, "")
            assert err.startswith("img2music: The page cannot be opened at ")
            assert err.count("\n") == 1
            assert list(top.iterdir()) == []
