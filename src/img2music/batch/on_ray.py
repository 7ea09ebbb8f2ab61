"""Batches on a Ray cluster; each worker loads the models once."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import ray
from pyarrow import ArrowException
from ray.data import ActorPoolStrategy, DataContext
from ray.exceptions import RayError

from img2music.batch.catalogue import CatalogueEntry, read_catalogue
from img2music.batch.plan import Task
from img2music.batch.run import Maker, State
from img2music.batch.storage import Storage
from img2music.errors import ModelError, OptionError, OutputError, SidecarError, printable
from img2music.output.request import Request
from img2music.output.sidecar import LARGEST, Sidecar, sidecar_of
from img2music.output.sidecar_name import sidecar_name
from img2music.system.files import reason
from img2music.system.walk import describe
from img2music.vision.picture import MAX_BYTES

LOCAL = "local"
_TRIES = 3
"""How often Ray is started on this machine: it gives up after 30 s, which a busy one may need."""
_COLUMNS = pa.schema([(name, pa.string()) for name in ("uri", "state", "problem")])


@dataclass(frozen=True)
class Ended:
    """The outcome for the picture at `uri`, and why it failed if it did."""

    uri: str
    state: State
    problem: str = ""


class Worker:
    """Makes the music of blocks of rows, except what exists already, with models that are loaded once."""

    def __init__(self, models: Path | None, request: Request, out: str, force: bool, folder: str) -> None:
        self._maker = Maker(models, request, force)
        self._request, self._force, self._folder = request, force, folder
        self._out = Storage.at(out)

    def __call__(self, rows: pa.Table) -> pa.Table:
        ended = (self._end(_row(rows, number)) for number in range(rows.num_rows))
        return pa.Table.from_pylist([_as_row(each) for each in ended], _COLUMNS)

    def _end(self, row: dict[str, object]) -> Ended:
        """The outcome of a row; any error is a failure of this row alone."""
        try:
            entry = CatalogueEntry.of(row, self._folder)
            return self._make(entry)
        except (ModelError, OptionError) as problem:
            return Ended("", State.REFUSED, str(problem))
        except Exception as problem:  # rows may hold anything, and clients of object stores raise types of their own
            return Ended(_name(row), State.FAILED, _why(problem))

    def _make(self, entry: CatalogueEntry) -> Ended:
        """Make one picture's music: on a local disk directly, else from a copy of the picture, then upload it whole."""
        name = f"{entry.key}.{self._request.format}"
        here = self._out.local
        try:
            source = None if entry.data is not None else Storage.at(entry.uri)
        except OptionError as problem:  # of this one picture
            return Ended(entry.uri, State.FAILED, str(problem))
        if here is not None and source is not None and source.local is not None:
            outcome = self._maker(Task(source.local, here / name))
            return Ended(entry.uri, outcome.state, outcome.problem)
        try:
            if not self._force and self._out.below(name).is_file():
                return Ended(entry.uri, State.THERE)
            data = entry.data if source is None else source.read(MAX_BYTES + 1)
        except Exception as problem:  # clients of object stores raise types of their own
            return Ended(entry.uri, State.FAILED, f"Cannot read {entry.uri}: {_why(problem)}.")
        with TemporaryDirectory(prefix="img2music-") as folder:
            return self._send(entry, data or b"", Path(folder), name)

    def _send(self, entry: CatalogueEntry, data: bytes, folder: Path, name: str) -> Ended:
        picture, music = folder / entry.name, folder / Path(name).name
        try:
            picture.write_bytes(data)
        except (OSError, ValueError) as problem:
            raise OutputError(f"Cannot write {picture}: {reason(problem)}.") from problem
        outcome = self._maker(Task(picture, music))
        if outcome.state is not State.MADE:
            return Ended(entry.uri, State.FAILED, outcome.problem.replace(str(picture), entry.uri))
        # as on a disk the music comes last: wherever it is, the sidecar is too
        self._beside(name).write(sidecar_of(music).read_bytes())
        self._out.below(name).write(music.read_bytes())
        return Ended(entry.uri, State.MADE)

    def _beside(self, name: str) -> Storage:
        """Where the sidecar of the music of that name goes, as on a disk."""

        def place(other: str) -> Storage:
            return self._out.below(str(PurePosixPath(name).with_name(other)))

        def format_in(other: str) -> str | None:
            if not place(other).is_file():
                return None
            try:
                return Sidecar.parse(place(other).read(LARGEST), Path(other)).request.format
            except SidecarError:
                return None

        return place(sidecar_name(PurePosixPath(name).name, format_in, lambda other: place(other).is_file()))


