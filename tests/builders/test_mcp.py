"""The official client finds the tools over standard input and output and over HTTP, and gets what it asks for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import Run
from img2music.mcp.folder import OutFolder
from img2music.mcp.tools import Tools

pytest.importorskip("mcp", reason="the extra mcp is not installed")
if TYPE_CHECKING:
    from mcp.client import Client


def _asked(server: object, ask: Callable[[Client], Awaitable[None]]) -> None:
    """Let the official client ask a server."""
    import anyio
    from mcp.client import Client

    async def talk() -> None:
        async with Client(server, mode="legacy") as client:  # the other mode gives up after a time
            await ask(client)

    anyio.run(talk)


@pytest.fixture
def tools(score_models: Path, tmp_path: Path) -> Tools:
    return Tools(OutFolder(tmp_path / "out"), score_models)


def test_tools_answer_over_standard_input_and_output(score_models: Path, tmp_path: Path, cover: Path) -> None:
    from mcp.client.stdio import StdioServerParameters

    out = tmp_path / "out"
    arguments = ["-m", "img2music", "mcp", "--out", str(out), "--models", str(score_models)]
    server = StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ), cwd=tmp_path)

    async def ask(client: Client) -> None:
        found = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(found) == ["classify", "compose", "generate"]
        assert found["generate"].input_schema["properties"]["seconds"]["type"] == "number"
        seen = await client.call_tool("classify", {"picture": "cover.png"})
        assert not seen.is_error
        assert seen.structured_content is not None and seen.structured_content["genre"] == "classical"
        made = await client.call_tool("generate", {"picture": str(cover), "seconds": 1, "engine": "compose"})
        assert [block.type for block in made.content] == ["text", "resource_link"]
        assert made.content[1].uri == (out / "cover.wav").as_uri()
        score = await client.call_tool("compose", {"picture": "cover.png", "bars": 2})
        facts = json.loads(score.content[0].text)
        assert facts["bars"] == 2 and facts["sentence"].startswith("An orange picture: ")
        wrong = await client.call_tool("generate", {"picture": "missing.png"})
        assert wrong.is_error
        assert wrong.content[0].text == ("Cannot read missing.png: no such file or folder; check the path.")

    _asked(server, ask)
    assert {path.name for path in out.iterdir()} == {"cover.wav", "cover.mid"}


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "status"), [(None, 0), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_server_ends_with_its_client_and_by_signals(
    score_models: Path, tmp_path: Path, number: int | None, status: int
) -> None:
    command = [sys.executable, "-m", "img2music", "mcp", "--out", str(tmp_path), "--models", str(score_models)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdin is not None and server.stdout is not None and server.stderr is not None
        server.stdin.write(b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
        server.stdin.flush()
        assert json.loads(server.stdout.readline())["id"] == 1
        if number is None:
            server.stdin.close()
        else:
            server.send_signal(number)
        assert server.wait() == status
        assert server.stderr.read() == (b"img2music: interrupted\n" if number == signal.SIGINT else b"")


def test_programs_on_this_machine_are_served_over_http(tools: Tools, cover: Path) -> None:
    from img2music.mcp.server import served_here

    async def ask(client: Client) -> None:
        seen = await client.call_tool("classify", {"picture": str(cover)})
        assert seen.structured_content is not None and seen.structured_content["genre"] == "classical"

    with served_here(tools, None) as address:
        assert address.startswith("http://127.0.0.1:")
        _asked(address, ask)
        for header, status in ({"Host": "example.org"}, 421), ({"Origin": "http://localhost:3000"}, 403):
            request = urllib.request.Request(address, b"{}", header | {"Content-Type": "application/json"})
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request)
            assert refused.value.code == status


def test_an_error_of_the_program_shows_no_traceback_to_agents(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from img2music.mcp.server import make_server

    def fail(name: str, given: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(tools, "call", fail)

    async def ask(client: Client) -> None:
        made = await client.call_tool("classify", {})
        assert made.is_error
        assert made.content[0].text.startswith("classify failed by an error of the program itself")

    _asked(make_server(tools), ask)
    assert "secret" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", 8000], "--port is for --http"),
        (["--models", "missing"], "missing"),
        ([], "No agent is on standard input"),
    ],
    ids=["port", "models", "nobody"],
)
def test_a_mistake_at_the_start_is_one_line(run: Run, options: list[object], words: str) -> None:
    status, printed, line = run("mcp", "--out", "out", *options, models=None)
    assert (status, printed) == (2, "")
    assert line.startswith("img2music: ") and words in line and line.count("\n") == 1


def test_without_the_extra_its_package_is_what_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("mcp", "anyio"):
        monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "img2music.mcp.server", raising=False)
    status, _, line = run("mcp", "--out", "out", models=None)
    assert (status, line) == (2, "img2music: mcp is not installed; run: pip install 'img2music[mcp]'\n")
