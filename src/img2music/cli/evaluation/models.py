"""`evaluate` on the command line, and its commands about networks: `vae`, `reconstruction` and `synthesis`. Heavy
imports wait until a command runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from img2music.cli.common.parameters import CoversSeedOption, ModelsOption, complete_genre
from img2music.cli.common.results import JsonOption, RecordOption, check_record, lasting, name_left_out, show
from img2music.cli.common.results import record as put_on_record
from img2music.cli.common.sounds import DrumsOption, SampledOption, SoundfontsOption, sounds_of
from img2music.cli.evaluation.music import music_app
from img2music.cli.evaluation.pictures import pictures_app
from img2music.cli.evaluation.scores import scores_app
from img2music.cli.evaluation.snippets import snippets_app
from img2music.genres import GENRES, check_genre
from img2music.metrics.embedders.registry import load_embedder
from img2music.system.extras import needs

evaluate_app = typer.Typer(help="Measure models and music.", no_args_is_help=True)
for commands in (pictures_app, snippets_app, music_app, scores_app):
    evaluate_app.add_typer(commands)


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
        put_on_record(models, "reconstruction", lasting(scores.to_json()) | asdict(errors))
    name_left_out(scores.left_out)
    show(scores.to_json() | asdict(errors), as_json, lambda: score_tables(scores, errors))


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
