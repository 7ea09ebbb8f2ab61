"""What the README shows works as shown."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from img2music.cli.main import main
from places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the example pictures, as the working folder."""
    # without the music of who has run the first command
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("*.wav"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_command_makes_music(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = re.search(r"pip install \. && (img2music .+)", README).group(1)
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    assert (checkout / "examples" / "jazz.wav").stat().st_size > 600_000


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_python_snippets_run(checkout: Path, snippet: str) -> None:
    exec(compile(snippet, "README.md", "exec"), {})
    assert (checkout / "pop.flac").is_file()


def test_files_that_it_names_exist() -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
