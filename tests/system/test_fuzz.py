"""A slice of the fuzzing: a few hundred inputs of every kind end in success or an error of one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from places import ROOT

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("yaml", reason="yaml is not installed")
pytest.importorskip("av", reason="av is not installed")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="processes are watched through /proc")
@pytest.mark.parametrize(
    ("target", "first", "cases"),
    [
        ("pictures", 0, 48),
        ("pictures", 200, 400),
        ("recordings", 0, 130),
        ("recordings", 200, 400),
        ("containers", 0, 200),
        ("models", 0, 90),
        ("recipes", 0, 300),
        ("sidecars", 0, 500),
        ("briefs", 0, 200),
        ("scores", 0, 100),
        ("origins", 0, 300),
    ],
)
def test_nothing_that_is_read_does_harm(target: str, first: int, cases: int, tmp_path: Path) -> None:
    facts = _fuzz(target, first, cases, tmp_path)
    assert any(name.endswith("Error") for name in facts["outcomes"])


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="processes are watched through /proc")
def test_no_environment_makes_a_command_do_harm(tmp_path: Path) -> None:
    assert set(_fuzz("environments", 0, 16, tmp_path)["outcomes"]) >= {"status 0", "status 2"}


def _fuzz(target: str, first: int, cases: int, failures: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.fuzz", "--target", target, "--first", str(first), "--cases", str(cases)]
    ended = subprocess.run(
        [*command, "--failures", str(failures)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    facts = json.loads(ended.stdout)[target]
    assert facts["cases"] == cases
    return facts
