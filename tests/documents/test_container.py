"""The image is given all that its wheel is made of; `python -m tests.container` takes its steps."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.container import context, steps

from places import ROOT


def test_the_wheel_can_be_built_from_what_the_image_is_given() -> None:
    given = {str(file) for file in context(ROOT)}
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = {"pyproject.toml", facts["project"]["readme"], *facts["project"]["license-files"]}
    needed |= facts["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].keys()
    assert needed <= given
    assert "src/img2music/bundled/manifest.json" in given
    assert not any(name.startswith(("tests/", "docs/", ".git/")) or "__pycache__" in name for name in given)


def test_dockerignore_is_read_as_docker_reads_it(tmp_path: Path) -> None:
    for name in ("a/b.txt", "a/c/b.pyc", "d/b.txt", "e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".dockerignore").write_text("# all but\n*\n!a\n!e.txt\n**/*.pyc\n", encoding="utf-8")
    assert [str(file) for file in context(tmp_path)] == ["a/b.txt", "e.txt"]


def test_the_images_run_as_nobody_special_and_offline() -> None:
    found = steps((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    users = {stage: rest for stage, instruction, rest in found if instruction == "USER"}
    assert users == {"base": "listener", "page": "listener"}
    assert ("base", "ENTRYPOINT", '["img2music"]') in found
    assert [stage for stage, instruction, _ in found if instruction == "FROM"] == ["wheel", "base", "page", "last"]
