"""A batch on a local Ray cluster is the batch that one process makes, whatever the catalogue and whoever is killed."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

for _package in ("ray", "pyarrow", "psutil"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import ray

from conftest import Run, draw_cover
from gate import BEFORE, Gate

COLOURS = ("red", "lime", "blue", "black")


def _start(models: Path, *arguments: object, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "img2music", "batch", *arguments, "--models", models, "--ray", "local"]
    quick = {"RAY_worker_niceness": "0"}
    return subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=(environment or os.environ) | quick,
    )


def _run(models: Path, *arguments: object) -> tuple[int, str, str]:
    process = _start(models, *arguments)
    out, err = process.communicate()
    return process.returncode, out, err


def _covers(folder: Path, count: int) -> Path:
    for number in range(count):
        path = folder / f"{number % 3}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_cover(COLOURS[number % 4], (64, 48 + number)).save(path)
    return folder


def _made(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in (".wav", ".json")
    }


def _failures(folder: Path) -> list[dict[str, str]]:
    with (folder / "failures.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_a_killed_worker_costs_nothing_and_the_bytes_are_those_of_a_plain_batch(
    tiny_models: Path, tmp_path: Path, run: Run
) -> None:
    covers = _covers(tmp_path / "covers", 96)
    (covers / "bad.png").write_bytes(b"no picture")
    out = tmp_path / "ray"
    gate = Gate(tmp_path / "gate")
    process = _start(tiny_models, covers, "--out", out, "--seconds", 4, "--jobs", 2, environment=gate.environment)
    killed = _kill_a_worker(process, out)
    assert len(_made(out)) < 2 * 96, "all was made before the worker was killed"
    gate.open()
    printed, err = process.communicate()
    assert process.returncode == 1, err
    assert not psutil.pid_exists(killed)
    assert printed.endswith("1 failed\n")
    assert run("batch", covers, "--out", "plain", "--seconds", 4)[0] == 1
    assert _made(out) == _made(Path("plain"))
    assert len(_made(out)) == 2 * 96
    (failure,) = _failures(out)
    assert failure["uri"] == str(covers / "bad.png")
    assert "bad.png is not a picture" in failure["error"]


def _kill_a_worker(process: subprocess.Popen[str], out: Path) -> int:
    """End one of the workers from outside as soon as there is some music; returns its number."""
    while process.poll() is None:
        if len(list(out.rglob("[!.]*.wav"))) >= 2 * BEFORE:
            below = psutil.Process(process.pid).children(recursive=True)
            workers = [child for child in below if any("MapWorker" in word for word in child.cmdline())]
            assert workers, "no worker was found"
            workers[0].send_signal(signal.SIGKILL)
            return workers[0].pid
        time.sleep(0.02)
    raise AssertionError(f"the batch ended before there was music: {process.communicate()}")


def test_a_table_is_read_made_elsewhere_and_gone_on_with(tiny_models: Path, tmp_path: Path, run: Run) -> None:
    covers = _covers(tmp_path / "covers", 3)
    pictures = sorted(covers.rglob("*.png"))
    rows = [{"key": f"shelf/{path.stem}", "uri": f"local://{path}", "bytes": None} for path in pictures[:2]]
    rows += [
        {"key": "whole", "uri": None, "bytes": pictures[2].read_bytes()},
        {"key": "../out", "uri": "covers/0/0.png", "bytes": None},
        {"key": "gone", "uri": "covers/9/9.png", "bytes": None},
        {"key": "empty", "uri": None, "bytes": b""},
        {"key": "nowhere", "uri": "nowhere://a.png", "bytes": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), "catalogue.parquet")
    arguments = ("catalogue.parquet", "--out", f"local://{tmp_path}/there", "--seconds", 1, "--jobs", 1)
    status, printed, err = _run(tiny_models, *arguments)
    assert (status, printed) == (1, "3 made, 0 there already, 4 failed\n"), err
    uris = {row["uri"] for row in _failures(Path("there"))}
    assert uris == {"covers/0/0.png", f"{tmp_path}/covers/9/9.png", "empty", "nowhere://a.png"}
    assert run("batch", covers, "--out", "plain", "--seconds", 1)[0] == 0
    made = {name: data for name, data in _made(Path("there")).items() if name.endswith(".wav")}
    plain = _made(Path("plain"))
    assert made == {
        f"shelf/{pictures[0].stem}.wav": plain["0/0.wav"],
        f"shelf/{pictures[1].stem}.wav": plain["1/1.wav"],
        "whole.wav": plain["2/2.wav"],
    }
    told = json.loads(Path("there/shelf/0.json").read_text(encoding="utf-8"))
    assert told["picture"]["path"] == "../../covers/0/0.png"
    Path("there/whole.wav").unlink()
    assert _run(tiny_models, *arguments)[1] == "1 made, 2 there already, 4 failed\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("names.parquet",), "needs a column uri or path"),
        (("no.parquet",), "Cannot read no.parquet"),
        (("names.parquet", "more"), "alone"),
        (("covers", "--alpha", "nan"), "alpha"),
    ],
)
def test_mistakes_end_in_one_line(
    tiny_models: Path, tmp_path: Path, run: Run, arguments: tuple[str, ...], words: str
) -> None:
    _covers(tmp_path / "covers", 1)
    pq.write_table(pa.table({"name": ["a"]}), tmp_path / "names.parquet")
    status, out, err = run("batch", *arguments, "--out", "out", "--ray", "local", "--jobs", 1)
    assert (status, out) == (2, "")
    assert words in err.splitlines()[-1]
    assert not Path("out").exists()


def test_ray_that_does_not_start_in_time_is_started_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def give_up(*_: object, **__: object) -> None:
        tried.append(1)
        raise Exception("The current node timed out during startup.")  # as Ray does

    monkeypatch.setattr(ray, "init", give_up)
    draw_cover().save("a.png")
    status, out, err = run("batch", "a.png", "--out", "out", "--ray", "local")
    assert (status, out, len(tried)) == (2, "", 3)
    assert err == (
        "img2music: Ray does not start: The current node timed out during startup; end other programs, or leave out "
        "--ray.\n"
    )
    assert run("batch", "a.png", "--out", "out", "--ray", "127.0.0.1:1")[2].endswith("try --ray local.\n")
    assert len(tried) == 4
