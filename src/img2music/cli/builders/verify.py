"""`verify` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from img2music.cli.common.exits import MISTAKE
from img2music.cli.common.messages import end_partly, warn
from img2music.cli.common.results import JsonOption
from img2music.errors import printable

if TYPE_CHECKING:
    from img2music.origin.findings import Findings
    from img2music.output.sidecar import Sidecar

verify_app = typer.Typer()


@verify_app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="A file of music: wav, flac, ogg, mp3 or mp4.")],
    picture: Annotated[Path | None, typer.Option(help="Check that the music was made from this picture.")] = None,
    sidecar: Annotated[Path | None, typer.Option(help="Its sidecar, if that is not beside it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what a file was made of, from which picture, and whether it was changed.

    Exit status: 0 unchanged; 1 changed, or made from another picture; 2 nothing in it or beside it tells.
    """
    from img2music.origin.findings import examine

    found = examine(file, sidecar, picture)
    if as_json:
        print(json.dumps(found.as_dict()))
    else:
        for line in _lines(found):
            print(printable(line))
    end_partly([f"{file}: {check.about}" for check in found.checks if not check.fits])
    if found.open:
        warn(f"{file}: it cannot be told {'; '.join(found.open)}.")
        raise typer.Exit(MISTAKE)


def _lines(found: Findings) -> Iterator[str]:
    """What was found, for people."""
    yield f"{found.file}: {found.format}, SHA-256 {found.sha256}"
    if found.tags:
        yield f"  tags: {'; '.join(f'{name.lower()} {text}' for name, text in found.tags.items())}"
    if found.credentials is not None:
        made = found.credentials
        yield f"  Content Credentials: signed by {made.signer or 'somebody'}, made with {made.generator or 'unknown'}"
    if found.sidecar is not None:
        yield from _origin(found.sidecar)
    for check in found.checks:
        yield f"  {'yes' if check.fits else 'no'}: {check.about}"


def _origin(made: Sidecar) -> Iterator[str]:
    """How the music was made, as its sidecar says."""
    request = made.request
    yield f"  made by Img2Music {made.img2music} with models {made.models}"
    yield f"  from {made.picture.name}, SHA-256 {made.sha256}"
    length = "" if request.seconds is None else f", {request.seconds:g} s"
    yield f"  {request.genre}, seed {request.seed}, {request.engine}, alpha {request.alpha:g}{length}"
    if made.brief is not None:
        facts = {name: value for name, value in made.brief.as_dict().items() if value not in (None, "", [], {})}
        yield f"  brief: {json.dumps(facts)}"
    for credit in made.embeddings:
        yield f"  from {credit}"
