"""The folder of the Space holds what Hugging Face asks for, and its program serves the page."""

from __future__ import annotations

import importlib.util
import socket
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from page_requests import send
from places import ROOT

FOLDER = ROOT / "spaces"


@pytest.fixture
def front_matter() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    _, head, text = (FOLDER / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    assert text.strip()
    return yaml.safe_load(head)


@pytest.fixture
def program() -> ModuleType:
    pytest.importorskip("gradio", reason="Gradio is not installed")
    spec = importlib.util.spec_from_file_location("space_app", FOLDER / "app.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_front_matter_names_what_is_there(front_matter: dict[str, Any]) -> None:
    assert (FOLDER / front_matter["app_file"]).is_file()
    assert (front_matter["sdk"], front_matter["license"]) == ("gradio", "mit")
    constraints = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").split()
    assert f"gradio=={front_matter['sdk_version']}" in constraints
    assert len(front_matter["short_description"]) <= 60
    assert isinstance(front_matter["python_version"], str)


def test_what_is_required_is_this_package_with_its_page() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (FOLDER / "requirements.txt").read_text(encoding="utf-8").split() == [f"{project['name']}[app]"]
    assert "app" in project["optional-dependencies"]


def test_the_page_is_served_and_may_be_framed(program: ModuleType, tiny_models: Path) -> None:
    import urllib.request

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with program.space(port, tiny_models):
        address = f"http://127.0.0.1:{port}/"
        status, page = send(address, "GET", "/", headers={"Host": "someone-img2music.hf.space"})
        assert (status, b"<head>" in page) == (200, True)
        with urllib.request.urlopen(address) as answer:
            policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self' https://huggingface.co" in policy
