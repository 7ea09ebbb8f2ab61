"""The table of what failed in a batch on a cluster."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from img2music.batch.on_ray import Ended
from img2music.batch.storage import Storage
from img2music.data.common.cells import cell
from img2music.errors import printable

NAME = "failures.csv"


def write_failures(failed: Iterable[Ended], out: str) -> str:
    """Write the table of `uri` and `error` into the folder `out`, replacing an earlier one; returns its path.

    Without failures an empty table is written, so that none of an earlier run remains. Raises `OutputError`.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("uri", "error"))
    rows = sorted((printable(ended.uri), printable(ended.problem)) for ended in failed)
    writer.writerows([cell(text) for text in row] for row in rows)
    table = Storage.at(out).below(NAME)
    table.write(text.getvalue().encode())
    return table.path
