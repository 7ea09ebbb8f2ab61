"""`figures` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from img2music.cli.common.parameters import ModelsOption
from img2music.errors import OptionError
from img2music.genres import GENRES, check_genre
from img2music.options import DEFAULT_SECONDS
from img2music.system.extras import needs

figures_app = typer.Typer()


@figures_app.command("figures")
def figures(
    out: Annotated[Path, typer.Option(help="Folder to write the figures to.")],
    covers: Annotated[
        Path | None, typer.Option(help="Folder of covers with one sub-folder per genre: sample covers, augmentations.")
    ] = None,
    music: Annotated[
        Path | None, typer.Option(help="Folder of clips with one sub-folder per genre: waveforms, spectrograms.")
    ] = None,
    runs: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of a training run, repeatable: curves, confusion matrix, calibration."),
    ] = None,
    models: ModelsOption = None,
    seed: Annotated[int, typer.Option(help="Another seed picks other covers and clips.", min=0)] = 0,
    format: Annotated[str, typer.Option(help="png or svg.")] = "png",
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace figures that exist.")] = False,
) -> None:
    """Draw the paper's Figures 3 to 6, Table 1 and training curves from your own covers, music and runs."""
    if format not in ("png", "svg"):
        raise OptionError(f"Unknown picture format '{format}'; choose one of png, svg.")
    with needs("eval"):
        from img2music.plotting.gallery import draw_figures
    for path in draw_figures(
        out, covers, music=music, runs=runs or (), models=models, seed=seed, format=format, force=force
    ):
        typer.echo(path)


@figures_app.command("piano-rolls")
def piano_rolls(
    out: Annotated[Path, typer.Option(help="PNG to write.")],
    genre: Annotated[list[str] | None, typer.Option(help="Only this genre; repeatable.")] = None,
    scores: Annotated[int, typer.Option(help="Scores of each genre.", min=1, max=100)] = 10,
    style: Annotated[str | None, typer.Option(help="Only this style.")] = None,
    seconds: Annotated[float, typer.Option(help="Length of each score.")] = DEFAULT_SECONDS,
    columns: Annotated[int, typer.Option(help="Rolls beside each other.", min=1, max=10)] = 2,
    seed: Annotated[int, typer.Option(help="Of the first score; the others follow.", min=0)] = 0,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace a figure that exists.")] = False,
) -> None:
    """Draw what is composed as piano rolls."""
    from img2music.composition.brief import Brief
    from img2music.composition.compose import compose

    with needs("eval"):
        from img2music.plotting.scores.piano_rolls import draw_rolls
    genres = GENRES if not genre else tuple(check_genre(name) for name in genre)
    composed = [
        compose(Brief(name, seed=seed + number, seconds=seconds, style=style))
        for name in genres
        for number in range(scores)
    ]
    typer.echo(draw_rolls(composed, out, columns, force))


@figures_app.command("score-spectrograms")
def score_spectrograms(
    out: Annotated[Path, typer.Option(help="PNG to write.")],
    models: ModelsOption = None,
    genre: Annotated[list[str] | None, typer.Option(help="Only this genre; repeatable.")] = None,
    scores: Annotated[int, typer.Option(help="Scores of each genre.", min=1, max=100)] = 3,
    seconds: Annotated[float, typer.Option(help="Length of each.", min=1, max=60)] = 10.0,
    seed: Annotated[int, typer.Option(help="Of the first score; the others follow.", min=0)] = 0,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace a figure that exists.")] = False,
) -> None:
    """Draw the notes of composed scores over the spectrograms of what the networks make of them."""
    from img2music.composition.brief import Brief
    from img2music.composition.compose import compose

    with needs("eval", "pip install --no-deps tinysoundfont"):
        from img2music.evaluation.synthesis.subjects import of_score
        from img2music.evaluation.synthesis.variants import composed
        from img2music.models.folder import Models
        from img2music.plotting.scores.spectrograms import draw_score_spectrograms
    found = Models(models)
    pieces = []
    for name in GENRES if not genre else tuple(check_genre(name) for name in genre):
        play = composed(found, name, 0.0)
        for number in range(scores):
            score = compose(Brief(name, seed=seed + number, seconds=seconds))
            pieces.append((score, play(of_score(score, f"{name} {number}"), seconds)[0]))
    typer.echo(draw_score_spectrograms(pieces, out, found.version, force=force))
