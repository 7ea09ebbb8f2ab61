"""The lines that benchmarks write, and what reads them again."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import pytest

from places import ROOT

sys.path.insert(0, str(ROOT))

from benchmarks.catalogue import Inputs, table
from benchmarks.rows import append, read, row


def test_a_row_says_what_when_and_where() -> None:
    made = row("latency", {"warm_s": 0.5})
    assert set(made) == {"name", "date", "commit", "cpu", "cores", "load", "versions", "figures"}
    assert datetime.fromisoformat(made["date"]).tzinfo is not None
    assert made["versions"]["numpy"]
    assert made["cpu"] and made["commit"]


def test_rows_are_lines_that_are_kept_when_more_come(tmp_path: Path) -> None:
    results = tmp_path / "new" / "results.jsonl"
    first, second = row("page", {"median_s": 1.0}), row("page", {"median_s": 2.0})
    append([first], results)
    append([second], results)
    assert [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()] == [first, second]
    assert read(results) == [first, second]


def test_the_history_is_drawn_of_what_there_is(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    from benchmarks.history import plot

    append([row("latency", {"perturb_warm_s": 0.5}), row("training", {"skipped": "no music"})], tmp_path / "r.jsonl")
    assert plot(tmp_path / "r.jsonl", tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_a_catalogue_costs_pictures_times_seconds() -> None:
    text = table(Inputs({"perturb": 0.5}, {"wav": 600_000, "ogg": 100_000}, 50_000, 500))
    million, hundred_million = (line for line in text.splitlines() if line.startswith(("| 1 million", "| 100 million")))
    assert "139 h" in million and "0.05 TB" in million and "0.60 TB" in million and "0.10 TB" in million
    assert "13,889 h" in hundred_million and "60.0 TB" in hundred_million
