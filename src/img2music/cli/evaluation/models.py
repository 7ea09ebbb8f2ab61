"""`evaluate` on the command line. Heavy imports wait until a command runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from img2music.cli.common.parameters import AlphaOption, EngineOption, ModelsOption, complete_genre
from img2music.cli.common.results import JsonOption, RecordOption, check_record, show
from img2music.cli.common.results import record as put_on_record
from img2music.cli.common.sounds import DrumsOption, SampledOption, SoundfontsOption, sounds_of
from img2music.cli.evaluation.pictures import pictures_app
from img2music.cli.evaluation.scores import scores_app
from img2music.errors import OptionError
from img2music.genres import GENRES, check_genre
from img2music.metrics.embedders.registry import EMBEDDERS, Embedder, load_embedder
from img2music.options import Options
from img2music.system.extras import needs

if TYPE_CHECKING:
    pass

evaluate_app = typer.Typer(help="Measure models and music.", no_args_is_help=True)
evaluate_app.add_typer(pictures_app)
evaluate_app.add_typer(scores_app)

LabelledCoversOption = Annotated[Path, typer.Option(help="Folder of covers with one sub-folder per genre.")]
RealClipsOption = Annotated[Path, typer.Option(help="Folder of real clips to compare the snippets with.")]
SnippetsOutOption = Annotated[Path, typer.Option(help="Folder to write the snippets to.")]
CoversPerGenreOption = Annotated[int, typer.Option(help="Covers per genre.", min=1)]
CoversSeedOption = Annotated[int, typer.Option(help="Another seed picks other covers and other music.")]


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
        from img2music.evaluation.tables import score_tables
    scores = score_folder(
        generated, reference, training=training, embedder=_embedder(embedder, vggish_weights), per_genre=per_genre
    )
    _name_left_out(scores.left_out)
    show(scores.to_json(), as_json, lambda: score_tables(scores))


@evaluate_app.command("corpus")
def evaluate_corpus(
    corpus: Annotated[Path, typer.Argument(help="Folder of `corpus build`.")],
    reference: Annotated[Path | None, typer.Option(help="Folder of real clips to compare it with.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say how varied a corpus is: tempo, key, density, and how alike its clips sound, beside real ones."""

    with needs("eval"):
        from img2music.evaluation.tables import variety_table
        from img2music.evaluation.variety import corpus_variety
    found = corpus_variety(corpus, reference)
    facts = {genre: variety.to_json() for genre, variety in found.items()}
    show(facts, as_json, lambda: [variety_table(found)])


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
    figures = held_out_figures(
        runs, music, genre=check_genre(genre), only_shippable=only_shippable, leave_out=leave_out or ()
    )
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
    check_record(record, models)
    with needs("eval"):
        from img2music.data.clips.clip import matching, read_clips
        from img2music.data.splits import pick
        from img2music.evaluation.audio import score_folder
        from img2music.evaluation.clips import write_reconstructions
        from img2music.evaluation.tables import score_tables
        from img2music.metrics.log_spectral import log_spectral_errors
        from img2music.pipeline import Img2Music
    clips = [clip for clip in matching(read_clips(music), only or ["*"]) if not (unseen and clip.may_ship)]
    original, reconstructed = write_reconstructions(Img2Music(models), pick(clips, per_genre, seed), out)
    scores, errors = score_folder(reconstructed, original), log_spectral_errors(original.folder, reconstructed)
    if record:
        put_on_record(models, "reconstruction", _lasting(scores.to_json()) | asdict(errors))
    _name_left_out(scores.left_out)
    show(scores.to_json() | asdict(errors), as_json, lambda: score_tables(scores, errors))


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
        put_on_record(models, "snippets", _lasting(scores.to_json()))
    _name_left_out(scores.left_out)
    show(scores.to_json(), as_json, lambda: score_tables(scores))


@evaluate_app.command("relevance")
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


