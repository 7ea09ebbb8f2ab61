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
    added,
    encode_all,
)
from img2music.cli.common.messages import end_partly, warn, writes_into
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
    from img2music.banks.adding import RecordingEncoder
    from img2music.banks.recordings import find_recordings
    from img2music.banks.store import BankStore, check_name
    from img2music.genres import check_genre
    from img2music.models.folder import Models
    from img2music.system.paths import cache_folder
    from img2music.system.walk import describe

    store, bank, folder = BankStore(), check_name(name), Models(models)
    played = check_genre(genre, folder.classes)
    encoder = RecordingEncoder(folder, played)
    found = find_recordings(audio)
    encoded, problems = encode_all(encoder, found.files, pieces, origin, licence)
    known = [one for of_file in encoded.values() for one in of_file]
    state = cache_folder() / "learning" / bank / f"{played}.pt"
    with _progress() as told:
        learnt = learn_sound(list(encoded), folder, played, state, LearningRecipe(minutes=minutes), held_out, told)
    new = encoder.add_to(known, store, bank, learnt.decoder if learnt.is_better else None)
    state.unlink(missing_ok=True)
    typer.echo(added(played, bank, known, new))
    if learnt.before is not None and learnt.after is not None:
        typer.echo(f"Fréchet distance of the songs held out: {learnt.before:.2f} before, {learnt.after:.2f} after")
    if not learnt.is_better:
        warn("what was learnt brings the songs that were held out no nearer, so the decoder of the models stays")
    if passed := describe(found.passed_over):
        warn(passed)
    end_partly(problems)


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
