"""`evaluate` on the command line. Heavy imports wait until a command runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from img2music.errors import OptionError, printable
from img2music.evaluation.embedders import EMBEDDERS, Embedder
from img2music.evaluation.embedders import embedder as make_embedder
from img2music.evaluation.left_out_table import left_out_tables
from img2music.extras import needs
from img2music.genres import GENRES, check_genre
from img2music.options import Options
from img2music.parameters import ModelsOption, complete_genre

evaluate_app = typer.Typer(help="Measure models and music.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AlphaOption = Annotated[float | None, typer.Option(help="How far from the known music; the engine's default if none.")]
EngineOption = Annotated[str | None, typer.Option(help="flow or perturb, as for generate.")]
LabelledCoversOption = Annotated[Path, typer.Option(help="Folder of covers with one sub-folder per genre.")]
RealClipsOption = Annotated[Path, typer.Option(help="Folder of real clips to compare the snippets with.")]
SnippetsOutOption = Annotated[Path, typer.Option(help="Folder to write the snippets to.")]
CoversPerGenreOption = Annotated[int, typer.Option(help="Covers per genre.", min=1)]
CoversSeedOption = Annotated[int, typer.Option(help="Another seed picks other covers and other music.")]
RecordOption = Annotated[bool, typer.Option("--record", help="Put the figures into the models' manifest.")]


@evaluate_app.command("audio")
def evaluate_audio(
    generated: Annotated[Path, typer.Argument(help="Folder of snippets, best with one sub-folder per genre.")],
    reference: Annotated[Path, typer.Argument(help="Folder of real clips to compare them with.")],
    training: Annotated[Path | None, typer.Option(help="Folder of the clips trained on, to look for copies.")] = None,
    embedder: Annotated[str, typer.Option(help=f"What listens: {' or '.join(EMBEDDERS)}.")] = "musicnn",
    vggish_weights: Annotated[
        Path | None, typer.Option(help="File of VGGish's weights; without, they are fetched once and kept.")
    ] = None,
    per_genre: Annotated[bool, typer.Option("--per-genre", help="Distances for each genre's sub-folder too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Compare a folder of snippets with a folder of real clips: every distance between its floor, what one half of
    the real clips scores against the other, and its ceiling, white noise as loud as the snippets."""
    with needs("eval"):
        from img2music.evaluation.audio import score_folder
    _print_scores(score_folder(generated, reference, training, _ear(embedder, vggish_weights), per_genre), as_json)


