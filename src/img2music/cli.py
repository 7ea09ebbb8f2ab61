"""The command line: pictures to music, and for researchers all that trains and measures."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from img2music import __version__
from img2music.app.cli import page_app
from img2music.banks.cli import bank_app
from img2music.batch.cli import batch_app
from img2music.comparison.cli import compare_app
from img2music.corpus.cli import corpus_app
from img2music.data.cli import data_app
from img2music.errors import OptionError, printable
from img2music.evaluation.cli import evaluate_app
from img2music.exits import EPILOG, run
from img2music.figures.cli import figures_app
from img2music.order import FORMATS
from img2music.parameters import (
    BankOption,
    ModelsOption,
    QuietOption,
    complete_choice,
    complete_engine,
    complete_format,
    complete_genre,
    complete_sound,
)
from img2music.reports import report
from img2music.reproduction.cli import reproduce_app
from img2music.streams import STANDARD, check_output, read_picture, write_output
from img2music.targets import check_free, is_folder, sound_suffix, target
from img2music.training.cli import export_app, train_app

if TYPE_CHECKING:
    from img2music.models import Models
    from img2music.order import Order
    from img2music.picture import PictureFile
    from img2music.snippet import Snippet

app = typer.Typer(
    help="A picture goes in, a short piece of music that fits it comes out.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(batch_app)
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
    from img2music.order import Order
    from img2music.pipeline import Img2Music
    from img2music.sidecar import Sidecar

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
    snippets = [order.make(img2music, read)] if top_n == 1 else img2music.play_top(read.image, top_n, order)
    named = [(target(read.path, output, suffix, s.genre if top_n > 1 else None), s) for s in snippets]
    beside = [path.with_suffix(".json") for path, _ in named] if sidecar else []
    check_free([path for path, _ in named] + beside, force)
    for path, snippet in named:
        _keep(order, snippet, read, path, force)
        if sidecar:
            Sidecar.of(snippet, read, order).save(path.with_suffix(".json"), force)
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
    from img2music.pipeline import Img2Music
    from img2music.sidecar import Sidecar

    made = Sidecar.load(sidecar)
    suffix = made.order.format
    if output and not is_folder(output) and output.suffix.lower() not in ("", f".{suffix}"):
        raise OptionError(f"The music of {sidecar} is {suffix}; choose a name with that suffix instead of {output}.")
    if output == STANDARD:
        check_output(suffix)
    path = target(sidecar, output, suffix, None)
    check_free([path], force)
    snippet, picture = made.make_again(Img2Music(models))
    _keep(made.order, snippet, picture, path, force)
    if made.img2music != __version__:
        print(f"img2music: made by version {printable(made.img2music)} before; the bytes may differ", file=sys.stderr)
    if not quiet:
        report(path, snippet, as_json=False)


def _keep(order: Order, snippet: Snippet, picture: PictureFile, path: Path, force: bool) -> None:
    if path == STANDARD:
        write_output(order.encoded(snippet, picture))
    else:
        order.keep(snippet, picture, path, force)


@app.command()
def classify(
    pictures: Annotated[list[Path], typer.Argument(help="Pictures to read; - is standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
    models: ModelsOption = None,
) -> None:
    """Say which genre each picture looks like."""
    from img2music.pipeline import Img2Music

    img2music = Img2Music(models)
    readings = [(picture, img2music.classify(read_picture(picture).image)) for picture in pictures]
    if as_json:
        rows = [
            {"picture": str(p), "genre": r.genre, "probabilities": r.probabilities, "words": r.words}
            for p, r in readings
        ]
        print(json.dumps(rows))
        return
    table = Table("picture", *readings[0][1].probabilities, "words on it")
    for picture, reading in readings:
        cells = (f"[bold]{p:.0%}[/]" if g == reading.genre else f"{p:.0%}" for g, p in reading.probabilities.items())
        table.add_row(escape(printable(str(picture))), *cells, escape(printable(reading.words)))
    Console().print(table)


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
    from img2music.models import Models

    folder = Models(models)
    if credits:
        _print_credits(folder)
        return
    if as_json:
        print(json.dumps({"img2music": __version__} | folder.manifest))
        return
    table = Table("model", "MB", "sha256")
    for name, facts in folder.manifest["files"].items():
        size = len(folder.read(name))  # raises when the checksum does not match
        table.add_row(escape(printable(name)), f"{size / 1e6:.1f}", facts["sha256"][:16])
    console = Console()
    heading = f"img2music {__version__}, models {folder.version} in {folder.folder}"
    console.print(printable(heading), markup=False, soft_wrap=True)
    console.print(table)
    for part in ("trained_on", "figures"):
        console.print(part.replace("_", " ") + ":", style="bold")
        console.print_json(data=folder.manifest.get(part, {}))


def _print_credits(folder: Models) -> None:
    from img2music.embeddings import Bank

    for genre in folder.genres:
        for entry in Bank.load(folder, genre).entries:
            print(printable(f"{genre}: {entry.title}; {entry.origin}; {entry.licence}"))


def main() -> None:
    """Run the command line; it ends as `exits.EPILOG` says."""
    run(app, "img2music")
