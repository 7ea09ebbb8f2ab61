"""A slice of the fuzzing: a few hundred inputs of every kind end in success or an error of one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("yaml", reason="yaml is not installed")

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="processes are watched through /proc")
@pytest.mark.parametrize(
    ("target", "first", "cases"),
    [
        ("pictures", 0, 48),
        ("pictures", 200, 400),
        ("recordings", 0, 36),
        ("recordings", 100, 400),
        ("models", 0, 60),
        ("recipes", 0, 300),
        ("sidecars", 0, 500),
    ],
)
def test_nothing_that_is_read_does_harm(target: str, first: int, cases: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--target", target, "--first", str(first), "--cases", str(cases)]
    ended = subprocess.run(
        [*command, "--failures", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    facts = json.loads(ended.stdout)[target]
    assert facts["cases"] == cases
    assert any(name.endswith("Error") for name in facts["outcomes"])
