"""Options that say what music is to be composed, for every command that composes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any

import typer

from img2music.cli.common.parameters import complete_genre, one_of
from img2music.errors import OptionError
from img2music.wishes import ORDERS, Wishes

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
            help="Instead of what is seen, each from 0 to 1: tempo, major, brightness, density, dynamics, tension, "
            "energy, warmth; such as major=0.8,density=0.3.",
            rich_help_panel=PANEL,
        ),
    ],
    "energy": Annotated[float | None, typer.Option(help="From calm, 0, to full and loud, 1.", rich_help_panel=PANEL)],
    "brightness": Annotated[
        float | None, typer.Option(help="From low and dark, 0, to high and bright, 1.", rich_help_panel=PANEL)
    ],
    "density": Annotated[float | None, typer.Option(help="From few notes, 0, to many, 1.", rich_help_panel=PANEL)],
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
    "read": Annotated[
        str | None,
        typer.Option(
            help="How the picture is read while the music plays: left-right, the default, centre-out, top-down or "
            "whole.",
            autocompletion=one_of(ORDERS),
            rich_help_panel=PANEL,
        ),
    ],
}
"""The options by the names of the wishes that they fill, in the order of the help."""
_FELT = ("energy", "brightness", "density")
"""Those that are attributes of the mood."""


def takes_wishes(command: Command) -> Command:
    """A command that calls one of its parameters `wishes`, with an option for each wish in its place."""

    @wraps(command)
    def with_options(**given: Any) -> None:
        wished = {name: given.pop(name) for name in _WISHES}
        mood = _mood_with(wished["mood"], {name: wished.pop(name) for name in _FELT})
        command(**given, wishes=Wishes(**wished | {"mood": mood}))

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


def _mood_with(mood: str | None, attributes: Mapping[str, float | None]) -> str | None:
    """A mood in a text together with attributes that have options of their own.

    Raises `OptionError` when one of them is in both.
    """
    given = {name: value for name, value in attributes.items() if value is not None}
    parts = [] if mood is None else [mood]
    for name, value in given.items():
        if mood is not None and name in (part.partition("=")[0].strip() for part in mood.split(",")):
            raise OptionError(f"--{name} and --mood both say {name}; give one of them.")
        parts.append(f"{name}={value!r}")
    return ",".join(parts) or None
