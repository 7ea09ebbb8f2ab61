"""The part of a command line that a call needs: Typer reads the signatures of all commands, which takes time."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import typer
from typer.main import get_command_name
from typer.models import CommandInfo


def needed(app: typer.Typer, arguments: Sequence[str]) -> typer.Typer:
    """The command line with the command alone that arguments name; all of it when they name none that there is."""
    word = next((argument for argument in arguments if not argument.startswith("-")), None)
    groups = [
        group
        for group in app.registered_groups
        if group.typer_instance is not None
        and (group.name == word if group.name else _named(group.typer_instance.registered_commands, word))
    ]
    commands = _named(app.registered_commands, word)
    if not groups and not commands:
        return app
    part = copy(app)
    part.registered_groups, part.registered_commands = groups, commands
    return part


def _named(commands: Sequence[CommandInfo], word: str | None) -> list[CommandInfo]:
    return [command for command in commands if word == _name(command)]


def _name(command: CommandInfo) -> str | None:
    if command.name or command.callback is None:
        return command.name
    return get_command_name(command.callback.__name__)
