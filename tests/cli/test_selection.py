"""The part of the command line that is built for a call offers what the whole does."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from img2music.cli.common.selection import needed
from img2music.cli.main import app


@pytest.mark.parametrize(
    "arguments",
    [
        ["generate"],
        ["compose"],
        ["batch"],
        ["app"],
        ["mcp"],
        ["verify"],
        ["piano-rolls"],
        ["data"],
        ["data", "covers"],
        ["evaluate", "scores"],
    ],
    ids=" ".join,
)
def test_a_command_is_the_same_in_a_part(arguments: list[str]) -> None:
    part = needed(app, arguments)
    assert len(part.registered_commands) + len(part.registered_groups) == 1
    help_of = [CliRunner().invoke(whole, [*arguments, "--help"], prog_name="x") for whole in (part, app)]
    assert help_of[0].exit_code == help_of[1].exit_code == 0
    assert help_of[0].output == help_of[1].output


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--install-completion"], ["compoze"]], ids=" ".join)
def test_without_a_command_the_whole_is_there(arguments: list[str]) -> None:
    assert needed(app, arguments) is app
