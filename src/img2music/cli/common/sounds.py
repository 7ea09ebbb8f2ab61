"""Options that name what a corpus is played on. Heavy imports wait until the command runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from img2music.errors import OptionError

if TYPE_CHECKING:
    from img2music.corpus.studio.playing import Sounds

SoundfontsOption = Annotated[
    list[Path] | None,
    typer.Option("--soundfont", help="An SF2 file; repeatable. FluidR3 GM if installed, else pretty_midi's."),
]
SampledOption = Annotated[
    list[str] | None, typer.Option(help="INSTRUMENT=FILE.sfz plays that instrument as well; repeatable.")
]
DrumsOption = Annotated[Path | None, typer.Option(help="Folder of Sonic Pi's samples; that of Debian by default.")]


def sounds_of(soundfont: list[Path] | None, sampled: list[str] | None, drums: Path | None) -> Sounds:
    """What the options name, all of it there. Raises `OptionError`."""
    from img2music.corpus.render import default_soundfont
    from img2music.corpus.sounds.drum_samples import SONIC_PI
    from img2music.corpus.studio.playing import Sounds

    fonts = tuple(soundfont or [default_soundfont()])
    instruments = tuple(_instrument(text) for text in sampled or ())
    for path in (*fonts, *(file for _, file in instruments)):
        if not path.is_file():
            raise OptionError(f"{path} is no file; give an SF2 soundfont or an SFZ instrument.")
    return Sounds(fonts, instruments, drums or SONIC_PI)


def _instrument(text: str) -> tuple[str, Path]:
    """INSTRUMENT=FILE taken apart. Raises `OptionError`."""
    from img2music.composition.instruments import find_instrument

    name, equals, file = text.partition("=")
    if not equals:
        raise OptionError(f"'{text}' is no INSTRUMENT=FILE.sfz.")
    return find_instrument(name).name, Path(file)
