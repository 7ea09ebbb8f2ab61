"""Facts about names: which genre artists, their albums and works, and typical phrases belong to.

A folder of names holds `artists.csv.gz` (columns `artist`, `genre`, `share`, `evidence`), `albums.csv.gz` (`artist`,
`album`, `genre`, `share`) and `words.csv` (`phrase`, `genre`, `kind`, `weight`), each of them packed or not. Genres
such as `other:rock` are none of the usual ones, but count where `rock` is asked for; `share` says how much of an
artist's work is of the genre.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TextIO

from img2music.errors import OptionError
from img2music.genres import genre_meant
from img2music.system.files import reason

LONGEST = 200
"""Characters of a name above which it is none."""
MOST = 1e9
"""What no number in a table exceeds."""
OTHER = "other"
"""The genre of all names that are of none of the genres asked for."""


@dataclass(frozen=True)
class Name:
    """An artist, an album or work of one, or a phrase."""

    text: str
    genre: str
    weight: float
    """How sure it is that it belongs to the genre, or how common it is."""
    artist: str = ""
    """Whose album or work it is."""
    kind: str = ""
    """Of a phrase: composer, conductor, label and so on."""


@dataclass(frozen=True)
class NameTables:
    """The names of a folder."""

    artists: Sequence[Name]
    titles: Sequence[Name]
    phrases: Sequence[Name]


def read_names(folder: Path, genres: Sequence[str]) -> NameTables:
    """The names below `folder`, those of none of `genres` as `OTHER`. Empty and overlong ones are left out.

    Raises `OptionError` when a table is missing, damaged, or lacks a column.
    """
    genre_of = cache(partial(_genre, genres=genres))  # tables have many rows and few genres
    artists = [
        Name(row["artist"], genre_of(row["genre"]), _number(row, "share", path) * _number(row, "evidence", path) ** 0.5)
        for path, row in _rows(folder, "artists.csv", ("artist", "genre", "share", "evidence"))
        if 0 < len(row["artist"]) <= LONGEST
    ]
    titles = [
        Name(row["album"], genre_of(row["genre"]), _number(row, "share", path), artist=row["artist"][:LONGEST])
        for path, row in _rows(folder, "albums.csv", ("artist", "album", "genre", "share"))
        if 0 < len(row["album"]) <= LONGEST
    ]
    phrases = [
        Name(row["phrase"], genre_of(row["genre"]), _number(row, "weight", path), kind=row["kind"])
        for path, row in _rows(folder, "words.csv", ("phrase", "genre", "kind", "weight"))
        if 0 < len(row["phrase"]) <= LONGEST
    ]
    return NameTables(artists, titles, phrases)


def read_names_of_all(folder: Path, genres: Sequence[str]) -> NameTables:
    """As `read_names`, for words to learn from. Raises `OptionError` also when one of `genres` has no artist: a genre
    without names would never be said."""
    names = read_names(folder, genres)
    missing = [genre for genre in genres if all(artist.genre != genre for artist in names.artists)]
    if missing:
        raise OptionError(f"{folder} has no artists of {', '.join(missing)}; add some, or leave out --names.")
    return names


def _genre(text: str, genres: Sequence[str]) -> str:
    """The genre that a row names, without what marks the unusual ones; `OTHER` where it is not asked for."""
    name = genre_meant(text.removeprefix(f"{OTHER}:"), genres)
    return name if name in genres else OTHER


def _number(row: dict[str, str], column: str, path: Path) -> float:
    """The number in a column, 1 where it is empty."""
    try:
        value = float(row[column] or 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= MOST:  # also false for NaN
        raise OptionError(
            f"{path}: {column} {row[column][:20]!r} is no number from 0 to {MOST:g}; correct or remove the row."
        )
    return value


def _rows(folder: Path, name: str, columns: Sequence[str]) -> Iterator[tuple[Path, dict[str, str]]]:
    """The rows of a table, packed or not, each with the file it is in."""
    path = folder / f"{name}.gz"
    path = path if path.is_file() else folder / name
    try:
        with _open(path) as file:
            table = csv.DictReader(file)
            missing = [column for column in columns if column not in (table.fieldnames or ())]
            if missing:
                raise OptionError(f"{path} has no column {', '.join(missing)}; its first line must name it.")
            for row in table:
                yield path, {column: (row[column] or "").strip() for column in columns}
    except EOFError as problem:
        raise OptionError(f"{path} is cut short; copy it again.") from problem
    except OSError as problem:
        raise OptionError(f"Cannot read {path}: {reason(problem)}.") from problem
    except (csv.Error, UnicodeDecodeError, zlib.error) as problem:
        raise OptionError(f"{path} is no table of comma-separated values in UTF-8: {problem}.") from problem


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
