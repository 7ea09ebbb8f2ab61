"""What the documentation shows works as shown, and its site builds without a network."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from img2music.cli.main import app
from places import ROOT

PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")] + sorted((ROOT / "docs").rglob("*.md"))


def _fenced(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the example pictures, as the working folder."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("listener.md", ("examples/pop.wav", "two-jazz.wav", "music/index.html", "piped.flac")),
        ("scores.md", ("jazz.mid", "other.mid", "verse.mid")),
    ],
)
def test_the_commands_of_a_page_run(checkout: Path, page: str, names: tuple[str, ...]) -> None:
    script = "\n".join(_fenced(page, "sh"))
    program = f'img2music() {{ {shlex.quote(sys.executable)} -m img2music "$@"; }}\n'
    ended = subprocess.run(["bash", "-euc", program + script], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert all((checkout / name).stat().st_size for name in names)


@pytest.mark.parametrize("page", ["listener.md", "researcher.md", "hub.md", "scores.md"])
def test_python_snippets_run(checkout: Path, page: str) -> None:
    snippets = _fenced(page, "python")
    assert snippets
    for snippet in snippets:
        exec(compile(snippet, page, "exec"), {})


def _commands(text: str) -> list[list[str]]:
    """The words of every line of code that begins with the program, up to a pipe or the next command."""
    code = [
        line.strip()
        for line in re.sub(r"\\\n\s*", " ", text).splitlines()
        if re.match(r"( {4,})?img2music (?!=)", line)
    ]
    found = []
    for line in code:
        words = list(shlex.shlex(line, posix=True, punctuation_chars=True))
        ends = [place for place, word in enumerate(words) if word in ("|", "<", ">", "&&", "·")]
        found.append(words[1 : min(ends, default=len(words))])
    return found


@pytest.mark.parametrize(
    "page", [page for page in PAGES if _commands(page.read_text(encoding="utf-8"))], ids=lambda page: page.name
)
def test_commands_and_options_exist(page: Path) -> None:
    for words in _commands(page.read_text(encoding="utf-8")):
        ended = CliRunner().invoke(app, [*words, "--help"])
        assert ended.exit_code == 0, f"{shlex.join(words)}\n{ended.output}"


@pytest.mark.skipif(
    not all(map(find_spec, ("mkdocs", "material", "mkdocstrings"))), reason="the extra docs is not installed"
)
def test_the_site_builds_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "--install-completion" in (tmp_path / "commands.html").read_text(encoding="utf-8")
    assert "save_pretrained" in (tmp_path / "api.html").read_text(encoding="utf-8")
    loads = re.compile(r"<(?:script|img|iframe|audio|video)[^>]+src=\"?(?:https?:)?//|<link[^>]+href=\"?(?:https?:)?//")
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 15
    assert [page.name for page in pages if loads.search(page.read_text(encoding="utf-8"))] == []


def test_the_citation_is_of_this_version() -> None:
    yaml = pytest.importorskip("yaml")
    facts = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{facts["version"]}"' in project
    assert facts["references"][0]["authors"][0]["family-names"] == "Miguel"
