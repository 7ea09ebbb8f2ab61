"""The command line: pictures to music, and for researchers all that trains and measures."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from img2music.cli.app import page_app
from img2music.cli.banks import bank_app
from img2music.cli.batch import batch_app
from img2music.cli.common.exits import EPILOG, PARTLY, run
from img2music.cli.common.parameters import (
    BankOption,
    ModelsOption,
    QuietOption,
    complete_choice,
    complete_engine,
    complete_format,
    complete_genre,
    complete_sound,
)
from img2music.cli.common.reports import report, report_credits, report_models, report_readings
from img2music.cli.common.streams import STANDARD, check_output, read_picture, write_output
from img2music.cli.common.targets import check_free, is_folder, sound_suffix, target
from img2music.cli.compose import compose_app
from img2music.cli.corpus import corpus_app
from img2music.cli.data import data_app
from img2music.cli.evaluation import evaluate_app
from img2music.cli.experiments import compare_app, reproduce_app
from img2music.cli.figures import figures_app
from img2music.cli.training import export_app, train_app
from img2music.errors import OptionError, PictureError, printable
from img2music.output.order import FORMATS
from img2music.system.files import atomic_write

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
app.add_typer(train_app, name="train")
app.add_typer(export_app)
app.add_typer(corpus_app, name="corpus")
app.add_typer(data_app, name="data")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(figures_app)
app.add_typer(compare_app, name="compare")
app.add_typer(reproduce_app)
app.add_typer(page_app)

OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="File or folder to write to; - is standard output.")
]
ForceOption = Annotated[bool, typer.Option("--force", "-f", help="Replace files that exist.")]


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


@app.command()
def generate(
    picture: Annotated[
        Path, typer.Argument(help="JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC; - reads standard input.")
    ],
    output: OutputOption = None,
    alpha: Annotated[
        float | None,
        typer.Option(help="How far from the known music; 0 is that music. 0.5, with the flow 0.7 if none."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed picks other music.")] = 0,
    seconds: Annotated[float, typer.Option(help="Length in seconds.")] = 15.0,
    loop: Annotated[bool, typer.Option("--loop", help="Whole bars that repeat without a seam.")] = False,
    genre: Annotated[
        str | None,
        typer.Option(help="classical, hiphop, pop or jazz instead of what is seen.", autocompletion=complete_genre),
    ] = None,
    top_n: Annotated[int, typer.Option(help="One snippet for each of the N likeliest genres.")] = 1,
    choose: Annotated[
        str,
        typer.Option(
            help="The known music: mood, what suits the picture, or random, as in the paper.",
            autocompletion=complete_choice,
        ),
    ] = "mood",
    engine: Annotated[
        str | None,
        typer.Option(
            help="flow: new music, the default; perturb: the known music, moved, as in the paper.",
            autocompletion=complete_engine,
        ),
    ] = None,
    blend: Annotated[bool, typer.Option("--blend", help="Mix the genres as the picture does, with the flow.")] = False,
    bank: BankOption = None,
    format: Annotated[
        str | None,
        typer.Option(
            help="wav, flac, ogg or mp3; mp4 shows the picture with the music.", autocompletion=complete_format
        ),
    ] = None,
    tags: Annotated[bool, typer.Option("--tags", help="Write title, credits and the picture into the file.")] = False,
    sidecar: Annotated[bool, typer.Option("--sidecar", help="Write beside it what makes it again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per snippet.")] = False,
    quiet: QuietOption = False,
    force: ForceOption = False,
    models: ModelsOption = None,
) -> None:
    """Turn a picture into a snippet of music."""
    if genre is not None and top_n != 1:
        raise OptionError("--genre and --top-n exclude each other; give one of them.")
    if quiet and as_json:
        raise OptionError("--quiet and --json exclude each other; give one of them.")
    from img2music.output.order import Order
    from img2music.output.sidecar import keep_with_sidecar, sidecar_of
    from img2music.pipeline import Img2Music

    if sidecar and picture == STANDARD:
        raise OptionError(
            "--sidecar names the picture's file, and standard input is none; leave it out or give a file."
        )
    suffix = sound_suffix(output, format, FORMATS)
    if output == STANDARD:
        check_output(suffix, top_n != 1, sidecar)
    order = Order(alpha, seed, seconds, loop, choose, engine, blend, bank, genre, suffix, tags)
    img2music = Img2Music(models)
    read = read_picture(picture)
    snippets = (
        [img2music.play(read.image, order, order.genre)] if top_n == 1 else img2music.play_top(read.image, top_n, order)
    )
    named = [(target(read.path, output, suffix, s.genre if top_n > 1 else None), s) for s in snippets]
    beside = [sidecar_of(path) for path, _ in named] if sidecar else []
    check_free([path for path, _ in named] + beside, force)
    for path, snippet in named:
        if sidecar:
            keep_with_sidecar(snippet, read, order, path, force)
        else:
            _keep(order.encoded(snippet, read), path, force)
        if not quiet:
            report(path, snippet, as_json)


@app.command()
def again(
    sidecar: Annotated[Path, typer.Argument(help="The JSON file that `generate --sidecar` or `batch` wrote.")],
    output: OutputOption = None,
    quiet: QuietOption = False,
    force: ForceOption = False,
    models: ModelsOption = None,
) -> None:
    """Make music again, the same bytes, from what its sidecar says."""
    from img2music.again import make_again
    from img2music.output.sidecar import Sidecar
    from img2music.pipeline import Img2Music
    from img2music.version import __version__

    made = Sidecar.load(sidecar)
    suffix = made.order.format
    if output and not is_folder(output) and output.suffix.lower() not in ("", f".{suffix}"):
        raise OptionError(f"The music of {sidecar} is {suffix}; choose a name with that suffix instead of {output}.")
    if output == STANDARD:
        check_output(suffix)
    path = target(sidecar, output, suffix, None)
    check_free([path], force)
    snippet, picture = make_again(made, Img2Music(models))
    data = made.order.encoded(snippet, picture)
    _keep(data, path, force)
    if not made.describes(data):
        why = "another processor or other versions of the libraries may have made them"
        print(printable(f"img2music: not the bytes that {sidecar} is about; {why}"), file=sys.stderr)
    if made.img2music != __version__:
        print(f"img2music: made by version {printable(made.img2music)} before; the bytes may differ", file=sys.stderr)
    if not quiet:
        report(path, snippet, as_json=False)


def _keep(data: bytes, path: Path, force: bool) -> None:
    if path == STANDARD:
        write_output(data)
        return
    with atomic_write(path, force) as temporary:
        temporary.write_bytes(data)


@app.command()
def classify(
    pictures: Annotated[list[Path], typer.Argument(help="Pictures to read; - is standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
    models: ModelsOption = None,
) -> None:
    """Say which genre each picture looks like; those that cannot be read are named on standard error."""
    from img2music.pipeline import Img2Music

    img2music = Img2Music(models)
    readings, problems = [], []
    for picture in pictures:
        try:
            readings.append((picture, img2music.classify(read_picture(picture).image)))
        except PictureError as problem:
            problems.append(problem)
    if not readings:
        for problem in problems[:-1]:
            print(f"img2music: {problem}", file=sys.stderr)
        raise problems[-1]
    report_readings(readings, as_json)
    for problem in problems:
        print(f"img2music: {problem}", file=sys.stderr)
    if problems:
        raise typer.Exit(PARTLY)


@app.command()
def reconstruct(
    audio: Annotated[Path, typer.Argument(help="A clip: WAV, FLAC, Ogg, MP3, AIFF or AU.")],
    genre: Annotated[str, typer.Option(help="Whose encoder and decoder to use.", autocompletion=complete_genre)],
    output: OutputOption = None,
    format: Annotated[str | None, typer.Option(help="wav, flac, ogg or mp3.", autocompletion=complete_sound)] = None,
    quiet: QuietOption = False,
    force: ForceOption = False,
    models: ModelsOption = None,
) -> None:
    """Send a real clip through a genre's encoder and decoder, to hear what the model can carry."""
    from img2music.pipeline import Img2Music

    suffix = sound_suffix(output, format)
    if output == STANDARD:
        check_output(suffix)
    path = target(audio, output, suffix, "reconstructed" if output is None or is_folder(output) else None)
    check_free([path], force)
    snippet = Img2Music(models).reconstruct(audio, genre)
    if path == STANDARD:
        write_output(snippet.encoded(suffix))
    else:
        snippet.save(path, suffix, force)
    if not quiet:
        report(path, snippet, as_json=False)


@app.command()
def info(
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest as JSON.")] = False,
    credits: Annotated[bool, typer.Option("--credits", help="List the music in the banks and its licences.")] = False,
    models: ModelsOption = None,
) -> None:
    """Show versions, models, checksums, what they were trained on and their measured figures."""
    from img2music.models.folder import Models
    from img2music.version import __version__

    folder = Models(models)
    if credits:
        report_credits(folder)
    elif as_json:
        print(json.dumps({"img2music": __version__} | folder.manifest))
    else:
        report_models(folder)


def main() -> None:
    """Run the command line; it ends as `exits.EPILOG` says."""
    run(app, "img2music")
