"""The workflows of GitHub run what is run here, for every Python that the package allows."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from places import ROOT

yaml = pytest.importorskip("yaml")
FOLDER = ROOT / ".github"
WORKFLOWS = sorted((FOLDER / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _read(path: Path) -> dict[str, Any]:
    # the key `on` is a truth value in YAML 1.1
    return {"on" if key is True else key: value for key, value in yaml.safe_load(path.read_text("utf-8")).items()}


def _steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in _read(path)["jobs"].values() for step in job["steps"]]


def test_every_system_and_python_runs_what_is_run_here() -> None:
    job = _read(FOLDER / "workflows" / "tests.yml")["jobs"]["tests"]
    matrix = job["strategy"]["matrix"]
    assert {system.partition("-")[0] for system in matrix["system"]} == {"ubuntu", "macos", "windows"}
    oldest = re.fullmatch(r">=3\.(\d+)", PROJECT["requires-python"])
    assert oldest is not None
    assert matrix["python"] == [f"3.{minor}" for minor in range(int(oldest[1]), 15)]
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_read_alone_and_name_versions(path: Path) -> None:
    told = _read(path)
    assert told["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 120 for job in told["jobs"].values())
    for step in _steps(path):
        assert "run" in step or re.fullmatch(r"[\w.-]+/[\w.-]+@(v\d+|release/v\d+)", step["uses"])
    assert "secrets." not in path.read_text(encoding="utf-8")


def test_a_release_is_published_without_a_password() -> None:
    job = _read(FOLDER / "workflows" / "release.yml")["jobs"]["publish"]
    assert job["permissions"] == {"id-token": "write"}
    assert (job["needs"], job["environment"]["name"]) == ("build", "pypi")
    assert "password" not in str(job)


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="actionlint is not installed")
def test_actionlint_finds_nothing() -> None:
    command = ["actionlint", "-no-color", "-shellcheck=", "-pyflakes=", *map(str, WORKFLOWS)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


@pytest.mark.parametrize("path", sorted((FOLDER / "ISSUE_TEMPLATE").glob("[!c]*.yml")), ids=lambda path: path.name)
def test_issue_forms_are_whole(path: Path) -> None:
    form = _read(path)
    assert form["name"] and form["description"]
    names = [part["id"] for part in form["body"]]
    assert len(names) == len({*names})
    assert all(part["attributes"]["label"] for part in form["body"])
