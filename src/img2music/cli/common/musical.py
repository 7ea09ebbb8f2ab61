"""Options that say what music is to be composed, for every command that composes."""

from __future__ import annotations

from typing import Annotated

import typer

from img2music.cli.common.parameters import complete_genre, one_of
from img2music.errors import OptionError
from img2music.wishes import ORDERS

PANEL = "What is composed"
"""The heading of these options in the help of a command."""
StyleOption = Annotated[
    str | None, typer.Option(help="A style of the genre, such as bossa or lo-fi.", rich_help_panel=PANEL)
]
MoodOption = Annotated[
    str | None,
    typer.Option(
        help="Instead of what is seen, each from 0 to 1: tempo, major, brightness, density, dynamics, tension, energy; "
        "such as major=0.8,density=0.3.",
        rich_help_panel=PANEL,
    ),
]
EnergyOption = Annotated[float | None, typer.Option(help="From calm, 0, to full and loud, 1.", rich_help_panel=PANEL)]
BrightnessOption = Annotated[
    float | None, typer.Option(help="From low and dark, 0, to high and bright, 1.", rich_help_panel=PANEL)
]
DensityOption = Annotated[float | None, typer.Option(help="From few notes, 0, to many, 1.", rich_help_panel=PANEL)]
ReadOption = Annotated[
    str | None,
    typer.Option(
        help="How the picture is read while the music plays: left-right, the default, centre-out, top-down, or whole.",
        autocompletion=one_of(ORDERS),
        rich_help_panel=PANEL,
    ),
]
BpmOption = Annotated[float | None, typer.Option(help="Tempo in quarter notes per minute.", rich_help_panel=PANEL)]
KeyOption = Annotated[str | None, typer.Option(help="Such as C, F# or Bbm.", rich_help_panel=PANEL)]
ModeOption = Annotated[
    str | None, typer.Option(help="major, minor, dorian, mixolydian, lydian or phrygian.", rich_help_panel=PANEL)
]
MetreOption = Annotated[str | None, typer.Option(help="Such as 4/4, 3/4 or 6/8.", rich_help_panel=PANEL)]
BarsOption = Annotated[int | None, typer.Option(help="Length in bars.", rich_help_panel=PANEL)]
InstrumentsOption = Annotated[
    str | None, typer.Option(help="These and no others, such as piano,bass,drums.", rich_help_panel=PANEL)
]
SectionsOption = Annotated[
    str | None, typer.Option(help="In order, such as intro,verse,chorus,outro.", rich_help_panel=PANEL)
]
BlendOption = Annotated[
    str | None,
    typer.Option(
        help="A second genre and its share, such as jazz=0.4.", autocompletion=complete_genre, rich_help_panel=PANEL
    ),
]
QuoteOption = Annotated[
    str | None,
    typer.Option(help="A known tune in the public domain to quote, such as greensleeves.", rich_help_panel=PANEL),
]


def mood_with(mood: str | None, **attributes: float | None) -> str | None:
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
