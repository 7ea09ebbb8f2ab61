"""`compose` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from img2music.cli.common.changing import ExtendOption, SectionOption, change_asked
from img2music.cli.common.musical import BlendOption, takes_wishes
from img2music.cli.common.parameters import ModelsOption, QuietOption, complete_genre
from img2music.cli.common.streams import STANDARD
from img2music.errors import OptionError
from img2music.wishes import NO_WISHES, Wishes, with_change

if TYPE_CHECKING:
    from img2music.briefing import Composition
    from img2music.composition.score import Score

compose_app = typer.Typer()


@compose_app.command("compose")
@takes_wishes
def compose(
    picture: Annotated[
        Path | None, typer.Argument(help="The picture; - reads standard input. May be left out with --genre.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="File (.mid, .musicxml, .pdf, .svg) or folder to write to; - is standard output."
        ),
    ] = None,
    genre: Annotated[
        str | None,
        typer.Option(help="classical, hiphop, pop or jazz instead of what is seen.", autocompletion=complete_genre),
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Length; 15 if no bars are given.")] = None,
    wishes: Wishes = NO_WISHES,
    blend: BlendOption = None,
    brief: Annotated[
        Path | None, typer.Option(help="Compose again what --json said, from that file.", metavar="FILE")
    ] = None,
    section: SectionOption = None,
    extend: ExtendOption = None,
    seed: Annotated[int, typer.Option(help="Another seed composes other music.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quiet: QuietOption = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace a file that exists.")] = False,
    models: ModelsOption = None,
) -> None:
    """Compose a score for a picture, or for a genre, and write it as MIDI, MusicXML, or engraved.

    With --brief a piece is composed again, with --section or --extend in another way.
    """
    if quiet and as_json:
        raise OptionError("--quiet and --json exclude each other; give one of them.")
    change = change_asked(section, extend, seed)
    if change is not None and brief is None:
        raise OptionError(
            "--section and --extend change a piece that is there; name its sidecar or brief with --brief."
        )
    from img2music import briefing
    from img2music.cli.common.targets import check_free
    from img2music.composition.compose import compose as compose_brief
    from img2music.composition.formats.files import encoded, score_suffix, write

    if brief is not None:
        asked = briefing.read_brief(brief)
        if change is not None:
            asked = replace(asked, changes=with_change(asked.changes, change))
        made = briefing.Composition(compose_brief(asked))
    else:
        image = None
        if picture is not None:
            from img2music.cli.common.streams import read_picture

            image = read_picture(picture).image
        made = briefing.composition_for(
            image, wishes, genre=genre, seed=seed, seconds=seconds, blend=blend, models=models
        )
    score = made.score
    path = _target(output, picture, score)
    if path == STANDARD:
        _to_standard_output(encoded(score, "mid"))
    else:
        score_suffix(path)
        check_free([path], force)
        write(score, path, force)
    if not quiet and path != STANDARD:
        _report(path, made, as_json)


def _target(output: Path | None, picture: Path | None, score: Score) -> Path:
    """Where the score goes: beside the picture by default, into `output` if that is a folder."""
    from img2music.cli.common.targets import is_folder

    if output == STANDARD:
        return output
    name = f"{score.genre}-{score.style}.mid" if picture in (None, STANDARD) else f"{picture.stem}.mid"
    if output is not None:
        return output / name if is_folder(output) else output
    return Path(name) if picture in (None, STANDARD) else picture.with_name(name)


def _to_standard_output(data: bytes) -> None:
    from img2music.cli.common.streams import write_output

    if sys.stdout is None or sys.stdout.isatty():
        raise OptionError("A terminal cannot show a score; send it on with | or >, or give a file to -o.")
    write_output(data)


def _report(path: Path, made: Composition, as_json: bool) -> None:
    from img2music.cli.common.reports import describe
    from img2music.errors import printable

    if as_json:
        print(json.dumps({"file": str(path)} | made.as_dict()))
        return
    print(printable(f"{path}: {describe(made.score)}"))
    if made.sentence:
        print(printable(f"  {made.sentence}"))
