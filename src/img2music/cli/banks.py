"""`bank` on the command line: the user's own music. Heavy imports wait until a command runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from img2music.cli.common.messages import end_partly, fail_if_nothing_worked, warn
from img2music.cli.common.parameters import ModelsOption
from img2music.errors import AudioError, printable

if TYPE_CHECKING:
    from img2music.banks.adding import RecordingEncoder
    from img2music.banks.own_bank import KnownEmbedding

bank_app = typer.Typer(no_args_is_help=True, help="Banks of your own music, which stay on this machine.")

RecordingsArgument = Annotated[list[Path], typer.Argument(help="Recordings of 15 s or more, or folders of them.")]
BankOption = Annotated[str, typer.Option(help="The bank to add to; it is created if there is none.")]
PiecesOption = Annotated[
    int, typer.Option(help="How many excerpts of 15 s to take from each recording, at most.", min=1)
]
OriginOption = Annotated[str, typer.Option(help="Artist or source, for the credits.")]
LicenceOption = Annotated[str, typer.Option(help="Licence, for the credits.")]


@bank_app.command("add")
def add(
    audio: RecordingsArgument,
    genre: Annotated[str, typer.Option(help="The genre whose encoder and decoder are used.")],
    name: BankOption = "own",
    pieces: PiecesOption = 1,
    origin: OriginOption = "own music",
    licence: LicenceOption = "licence not stated",
    models: ModelsOption = None,
) -> None:
    """Add recordings to a bank of your own; `generate --bank` chooses from it."""
    from img2music.banks.adding import RecordingEncoder
    from img2music.banks.recordings import find_recordings
    from img2music.banks.store import BankStore, check_name
    from img2music.genres import check_genre
    from img2music.models.folder import Models
    from img2music.system.walk import describe

    store, bank, folder = BankStore(), check_name(name), Models(models)
    played = check_genre(genre, folder.classes)
    encoder = RecordingEncoder(folder, played)
    found = find_recordings(audio)
    encoded, problems = encode_all(encoder, found.files, pieces, origin, licence)
    known = [one for of_file in encoded.values() for one in of_file]
    new = encoder.add_to(known, store, bank)
    typer.echo(added(played, bank, known, new))
    if told := describe(found.passed_over):
        warn(told)
    end_partly(problems)


def encode_all(
    encoder: RecordingEncoder, files: Sequence[Path], pieces: int, origin: str, licence: str
) -> tuple[dict[Path, list[KnownEmbedding]], list[AudioError]]:
    """The known embeddings of each recording that can be used, and what is wrong with the others.

    Raises `AudioError` when none can be used.
    """
    from rich.console import Console
    from rich.progress import track

    encoded: dict[Path, list[KnownEmbedding]] = {}
    problems: list[AudioError] = []
    console = Console(stderr=True)
    for path in track(files, "", console=console, transient=True, disable=not console.is_terminal):
        try:
            encoded[path] = encoder.encode(path, pieces, origin, licence)
        except AudioError as problem:
            problems.append(problem)
    fail_if_nothing_worked(list(encoded), problems)
    return encoded, problems


def added(genre: str, bank: str, known: Sequence[KnownEmbedding], new: int) -> str:
    """What to say after embeddings of a genre were added to a bank, `new` ones among them."""
    return f"{genre} in the bank {bank}: {new} added, {len(known) - new} there already"


@bank_app.command("list")
def show(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
    models: ModelsOption = None,
) -> None:
    """List your banks, their music, and whether it fits the models."""
    from img2music.banks.listing import listing
    from img2music.banks.store import BankStore
    from img2music.models.folder import Models

    store = BankStore()
    rows = listing(store, Models(models))
    if as_json:
        print(json.dumps(rows))
        return
    if not rows:
        typer.echo(f"There is no bank in {store.folder}; make one with `img2music bank add`.")
    for row in rows:
        typer.echo(printable("{bank}, {genre}: {state}, {file}".format(**row)))
        for entry in row["entries"]:
            typer.echo(printable("  {title}; {origin}; {licence}".format(**entry)))


@bank_app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="The bank.")],
    genre: Annotated[str | None, typer.Option(help="Only its music of this genre.")] = None,
    title: Annotated[list[str] | None, typer.Option(help="Only music of this title; repeatable.")] = None,
) -> None:
    """Remove a bank, its music of a genre, or single titles; your recordings are not touched."""
    from img2music.banks.removal import remove_music
    from img2music.banks.store import BankStore

    store = BankStore()
    removed = remove_music(store, name, genre, title or ())
    typer.echo(printable(f"removed from the bank {name}: {', '.join(removed)}"))
    if others := store.others(name):
        held = f"{others[0]}{f' and {len(others) - 1} more' if len(others) > 1 else ''}"
        warn(f"{store.folder / name} stays: it holds {held}")
