"""`evaluate snippets`, `relevance` and `quality` on the command line: music made for pictures. Heavy imports wait until
a command runs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from img2music.cli.common.parameters import AlphaOption, CoversOption, CoversSeedOption, EngineOption, ModelsOption
from img2music.cli.common.results import JsonOption, RecordOption, check_record, lasting, name_left_out, show
from img2music.cli.common.results import record as put_on_record
from img2music.genres import GENRES
from img2music.options import Options
from img2music.system.extras import needs

snippets_app = typer.Typer()

RealClipsOption = Annotated[Path, typer.Option(help="Folder of real clips to compare the snippets with.")]
SnippetsOutOption = Annotated[Path, typer.Option(help="Folder to write the snippets to.")]
CoversPerGenreOption = Annotated[int, typer.Option(help="Covers per genre.", min=1)]


@snippets_app.command("snippets")
def evaluate_snippets(
    covers: CoversOption,
    reference: RealClipsOption,
    out: SnippetsOutOption,
    per_genre: CoversPerGenreOption = 10,
    alpha: AlphaOption = None,
    engine: EngineOption = None,
    models: ModelsOption = None,
    record: RecordOption = False,
    seed: CoversSeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Make a snippet for each of some covers, in the cover's genre, and measure what is heard."""
    check_record(record, models)
    with needs("eval"):
        from img2music.data.covers.cover import read_covers
        from img2music.data.splits import pick
        from img2music.evaluation.audio import score_folder
        from img2music.evaluation.clips import write_snippets
        from img2music.evaluation.tables import score_tables
        from img2music.pipeline import Img2Music
    chosen = pick(read_covers(covers), per_genre, seed)
    snippets = write_snippets(Img2Music(models), chosen, out, Options(alpha, seed, engine=engine))
    scores = score_folder(snippets, reference, per_genre=any((reference / genre).is_dir() for genre in GENRES))
    if record:
        put_on_record(models, "snippets", lasting(scores.to_json()))
    name_left_out(scores.left_out)
    show(scores.to_json(), as_json, lambda: score_tables(scores))


@snippets_app.command("relevance")
def evaluate_relevance(
    pictures: Annotated[Path, typer.Option(help="Folder of pictures, sub-folders included.")],
    count: Annotated[int, typer.Option(help="Pictures, picked at random.", min=5)] = 200,
    alpha: AlphaOption = None,
    engine: EngineOption = None,
    choose: Annotated[str, typer.Option(help="mood or random, as for generate.")] = "mood",
    judge: Annotated[
        Path | None,
        typer.Option(help="An independent judge: the network of vibenet, its file efficientnet_model.onnx."),
    ] = None,
    models: ModelsOption = None,
    record: RecordOption = False,
    seed: Annotated[int, typer.Option(help="Another seed picks other pictures and other music.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Measure whether the music fits the picture, beside shuffled pairs of pictures and music."""
    check_record(record, models)
    with needs("eval"):
        from img2music.evaluation.clips import some_pictures
        from img2music.evaluation.relevance import relevance
        from img2music.evaluation.tables import relevance_tables
        from img2music.metrics.judge import Judge
        from img2music.pipeline import Img2Music
    options = Options(alpha, seed, choose=choose, engine=engine)
    listener = None if judge is None else Judge(judge)
    found = relevance(Img2Music(models), some_pictures(pictures, count, seed), options, listener)
    if record:
        put_on_record(models, "relevance", found.to_json())
    show(found.to_json(), as_json, lambda: relevance_tables(found))


@snippets_app.command("quality")
def evaluate_quality(
    covers: CoversOption,
    reference: RealClipsOption,
    out: SnippetsOutOption,
    per_genre: CoversPerGenreOption = 10,
    alpha: Annotated[
        list[float] | None, typer.Option(help="A strength to measure; repeatable. 0.25, 0.5, 0.7 and 1 if none.")
    ] = None,
    figure: Annotated[Path | None, typer.Option(help="PNG or SVG file for the curves.")] = None,
    models: ModelsOption = None,
    record: RecordOption = False,
    seed: CoversSeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Measure what each strength changes and what it costs, with every engine that the models have."""
    check_record(record, models)
    with needs("eval"):
        from img2music.data.covers.cover import read_covers
        from img2music.data.splits import pick
        from img2music.evaluation.quality import quality
        from img2music.evaluation.tables import quality_table
        from img2music.pipeline import Img2Music
        from img2music.plotting.strengths import strength_chart
        from img2music.plotting.style import save_figure
    img2music = Img2Music(models)
    chosen = pick(read_covers(covers), per_genre, seed)
    rows = quality(
        img2music,
        chosen,
        reference=reference,
        out=out,
        strengths=alpha or (0.25, 0.5, 0.7, 1.0),
        engines=img2music.engines,
        seed=seed,
    )
    if figure is not None:
        save_figure(strength_chart(rows, img2music.models.version), figure, force=True)
    facts = [asdict(row) for row in rows]
    if record:
        put_on_record(models, "quality", {"rows": facts})
    show(facts, as_json, lambda: [quality_table(rows)])
