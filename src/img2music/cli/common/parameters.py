"""What several commands ask for alike, and the names that a shell completes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from img2music.genres import GENRES
from img2music.options import CHOICES, ENGINES
from img2music.output.request import FORMATS, SOUNDS

Completer = Callable[[str], list[str]]
ModelsOption = Annotated[Path | None, typer.Option(help="Folder of trained models instead of the bundled ones.")]
BankOption = Annotated[str | None, typer.Option(help="Your own music that `bank add` keeps under this name.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but warnings and errors.")]


def one_of(names: Sequence[str]) -> Completer:
    """A completer of one of `names`."""

    def complete(incomplete: str) -> list[str]:
        return [name for name in names if name.startswith(incomplete)]

    return complete


complete_genre = one_of(GENRES)
complete_format = one_of(FORMATS)
complete_sound = one_of(SOUNDS)
complete_engine = one_of(ENGINES)
complete_choice = one_of(CHOICES)
