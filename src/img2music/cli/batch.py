"""`batch` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from img2music.cli.common.exits import PARTLY
from img2music.cli.common.messages import end_partly, warn
from img2music.cli.common.musical import takes_wishes
from img2music.cli.common.parameters import (
    AlphaOption,
    BankOption,
    ChooseOption,
    EngineOption,
    GenreOption,
    ModelsOption,
    MonoOption,
    QuietOption,
    SecondsOption,
    SeedOption,
    TagsOption,
    VideoFormatOption,
)
from img2music.errors import OptionError
from img2music.options import CHOICES
from img2music.wishes import NO_WISHES, Wishes

if TYPE_CHECKING:
    from img2music.batch.on_ray import Ended
    from img2music.batch.run import Outcome, State
    from img2music.output.request import Request

    End = TypeVar("End", Outcome, Ended)

batch_app = typer.Typer()


@batch_app.command("batch")
@takes_wishes
def batch(
    sources: Annotated[
        list[str],
        typer.Argument(help="Folders, pictures, or patterns such as 'covers/**/*.jpg'; with --ray also a table."),
    ],
    out: Annotated[
        str, typer.Option(help="Folder for the music, with --ray also a URI; run again with the same one to continue.")
    ],
    format: VideoFormatOption = None,
    seed: SeedOption = 0,
    alpha: AlphaOption = None,
    seconds: SecondsOption = None,
    genre: GenreOption = None,
    choose: ChooseOption = CHOICES[0],
    engine: EngineOption = None,
    bank: BankOption = None,
    wishes: Wishes = NO_WISHES,
    mono: MonoOption = False,
    tags: TagsOption = False,
    models: ModelsOption = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            help="Parallel processes, each with its own models; 1 by default, with --ray all processors.", min=1
        ),
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Run on a Ray cluster: its address, auto, or local for a new one on this machine."
        ),
    ] = None,
    quiet: QuietOption = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="Make music again that exists already.")] = False,
) -> None:
    """Turn many pictures into music, each with a sidecar, and write a web page to listen to them.

    Style, mood, tempo, key and the like mean the engine compose.
    """
    from img2music.output.formats import FORMATS, SOUNDS
    from img2music.output.request import Request

    wanted = (format or SOUNDS[0]).lower()
    if wanted not in FORMATS:
        raise OptionError(f"Unknown sound format '{format}'; choose one of {', '.join(FORMATS)}.")
    request = Request(
        alpha=alpha,
        seed=seed,
        seconds=seconds,
        choose=choose,
        engine=engine,
        bank=bank,
        wishes=wishes,
        mono=mono,
        genre=genre,
        format=wanted,
        tags=tags,
    )
    if ray is None:
        _here(sources, Path(out), models=models, request=request, force=force, jobs=jobs or 1, quiet=quiet)
    else:
        _on_ray(sources, out, models=models, request=request, force=force, address=ray, jobs=jobs, quiet=quiet)


def _here(
    sources: list[str], out: Path, models: Path | None, request: Request, force: bool, jobs: int, quiet: bool
) -> None:
    """Make the music in this machine's processes, write the page, and list what failed."""
    from img2music.batch.page import check_page, write_page
    from img2music.batch.plan import plan
    from img2music.batch.run import State, run
    from img2music.system.walk import describe

    planned = plan(sources, out, request.format)
    tasks = planned.tasks
    check_page(out, force)
    outcomes = _shown(run(tasks, models, request=request, force=force, jobs=jobs), len(tasks), quiet)
    count, failed = _tally(outcomes)
    if count[State.MADE] or count[State.THERE]:
        page = write_page(tasks, out)
        if not quiet:
            typer.echo(page)
    _report(count, quiet, describe(planned.passed_over))
    end_partly(sorted(outcome.problem for outcome in failed))


def _on_ray(
    sources: list[str],
    out: str,
    models: Path | None,
    request: Request,
    force: bool,
    address: str,
    jobs: int | None,
    quiet: bool,
) -> None:
    """Make the music on a Ray cluster, and write a table of what failed beside it."""
    from img2music.system.extras import needs

    with needs("ray"):
        from img2music.batch.failures import write_failures
        from img2music.batch.on_ray import run_on_ray

    passed_over: list[str] = []
    ends = run_on_ray(
        sources, out, models=models, request=request, force=force, address=address, jobs=jobs, report=passed_over.append
    )
    count, failed = _tally(_shown(ends, None, quiet))
    table = write_failures(failed, out)
    _report(count, quiet, "".join(passed_over))
    if failed:
        warn(f"{table} lists what failed")
        raise typer.Exit(PARTLY)


def _shown(outcomes: Iterator[End], total: int | None, quiet: bool) -> Iterator[End]:
    """The outcomes, with a bar that counts them on a terminal unless `quiet`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as progress:
        yield from progress.track(outcomes, total)


def _tally(outcomes: Iterator[End]) -> tuple[Counter[State], list[End]]:
    """How many tasks ended in each way, and those that failed."""
    from img2music.batch.run import State

    count: Counter[State] = Counter()
    failed = []
    for outcome in outcomes:
        count[outcome.state] += 1
        if outcome.state is State.FAILED:
            failed.append(outcome)
    return count, failed


def _report(count: Counter[State], quiet: bool, passed_over: str) -> None:
    from img2music.batch.run import State

    if not quiet:
        if passed_over:
            typer.echo(passed_over)
        typer.echo(f"{count[State.MADE]} made, {count[State.THERE]} there already, {count[State.FAILED]} failed")
