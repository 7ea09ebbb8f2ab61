"""`bank` on the command line: the user's own music. Heavy imports wait until a command runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from img2music.cli.common.messages import end_partly, fail_if_nothing_worked, warn
from img2music.cli.common.parameters import ModelsOption
from img2music.errors import AudioError, printable

if TYPE_CHECKING:
    from img2music.banks.adding import RecordingEncoder
    from img2music.banks.own_bank import KnownEmbedding
    from img2music.models.folder import Models

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
    addition = encode_all(audio, genre, name, pieces, origin, licence, models)
    addition.keep()
    addition.end()


@dataclass(frozen=True, eq=False)
class Addition:
    """Music of the user's for the bank `name`: the embeddings of each recording that can be used, with the encoder of
    the `models` for a genre; how many files were passed over, and what is wrong with other recordings."""

    name: str
    genre: str
    models: Models
    encoder: RecordingEncoder
    encoded: dict[Path, list[KnownEmbedding]]
    passed_over: Counter[str]
    problems: list[AudioError]

    def keep(self, decoder: bytes | None = None) -> None:
        """Add it to the bank, with the `decoder` that learnt its sound, if one did, and say how much was new."""
        from img2music.banks.store import BankStore

        known = [one for of_file in self.encoded.values() for one in of_file]
        new = self.encoder.add_to(known, BankStore(), self.name, decoder)
        typer.echo(f"{self.genre} in the bank {self.name}: {new} added, {len(known) - new} there already")

    def end(self) -> None:
        """Say what was left out, and end with a status for it."""
        from img2music.system.walk import describe

        if told := describe(self.passed_over):
            warn(told)
        end_partly(self.problems)


def encode_all(
    audio: Sequence[Path], genre: str, name: str, pieces: int, origin: str, licence: str, models: Path | None
) -> Addition:
    """What recordings, and those in folders, are to the encoder of a genre.

    Raises `OptionError` for an impossible name or genre, and `AudioError` when no recording can be used.
    """
    from rich.console import Console
    from rich.progress import track

    from img2music.banks.adding import RecordingEncoder
    from img2music.banks.recordings import find_recordings
    from img2music.banks.store import check_name
    from img2music.genres import check_genre
    from img2music.models.folder import Models

    bank, folder = check_name(name), Models(models)
    played = check_genre(genre, folder.classes)
    encoder, found = RecordingEncoder(folder, played), find_recordings(audio)
    encoded: dict[Path, list[KnownEmbedding]] = {}
    problems: list[AudioError] = []
    console = Console(stderr=True)
    for path in track(found.files, "", console=console, transient=True, disable=not console.is_terminal):
        try:
            encoded[path] = encoder.encode(path, pieces, origin, licence)
        except AudioError as problem:
            problems.append(problem)
    fail_if_nothing_worked(list(encoded), problems)
    return Addition(bank, played, folder, encoder, encoded, found.passed_over, problems)


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