@evaluate_app.command("corpus")
def evaluate_corpus(
    corpus: Annotated[Path, typer.Argument(help="Folder of `corpus build`.")],
    reference: Annotated[Path | None, typer.Option(help="Folder of real clips to compare it with.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say how varied a corpus is: tempo, key, density, and how alike its clips sound, beside real ones."""
    with needs("eval"):
        from img2music.evaluation.variety import corpus_variety
    facts = corpus_variety(corpus, reference)
    if as_json:
        typer.echo(json.dumps(facts))
        return
    Console().print(_variety_table(facts))


@evaluate_app.command("scores")
def evaluate_scores(
    genre: Annotated[list[str] | None, typer.Option(help="Only this genre; repeatable.")] = None,
    count: Annotated[int, typer.Option(help="Scores of each genre.", min=2)] = 200,
    seconds: Annotated[float, typer.Option(help="Length of each score.")] = 15.0,
    as_json: JsonOption = False,
) -> None:
    """Say how new and how varied composed scores are: notes that another score has, and entropies in bits."""
    from img2music.evaluation.score_variety import novelty, variety_of

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


@evaluate_app.command("classifier")
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
    with needs("eval"):
        from img2music.evaluation.splits import summarise_splits
    summary = summarise_splits(runs)
    if leave_one_source_out is not None:
        with needs("train"):
            from img2music.training.reader_run import left_out_run
        summary["left_out_sources"] = left_out_run(runs[0], leave_one_source_out, views, names)
    if record:
        _record(models, "classifier", summary)
    if as_json:
        typer.echo(json.dumps(summary))
        return
    if leave_one_source_out is not None:
        for table in left_out_tables(summary["left_out_sources"]):
            Console().print(table)
    Console().print(_measure_table(summary))
    Console().print(_source_table(summary["pooled"]["sources"]))


@evaluate_app.command("vae")
def evaluate_vae(
    runs: Annotated[list[Path], typer.Argument(help="Folders of `train vae` runs to compare.")],
    genre: Annotated[str, typer.Option(help="Genre of the clips.", autocompletion=complete_genre)],
    music: Annotated[list[Path], typer.Option(help="Folder of clips that was trained on; repeatable.")],
    only_shippable: Annotated[bool, typer.Option(help="As in training.")] = False,
    leave_out: Annotated[list[str] | None, typer.Option(help="As in training.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare VAEs on the clips of a genre that training held out: mean log-magnitude error, and what the
    latent carries."""
    with needs("eval"):
        from img2music.evaluation.held_out import held_out_figures
    figures = held_out_figures(runs, music, check_genre(genre), only_shippable, leave_out or ())
    if as_json:
        typer.echo(json.dumps({name: asdict(facts) for name, facts in figures.items()}))
        return
    for name, facts in figures.items():
        typer.echo(f"{name:20} {facts.error:.3f} dB {facts.rate:6.2f} kbit/s")


@evaluate_app.command("reconstruction")
def evaluate_reconstruction(
    music: Annotated[Path, typer.Option(help="Folder of real clips with one sub-folder per genre.")],
    out: Annotated[Path, typer.Option(help="Folder to write originals and reconstructions to.")],
    per_genre: Annotated[int, typer.Option(help="Clips per genre.", min=1)] = 6,
    unseen: Annotated[bool, typer.Option(help="Only clips whose licence kept them out of the bundled models.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Only clips named so, such as 'live-*'; repeatable.")] = None,
    models: ModelsOption = None,
    record: RecordOption = False,
    seed: Annotated[int, typer.Option(help="Another seed picks other clips.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Send clips through their genre's model and measure how far they come out from where they went in."""
    with needs("eval"):
        from img2music.data.clips import matching, read_clips
        from img2music.evaluation.audio import score_folder
        from img2music.evaluation.clips import pick, write_reconstructions
        from img2music.evaluation.log_spectral import log_spectral_errors
        from img2music.pipeline import Img2Music
    clips = [clip for clip in matching(read_clips(music), only or ["*"]) if not (unseen and clip.may_ship)]
    original, reconstructed = write_reconstructions(Img2Music(models), pick(clips, per_genre, seed), out)
    scores = score_folder(reconstructed, original) | log_spectral_errors(original.folder, reconstructed)
    if record:
        _record(models, "reconstruction", _lasting(scores))
    _print_scores(scores, as_json)


@evaluate_app.command("snippets")
def evaluate_snippets(
    covers: LabelledCoversOption,
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
    with needs("eval"):
        from img2music.data.covers import read_covers
        from img2music.evaluation.audio import score_folder
        from img2music.evaluation.clips import pick, write_snippets
        from img2music.pipeline import Img2Music
    chosen = pick(read_covers(covers), per_genre, seed)
    snippets = write_snippets(Img2Music(models), chosen, out, Options(alpha, seed, engine=engine))
    scores = score_folder(snippets, reference, per_genre=any((reference / genre).is_dir() for genre in GENRES))
    if record:
        _record(models, "snippets", _lasting(scores))
    _print_scores(scores, as_json)


@evaluate_app.command("relevance")
def evaluate_relevance(
    pictures: Annotated[Path, typer.Option(help="Folder of pictures, sub-folders included.")],
    count: Annotated[int, typer.Option(help="Pictures, picked at random.", min=5)] = 200,
    alpha: AlphaOption = None,
    engine: EngineOption = None,
    choose: Annotated[str, typer.Option(help="mood or random, as for generate.")] = "mood",
    models: ModelsOption = None,
    record: RecordOption = False,
    seed: Annotated[int, typer.Option(help="Another seed picks other pictures and other music.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Measure whether the music fits the picture, beside shuffled pairs of pictures and music."""
    with needs("eval"):
        from img2music.evaluation.clips import some_pictures
        from img2music.evaluation.relevance import relevance
        from img2music.pipeline import Img2Music
    options = Options(alpha, seed, choose=choose, engine=engine)
    facts = relevance(Img2Music(models), some_pictures(pictures, count, seed), options)
    if record:
        _record(models, "relevance", facts)
    if as_json:
        typer.echo(json.dumps(facts))
        return
    table = Table("attribute", "rank correlation", "p", caption=f"Snippets: {facts['pictures']}")
    for name, found in facts.items():
        if name != "pictures":
            table.add_row(name, f"{found['correlation']:.3f}", f"{found['p']:.4f}")
    Console().print(table)


@evaluate_app.command("novelty")
def evaluate_novelty(
    generated: Annotated[Path, typer.Argument(help="Folder of snippets, such as `evaluate snippets` leaves.")],
    training: Annotated[Path, typer.Argument(help="Folder of the clips trained on.")],
    models: ModelsOption = None,
    record: RecordOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say whether snippets are new music or copies of clips trained on."""
    with needs("eval"):
        from img2music.evaluation.novelty import novelty
    facts = novelty(generated, training)
    if record:
        _record(models, "novelty", facts)
    if as_json:
        typer.echo(json.dumps(facts))
        return
    table = Table("measure", "value")
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), f"{value:.3g}" if isinstance(value, float) else str(value))
    Console().print(table)


@evaluate_app.command("synthesis")
def evaluate_synthesis(
    notes: Annotated[Path, typer.Option(help="The network of basic-pitch, its file nmp.onnx: it hears notes.")],
    models: ModelsOption = None,
    genre: Annotated[list[str] | None, typer.Option(help="Only this genre; repeatable.")] = None,
    scores: Annotated[int, typer.Option(help="Held-out scores of each genre.", min=2)] = 40,
    alpha: Annotated[list[float] | None, typer.Option(help="A strength to measure at; repeatable.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare what the networks make of held-out scores with what the corpus makes of them: notes, rhythm, novelty,
    sound."""
    with needs("eval", "pip install --no-deps tinysoundfont"):
        from img2music.evaluation.synthesis.run import evaluate_synthesis as run
        from img2music.models import Models
    genres = GENRES if not genre else tuple(check_genre(name) for name in genre)
    rows = [asdict(row) for row in run(Models(models), notes, make_embedder(), genres, scores, alpha or (0.0, 1.0))]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table("sound", "genre", "note F1", "kept", "pulse", "bars", "nearest", "Fréchet", caption="kept, pulse and "
                  "bars as shares of the render's; nearest: note F1 against the most alike other music.")  # fmt: skip
    for row in rows:
        figures = (f"{row[name]:.2f}" for name in ("note_f1", "kept", "pulse", "bars", "nearest", "frechet"))
        table.add_row(row["variant"], row["genre"], *figures)
    Console().print(table)


@evaluate_app.command("quality")
def evaluate_quality(
    covers: LabelledCoversOption,
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
    with needs("eval"):
        from img2music.data.covers import read_covers
        from img2music.evaluation.clips import pick
        from img2music.evaluation.quality import quality
        from img2music.figures.strengths import strength_chart
        from img2music.figures.style import save_figure
        from img2music.pipeline import Img2Music
    img2music = Img2Music(models)
    chosen = pick(read_covers(covers), per_genre, seed)
    rows = quality(img2music, chosen, reference, out, alpha or (0.25, 0.5, 0.7, 1.0), img2music.engines, seed)
    if figure is not None:
        save_figure(strength_chart(rows), figure, force=True)
    if record:
        _record(models, "quality", {"rows": rows})
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table("engine", "alpha", "change, dB", "Fréchet", "floor")
    for row in rows:
        table.add_row(
            row["engine"], f"{row['alpha']:g}", *(f"{row[name]:.2f}" for name in ("change", "frechet", "floor"))
        )
    Console().print(table)


def _record(models: Path | None, name: str, figures: dict) -> None:
    from img2music.models import Models
    from img2music.training.export import record_figures

    record_figures(Models(models).folder, name, figures)


def _lasting(scores: dict) -> dict:
    """Scores without what concerns this machine's files alone."""
    return {name: value for name, value in scores.items() if name != "left_out"}


def _ear(name: str, vggish_weights: Path | None) -> Embedder:
    with needs("eval"):
        if vggish_weights is None:
            return make_embedder(name)
        if name != "vggish":
            raise OptionError("--vggish-weights goes with --embedder vggish.")
        from img2music.evaluation.vggish import load_vggish

        return load_vggish(vggish_weights)


def _print_scores(scores: dict, as_json: bool) -> None:
    for line in scores["left_out"]:
        typer.echo(f"left out: {line}", err=True)
    if as_json:
        typer.echo(json.dumps(scores))
        return
    from img2music.evaluation.score_table import score_tables

    for table in score_tables(scores):
        Console().print(table)


def _measure_table(summary: dict) -> Table:
    table = Table("measure", "mean", "deviation", title=f"{summary['splits']} splits")
    for name, facts in summary["measures"].items():
        table.add_row(name, f"{facts['mean']:.3f}", f"{facts['deviation']:.3f}")
    low, high = summary["pooled"]["accuracy_95"]
    table.add_row("accuracy, pooled", f"{summary['pooled']['accuracy']:.3f}", f"95 %: {low:.3f} to {high:.3f}")
    for genre, facts in summary["pooled"]["genres"].items():
        table.add_row(f"  {genre}: F1", f"{facts['f1']:.3f}", f"recall {facts['recall']:.3f}")
    return table


def _variety_table(genres: dict) -> Table:
    table = Table(
        "genre", "clips", "works", "tempo, BPM", "notes a second", "keys", "minor", "nearest", "of as many", "real",
        caption="Tempo and density: 10, 50 and 90 %. nearest: similarity to the most alike clip, 1 is the same.",
    )  # fmt: skip
    for genre, facts in genres.items():
        alike = (f"{facts[name]:.3f}" if facts["compared"] else "" for name in ("ours", "real"))
        ranges = (" · ".join(f"{value:g}" for value in facts[name]) for name in ("tempo", "density"))
        table.add_row(escape(printable(genre)), str(facts["clips"]), str(facts["works"]), *ranges, str(facts["keys"]),
                      f"{facts['minor']:.0%}", f"{facts['nearest']:.3f}", *alike)  # fmt: skip
    return table


def _source_table(sources: dict) -> Table:
    table = Table("source", "covers", "accuracy")
    for name, facts in sources.items():
        table.add_row(escape(printable(name)), str(facts["covers"]), f"{facts['accuracy']:.3f}")
    return table
