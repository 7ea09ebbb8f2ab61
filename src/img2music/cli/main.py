"""The command line: pictures to music, and for researchers all that trains and measures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from img2music.audio.files.readable import READABLE
from img2music.cli.app import page_app
from img2music.cli.banks import bank_app
from img2music.cli.batch import batch_app
from img2music.cli.builders.mcp import mcp_app
from img2music.cli.builders.openapi import openapi_app
from img2music.cli.builders.verify import verify_app
from img2music.cli.common.exits import EPILOG, run
from img2music.cli.common.messages import end_partly, fail_if_nothing_worked
from img2music.cli.common.parameters import (
    ForceOption,
    ModelsOption,
    MonoOption,
    QuietOption,
    SoundFormatOption,
    complete_genre,
)
from img2music.cli.common.reports import report, report_classifications, report_credits, report_models
from img2music.cli.common.streams import STANDARD, check_output, read_picture, write_output
from img2music.cli.common.targets import check_free, is_folder, sound_suffix, target
from img2music.cli.compose import compose_app
from img2music.cli.corpus import corpus_app
from img2music.cli.data import data_app
from img2music.cli.evaluation.models import evaluate_app
from img2music.cli.experiments import compare_app, reproduce_app
from img2music.cli.figures import figures_app
from img2music.cli.generate import OutputOption, again, generate
from img2music.cli.learn import learn_app
from img2music.cli.training.export import export_app
from img2music.cli.training.train import train_app
from img2music.errors import Img2MusicError, PictureError

app = typer.Typer(
    help="A picture goes in, a short piece of music that fits it comes out.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(batch_app)
app.add_typer(compose_app)
app.add_typer(bank_app, name="bank")
app.add_typer(learn_app)
app.add_typer(train_app, name="train")
app.add_typer(export_app)
app.add_typer(corpus_app, name="corpus")
app.add_typer(data_app, name="data")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(figures_app)
app.add_typer(compare_app, name="compare")
app.add_typer(reproduce_app)
app.add_typer(page_app)
app.add_typer(mcp_app)
app.add_typer(verify_app)
app.add_typer(openapi_app)


def _show_version(wanted: bool) -> None:
    if wanted:
        from img2music.version import __version__

        typer.echo(f"img2music {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


app.command()(generate)
app.command()(again)


@app.command()
def classify(
    pictures: Annotated[list[Path], typer.Argument(help="Pictures; - is standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
    models: ModelsOption = None,
) -> None:
    """Print the genre probabilities of pictures, and the text on them; unreadable ones go to standard error."""
    from img2music.pipeline import Img2Music

    img2music = Img2Music(models)
    classifications = []
    problems: list[Img2MusicError] = []
    for picture in pictures:
        try:
            classifications.append((picture, img2music.classify(read_picture(picture).image)))
        except PictureError as problem:
            problems.append(problem)
    fail_if_nothing_worked(classifications, problems)
    report_classifications(classifications, as_json)
    end_partly(problems)


@app.command()
def reconstruct(
    audio: Annotated[Path, typer.Argument(help=f"A recording: {READABLE}.")],
    genre: Annotated[str, typer.Option(help="Whose encoder and decoder to use.", autocompletion=complete_genre)],
    output: OutputOption = None,
    format: SoundFormatOption = None,
    mono: MonoOption = False,
    quiet: QuietOption = False,
    force: ForceOption = False,
    models: ModelsOption = None,
) -> None:
    """Send a recording through a genre's encoder and decoder, to hear what the model can reproduce."""
    from img2music.pipeline import Img2Music

    suffix = sound_suffix(output, format)
    if output == STANDARD:
        check_output(suffix)
    path = target(audio, output, suffix, "reconstructed" if output is None or is_folder(output) else None)
    check_free([path], force)
    snippet = Img2Music(models).reconstruct(audio, genre, mono)
    if path == STANDARD:
        write_output(snippet.encoded(suffix))
    else:
        snippet.save(path, suffix, force)
    if not quiet:
        report(path, snippet, as_json=False)


@app.command()
def info(
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest as JSON.")] = False,
    credits: Annotated[bool, typer.Option("--credits", help="List the music in the banks with its licences.")] = False,
    models: ModelsOption = None,
) -> None:
    """Show versions, models, checksums, what they were trained on and their measured figures."""
    from img2music.models.folder import Models
    from img2music.version import __version__

    folder = Models(models)
    if credits:
        report_credits(folder)
    elif as_json:
        print(json.dumps({"img2music": __version__} | dict(folder.manifest.json)))
    else:
        report_models(folder)


def main() -> None:
    """Run the command line; it ends as `exits.EPILOG` says."""
    run(app, "img2music")
