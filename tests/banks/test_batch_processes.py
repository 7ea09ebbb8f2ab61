"""A batch of several processes ends whichever of them are killed, and when: it waits for nobody who is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import draw_cover
from heeding import heed_signals
from img2music.cli.common.exits import MISTAKE

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="such signals are not there, or processes cannot be watched"
)
ENDED = "img2music: A process was ended from outside, perhaps for its memory; use fewer --jobs.\n"
NOT_STARTED = "img2music: The system starts no more processes; use fewer --jobs.\n"
KILLED_AFTER_A_START = """
import multiprocessing, os, signal, time
from multiprocessing.connection import Connection
from multiprocessing.popen_spawn_posix import Popen
launch, launched, receive = Popen._launch, [], Connection.recv

def say_and_receive(self):
    if multiprocessing.parent_process() is not None:
        open(f"waits.{{os.getpid()}}", "w").close()
    return receive(self)

def launch_and_kill(self, process):
    launch(self, process)
    launched.append(self.pid)
    if len(launched) == {started}:
        while {waits} and not os.path.exists(f"waits.{{launched[{killed}]}}"):
            time.sleep(0.01)
        os.kill(launched[{killed}], signal.SIGKILL)

Popen._launch, Connection.recv = launch_and_kill, say_and_receive
"""
"""After so many starts one of the processes is killed: at once, or when it waits for its first task."""
NO_SECOND_PROCESS = """
import errno
from multiprocessing.popen_spawn_posix import Popen
launch, launched = Popen._launch, []

def launch_one(self, process):
    if launched:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
    launched.append(process)
    return launch(self, process)

Popen._launch = launch_one
"""
NO_THREAD = """
import multiprocessing, threading
start = threading.Thread.start

def start_in_parent(self):
    if multiprocessing.parent_process() is not None:
        raise RuntimeError("can't start new thread")
    start(self)

threading.Thread.start = start_in_parent
"""
SWALLOWS = """
import os, signal
from img2music.batch.run import Maker
make = Maker.__call__

def swallow(self, piece):
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        list(range(10**6))
    except SystemExit:
        pass
    return make(self, piece)

Maker.__call__ = swallow
"""
"""Code that lets no exception pass, as that of destructors, while a process is told to end."""


def _start(tiny_models: Path, folder: Path, count: int, script: str = "", jobs: int = 2) -> subprocess.Popen[str]:
    (folder / "covers").mkdir()
    for number in range(count):
        draw_cover(size=(64 + number, 48)).save(folder / "covers" / f"{number}.png")
    (folder / "script").mkdir()
    (folder / "script" / "sitecustomize.py").write_text(script)
    wishes = ["batch", "covers", "--out", "out", "--seconds", 1, "--jobs", jobs, "--models", tiny_models]
    paths = filter(None, (str(folder / "script"), os.environ.get("PYTHONPATH")))
    return subprocess.Popen(
        [sys.executable, "-m", "img2music", *map(str, wishes)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,
        preexec_fn=heed_signals,
    )


def _group(process: subprocess.Popen[str]) -> list[int]:
    """The processes of its group that have not ended, without those that decode pictures."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it has just ended
            continue
        if int(group) == process.pid and state != "Z":
            found.append(int(path.parent.name))
    return found


def _nobody_is_left(process: subprocess.Popen[str]) -> None:
    while _group(process):  # or the test never ends
        time.sleep(0.01)


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize(("started", "killed"), [(1, 0), (2, 0), (2, 1)])
def test_a_process_that_is_killed_while_others_start_keeps_nobody(
    tiny_models: Path, tmp_path: Path, started: int, killed: int, waits: bool
) -> None:
    script = KILLED_AFTER_A_START.format(started=started, killed=killed, waits=waits)
    process = _start(tiny_models, tmp_path, 6, script)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out, err) == (MISTAKE, "", ENDED)
    _nobody_is_left(process)


def test_a_system_that_starts_no_more_is_one_line(tiny_models: Path, tmp_path: Path) -> None:
    process = _start(tiny_models, tmp_path, 6, NO_SECOND_PROCESS)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out, err) == (MISTAKE, "", NOT_STARTED)
    _nobody_is_left(process)


def test_a_system_that_starts_no_more_threads_is_one_line(tiny_models: Path, tmp_path: Path) -> None:
    process = _start(tiny_models, tmp_path, 6, NO_THREAD)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out, err) == (MISTAKE, "", ENDED)
    _nobody_is_left(process)


def test_a_process_that_is_told_to_end_ends_whatever_swallows_that(tiny_models: Path, tmp_path: Path) -> None:
    process = _start(tiny_models, tmp_path, 6, SWALLOWS)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out, err) == (MISTAKE, "", ENDED)
    _nobody_is_left(process)


@pytest.mark.parametrize("started", [2, 3, 4])
def test_nobody_outlives_the_first_process(tiny_models: Path, tmp_path: Path, started: int) -> None:
    """Killed when there are so many of a group: itself, what looks after semaphores, and two that make pieces."""
    process = _start(tiny_models, tmp_path, 300)
    while len(_group(process)) < started and process.poll() is None:
        time.sleep(0.001)
    process.kill()
    process.communicate(timeout=300)
    _nobody_is_left(process)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda n: n.name)
@pytest.mark.parametrize("started", [3, 4])
def test_a_signal_to_one_process_ends_the_batch_or_changes_nothing(
    tiny_models: Path, tmp_path: Path, started: int, number: signal.Signals
) -> None:
    process = _start(tiny_models, tmp_path, 4)
    while len(group := _group(process)) < started and process.poll() is None:
        time.sleep(0.001)
    if len(group) >= started:
        os.kill(max(group), number)
    out, err = process.communicate(timeout=300)
    made = (0, "out/index.html\n4 made, 0 there already, 0 failed\n", "")
    ended = (MISTAKE, "", ENDED)
    allowed = [made] if number in (signal.SIGHUP, signal.SIGINT) else [made, ended]
    assert (process.returncode, out, err) in allowed
    _nobody_is_left(process)
