"""How the program ends, in every way a shell can see, and what it shows a terminal that wants no colours."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Run, draw_cover
from gate import Gate
from heeding import heed_signals
from img2music.cli.common.exits import DONE, EPILOG, INTERRUPTED, MISTAKE, PARTLY, UNREAD

POSIX = pytest.mark.skipif(os.name == "nt", reason="such signals, pipes and terminals are not there")
COLOUR = re.compile(r"\x1b\[[0-9;]*?\b(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[0-9;]*m")


def _start(*arguments: object, **how: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "img2music", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)


def test_help_tells_every_status(run: Run) -> None:
    out = " ".join(run("--help", models=None)[1].split())
    assert EPILOG in out
    assert [str(status) in EPILOG for status in (DONE, PARTLY, MISTAKE, INTERRUPTED, UNREAD)] == [True] * 5


@POSIX
def test_an_interrupt_is_one_line(tiny_models: Path, tmp_path: Path) -> None:
    (tmp_path / "covers").mkdir()
    for number in range(200):
        draw_cover(size=(64 + number, 48)).save(tmp_path / "covers" / f"{number}.png")
    wishes = ["batch", "covers", "--out", "out", "--seconds", 1, "--models", tiny_models]
    process = _start(*wishes, cwd=tmp_path, env=Gate(tmp_path / "gate").environment, preexec_fn=heed_signals)
    while not any(tmp_path.glob("out/*.wav")) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, err) == (INTERRUPTED, "img2music: interrupted\n")


@POSIX
@pytest.mark.parametrize("arguments", [["info"], ["info", "--credits"], ["info", "--json"], ["--help"], ["--version"]])
def test_a_closed_pipe_ends_silently(arguments: list[str]) -> None:
    process = _start(*arguments)
    process.stdout.close()
    _, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (UNREAD, "")


@POSIX
def test_a_closed_pipe_ends_a_sound_silently(tiny_models: Path, cover: Path) -> None:
    process = _start("generate", cover, "-o", "-", "--models", tiny_models)
    process.stdout.close()
    _, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (UNREAD, "")


def _on_a_terminal(arguments: list[str], folder: Path, **environment: str) -> str:
    """What a terminal is sent on standard output and standard error."""
    screen, terminal = os.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "TERM")}
    command = [sys.executable, "-m", "img2music", *arguments]
    process = subprocess.Popen(command, cwd=folder, stdout=terminal, stderr=terminal, env=clean | environment)
    os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(screen, 65536)
        except OSError:  # Linux says so that the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(screen)
    process.wait(timeout=300)
    return shown.decode()


@POSIX
@pytest.mark.parametrize("command", ["--help", "info", "classify", "batch", "generate --alpha x"])
def test_terminals_without_colours_get_none(command: str, tiny_models: Path, cover: Path) -> None:
    more = {"classify": [cover], "batch": [cover, "--out", "out", "--seconds", 1], "generate --alpha x": [cover]}
    models = [] if command == "--help" else ["--models", tiny_models]
    arguments = [*command.split(), *map(str, (*more.get(command, []), *models))]
    again = ["--force"] if command == "batch" else []
    assert COLOUR.search(_on_a_terminal(arguments, cover.parent, TERM="xterm-256color")) or command == "classify"
    assert not COLOUR.search(_on_a_terminal([*arguments, *again], cover.parent, TERM="xterm-256color", NO_COLOR="1"))
    assert "\x1b" not in _on_a_terminal([*arguments, *again], cover.parent, TERM="dumb")


@POSIX
@pytest.mark.parametrize("mebibytes", [100, 160, 250, 500, 700])
def test_too_little_memory_is_one_line(tiny_models: Path, cover: Path, mebibytes: int) -> None:
    resource = pytest.importorskip("resource")
    limit = mebibytes << 20
    process = _start(
        *("generate", cover, "--seconds", 1, "--models", tiny_models),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out, err.count("\n")) == (MISTAKE, "", 1), err
    assert "not enough memory" in err
    assert list(cover.parent.iterdir()) == [cover]


@POSIX
@pytest.mark.parametrize("mebibytes", [250, 275, 350])
def test_too_little_memory_for_large_packages_is_one_line(tmp_path: Path, mebibytes: int) -> None:
    resource = pytest.importorskip("resource")
    limit = mebibytes << 20  # with some of these OpenBLAS, which SciPy brings, would try again for ever
    (tmp_path / "covers" / "pop").mkdir(parents=True)
    draw_cover().save(tmp_path / "covers" / "pop" / "1.png")
    process = _start(
        *("data", "covers", "covers", "--out", "index"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        cwd=tmp_path,
    )
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out, err.count("\n")) == (MISTAKE, "", 1), err
    assert "not enough memory" in err
