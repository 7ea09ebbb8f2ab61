"""`data` on the command line. Heavy imports wait until a command runs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from img2music.cli.common.results import JsonOption
from img2music.data.covers.download import COVERS, MUSIC, fetch, where_from
from img2music.errors import OptionError, printable
from img2music.genres import GENRES, split_genres
from img2music.options import CLIP_SECONDS
from img2music.system.extras import needs

if TYPE_CHECKING:
    from rich.table import Table

    from img2music.data.indexing.report import Report

data_app = typer.Typer(help="Check, de-duplicate and split the covers and music to train on.", no_args_is_help=True)

SHOWN = 20  # problems on the console
FOUR = ",".join(GENRES)

OutOption = Annotated[
    Path | None, typer.Option(help="Folder for the index and the splits; FOLDER-index beside FOLDER by default.")
]
GenresOption = Annotated[str, typer.Option(help="Which genres, separated by commas.")]
SeedOption = Annotated[int, typer.Option(help="Another seed splits otherwise.", min=0)]
DownloadOption = Annotated[bool, typer.Option("--download", help="Fetch the set from Kaggle instead of FOLDER.")]


@data_app.command("covers")
def covers(
    folder: Annotated[Path | None, typer.Argument(help="Folder with a sub-folder per genre, or a covers.csv.")] = None,
    out: OutOption = None,
    genres: GenresOption = FOUR,
    folds: Annotated[int, typer.Option(help="How many of the five splits to write.", min=1, max=5)] = 5,
    seed: SeedOption = 0,
    keep_contradictions: Annotated[
        bool, typer.Option("--keep-contradictions", help="Keep covers that several genres share, as ambiguous.")
    ] = False,
    download: DownloadOption = False,
    as_json: JsonOption = False,
) -> None:
    """Index album covers: unreadable ones and duplicates out, look-alikes in one group, splits as files."""
    with needs("data"):
        from img2music.data.indexing.covers import index_covers
    root, index = _folders(folder, out, wanted=download, handle=COVERS, command="covers")
    _print(
        index_covers(
            root, index, genres=split_genres(genres), folds=folds, seed=seed, keep_contradictions=keep_contradictions
        ),
        as_json,
    )


@data_app.command("music")
def music(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder with a sub-folder per genre, a music.csv or a manifest.json.")
    ] = None,
    out: OutOption = None,
    genres: GenresOption = FOUR,
    seed: SeedOption = 0,
    min_seconds: Annotated[float, typer.Option(help="Leave out clips that are shorter.", min=0)] = CLIP_SECONDS,
    keep_faulty: Annotated[bool, typer.Option("--keep-faulty", help="Keep what is known to be faulty.")] = False,
    download: DownloadOption = False,
    as_json: JsonOption = False,
) -> None:
    """Index music: unreadable, silent, short and faulty clips and duplicates out, a split by work as a file."""
    with needs("data"):
        from img2music.data.indexing.clips import index_music
    root, index = _folders(folder, out, wanted=download, handle=MUSIC, command="music")
    _print(
        index_music(
            root, index, genres=split_genres(genres), seed=seed, min_seconds=min_seconds, keep_faulty=keep_faulty
        ),
        as_json,
    )


def _folders(folder: Path | None, out: Path | None, wanted: bool, handle: str, command: str) -> tuple[Path, Path]:
    """The folder to read and the one to write."""
    if wanted == (folder is not None):
        choice = "not both" if wanted else f"or {where_from(handle, command)}"
        raise OptionError(f"Give FOLDER or --download, {choice}")
    if folder is None:
        return fetch(handle, command), out or Path(f"{command}-index")
    place = Path(os.path.abspath(folder))
    return folder, out or place.with_name(f"{place.name}-index")


def _print(report: Report, as_json: bool) -> None:
    from rich.console import Console
    from rich.markup import escape

    if as_json:
        typer.echo(json.dumps(report.to_json()))
        return
    console = Console()
    console.print(printable(str(report.root)), markup=False, soft_wrap=True)
    console.print(_table(report))
    for name, parts in report.splits.items():
        typer.echo(f"{name}: " + ", ".join(f"{count} {part}" for part, count in parts.items()))
    for line in report.notes:
        typer.echo(printable(line))
    for problem in report.problems[:SHOWN]:
        outcome = "kept" if problem.kept else "left out"
        console.print(escape(printable(f"{outcome}: {problem.name}: {problem.text}")), soft_wrap=True)
    if len(report.problems) > SHOWN:
        typer.echo(f"and {len(report.problems) - SHOWN} more, see {printable(str(report.out / 'problems.csv'))}")
    typer.echo(f"{printable(str(report.out))}: give this folder to the other commands; seed {report.seed}")


def _table(report: Report) -> Table:
    from rich.box import SIMPLE
    from rich.markup import escape
    from rich.table import Table

    columns = list(next(iter(report.genres.values())))
    table = Table("genre", *columns, box=SIMPLE, pad_edge=False, show_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for genre, counts in report.genres.items():
        table.add_row(escape(genre), *(str(counts[column]) for column in columns))
    table.add_section()
    table.add_row("all", *(str(sum(counts[column] for counts in report.genres.values())) for column in columns))
    return table
