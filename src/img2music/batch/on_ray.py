"""Making a catalogue's music on a Ray cluster, each worker with models of its own."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy, DataContext
from ray.exceptions import RayError

from img2music.batch.catalogue import Entry, read_catalogue
from img2music.batch.plan import Piece
from img2music.batch.run import Maker, State
from img2music.batch.storage import Storage
from img2music.errors import ModelError, OptionError, OutputError
from img2music.files import reason
from img2music.order import Order
from img2music.picture import MAX_BYTES
from img2music.sidecar import SUFFIX

LOCAL = "local"
_REFUSED = "refused"
"""How a piece ends that would end every other as well."""
_COLUMNS = pa.schema([(name, pa.string()) for name in ("uri", "state", "problem")])


@dataclass(frozen=True)
class Ended:
    """How the picture at `uri` ended, and why it failed if it did."""

    uri: str
    state: State | str
    problem: str = ""


class Worker:
    """Makes the music of blocks of rows, each piece unless it is there, with models that are loaded once."""

    def __init__(self, models: Path | None, order: Order, out: str, force: bool, folder: str) -> None:
        self._maker = Maker(models, order, force)
        self._order, self._force, self._folder = order, force, folder
        self._out = Storage.at(out)

    def __call__(self, rows: pa.Table) -> pa.Table:
        ended = (self._end(row) for row in rows.to_pylist())
        return pa.Table.from_pylist([asdict(each) | {"state": str(each.state)} for each in ended], _COLUMNS)

    def _end(self, row: dict[str, object]) -> Ended:
        try:
            entry = Entry.of(row, self._folder)
            return self._make(entry)
        except OutputError as problem:
            return Ended(str(row.get("uri") or row.get("path") or row.get("key")), State.FAILED, str(problem))
        except (ModelError, OptionError) as problem:
            return Ended("", _REFUSED, str(problem))

    def _make(self, entry: Entry) -> Ended:
        """One piece: on a disk as `batch` makes it, elsewhere from a copy of the picture, and put there whole."""
        name = f"{entry.key}.{self._order.format}"
        here = self._out.local
        try:
            source = None if entry.data is not None else Storage.at(entry.uri)
        except OptionError as problem:  # of this one picture
            return Ended(entry.uri, State.FAILED, str(problem))
        if here is not None and source is not None and source.local is not None:
            outcome = self._maker(Piece(source.local, here / name))
            return Ended(entry.uri, outcome.state, outcome.problem)
        try:
            if not self._force and self._out.below(name).is_file():
                return Ended(entry.uri, State.THERE)
            data = entry.data if source is None else source.read(MAX_BYTES + 1)
        except Exception as problem:  # clients of object stores raise types of their own
            return Ended(entry.uri, State.FAILED, f"Cannot read {entry.uri}: {_why(problem)}.")
        with TemporaryDirectory(prefix="img2music-") as folder:
            return self._send(entry, data or b"", Path(folder), name)

    def _send(self, entry: Entry, data: bytes, folder: Path, name: str) -> Ended:
        picture, music = folder / entry.name, folder / Path(name).name
        try:
            picture.write_bytes(data)
        except (OSError, ValueError) as problem:
            raise OutputError(f"Cannot write {picture}: {reason(problem)}.") from problem
        outcome = self._maker(Piece(picture, music))
        if outcome.state is not State.MADE:
            return Ended(entry.uri, State.FAILED, outcome.problem.replace(str(picture), entry.uri))
        # as on a disk the music comes last: where it is, the piece is whole
        beside = music.with_name(music.stem + SUFFIX)
        self._out.below(str(Path(name).with_name(beside.name))).write(beside.read_bytes())
        self._out.below(name).write(music.read_bytes())
        return Ended(entry.uri, State.MADE)


def run_on_ray(
    sources: list[str], out: str, models: Path | None, order: Order, force: bool, address: str, jobs: int | None
) -> Iterator[Ended]:
    """How the pictures of a catalogue end, made by `jobs` workers, or by as many as the cluster has processors.

    `address` is that of a running Ray cluster, `auto` for the one of this machine, or `local` for a new one. A block
    whose worker was killed is given to another. Raises `OptionError` and `ModelError` as making a single piece does,
    and `OptionError` when sources or cluster cannot be reached.
    """
    order.check()
    storage = Storage.at(out)
    _start(address, jobs)
    try:
        rows, folder = read_catalogue(sources, storage, order.format)
        # one processor is left for what cuts the catalogue into blocks
        workers = jobs or max(1, int(ray.cluster_resources().get("CPU", 1)) - 1)
        ended = rows.map_batches(
            Worker,
            batch_size=None,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=workers),
            num_cpus=1,
            fn_constructor_args=(models, order, storage.path if storage.local else out, force, folder),
        )
        for row in ended.iter_rows():
            if row["state"] == _REFUSED:
                raise OptionError(row["problem"])
            yield Ended(row["uri"], State(row["state"]), row["problem"])
    except RayError as problem:
        raise OptionError(f"Ray ended the batch: {_why(problem)}.") from problem
    finally:
        ray.shutdown()


def _start(address: str, jobs: int | None) -> None:
    fresh = {"num_cpus": None if jobs is None else jobs + 1, "include_dashboard": False} if address == LOCAL else {}
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # or it reports to its makers
    # its core calls every argument of a worker that may be started again an error
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **fresh)
    except Exception as problem:  # Ray raises just that when a cluster does not start in time
        raise OptionError(f"Cannot reach a Ray cluster at {address}: {_why(problem)}; try --ray local.") from problem
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    DataContext.get_current().enable_progress_bars = False


def _why(problem: Exception) -> str:
    """The last line of what went wrong elsewhere, where the cause stands."""
    lines = str(problem).strip().splitlines() or [type(problem).__name__]
    return lines[-1].strip().rstrip(".")
