"""Ctrl+C and other signals end the program in one line at any moment, imports and its own end included.

The moments are counted in what the program does, not in seconds, so that a verdict does not depend on the machine.
"""

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
from img2music.cli.common.exits import HUNG_UP, INTERRUPTED, TERMINATED

pytestmark = pytest.mark.skipif(os.name == "nt", reason="such signals are not there")

AT_EVENT = """
import atexit, os, signal, sys
count, numbers = int(sys.argv.pop(1)), [int(number) for number in sys.argv.pop(1).split(",")]
seen, lines = 0, {lines}

def watch(event, arguments):
    global seen
    if event in {events}:
        seen += 1
        if seen == count:
            for number in numbers:
                os.kill(os.getpid(), number)

atexit.register(lambda: lines and print(f"events {{seen}}", file=sys.__stdout__))
from img2music.__main__ import main
sys.addaudithook(watch)
main()
"""
"""A program that sends itself signals at an event of Python's audit, and says at its end how many there were."""
ONE_LINE = [(INTERRUPTED, "", "img2music: interrupted\n"), (0, "", "")]
"""How a quiet command ends after Ctrl+C: at once, or it was done already."""
IMPORTS, OPENINGS = ("import",), ("open", "os.remove", "os.rename", "os.link")


def _run(place: Path, moment: int, numbers: list[int], events: tuple[str, ...], *wishes: object, lines: bool = False):
    code = AT_EVENT.format(events=events, lines=lines)
    signals = ",".join(str(int(number)) for number in numbers)
    return subprocess.run(
        [sys.executable, "-c", code, str(moment), signals, *map(str, wishes)],
        cwd=place,
        capture_output=True,
        text=True,
        preexec_fn=heed_signals,
    )


def _run_code(code: str, *wishes: object) -> tuple[int, str, str]:
    command = [sys.executable, "-c", code, *map(str, wishes)]
    ended = subprocess.run(command, capture_output=True, text=True, preexec_fn=heed_signals)
    return ended.returncode, ended.stdout, ended.stderr


def _events(place: Path, events: tuple[str, ...], *wishes: object) -> int:
    ended = _run(place, 0, [signal.SIGINT], events, *wishes, lines=True)
    assert ended.returncode == 0, ended.stderr
    return int(ended.stdout.splitlines()[-1].removeprefix("events "))


def _spread(count: int, moments: int) -> list[int]:
    """Numbers from 1 to `count`, evenly."""
    return sorted({1 + round((count - 1) * moment / (moments - 1)) for moment in range(moments)})


@pytest.fixture
def wishes(tiny_models: Path, cover: Path) -> list[object]:
    return ["generate", cover, "--seconds", 1, "--models", tiny_models, "--quiet", "--force"]


@pytest.mark.parametrize("events", [IMPORTS, OPENINGS], ids=["imports", "files"])
def test_ctrl_c_at_any_moment_is_one_line(wishes: list[object], cover: Path, events: tuple[str, ...]) -> None:
    whole = {"cover.png", "cover.wav"}
    for moment in _spread(_events(cover.parent, events, *wishes), 10):
        ended = _run(cover.parent, moment, [signal.SIGINT], events, *wishes)
        assert (ended.returncode, ended.stdout, ended.stderr) in ONE_LINE, moment
        assert {path.name for path in cover.parent.iterdir()} <= whole


@pytest.mark.parametrize(
    ("numbers", "status", "err"),
    [
        ([signal.SIGINT, signal.SIGINT], INTERRUPTED, "img2music: interrupted\n"),
        ([signal.SIGTERM], TERMINATED, ""),
        ([signal.SIGHUP], HUNG_UP, ""),
    ],
)
def test_other_signals_are_statuses_too(
    wishes: list[object], cover: Path, numbers: list[int], status: int, err: str
) -> None:
    for events in (IMPORTS, OPENINGS):
        for moment in _spread(_events(cover.parent, events, *wishes), 3):
            ended = _run(cover.parent, moment, numbers, events, *wishes)
            assert (ended.returncode, ended.stdout, ended.stderr) == (status, "", err), (events, moment)
            assert {path.name for path in cover.parent.iterdir()} <= {"cover.png", "cover.wav"}


def test_an_interrupt_while_python_ends_changes_nothing(wishes: list[object]) -> None:
    code = """
import atexit, os, signal
atexit.register(lambda: [os.kill(os.getpid(), signal.SIGINT) for _ in range(3)])
from img2music.__main__ import main
main()
"""
    assert _run_code(code, *wishes) == (0, "", "")


