"""`evaluate scores` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from img2music.genres import GENRES, check_genre

scores_app = typer.Typer()


@scores_app.command("scores")
def evaluate_scores(
    genre: Annotated[list[str] | None, typer.Option(help="Only this genre; repeatable.")] = None,
    count: Annotated[int, typer.Option(help="Scores of each genre.", min=2)] = 200,
    seconds: Annotated[float, typer.Option(help="Length of each score.")] = 15.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how new and how varied composed scores are: notes that another score has, and entropies in bits."""
    from rich.console import Console
    from rich.table import Table

    from img2music.metrics.scores.score_variety import novelty, variety_of

    genres = GENRES if not genre else tuple(check_genre(name) for name in genre)
    facts = {
        name: {"overlap": novelty(name, count, seconds), "entropy": variety_of(name, count, seconds)} for name in genres
    }
    if as_json:
        typer.echo(json.dumps(facts))
        return
    for title in ("overlap", "entropy"):
        table = Table(title, *facts[genres[0]][title])
        for name in genres:
            table.add_row(name, *(f"{value:.2f}" for value in facts[name][title].values()))
        Console().print(table)
