"""`generate` and `again` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from img2music.cli.common.changing import PANEL as CHANGES
from img2music.cli.common.changing import ExtendOption, SectionOption, change_asked, name_of
from img2music.cli.common.messages import warn
from img2music.cli.common.musical import PANEL, takes_wishes
from img2music.cli.common.parameters import (
    AlphaOption,
    BankOption,
    ChooseOption,
    EngineOption,
    ForceOption,
    GenreOption,
    ModelsOption,
    MonoOption,
    QuietOption,
    SecondsOption,
    SeedOption,
    TagsOption,
    VideoFormatOption,
)
from img2music.cli.common.reports import report
from img2music.cli.common.streams import STANDARD, check_output, read_picture, write_output
from img2music.cli.common.targets import check_free, is_folder, sound_suffix, target
from img2music.errors import OptionError
from img2music.options import CHOICES, COMPOSE
from img2music.output.formats import FORMATS
from img2music.system.files import atomic_write
from img2music.wishes import NO_WISHES, Wishes

if TYPE_CHECKING:
    from img2music.output.sidecar import Sidecar

OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="File or folder to write to; - is standard output.")
]


@takes_wishes
def generate(
    picture: Annotated[
        Path, typer.Argument(help="JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC; - reads standard input.")
    ],
    output: OutputOption = None,
    alpha: AlphaOption = None,
    seed: SeedOption = 0,
    seconds: SecondsOption = None,
    loop: Annotated[bool, typer.Option("--loop", help="Make a loop: whole bars that repeat without a seam.")] = False,
    genre: GenreOption = None,
    top_n: Annotated[int, typer.Option(help="One snippet for each of the N likeliest genres.")] = 1,
    choose: ChooseOption = CHOICES[0],
    engine: EngineOption = None,
    blend: Annotated[
        bool, typer.Option("--blend", help="Mix the genres by the picture's probabilities; not for perturb.")
    ] = False,
    bank: BankOption = None,
    wishes: Wishes = NO_WISHES,
    score: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Play this MIDI file; the picture says genre and sound.", rich_help_panel=PANEL
        ),
    ] = None,
    midi: Annotated[
        bool,
        typer.Option("--midi", help="Write what is played as a MIDI file beside the music.", rich_help_panel=PANEL),
    ] = False,
    stems: Annotated[
        bool,
        typer.Option(
            "--stems",
            help="Write drums, bass, harmony and melody beside the music, a file each.",
            rich_help_panel=PANEL,
        ),
    ] = False,
    format: VideoFormatOption = None,
    mono: MonoOption = False,
    tags: TagsOption = False,
    sidecar: Annotated[
        bool, typer.Option("--sidecar", help="Write a JSON file beside the music, from which `again` makes it again.")
    ] = False,
    sign: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            metavar="KEY CERT",
            help="Put C2PA Content Credentials into the music, signed with this key and its certificate, both PEM.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per snippet.")] = False,
    quiet: QuietOption = False,
    force: ForceOption = False,
    models: ModelsOption = None,
) -> None:
    """Turn a picture into a snippet of music.

    Style, mood, tempo, key and the like mean the engine compose, and so do a score, MIDI and stems.
    """
    if genre is not None and top_n != 1:
        raise OptionError("--genre and --top-n exclude each other; give one of them.")
    if quiet and as_json:
        raise OptionError("--quiet and --json exclude each other; give one of them.")
    from img2music.cli.common.beside import Beside
    from img2music.models.folder import STEMS
    from img2music.output.request import Request
    from img2music.output.sidecar import Sidecar, keep_with_sidecar, sidecar_of
    from img2music.pipeline import Img2Music

    if sidecar and picture == STANDARD:
        raise OptionError(
            "--sidecar names the picture's file, and standard input is none; leave it out or give a file."
        )
    suffix = sound_suffix(output, format, FORMATS)
    if output == STANDARD:
        check_output(suffix, top_n != 1, sidecar or midi or stems)
    signed = None if sign is None else _signing(*sign, suffix)
    request = Request(
        alpha=alpha,
        seed=seed,
        seconds=seconds,
        loop=loop,
        choose=choose,
        engine=_engine(engine, midi=midi, stems=stems),
        blend=blend,
        bank=bank,
        wishes=wishes,
        score=score,
        mono=mono,
        genre=genre,
        format=suffix,
        tags=tags,
    )
    img2music = Img2Music(models)
    if stems:
        img2music.models.network(STEMS)  # says at once whether it is there
    source = read_picture(picture)
    snippets = (
        [img2music.play(source.image, request, request.genre)]
        if top_n == 1
        else img2music.play_top(source.image, top_n, request)
    )
    named = [(target(source.path, output, suffix, s.genre if top_n > 1 else None), s) for s in snippets]
    music, beside = [path for path, _ in named], Beside(midi, stems)
    beside.check(music, request)
    sidecars = [sidecar_of(path) for path in music] if sidecar else []
    check_free([*music, *sidecars, *(place for path in music for place in beside.places(path, request))], force)
    for path, snippet in named:
        files = list(beside.contents(snippet, source, path, request=request, img2music=img2music))
        with ExitStack() as together:  # all of them or none
            for place, data in files:
                together.enter_context(atomic_write(place, force)).write_bytes(data)
            if sidecar:
                keep_with_sidecar(snippet, source, request=request, music=path, force=force, sign=signed)
            else:
                data = request.encoded(snippet, source)
                _keep(data if signed is None else signed(data, Sidecar.of(snippet, source, request)), path, force)
        if not quiet:
            report(path, snippet, as_json, beside.places(path, request))


def again(
    sidecar: Annotated[Path, typer.Argument(help="The JSON file that `generate --sidecar` or `batch` wrote.")],
    output: OutputOption = None,
    section: SectionOption = None,
    extend: ExtendOption = None,
    seed: Annotated[
        int | None, typer.Option(help="Another seed makes the change in another way.", rich_help_panel=CHANGES)
    ] = None,
    quiet: QuietOption = False,
    force: ForceOption = False,
    models: ModelsOption = None,
) -> None:
    """Make the same music again, byte for byte, from its sidecar; or what the engine compose made, with a change.

    With a change it is another file with a sidecar of its own.
    """
    change = change_asked(section, extend, seed or 0)
    if seed is not None and change is None:
        raise OptionError("--seed goes with --section or --extend; without them the same music is made again.")
    from img2music.again import changed, make_again
    from img2music.output.sidecar import Sidecar, keep_with_sidecar, sidecar_of
    from img2music.output.sidecar_name import music_of
    from img2music.pipeline import Img2Music
    from img2music.version import __version__

    made = Sidecar.load(sidecar)
    if change is not None:
        made = changed(made, change)
    suffix = made.request.format
    if output and not is_folder(output) and output.suffix.lower() not in ("", f".{suffix}"):
        raise OptionError(f"The music of {sidecar} is {suffix}; choose a name with that suffix instead of {output}.")
    if output == STANDARD:
        check_output(suffix)
    own_name = output is None or is_folder(output)
    path = target(music_of(sidecar, suffix), output, suffix, name_of(change) if change and own_name else None)
    beside = change is not None and path != STANDARD
    check_free([path, sidecar_of(path)] if beside else [path], force)
    snippet, picture = make_again(made, Img2Music(models))
    data = made.request.encoded(snippet, picture)
    if beside:
        keep_with_sidecar(snippet, picture, request=made.request, music=path, force=force)
    else:
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


def _signing(key: Path, certificate: Path, format: str) -> Callable[[bytes, Sidecar], bytes]:
    """A function that signs files of a format with their sidecars. Raises `OptionError` when there can be none."""
    from img2music.origin.credentials import FORMATS as SIGNABLE
    from img2music.origin.credentials import Signer

    if format not in SIGNABLE:
        raise OptionError(f"There is no place for Content Credentials in {format}; choose {', '.join(SIGNABLE)}.")
    signer = Signer(key, certificate)
    return lambda data, sidecar: signer.signed(data, format, sidecar)


def _engine(engine: str | None, midi: bool, stems: bool) -> str | None:
    """The engine, or the one that MIDI and stems need."""
    if not midi and not stems:
        return engine
    if engine not in (None, COMPOSE):
        wanted = "--midi" if midi else "--stems"
        raise OptionError(f"{wanted} needs the engine compose, not {engine}; leave out one of them.")
    return COMPOSE


def _keep(data: bytes, path: Path, force: bool) -> None:
    if path == STANDARD:
        write_output(data)
        return
    with atomic_write(path, force) as temporary:
        temporary.write_bytes(data)