@evaluate_app.command("novelty")
def evaluate_novelty(
    generated: Annotated[Path, typer.Argument(help="Folder of snippets, such as `evaluate snippets` leaves.")],
    training: Annotated[Path, typer.Argument(help="Folder of the clips trained on.")],
    models: ModelsOption = None,
    record: RecordOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say whether snippets are new music or copies of clips trained on."""
    check_record(record, models)
    with needs("eval"):
        from img2music.evaluation.novelty import novelty
        from img2music.evaluation.tables import novelty_table
    found = novelty(generated, training)
    if record:
        put_on_record(models, "novelty", asdict(found))
    show(asdict(found), as_json, lambda: [novelty_table(found)])


@evaluate_app.command("synthesis")
def evaluate_synthesis(
    notes: Annotated[Path, typer.Option(help="The network of basic-pitch, its file nmp.onnx: it hears notes.")],
    models: ModelsOption = None,
    genre: Annotated[list[str] | None, typer.Option(help="Only this genre; repeatable.")] = None,
    scores: Annotated[int, typer.Option(help="Held-out scores, or covers, of each genre.", min=2)] = 40,
    covers: Annotated[
        Path | None, typer.Option(help="Folder of labelled covers, to play what is composed for them instead.")
    ] = None,
    alpha: Annotated[list[float] | None, typer.Option(help="A strength to measure at; repeatable.")] = None,
    known: Annotated[
        int, typer.Option(help="Training clips, and records of other scores, to compare with.", min=2)
    ] = 24,
    soundfont: SoundfontsOption = None,
    sampled: SampledOption = None,
    drums: DrumsOption = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for what judges hear; run again with the same one to continue.")
    ] = None,
    seed: CoversSeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Compare what the networks make of scores with what the corpus makes of them: notes, rhythm, tempo, key, mode,
    novelty, sound, stems."""
    with needs("eval", "pip install --no-deps tinysoundfont"):
        from img2music.evaluation.synthesis.judges import Judges
        from img2music.evaluation.synthesis.run import evaluate_synthesis as run
        from img2music.evaluation.synthesis.subjects import of_covers, of_scores
        from img2music.evaluation.synthesis.transcription import Transcriber
        from img2music.evaluation.tables import synthesis_tables
    from img2music.pipeline import Img2Music

    img2music, sounds = Img2Music(models), sounds_of(soundfont, sampled, drums)
    chosen = []
    if covers is not None:
        from img2music.data.covers.cover import read_covers
        from img2music.data.splits import pick

        chosen = pick(read_covers(covers), scores, seed)
    ear = load_embedder("musicnn")
    kept = None if out is None else out / img2music.models.version
    judges = Judges(Transcriber(notes), ear, kept)
    wanted = GENRES if not genre else tuple(check_genre(name) for name in genre)
    subjects = {
        name: of_scores(name, scores) if covers is None else of_covers(img2music, chosen, name, seed) for name in wanted
    }
    strengths = alpha or (0.0, 1.0)
    rows = [
        row for name in wanted for row in run(img2music.models, sounds, judges, name, subjects[name], strengths, known)
    ]
    show([asdict(row) for row in rows], as_json, lambda: synthesis_tables(rows, ear.name))


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


def _lasting(scores: dict[str, Any]) -> dict[str, Any]:
    """Scores without what concerns this machine's files alone."""
    return {name: value for name, value in scores.items() if name != "left_out"}


def _embedder(name: str, vggish_weights: Path | None) -> Embedder:
    with needs("eval"):
        if vggish_weights is None:
            return load_embedder(name)
        if name != "vggish":
            raise OptionError("--vggish-weights goes with --embedder vggish.")
        from img2music.metrics.embedders.vggish import load_vggish

        return load_vggish(vggish_weights)


def _name_left_out(lines: Iterable[str]) -> None:
    """Name the files that were left out, on standard error."""
    for line in lines:
        typer.echo(f"left out: {line}", err=True)
