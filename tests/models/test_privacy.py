"""Nothing leaves this machine and nothing is left on it: watched by the kernel, since native libraries count too."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import draw_cover
from places import ROOT
from watching import CAUGHT, clean_environment, files_below, in_own_network, without_sockets, works

NO_FILTER = "this kernel takes no filter of calls"
_LONG_ENOUGH = 12.0
"""Seconds after which ONNX Runtime would have sent what it collected."""

LIBRARY = f"""
import sys, time
from img2music import Img2Music
Img2Music(sys.argv[1]).generate(sys.argv[2], seconds=1).save("music.wav")
time.sleep({_LONG_ENOUGH})
"""
PAGE = """
import json, sys, urllib.request
from pathlib import Path
from img2music.app.server.server import Server

def number(file, name):
    heads, values = [line.split() for line in Path(file).read_text().splitlines() if line.startswith(name + ":")]
    return dict(zip(heads, values))

with Server(sys.argv[1], port=7899) as server:
    assert b"Img2Music" in urllib.request.urlopen(server.address).read()
one, two = number("/proc/self/net/snmp", "Ip"), number("/proc/self/net/snmp", "Udp")
six = dict(line.split() for line in Path("/proc/self/net/snmp6").read_text().splitlines())
print(json.dumps([one["OutNoRoutes"], two["OutDatagrams"], six["Ip6OutNoRoutes"], six["Udp6OutDatagrams"]]))
"""


@pytest.fixture(scope="module")
def watched() -> None:
    """For tests that end a process at its first socket."""
    if not works("without_sockets"):
        pytest.skip(NO_FILTER)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def long_life(
    tiny_models: Path, tmp_path_factory: pytest.TempPathFactory, watched: None
) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A program that makes music and then goes on for a while, and its home; it lives while other tests run."""
    home = tmp_path_factory.mktemp("home")
    place = tmp_path_factory.mktemp("place")
    draw_cover().save(place / "cover.png")
    command = [sys.executable, "-c", LIBRARY, tiny_models, place / "cover.png"]
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=place,
        env=clean_environment(home) | {"ORT_DISABLE_TELEMETRY": "0"},
        preexec_fn=without_sockets,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process, home
    process.kill()
    process.communicate()


COMMANDS = {
    "generate": ["generate", "cover.png", "--seconds", "1"],
    "generate, top 2, sidecar": ["generate", "cover.png", "--seconds", "1", "--top-n", "2", "--sidecar"],
    "classify": ["classify", "cover.png"],
    "info": ["info"],
    "reconstruct": ["reconstruct", "clip.wav", "--genre", "pop"],
    "batch": ["batch", "covers", "--out", "out", "--seconds", "1", "--jobs", "2"],
    "bank": ["bank", "add", "clip.wav", "--genre", "pop"],
}


@pytest.mark.usefixtures("watched", "long_life")
@pytest.mark.parametrize("name", COMMANDS)
def test_commands_open_no_socket_and_leave_nothing_at_home(
    tiny_models: Path, cover: Path, home: Path, name: str
) -> None:
    import numpy as np
    import soundfile

    place = cover.parent
    soundfile.write(place / "clip.wav", 0.1 * np.random.default_rng(0).standard_normal(16 * 22050), 22050)
    (place / "covers").mkdir()
    for number in range(4):
        draw_cover(size=(64, 48 + number)).save(place / "covers" / f"{number}.png")
    models = ["--models", str(tiny_models)]
    ended = subprocess.run(
        [sys.executable, "-m", "img2music", *COMMANDS[name], *models],
        cwd=place,
        env=clean_environment(home) | {"ORT_DISABLE_TELEMETRY": "0", "IMG2MUSIC_DATA": str(place / "data")},
        preexec_fn=without_sockets,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert files_below(home) == {"tmp"}


def test_a_program_that_lives_longer_opens_no_socket(long_life: tuple[subprocess.Popen[str], Path]) -> None:
    process, home = long_life
    _, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    assert files_below(home) == {"tmp"}


@pytest.mark.skipif(importlib.util.find_spec("gradio") is None, reason="gradio is not installed")
def test_the_page_asks_nobody(tiny_models: Path, home: Path) -> None:
    if not works("in_own_network"):
        pytest.skip("no network of its own is allowed here")
    ended = subprocess.run(
        [sys.executable, "-c", PAGE, str(tiny_models)],
        cwd=home,
        env=clean_environment(home),
        preexec_fn=in_own_network,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == '["0", "0", "0", "0"]', "it sent something away"
    assert not [name for name in files_below(home) if "Microsoft" in name or "onnxruntime" in name]


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is not installed")
def test_workers_of_ray_report_to_nobody(tiny_models: Path, cover: Path, home: Path) -> None:
    wishes = [
        "batch",
        cover,
        *["--out", "out", "--seconds", "1", "--ray", "local", "--jobs", "1", "--models"],
        tiny_models,
    ]
    with tempfile.TemporaryDirectory(prefix="r") as short:  # its sockets have long names, and may not have longer ones
        ended = subprocess.run(
            [sys.executable, "-m", "img2music", *map(str, wishes)],
            cwd=cover.parent,
            env=clean_environment(home) | {"RAY_worker_niceness": "0", "RAY_TMPDIR": short, "TMPDIR": short},
            capture_output=True,
            text=True,
        )
        left = files_below(Path(short))
    assert ended.returncode == 0, ended.stderr
    assert (cover.parent / "out" / "cover.wav").is_file()
    assert not [name for name in files_below(home) | left if "Microsoft" in name or "onnxruntime" in name]
    assert any("session" in name for name in left)


def test_the_watch_sees_sockets_of_native_libraries(watched: None) -> None:
    code = "import ctypes; print(ctypes.CDLL(None).socket(2, 1, 0))"
    ended = subprocess.run([sys.executable, "-c", code], preexec_fn=without_sockets, capture_output=True)
    assert ended.returncode == CAUGHT


def test_onnx_runtime_is_imported_in_one_place_alone() -> None:
    wanted = re.compile(r"^\s*(import|from)\s+onnxruntime\b", re.MULTILINE)
    places = [
        path for part in ("src", "tests", "benchmarks", "examples", "docs") for path in (ROOT / part).rglob("*.py")
    ]
    assert len(places) > 200
    found = [path.relative_to(ROOT).as_posix() for path in places if wanted.search(path.read_text(encoding="utf-8"))]
    assert found == ["src/img2music/models/session.py"]


@pytest.mark.parametrize("value", [None, "", "0", "1", "false"])
def test_telemetry_is_off_whatever_the_user_has_set(value: str | None) -> None:
    environment = {name: text for name, text in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    if value is not None:
        environment["ORT_DISABLE_TELEMETRY"] = value
    code = "import os, img2music.errors; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert ended.stdout == "1\n", ended.stderr


def test_native_complaints_at_the_import_are_not_seen(tmp_path: Path) -> None:
    package = tmp_path / "onnxruntime"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import os\nos.write(2, b'no such device')\n"
        "def set_default_logger_severity(level): os.write(2, b'%d' % level)\n"
    )
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import img2music.models.session"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert (ended.returncode, ended.stderr) == (0, b"4")
