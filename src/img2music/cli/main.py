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
from img2music.cli.common.exits import EPILOG, run
from img2music.cli.common.messages import end_partly, fail_if_nothing_worked, warn
from img2music.cli.common.parameters import (
    AlphaOption,
    BankOption,
    ChooseOption,
    EngineOption,
    ForceOption,
    GenreOption,
    ModelsOption,
    QuietOption,
    SecondsOption,
    SeedOption,
    SoundFormatOption,
    TagsOption,
    VideoFormatOption,
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
from img2music.cli.training import export_app, train_app
from img2music.errors import Img2MusicError, OptionError, PictureError
from img2music.options import CHOICES, DEFAULT_SECONDS
from img2music.output.formats import FORMATS
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
    alpha: AlphaOption = None,
    seed: SeedOption = 0,
    seconds: SecondsOption = DEFAULT_SECONDS,
    loop: Annotated[bool, typer.Option("--loop", help="Make a loop: whole bars that repeat without a seam.")] = False,
    genre: GenreOption = None,
    top_n: Annotated[int, typer.Option(help="One snippet for each of the N likeliest genres.")] = 1,
    choose: ChooseOption = CHOICES[0],
    engine: EngineOption = None,
    blend: Annotated[
        bool, typer.Option("--blend", help="Mix the genres by the picture's probabilities; needs the flow.")
    ] = False,
    bank: BankOption = None,
    format: VideoFormatOption = None,
    tags: TagsOption = False,
    sidecar: Annotated[
        bool, typer.Option("--sidecar", help="Write a JSON file beside the music, from which `again` makes it again.")
    ] = False,
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
    from img2music.output.request import Request
    from img2music.output.sidecar import keep_with_sidecar, sidecar_of
    from img2music.pipeline import Img2Music

    if sidecar and picture == STANDARD:
        raise OptionError(
            "--sidecar names the picture's file, and standard input is none; leave it out or give a file."
        )
    suffix = sound_suffix(output, format, FORMATS)
    if output == STANDARD:
        check_output(suffix, top_n != 1, sidecar)
    request = Request(
        alpha=alpha,
        seed=seed,
        seconds=seconds,
        loop=loop,
        choose=choose,
        engine=engine,
        blend=blend,
        bank=bank,
        genre=genre,
        format=suffix,
        tags=tags,
    )
    img2music = Img2Music(models)
    read = read_picture(picture)
    snippets = (
        [img2music.play(read.image, request, request.genre)]
        if top_n == 1
        else img2music.play_top(read.image, top_n, request)
    )
    named = [(target(read.path, output, suffix, s.genre if top_n > 1 else None), s) for s in snippets]
    beside = [sidecar_of(path) for path, _ in named] if sidecar else []
    check_free([path for path, _ in named] + beside, force)
    for path, snippet in named:
        if sidecar:
            keep_with_sidecar(snippet, read, request=request, music=path, force=force)
        else:
            _keep(request.encoded(snippet, read), path, force)
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
    """Make the same music again, byte for byte, from its sidecar."""
    from img2music.again import make_again
    from img2music.output.sidecar import Sidecar
    from img2music.output.sidecar_name import music_of
    from img2music.pipeline import Img2Music
    from img2music.version import __version__

    made = Sidecar.load(sidecar)
    suffix = made.request.format
    if output and not is_folder(output) and output.suffix.lower() not in ("", f".{suffix}"):
        raise OptionError(f"The music of {sidecar} is {suffix}; choose a name with that suffix instead of {output}.")
    if output == STANDARD:
        check_output(suffix)
    path = target(music_of(sidecar, suffix), output, suffix, None)
    check_free([path], force)
    snippet, picture = make_again(made, Img2Music(models))
    data = made.request.encoded(snippet, picture)
    _keep(data, path, force)
    if not made.describes(data):
        warn(
            f"these are not the bytes that {sidecar} describes; another processor or other versions of the libraries "
            "may have made them"
        )
    if made.img2music != __version__:
        warn(f"the music was first made by version {made.img2music}; the bytes may differ")
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
