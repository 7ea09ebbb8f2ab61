"""`evaluate classifier`, `other-genres`, `robustness` and `instruments` on the command line. Heavy imports wait until a
command runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from img2music.cli.common.parameters import ModelsOption
from img2music.cli.common.results import JsonOption, RecordOption, check_record, show
from img2music.cli.common.results import record as put_on_record
from img2music.genres import GENRES, own_genres
from img2music.system.extras import needs

pictures_app = typer.Typer()


@pictures_app.command("classifier")
def evaluate_classifier(
    runs: Annotated[list[Path], typer.Argument(help="Folders of `train classifier` runs, one per split.")],
    leave_one_source_out: Annotated[
        Path | None,
        typer.Option(help="Folder of covers: train as in the first run without each of their sources, test on it."),
    ] = None,
    names: Annotated[Path | None, typer.Option(help="As in training.")] = None,
    views: Annotated[Path | None, typer.Option(help="Folder of stored views of these covers.")] = None,
    models: ModelsOption = None,
    record: RecordOption = False,
    as_json: JsonOption = False,
) -> None:
    """Put the splits of a classifier together: mean and spread, and per genre and source; beside them how it does on
    sources that it never saw."""
    check_record(record, models)
    with needs("eval"):
        from img2music.evaluation.splits import summarise_splits
        from img2music.evaluation.tables import split_tables
    summary = summarise_splits(runs)
    if leave_one_source_out is not None:
        with needs("train"):
            from img2music.training.text_classifier.reader_run import left_out_run
        summary = replace(summary, left_out_sources=left_out_run(runs[0], leave_one_source_out, views, names))
    if record:
        put_on_record(models, "classifier", summary.to_json())
    show(summary.to_json(), as_json, lambda: split_tables(summary))


@pictures_app.command("other-genres")
def evaluate_other_genres(
    run: Annotated[
        Path, typer.Argument(help="Folder of a `train classifier` run on genres that are played and others.")
    ],
    played: Annotated[str, typer.Option(help="The genres that are played, which come first.")] = ",".join(GENRES),
    as_json: JsonOption = False,
) -> None:
    """Say how well covers of other genres are told from those of genres that are played, on left-out sources."""
    with needs("train"):
        from img2music.evaluation.tables import other_genres_tables
        from img2music.training.other_genre_models import left_out_report
    found = left_out_report(run, own_genres(played))
    show(found.to_json(), as_json, lambda: other_genres_tables(found))


@pictures_app.command("robustness")
def evaluate_robustness(
    pictures: Annotated[Path, typer.Option(help="Folder of pictures, sub-folders included.")],
    count: Annotated[int, typer.Option(help="Pictures, picked at random.", min=1)] = 100,
    models: ModelsOption = None,
    seed: Annotated[int, typer.Option(help="Another seed picks other pictures.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Say how many pictures keep their genre and their music when they are stored again, resized or cut a little."""
    with needs("eval"):
        from img2music.evaluation.clips import some_pictures
        from img2music.evaluation.pictures.robustness import robustness
        from img2music.pipeline import Img2Music
    img2music = Img2Music(models)
    found = robustness(img2music.classify, some_pictures(pictures, count, seed))
    show(found.to_json(), as_json, lambda: [found.table()])


@pictures_app.command("instruments")
def evaluate_instruments(
    pictures: Annotated[
        Path, typer.Argument(help="Folder with a folder of pictures for each instrument, and one called nothing.")
    ],
    models: ModelsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how many instruments are recognised in pictures of them, and how often one is claimed that is not there."""
    with needs("eval"):
        from img2music.evaluation.pictures.instruments import recognition
        from img2music.models.folder import Models
        from img2music.vision.classifier import Classifier
    found = recognition(Classifier(Models(models)), pictures)
    show(found.to_json(), as_json, lambda: [found.table()])
