"""`batch` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from img2music.errors import OptionError

batch_app = typer.Typer()


@batch_app.command("batch")
def batch(
    sources: Annotated[list[str], typer.Argument(help="Folders, pictures, or patterns such as 'covers/**/*.jpg'.")],
    out: Annotated[Path, typer.Option(help="Folder of the music; the same one again continues.")],
    format: Annotated[str, typer.Option(help="wav, flac, ogg, mp3 or mp4.")] = "wav",
    seed: Annotated[int, typer.Option(help="Another seed picks other music.")] = 0,
    alpha: Annotated[float | None, typer.Option(help="How far from the known music; 0 is that music.")] = None,
    seconds: Annotated[float, typer.Option(help="Length in seconds.")] = 15.0,
    genre: Annotated[str | None, typer.Option(help="One genre for all instead of what is seen.")] = None,
    choose: Annotated[str, typer.Option(help="The known music: mood or random.")] = "mood",
    engine: Annotated[str | None, typer.Option(help="perturb, the default, or flow.")] = None,
    bank: Annotated[str | None, typer.Option(help="Your own music that `bank add` keeps under this name.")] = None,
    tags: Annotated[bool, typer.Option("--tags", help="Write title, credits and the picture into each file.")] = False,
    models: Annotated[Path | None, typer.Option(help="Folder of trained models instead of the bundled ones.")] = None,
    jobs: Annotated[int, typer.Option(help="Processes at once; each holds the models.", min=1, max=64)] = 1,
    force: Annotated[bool, typer.Option("--force", "-f", help="Make what is there already again.")] = False,
) -> None:
    """Turn many pictures into music, each with its sidecar, and write a page to listen through."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from img2music.batch.page import check_page, write_page
    from img2music.batch.plan import plan
    from img2music.batch.run import State, run
    from img2music.order import FORMATS, Order

    if format.lower() not in FORMATS:
        raise OptionError(f"Unknown sound format '{format}'; choose one of {', '.join(FORMATS)}.")
    order = Order(alpha, seed, seconds, False, choose, engine, False, bank, genre, format.lower(), tags)
    pieces = plan(sources, out, order.format)
    check_page(out, force)
    console = Console(stderr=True)
    columns = BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    outcomes = []
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(pieces))
        for outcome in run(pieces, models, order, force, jobs):
            outcomes.append(outcome)
            progress.advance(task)
    failed = sorted(outcome.problem for outcome in outcomes if outcome.state is State.FAILED)
    made, there = (sum(outcome.state is state for outcome in outcomes) for state in (State.MADE, State.THERE))
    if made or there:
        typer.echo(write_page(pieces, out))
    typer.echo(f"{made} made, {there} there already, {len(failed)} failed")
    for problem in failed:
        print(f"img2music: {problem}", file=sys.stderr)
    if failed:
        raise typer.Exit(1)