def test_an_interrupt_is_not_lost_in_a_destructor(wishes: list[object]) -> None:
    code = """
import os, signal, time
from img2music import pipeline
class Leaves:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
def generate(*arguments, **options):
    Leaves()
    time.sleep(300)
pipeline.Img2Music.generate = pipeline.Img2Music.play = generate
from img2music.__main__ import main
main()
"""
    assert _run_code(code, *wishes) == (INTERRUPTED, "", "img2music: interrupted\n")


@pytest.mark.parametrize("kind", ["ImportError", "RuntimeError", "img2music.errors.ModelError"])
def test_whatever_libraries_make_of_an_interrupt_it_stays_one(wishes: list[object], kind: str) -> None:
    code = f"""
import os, signal
import img2music.errors
from img2music.pipeline import Img2Music
def make(*arguments, **options):
    try:
        os.kill(os.getpid(), signal.SIGINT)
        list(range(10**6))
    except KeyboardInterrupt as interrupt:
        raise {kind}("made of it") from interrupt
Img2Music.play = make
from img2music.__main__ import main
main()
"""
    assert _run_code(code, *wishes) == (INTERRUPTED, "", "img2music: interrupted\n")


@pytest.mark.parametrize("call", ["exec", "eval"])
def test_an_interrupt_in_code_made_from_text_is_one_too(tmp_path: Path, wishes: list[object], call: str) -> None:
    """Python ends with the signal itself when an interrupt ends such a call, whatever becomes of it later."""
    code = f"""
from img2music.pipeline import Img2Music
def make(*arguments, **options):
    {call}("[__import__('os').kill(__import__('os').getpid(), 2), list(map(str, range(10**6)))]")
Img2Music.play = make
"""
    (tmp_path / "sitecustomize.py").write_text(code)
    ended = subprocess.run(
        [sys.executable, "-m", "img2music", *map(str, wishes)],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        preexec_fn=heed_signals,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (INTERRUPTED, "", "img2music: interrupted\n")


def test_an_interrupt_while_signals_are_not_yet_answered_is_one_line(tmp_path: Path) -> None:
    code = """
import os, signal, sys
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "img2music.system.interrupts":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder)
from img2music.__main__ import main
"""
    assert _run_code(code) == (INTERRUPTED, "", "img2music: interrupted\n")


def test_a_program_told_to_ignore_interrupts_does(wishes: list[object], cover: Path) -> None:
    code = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n{AT_EVENT}".format(
        events=IMPORTS, lines=False
    )
    assert _run_code(code, 5, int(signal.SIGINT), *wishes) == (0, "", "")
    assert cover.with_suffix(".wav").is_file()


def _descendants(process: int) -> set[int]:
    """The processes that a process started, and those that these started."""
    try:
        own = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # it is gone
        return set()
    return {int(one) for one in own}.union(*(_descendants(int(one)) for one in own))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are watched through /proc")
@pytest.mark.parametrize(
    ("number", "status", "line"),
    [
        (signal.SIGINT, INTERRUPTED, "img2music: interrupted\n"),
        (signal.SIGTERM, TERMINATED, ""),
        (signal.SIGHUP, HUNG_UP, ""),
    ],
)
@pytest.mark.parametrize("started", [1, 2, 3])
def test_a_batch_of_several_processes_ends_in_one_line(
    tiny_models: Path, tmp_path: Path, number: int, status: int, line: str, started: int
) -> None:
    """The whole group gets the signal, as from a terminal, when so many processes have been started."""
    (tmp_path / "covers").mkdir()
    for size in range(300):
        draw_cover(size=(64 + size, 48)).save(tmp_path / "covers" / f"{size}.png")
    wishes = ["batch", "covers", "--out", "out", "--seconds", 1, "--jobs", 2, "--models", tiny_models]
    command = [sys.executable, "-m", "img2music", *map(str, wishes)]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_signals,
    )
    while len(workers := _descendants(process.pid)) < started and process.poll() is None:
        time.sleep(0.001)
    os.killpg(process.pid, number)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out, err) == (status, "", line)
    assert not [path for path in tmp_path.rglob(".*") if path.is_file()]
    while any(Path(f"/proc/{worker}/exe").exists() for worker in workers):  # or the test never ends
        time.sleep(0.01)
