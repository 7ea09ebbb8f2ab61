"""`reproduce` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from img2music.errors import OutputError
from img2music.extras import needs
from img2music.files import reason

reproduce_app = typer.Typer()


@reproduce_app.command("reproduce")
def reproduce(
    covers: Annotated[Path, typer.Option(help="Folder of covers with one sub-folder per genre.")],
    music: Annotated[Path, typer.Option(help="Folder of clips with one sub-folder per genre.")],
    out: Annotated[Path, typer.Option(help="Folder of the report; the same one again continues.")],
    budget: Annotated[
        float | None, typer.Option(help="Minutes for everything; as long as the recipes say when left out.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed picks other covers and clips.", min=0)] = 0,
) -> None:
    """Do the paper's experiments on your covers and music, and write a report of them beside the paper's figures."""
    with needs("eval"):
        from img2music.reproduction.place import Workplace
        from img2music.reproduction.run import reproduce as run
        from img2music.reproduction.steps import STEPS
    try:
        typer.echo(run(Workplace(covers, music, out, seed), STEPS, budget))
    except OSError as error:
        raise OutputError(f"Cannot go on in {out}: {reason(error)}.") from error
