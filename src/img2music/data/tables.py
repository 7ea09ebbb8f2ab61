"""CSV files of a data set: what a user may have written, and what is written here."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from img2music.errors import Img2MusicError
from img2music.files import atomic_write, reason


def read_table(path: Path, columns: Sequence[str], error: type[Img2MusicError]) -> list[dict[str, str]]:
    """The rows of a CSV file by column. Raises `error` when it cannot be read or lacks one of `columns`."""
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            table = csv.DictReader(file)
            rows = list(table)
            missing = [column for column in columns if column not in (table.fieldnames or ())]
    except OSError as problem:
        raise error(f"Cannot read {path}: {reason(problem)}.") from problem
    except csv.Error as problem:
        raise error(f"{path} is no table of comma-separated values: {problem}.") from problem
    if missing:
        raise error(f"{path} has no column {', '.join(missing)}; its first line must name it.")
    for number, row in enumerate(rows, 2):
        if not all(row[column] for column in columns):
            raise error(f"{path}: row {number} has an empty {' or '.join(columns)}; complete or remove it.")
    return rows


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file, whole or not at all, in place of an earlier one. Raises `OutputError`."""
    with (
        atomic_write(path, force=True) as temporary,
        # File names need not be UTF-8 on every system; these come back as they were.
        temporary.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def true_place(path: Path) -> Path:
    """Where a file is, whatever way it was called: absolute, in its folder's real place. It may be a link itself."""
    return _real(path.parent.absolute()) / path.name


def relative_name(path: Path, folder: Path) -> str:
    """How a table in `folder` names the file `path`: relative to `folder`, and absolute on another drive."""
    try:
        return (_route(_real(path.parent.absolute()), _real(folder.absolute())) / path.name).as_posix()
    except ValueError:
        return true_place(path).as_posix()


# Most files share a few folders, and asking the system for each of them would take its time.
@lru_cache(maxsize=1024)
def _real(folder: Path) -> Path:
    return folder.resolve()


@lru_cache(maxsize=1024)
def _route(to: Path, start: Path) -> Path:
    return Path(os.path.relpath(to, start))
