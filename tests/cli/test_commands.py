"""What commands have in common: options that mean the same, errors of the disk, figures on record."""

from __future__ import annotations

import errno
import hashlib
from dataclasses import fields
from pathlib import Path

import pytest
import typer.main

from conftest import Run
from img2music.cli.common.messages import writes_into
from img2music.cli.main import app
from img2music.errors import OutputError
from img2music.models.folder import Models
from img2music.models.manifest import MANIFEST
from img2music.wishes import Wishes

SHARED = (*("alpha", "seed", "seconds", "genre", "choose", "engine", "bank", "format", "tags", "models", "quiet"),)


@pytest.mark.parametrize("name", SHARED)
def test_an_option_of_generate_and_batch_is_the_same_in_both(name: str) -> None:
    commands = typer.main.get_command(app).commands
    one, other = (
        {option.name: option for option in commands[command].params}[name] for command in ("generate", "batch")
    )
    assert (one.help, one.opts, one.default) == (other.help, other.opts, other.default)


@pytest.mark.parametrize("command", ["generate", "batch", "compose"])
def test_whatever_music_can_be_asked_to_be_can_be_asked_of_each_command_that_composes(command: str) -> None:
    options = [option.name for option in typer.main.get_command(app).commands[command].params]
    wishes = [wish.name for wish in fields(Wishes) if wish.name != "changes"]
    assert [name for name in options if name in wishes] == wishes
    assert "wishes" not in options


@pytest.mark.parametrize(
    "arguments",
    [
        ("classifier", "RUN"),
        ("reconstruction", "--music", "music", "--out", "out"),
        ("snippets", "--covers", "covers", "--reference", "music", "--out", "out"),
        ("relevance", "--pictures", "covers"),
        ("novelty", "made", "music"),
        ("quality", "--covers", "covers", "--reference", "music", "--out", "out"),
    ],
)
def test_figures_are_never_recorded_in_the_installed_package(run: Run, arguments: tuple[str, ...]) -> None:
    manifest = Models().folder / MANIFEST
    before = hashlib.sha256(manifest.read_bytes()).hexdigest()
    status, out, err = run("evaluate", *arguments, "--record", models=None)
    assert (status, out) == (2, "")
    assert (
        err == "img2music: --record changes a models folder, and not the one of the package; name it with --models.\n"
    )
    assert hashlib.sha256(manifest.read_bytes()).hexdigest() == before


def test_an_error_of_the_disk_names_the_folder_of_the_command() -> None:
    @writes_into("out")
    def command(out: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="some-folder: the disk is full"):
        command(out=Path("some-folder"))


def test_a_reader_that_has_gone_is_no_error_of_the_disk() -> None:
    @writes_into("out")
    def command(out: Path) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        command(out=Path("some-folder"))
