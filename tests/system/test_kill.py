"""A slice of the killing: work that is killed harms nothing that was complete, and run again ends as if it had not."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from places import ROOT

for _package in ("torch", "lightning", "timm", "librosa", "onnxscript", "yaml"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_a_kill_harms_nothing() -> None:
    victims = [f"--victim={name}" for name in ("vae", "flow", "batch")]
    command = [sys.executable, "-m", "tests.kill", "--trials", "4", *victims]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]
    assert sum(json.loads(ended.stdout)["trials"].values()) == 4
