"""The shell completes commands and the names of genres, formats and engines."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from conftest import Run


def _complete(line: str) -> list[str]:
    """What bash is offered for the last word of a line."""
    request = {"_IMG2MUSIC_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    command = [sys.executable, "-m", "img2music"]
    ended = subprocess.run(command, env=os.environ | request, capture_output=True, text=True, check=True)
    return ended.stdout.split()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("img2music gen", ["generate"]),
        ("img2music generate x --genre ", ["classical", "hiphop", "pop", "jazz"]),
        ("img2music generate x --genre j", ["jazz"]),
        ("img2music generate x --format m", ["mp3", "mp4"]),
        ("img2music reconstruct x --format m", ["mp3"]),
        ("img2music batch x --engine ", ["compose", "flow", "perturb"]),
        ("img2music batch x --choose r", ["random"]),
        ("img2music train vae --genre cl", ["classical"]),
    ],
)
def test_names_are_completed(line: str, names: list[str]) -> None:
    assert _complete(line) == names


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(shell: str) -> None:
    request = {"_IMG2MUSIC_COMPLETE": f"source_{shell}"}
    command = [sys.executable, "-m", "img2music"]
    ended = subprocess.run(command, env=os.environ | request, capture_output=True, text=True, check=True)
    assert f"_IMG2MUSIC_COMPLETE=complete_{shell}" in ended.stdout


@pytest.mark.parametrize("wishes", [["--show-completion"], ["--show-completion", "bash"], []])
def test_an_unknown_shell_is_a_mistake(wishes: list[str]) -> None:
    request = {} if wishes else {"_IMG2MUSIC_COMPLETE": "source_nothing"}
    command = ["env", sys.executable, "-m", "img2music", *wishes]  # `env` is none of the shells
    ended = subprocess.run(command, env=os.environ | {"SHELL": ""} | request, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) in ((2, ""), (0, ended.stdout))
    assert "Traceback" not in ended.stderr and ended.stderr.count("\n") == ended.returncode // 2


def test_help_tells_how_to_install_completion(run: Run) -> None:
    assert "--install-completion" in run("--help", models=None)[1]
