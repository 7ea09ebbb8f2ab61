"""The folder that `data covers` and `data music` write: an index, its splits, and what was wrong with the files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from img2music.data.common.tables import write_table
from img2music.data.indexing.verdicts import Problem
from img2music.data.splits import FOLDER
from img2music.errors import OptionError, OutputError
from img2music.system.files import reason

MEMORY = "facts.json"
PROBLEMS = "problems.csv"


@dataclass(frozen=True)
class Report:
    """What became of a data set: how many files of each genre had which fate, and the parts of each split.

    `root` is the folder that holds the genre folders or an index, `out` the one written. `notes` are lines on what was
    not read, and on parts of splits that are empty.
    """

    root: Path
    out: Path
    seed: int
    genres: dict[str, dict[str, int]]
    splits: dict[str, dict[str, int]]
    problems: Sequence[Problem]
    notes: Sequence[str] = ()

    def to_json(self) -> dict[str, object]:
        """The report as numbers and text."""
        return {
            "root": str(self.root),
            "index": str(self.out),
            "seed": self.seed,
            "genres": self.genres,
            "splits": self.splits,
            "problems": [f"{problem.name}: {problem.text}" for problem in self.problems],
            "notes": list(self.notes),
        }


def open_index(out: Path, table: str, sources: Sequence[Path]) -> None:
    """Make the folder `out` for the index `table` of the files below `sources`.

    Raises `OptionError` when `out` is one of these or holds a table that was not written here, and
    `OutputError` when it cannot be made.
    """
    try:
        if out.resolve() in [source.resolve() for source in sources]:
            raise OptionError(f"{out} is the folder that is read; give another one with --out.")
        if os.path.lexists(out / table) and not os.path.lexists(out / MEMORY):
            raise OptionError(f"{out} holds a {table} from elsewhere; give another folder with --out.")
        (out / FOLDER).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as problem:
        raise OutputError(f"Cannot write {out}: {reason(problem)}.") from problem


def write_problems(out: Path, problems: Sequence[Problem]) -> None:
    """Write the problems to `out`: file, problem, and 1 for a file that was kept."""
    rows = [(problem.name, problem.text, int(problem.kept)) for problem in problems]
    write_table(out / PROBLEMS, ("file", "problem", "kept"), rows)


def check_genres(genres: dict[str, dict[str, int]], root: Path, out: Path) -> None:
    """Raise `OptionError`, which names them, when there are genres that have no file left."""
    empty = [genre for genre, counts in genres.items() if not counts["kept"]]
    if not empty:
        return
    why = f" ({out / PROBLEMS} says why)" if any(genres[genre]["found"] for genre in empty) else ""
    others = ",".join(genre for genre in genres if genre not in empty)
    advice = f" or leave them out with --genres {others}" if others else ""
    raise OptionError(f"{root} has no usable files of {', '.join(empty)}{why}; put some there{advice}.")
