"""Options that change a piece that is there."""

from __future__ import annotations

from typing import Annotated

import typer

from img2music.errors import OptionError
from img2music.wishes import Change, Remake

PANEL = "What is changed"
"""The heading of these options in the help of a command."""
SectionOption = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="NUMBER", help="Make this section anew, counted from 1; all else stays.", rich_help_panel=PANEL
    ),
]
ExtendOption = Annotated[
    str | None,
    typer.Option(
        metavar="LENGTH",
        help="Go on where the ending begins, for so many seconds, or bars such as 8bars.",
        rich_help_panel=PANEL,
    ),
]


def change_asked(section: int | None, extend: str | None, seed: int) -> Change | None:
    """The change that these options ask for, None without any. Raises `OptionError` for two of them."""
    if section is not None and extend is not None:
        raise OptionError("--section and --extend exclude each other; make one change after the other.")
    if section is not None:
        return Remake(section, seed)
    if extend is None:
        return None
    from img2music.briefing import parse_extension

    return parse_extension(extend, seed)


def name_of(change: Change) -> str:
    """What the file of a changed piece has in its name."""
    return f"section-{change.section}" if isinstance(change, Remake) else "extended"