def run_on_ray(
    sources: list[str],
    out: str,
    models: Path | None,
    request: Request,
    force: bool,
    address: str,
    jobs: int | None,
    report: Callable[[str], None],
) -> Iterator[Ended]:
    """The outcomes of the pictures of a catalogue, made by `jobs` workers or one per processor of the cluster.

    `address` is that of a running Ray cluster, `auto` for the one of this machine, or `local` for a new one. `report`
    is called with a line about the files that were passed over, which may be empty. A block whose worker was killed is
    given to another. Raises `OptionError` and `ModelError` as making a single task does, and `OptionError` when
    sources or cluster cannot be reached.
    """
    request.check()
    storage = Storage.at(out)
    _start(address, jobs)
    try:
        catalogue = read_catalogue(sources, storage, request.format)
        report(describe(catalogue.passed_over))
        # one processor is left for what cuts the catalogue into blocks
        workers = jobs or max(1, int(ray.cluster_resources().get("CPU", 1)) - 1)
        ended = catalogue.rows.map_batches(
            Worker,
            batch_size=None,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=workers),
            num_cpus=1,
            fn_constructor_args=(models, request, storage.path if storage.local else out, force, catalogue.folder),
        )
        for row in ended.iter_rows():
            if row["state"] == State.REFUSED:
                raise OptionError(row["problem"])
            yield Ended(row["uri"], State(row["state"]), row["problem"])
    except RayError as problem:
        raise OptionError(f"Ray ended the batch: {_why(problem)}.") from problem
    finally:
        ray.shutdown()


def _start(address: str, jobs: int | None) -> None:
    fresh: dict[str, Any] = {}
    if address == LOCAL:
        fresh = {"num_cpus": None if jobs is None else jobs + 1, "include_dashboard": False}
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # disables telemetry
    # its core logs an error for each argument of a worker that may be restarted
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    for left in reversed(range(_TRIES if address == LOCAL else 1)):
        try:
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **fresh)
            break
        except Exception as problem:  # Ray raises just that when a cluster does not start in time
            ray.shutdown()
            if not left:
                raise OptionError(_not_started(address, _why(problem))) from problem
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    DataContext.get_current().enable_progress_bars = False


def _not_started(address: str, why: str) -> str:
    if address == LOCAL:
        return f"Ray does not start: {why}; end other programs, or leave out --ray."
    return f"Cannot reach a Ray cluster at {address}: {why}; try --ray local."


def _row(rows: pa.Table, number: int) -> dict[str, object]:
    """A row of a table; cells that Python cannot represent, such as invalid Unicode, become None."""
    row: dict[str, object] = {}
    for name in rows.column_names:
        try:
            row[name] = rows[name][number].as_py()
        except (ValueError, OverflowError, ArrowException):
            row[name] = None
    return row


def _name(row: dict[str, object]) -> str:
    """The name of a row in the table of failures."""
    found = next((row[name] for name in ("uri", "path", "key") if row.get(name) not in (None, "")), "")
    return os.fsdecode(found) if isinstance(found, bytes) else str(found)


def _as_row(ended: Ended) -> dict[str, str]:
    """An outcome as a row of Arrow, whose text must be valid Unicode."""
    return {"uri": printable(ended.uri), "state": str(ended.state), "problem": printable(ended.problem)}


def _why(problem: Exception) -> str:
    """The last line of an error's message, which names the cause."""
    lines = str(problem).strip().splitlines() or [type(problem).__name__]
    return lines[-1].strip().rstrip(".")
