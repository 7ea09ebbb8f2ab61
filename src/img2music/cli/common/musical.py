"""Options that say what music is to be composed, for every command that composes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from img2music.cli.common.parameters import complete_genre
from img2music.wishes import Wishes

Command = Callable[..., None]

PANEL = "What is composed"
"""The heading of these options in the help of a command."""
BlendOption = Annotated[
    str | None,
    typer.Option(
        help="A second genre and its share, such as jazz=0.4.", autocompletion=complete_genre, rich_help_panel=PANEL
    ),
]
_WISHES: dict[str, Any] = {
    "style": Annotated[
        str | None, typer.Option(help="A style of the genre, such as bossa or lo-fi.", rich_help_panel=PANEL)
    ],
    "mood": Annotated[
        str | None,
        typer.Option(
            help="Instead of what is seen, each from 0 to 1: tempo, major, brightness, density, dynamics, tension; "
            "such as major=0.8,density=0.3.",
            rich_help_panel=PANEL,
        ),
    ],
    "bpm": Annotated[float | None, typer.Option(help="Tempo in quarter notes per minute.", rich_help_panel=PANEL)],
    "key": Annotated[str | None, typer.Option(help="Such as C, F# or Bbm.", rich_help_panel=PANEL)],
    "mode": Annotated[
        str | None, typer.Option(help="major, minor, dorian, mixolydian, lydian or phrygian.", rich_help_panel=PANEL)
    ],
    "metre": Annotated[str | None, typer.Option(help="Such as 4/4, 3/4 or 6/8.", rich_help_panel=PANEL)],
    "bars": Annotated[int | None, typer.Option(help="Length in bars.", rich_help_panel=PANEL)],
    "instruments": Annotated[
        str | None, typer.Option(help="These and no others, such as piano,bass,drums.", rich_help_panel=PANEL)
    ],
    "sections": Annotated[
        str | None, typer.Option(help="In order, such as intro,verse,chorus,outro.", rich_help_panel=PANEL)
    ],
    "quote": Annotated[
        str | None,
        typer.Option(help="A known tune in the public domain to quote, such as greensleeves.", rich_help_panel=PANEL),
    ],
}
"""The options by the names of the wishes that they fill, in the order of the help."""


def takes_wishes(command: Command) -> Command:
    """A command that calls one of its parameters `wishes`, with an option for each wish in its place."""

    @wraps(command)
    def with_options(**given: Any) -> None:
        wishes = Wishes(**{name: given.pop(name) for name in _WISHES})
        command(**given, wishes=wishes)

    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
        for name, option in _WISHES.items()
    ]
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command, eval_str=True).parameters.values():
        own = parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        parameters += options if parameter.name == "wishes" else [own]
    # Typer reads both; annotations that are no text any more are not evaluated again
    with_options.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return with_options
