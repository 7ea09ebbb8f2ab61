"""What a command found: as JSON or as tables, and recorded in a models folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from img2music.errors import OptionError

if TYPE_CHECKING:
    from rich.console import RenderableType

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
RecordOption = Annotated[
    bool, typer.Option("--record", help="Put the figures into the manifest of the folder that --models names.")
]


def show(facts: object, as_json: bool, parts: Callable[[], Iterable[RenderableType]]) -> None:
    """Print facts as one JSON value, or else in `parts`: tables, and plain text as it is."""
    if as_json:
        typer.echo(json.dumps(facts))
        return
    from rich.console import Console

    for part in parts():
        if isinstance(part, str):
            typer.echo(part)
        else:
            Console().print(part)


def check_record(wanted: bool, models: Path | None) -> None:
    """Raise `OptionError` when figures shall be recorded in the models of the installed package."""
    if wanted and models is None:
        raise OptionError("--record changes a models folder, and not the one of the package; name it with --models.")


def record(models: Path | None, name: str, figures: dict[str, Any]) -> None:
    """Put figures under a name into the manifest of a models folder. Raises `OptionError` as `check_record`."""
    from img2music.training.export.recorded_figures import record_figures

    check_record(True, models)
    if models is not None:
        record_figures(models, name, figures)


def lasting(scores: dict[str, Any]) -> dict[str, Any]:
    """Scores without what concerns this machine's files alone."""
    return {name: value for name, value in scores.items() if name != "left_out"}


def name_left_out(lines: Iterable[str]) -> None:
    """Name the files that were left out, on standard error."""
    for line in lines:
        typer.echo(f"left out: {line}", err=True)
