"""`compose` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from img2music.cli.common.musical import (
    BarsOption,
    BlendOption,
    BpmOption,
    BrightnessOption,
    DensityOption,
    EnergyOption,
    InstrumentsOption,
    KeyOption,
    MetreOption,
    ModeOption,
    MoodOption,
    QuoteOption,
    ReadOption,
    SectionsOption,
    StyleOption,
    mood_with,
)
from img2music.cli.common.parameters import ModelsOption, QuietOption, complete_genre
from img2music.cli.common.streams import STANDARD
from img2music.errors import OptionError

if TYPE_CHECKING:
    from img2music.composition.score import Score

compose_app = typer.Typer()


@compose_app.command("compose")
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
    style: StyleOption = None,
    mood: MoodOption = None,
    energy: EnergyOption = None,
    brightness: BrightnessOption = None,
    density: DensityOption = None,
    bpm: BpmOption = None,
    key: KeyOption = None,
    mode: ModeOption = None,
    metre: MetreOption = None,
    seconds: Annotated[float | None, typer.Option(help="Length; 15 if no bars are given.")] = None,
    bars: BarsOption = None,
    instruments: InstrumentsOption = None,
    sections: SectionsOption = None,
    blend: BlendOption = None,
    quote: QuoteOption = None,
    read: ReadOption = None,
    brief: Annotated[
        Path | None, typer.Option(help="Compose again what --json said, from that file.", metavar="FILE")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed composes other music.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quiet: QuietOption = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace a file that exists.")] = False,
    models: ModelsOption = None,
) -> None:
    """Compose a score for a picture, or for a genre, and write it as MIDI, MusicXML, or engraved."""
    if quiet and as_json:
        raise OptionError("--quiet and --json exclude each other; give one of them.")
    from img2music import briefing
    from img2music.cli.common.targets import check_free
    from img2music.composition.compose import compose as compose_brief
    from img2music.composition.formats.files import encoded, score_suffix, write

    if brief is not None:
        score = compose_brief(briefing.read_brief(brief))
    else:
        image = None
        if picture is not None:
            from img2music.cli.common.streams import read_picture

            image = read_picture(picture).image
        score = briefing.compose(
            image,
            genre=genre,
            mood=mood_with(mood, energy=energy, brightness=brightness, density=density),
            seed=seed,
            seconds=seconds,
            bars=bars,
            bpm=bpm,
            key=key,
            mode=mode,
            metre=metre,
            style=style,
            instruments=instruments,
            sections=sections,
            blend=blend,
            quote=quote,
            read=read,
            models=models,
        )
    path = _target(output, picture, score)
    if path == STANDARD:
        _to_standard_output(encoded(score, "mid"))
    else:
        score_suffix(path)
        check_free([path], force)
        write(score, path, force)
    if not quiet and path != STANDARD:
        _report(path, score, as_json)


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


def _report(path: Path, score: Score, as_json: bool) -> None:
    from img2music.cli.common.reports import describe
    from img2music.composition.brief import NAMES
    from img2music.errors import printable

    if as_json:
        facts = {
            "file": str(path),
            "title": score.title,
            "genre": score.genre,
            "style": score.style,
            "key": NAMES[score.key],
            "mode": score.mode,
            "metre": str(score.metre),
            "bpm": score.tempo.initial,
            "bars": score.bars,
            "seconds": round(score.seconds, 3),
            "sections": [section.name for section in score.sections],
            "instruments": list(dict.fromkeys(part.name for part in score.parts)),
            "notes": sum(len(part.notes) for part in score.parts),
            "brief": score.brief.as_dict() if score.brief else None,
        }
        print(json.dumps(facts))
        return
    print(printable(f"{path}: {describe(score)}"))
