"""The path and the format of the sound that a command writes."""

from __future__ import annotations

from pathlib import Path

from img2music.cli.common.streams import STANDARD
from img2music.errors import OptionError
from img2music.output.formats import SOUNDS


def sound_suffix(output: Path | None, format: str | None, formats: tuple[str, ...] = SOUNDS) -> str:
    """The sound format from `--format` or the suffix of `-o`; wav by default."""
    given = output.suffix.removeprefix(".").lower() if output and not is_folder(output) else ""
    wanted = given or "wav" if format is None else format.lower()
    if wanted not in formats:
        raise OptionError(f"Unknown sound format '{wanted}'; choose one of {', '.join(formats)}.")
    if given and given != wanted:
        raise OptionError(f"{output} and --format {format} contradict each other; give one of them.")
    return wanted


def target(picture: Path, output: Path | None, suffix: str, genre: str | None) -> Path:
    """The path of a snippet: beside the picture by default, in `output` if that is a folder."""
    if output == STANDARD:
        return output
    place = picture if output is None else output / picture.name if is_folder(output) else output
    stem = place.stem if genre is None else f"{place.stem}-{genre}"
    return place.with_name(f"{stem}.{suffix}")


def is_folder(path: Path) -> bool:
    """Whether there is a folder of that name."""
    try:
        return path.is_dir()
    except OSError:  # out of reach or too long a name: writing there says so
        return False


def check_free(paths: list[Path], force: bool) -> None:
    """Raise `OptionError` when one of the files exists, unless `force`."""
    for path in paths:
        if path != STANDARD and not force and _exists(path):
            raise OptionError(f"{path} exists; choose another name with -o or replace it with --force.")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # as above
        return False
