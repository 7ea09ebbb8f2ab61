"""`compare` and `reproduce` on the command line. Heavy imports wait until a command runs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from img2music.cli.common.messages import writes_into
from img2music.cli.common.results import JsonOption, show
from img2music.errors import printable
from img2music.system.extras import needs

if TYPE_CHECKING:
    from rich.table import Table

compare_app = typer.Typer(help="Train networks alike and put them side by side.", no_args_is_help=True)
reproduce_app = typer.Typer()

OutOption = Annotated[Path, typer.Option(help="Folder of the runs and the table; the same one again continues.")]
EpochsOption = Annotated[int | None, typer.Option(help="Instead of the recipes' own number of epochs.", min=1)]
MinutesOption = Annotated[float | None, typer.Option(help="Of training for each, at most.", min=0)]


@compare_app.command("classifiers")
@writes_into("out")
def classifiers(
    covers: Annotated[Path, typer.Option(help="Folder of covers with one sub-folder per genre.")],
    out: OutOption,
    recipes: Annotated[
        str, typer.Option(help="Recipes by name or YAML file, with commas between.")
    ] = "paper-vgg16,paper-resnet,paper-convnext,classifier",
    fold: Annotated[int, typer.Option(help="Which of the five splits, 0 to 4.", min=0, max=4)] = 0,
    limit: Annotated[int | None, typer.Option(help="Covers of each genre, at most.", min=10)] = None,
    epochs: EpochsOption = None,
    minutes: MinutesOption = None,
    weights: Annotated[
        str,
        typer.Option(
            help="imagenet: timm's, from the internet; auto: these if they can be had; none; or a folder of weights."
        ),
    ] = "auto",
    start: Annotated[Path | None, typer.Option(help="Weights of a distilled backbone, for lite2_convnext.")] = None,
    split: Annotated[Path | None, typer.Option(help="CSV of files and parts instead of a fold.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Train the paper's genre classifiers and ours on the same covers, and compare them."""
    with needs("train"):
        from img2music.experiments.comparison.classifiers import compare_classifiers, table_cells
    names = [name.strip() for name in recipes.split(",") if name.strip()]
    rows = compare_classifiers(
        covers,
        out,
        recipes=names,
        fold=fold,
        limit=limit,
        epochs=epochs,
        minutes=minutes,
        weights=weights,
        start=start,
        split_file=split,
    )
    show([asdict(row) for row in rows], as_json, lambda: [as_columns(table_cells(rows))])


@compare_app.command("vaes")
@writes_into("out")
def vaes(
    music: Annotated[list[Path], typer.Option(help="Folder of clips with one sub-folder per genre; repeatable.")],
    out: OutOption,
    minutes: Annotated[
        float | None, typer.Option(help="Of training in all, at most: each VAE or set of VAEs gets a sixth.", min=0)
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Clips of each genre, at most.", min=3)] = None,
    covers: Annotated[Path | None, typer.Option(help="Folder of covers to play; random pictures without.")] = None,
    per_genre: Annotated[int, typer.Option(help="Clips and pictures per genre to measure with, at most.", min=1)] = 6,
    as_json: JsonOption = False,
) -> None:
    """Train the paper's waveform VAE, the same with the best σ and our spectrogram VAE, each once per genre and once
    on all genres, for the same time on the same clips, and compare them."""
    with needs("eval"):
        from img2music.experiments.comparison.vaes import compare_vaes, table_cells
    result = compare_vaes(music, out, minutes=minutes, limit=limit, covers=covers, per_genre=per_genre)
    show(result.to_json(), as_json, lambda: [as_columns(table_cells(result.rows)), *result.claims, result.notes])


@reproduce_app.command("reproduce")
@writes_into("out")
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
        from img2music.experiments.reproduction.place import Workplace
        from img2music.experiments.reproduction.run import reproduce as run
        from img2music.experiments.reproduction.steps import STEPS
    typer.echo(run(Workplace(covers, music, out, seed), STEPS, budget))


def as_columns(cells: list[list[str]]) -> Table:
    """Rows of text, the headings first, as columns: there are more headings than things compared."""
    from rich.markup import escape
    from rich.table import Table

    columns = list(zip(*cells, strict=True))
    table = Table(*columns[0])
    for column in columns[1:]:
        table.add_row(*(escape(printable(cell)) for cell in column))
    return table
