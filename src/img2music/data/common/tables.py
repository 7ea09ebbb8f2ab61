"""CSV files of a data set: what a user may have written, and what is written here."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from img2music.data.common.cells import cell, meant
from img2music.errors import Img2MusicError
from img2music.system.files import atomic_write, read_regular

LARGEST = 2**28
"""Bytes above which a table is refused."""
_SEPARATORS = ",;\t"
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

Row = dict[str, str]


def read_table(path: Path, columns: Sequence[str], error: type[Img2MusicError]) -> list[Row]:
    """The rows of a CSV file by column, whatever program wrote it.

    Cells are parted by commas, semicolons or tabs, as the first line shows. Text is UTF-8, or UTF-16 with a byte order
    mark. Capitals, spaces and hyphens in the names of columns make no difference. Empty lines are no rows.

    Raises `error` when it cannot be read or lacks one of `columns`, when two columns have one name, and when a row has
    an empty cell in one of `columns` or more cells than the first line.
    """
    text = _decoded(read_regular(path, LARGEST, error), path, error)
    separator, text = _separator(text, columns)
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=f"{separator} " in first)
    try:
        head = [_column(name) for name in next(reader, [])]
        _check_head(head, columns, path, error)
        return [
            _row(head, cells, columns=columns, place=f"{path}: row {reader.line_num}", error=error)
            for cells in reader
            if any(map(str.strip, cells))
        ]
    except csv.Error as problem:
        raise error(f"{path} is no table of comma-separated values: {problem}.") from problem


def _decoded(data: bytes, path: Path, error: type[Img2MusicError]) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            # names of files need not be UTF-8; these come back as they were
            return data[len(mark) :].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
    if b"\0" in data[:1000]:
        raise error(f"{path} is no table in UTF-8; save it as CSV in UTF-8.")
    return data.decode("utf-8", "surrogateescape")


def _separator(text: str, columns: Sequence[str]) -> tuple[str, str]:
    """What parts the cells of a table, and its text without a line that only says so, as spreadsheets write it."""
    if said := re.match(r'"?sep=([,;\t])"?\r?\n', text):
        return said[1], text[said.end() :]
    first = text.partition("\n")[0]
    found = {separator: {_column(name) for name in first.split(separator)} for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda separator: len(found[separator] & set(columns))), text


def _column(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().strip('"').strip()).casefold()


def _check_head(head: Sequence[str], columns: Sequence[str], path: Path, error: type[Img2MusicError]) -> None:
    missing = [column for column in columns if column not in head]
    if missing:
        raise error(f"{path} has no column {', '.join(missing)}; its first line must name it.")
    twice = sorted({column for column in head if column and head.count(column) > 1})
    if twice:
        raise error(f"{path} has two columns {', '.join(twice)}; remove one.")


def _row(
    head: Sequence[str], cells: Sequence[str], columns: Sequence[str], place: str, error: type[Img2MusicError]
) -> Row:
    if any(map(str.strip, cells[len(head) :])):
        raise error(f"{place} has more cells than the first line; put cells with commas into quotation marks.")
    row = {column: meant(text) for column, text in zip(head, cells, strict=False)}
    if not all(row.get(column, "").strip() for column in columns):
        raise error(f"{place} has an empty {' or '.join(columns)}; complete or remove it.")
    return row


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file, whole or not at all, in place of an earlier one; no spreadsheet runs what is in it.

    `read_table` gives back what was written. Raises `OutputError`.
    """
    with (
        atomic_write(path, force=True, through_link=False) as temporary,
        temporary.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        # which leaves carriage returns as they are, though readers end a row at one
        careful = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        for row in rows:
            cells = [_writable(cell(value)) for value in row]
            (careful if any("\r" in text for text in cells) else writer).writerow(cells)


def _writable(text: str) -> str:
    """The text with a question mark for what is neither Unicode nor a byte of a file's name."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def true_place(path: Path) -> Path:
    """Where a file is, whatever way it was called: absolute, in its folder's real place. It may be a link itself."""
    return _real(path.parent.absolute()) / path.name


def relative_name(path: Path, folder: Path) -> str:
    """How a table in `folder` names the file `path`: relative to `folder`, and absolute on another drive.

    A name that a spreadsheet would take for a formula begins with `./`.
    """
    try:
        name = (_route(_real(path.parent.absolute()), _real(folder.absolute())) / path.name).as_posix()
    except ValueError:
        return true_place(path).as_posix()
    return name if cell(name) == name else f"./{name}"


# Most files share a few folders, and asking the system for each of them would take its time.
@lru_cache(maxsize=1024)
def _real(folder: Path) -> Path:
    try:
        return folder.resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links, or no name of a folder; reading the file says so
        return folder


@lru_cache(maxsize=1024)
def _route(to: Path, start: Path) -> Path:
    return Path(os.path.relpath(to, start))
