"""`learn` on the command line: the sound of the user's own music. Heavy imports wait until the command runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from img2music.cli.banks import (
    BankOption,
    LicenceOption,
    OriginOption,
    PiecesOption,
    RecordingsArgument,
    encode_all,
)
from img2music.cli.common.messages import warn, writes_into
from img2music.cli.common.parameters import ModelsOption
from img2music.system.extras import needs

learn_app = typer.Typer()


@learn_app.command()
@writes_into("name")
def learn(
    audio: RecordingsArgument,
    genre: Annotated[str, typer.Option(help="The genre whose decoder learns.")],
    name: BankOption = "own",
    pieces: PiecesOption = 1,
    origin: OriginOption = "own music",
    licence: LicenceOption = "licence not stated",
    held_out: Annotated[
        int, typer.Option(help="Of six songs or more, one in so many is not learnt, but judges; 0 for none.", min=0)
    ] = 3,
    minutes: Annotated[float, typer.Option(help="Of learning, at most; listening comes on top.", min=0.01)] = 8.0,
    models: ModelsOption = None,
) -> None:
    """Add recordings to a bank of your own, and learn their sound: `generate --bank` plays in it.

    The same command goes on where it was interrupted.
    """
    with needs("train"):
        from img2music.training.own_sound.learning import learn_sound
        from img2music.training.own_sound.run import LearningRecipe
    from img2music.system.paths import cache_folder

    addition = encode_all(audio, genre, name, pieces, origin, licence, models)
    state = cache_folder() / "learning" / addition.name / f"{addition.genre}.pt"
    songs, recipe = list(addition.encoded), LearningRecipe(minutes=minutes)
    with _progress() as told:
        learnt = learn_sound(songs, addition.models, addition.genre, state, recipe, held_out, told)
    addition.keep(learnt.decoder if learnt.is_better else None)
    state.unlink(missing_ok=True)
    if learnt.before is not None and learnt.after is not None:
        typer.echo(f"Fréchet distance of the songs held out: {learnt.before:.2f} before, {learnt.after:.2f} after")
    if not learnt.is_better:
        warn("what was learnt brings the songs that were held out no nearer, so the decoder of the models stays")
    addition.end()


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """A bar on standard error with the time left, moved by what is being done and the share of it that is done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks = {}

        def told(doing: str, share: float) -> None:
            if doing not in tasks:
                tasks[doing] = progress.add_task(doing, total=1.0)
            progress.update(tasks[doing], completed=share)

        yield told
