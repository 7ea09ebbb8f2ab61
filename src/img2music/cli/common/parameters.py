"""Options that several commands share, with shell completion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from img2music.genres import GENRES
from img2music.options import CHOICES, DEFAULT_SECONDS, ENGINES, LONGEST, SHORTEST
from img2music.output.formats import FORMATS, SOUNDS, VIDEO

Completer = Callable[[str], list[str]]


def one_of(names: Sequence[str]) -> Completer:
    """A completer of one of `names`."""

    def complete(incomplete: str) -> list[str]:
        return [name for name in names if name.startswith(incomplete)]

    return complete


complete_genre = one_of(GENRES)

ModelsOption = Annotated[Path | None, typer.Option(help="Folder of trained models instead of the bundled ones.")]
CoversOption = Annotated[Path, typer.Option(help="Folder of covers with one sub-folder per genre.")]
ClipsOption = Annotated[list[Path], typer.Option(help="Folder of clips with one sub-folder per genre; repeatable.")]
OnlyShippableOption = Annotated[bool, typer.Option(help="Only clips whose licence lets them ship.")]
BankOption = Annotated[
    str | None, typer.Option(help="Choose from the bank of your own music with this name; see `bank add`.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but warnings and errors.")]
ForceOption = Annotated[bool, typer.Option("--force", "-f", help="Replace files that exist.")]
AlphaOption = Annotated[
    float | None,
    typer.Option(
        help="Strength: how far the music moves away from the known music, which is 0, or with the engine compose how "
        "far the picture moves the sound. By default what suits engine and genre."
    ),
]
CoversSeedOption = Annotated[int, typer.Option(help="Another seed picks other covers and other music.")]
SeedOption = Annotated[int, typer.Option(help="Another seed makes other music for the same picture.")]
SecondsOption = Annotated[
    float | None,
    typer.Option(help=f"Length in seconds, {SHORTEST:g} to {LONGEST:g}; {DEFAULT_SECONDS:g} by default."),
]
GenreOption = Annotated[
    str | None,
    typer.Option(
        help=f"{', '.join(GENRES[:-1])} or {GENRES[-1]}, instead of the picture's likeliest genre.",
        autocompletion=complete_genre,
    ),
]
ChooseOption = Annotated[
    str,
    typer.Option(
        help="How the known music of the engines flow and perturb is chosen: mood, to suit the picture, or random, as "
        "in the paper.",
        autocompletion=one_of(CHOICES),
    ),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        help="compose: a score of the picture's own, played, the default; flow: new music out of known music; "
        "perturb: the known music, moved, as in the paper.",
        autocompletion=one_of(ENGINES),
    ),
]
VideoFormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        help=f"{', '.join(SOUNDS)}, or {VIDEO} for a film of the picture; wav by default.",
        autocompletion=one_of(FORMATS),
    ),
]
SoundFormatOption = Annotated[
    str | None,
    typer.Option("--format", help=f"{', '.join(SOUNDS)}; wav by default.", autocompletion=one_of(SOUNDS)),
]
MonoOption = Annotated[bool, typer.Option("--mono", help="One channel instead of two: the middle of both.")]
TagsOption = Annotated[bool, typer.Option("--tags", help="Write title, credits and the picture into each file.")]
