"""A measurement as one line of JSON: what was measured, the figures, and on what machine, commit and versions."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("numpy", "onnxruntime", "soundfile", "torch", "lightning", "gradio")


def row(name: str, figures: dict[str, object]) -> dict[str, object]:
    """The line of the measurement `name`; a measurement that was left out has the figure `skipped`, its reason."""
    return {
        "name": name,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "versions": {"python": platform.python_version()} | _versions(),
        "figures": figures,
    }


def append(rows: list[dict[str, object]], path: Path) -> None:
    """Write rows to the end of a file of JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as lines:
        lines.writelines(json.dumps(each) + "\n" for each in rows)


def read(path: Path) -> list[dict[str, object]]:
    """The rows of a file, in their order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
