"""What is in a folder, so that it can be compared with another one; reading it shows whether everything is whole."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from safetensors.numpy import load_file

from img2music.models.folder import Models
from img2music.models.manifest import MANIFEST

TOLERANCE = 1e-6
_CLOCK = {"train_seconds", "milliseconds"}
"""What a report tells of time, which is never twice the same."""


def contents(folder: Path) -> dict[str, Any]:
    """What each file below `folder` says; hidden ones, which interruptions may leave, are no part of it.

    Raises whatever reading raises when one is not whole.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder): path for path in paths}
    shown = {name: path for name, path in named.items() if not any(part.startswith(".") for part in name.parts)}
    for path in shown.values():
        if path.name == MANIFEST and isinstance(json.loads(path.read_text(encoding="utf-8")), dict):
            models = Models(path.parent)
            for name in models.manifest.files:
                models.read(name)  # raises when the checksum is another
    return {name.as_posix(): _read(path) for name, path in shown.items()}


def differences(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    """The names of files that are not in both or do not say the same, numbers of logs and weights within 1e-6."""
    return [name for name in sorted({*first, *second}) if not _same(first.get(name), second.get(name))]


def _read(path: Path) -> Any:
    if path.suffix == ".ckpt":
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
        return {name: value.numpy() for name, value in checkpoint["state_dict"].items()}
    if path.suffix == ".safetensors":
        return load_file(path)
    if path.suffix == ".npz":
        with np.load(path) as file:
            return dict(file)
    if path.suffix in (".wav", ".flac"):
        soundfile.read(path)
    if path.name == "metrics.csv":
        with path.open(newline="") as file:
            return [{name: float(value) for name, value in row.items() if value} for row in csv.DictReader(file)]
    if path.name == "report.json":
        facts = json.loads(path.read_text(encoding="utf-8"))
        return {name: value for name, value in facts.items() if name not in _CLOCK}
    if path.suffix == ".json":
        facts = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(facts, dict) and "figures" in facts:
            split = facts["figures"].get("classifier_split", {})
            facts["figures"]["classifier_split"] = {k: v for k, v in split.items() if k not in _CLOCK}
        return facts
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        if first.dtype.kind != "f":
            return np.array_equal(first, second)
        return first.shape == second.shape and np.allclose(first, second, rtol=TOLERANCE, atol=TOLERANCE)
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_same(first[name], second[name]) for name in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_same, first, second))
    if isinstance(first, float) and isinstance(second, float):
        return abs(first - second) <= TOLERANCE * max(1.0, abs(first))
    return bool(first == second)
