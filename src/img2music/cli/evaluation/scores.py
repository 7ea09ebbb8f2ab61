"""`evaluate scores` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from img2music.genres import GENRES, check_genre

scores_app = typer.Typer()


@scores_app.command("scores")
def evaluate_scores(
    genre: Annotated[list[str] | None, typer.Option(help="Only this genre; repeatable.")] = None,
    count: Annotated[int, typer.Option(help="Scores of each genre.", min=2)] = 200,
    seconds: Annotated[float, typer.Option(help="Length of each score.")] = 15.0,
    briefs: Annotated[int, typer.Option(help="Random briefs to compare scores with, of all genres.", min=0)] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how new and how varied composed scores are, and whether they are what was asked for.

    Overlap is the share of notes that another score has, entropies are in bits.
    """
    from img2music.metrics.scores.obedience import obedience
    from img2music.metrics.scores.score_variety import novelty, variety_of

    genres = GENRES if not genre else tuple(check_genre(name) for name in genre)
    facts = {
        name: {"overlap": novelty(name, count, seconds), "entropy": variety_of(name, count, seconds)} for name in genres
    }
    kept = asdict(obedience(briefs))
    if as_json:
        typer.echo(json.dumps(facts | {"briefs": kept}))
        return
    from rich.console import Console
    from rich.table import Table

    for title in ("overlap", "entropy"):
        table = Table(title, *facts[genres[0]][title])
        for name in genres:
            table.add_row(name, *(f"{value:.2f}" for value in facts[name][title].values()))
        Console().print(table)
    table = Table("briefs", "exact", "impossible, and refused", "wrong")
    table.add_row(str(briefs), *(str(value) for value in kept.values()))
    Console().print(table)
