"""A catalogue of pictures: a table, or folders, on a disk or in an object store."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pyarrow import ArrowException
from pyarrow.dataset import dataset

from img2music.batch.music_names import music_names
from img2music.batch.plan import plan
from img2music.batch.storage import Storage
from img2music.errors import OptionError, OutputError
from img2music.vision.picture import SUFFIXES

if TYPE_CHECKING:
    import ray.data

TABLE = ".parquet"
PER_BLOCK = 32
"""Pictures in a block: about 15 s of work, which is repeated when a worker is killed."""


@dataclass(frozen=True)
class CatalogueEntry:
    """A picture at `uri`, or with its bytes in `data`; its music is called `key` with the suffix of its format."""

    key: str
    uri: str
    data: bytes | None = None

    @classmethod
    def of(cls, row: dict[str, Any], folder: str) -> CatalogueEntry:
        """The entry of a table's row; relative paths start in `folder`.

        Raises `OutputError` when its key cannot be the name of a file, or would lead out of the folder of the music.
        """
        uri, data = _text(row.get("uri")) or _text(row.get("path")), row.get("bytes")
        key = _text(row.get("key"))
        if key is None and uri is not None:
            key = _without_options(uri).split("://")[-1].lstrip("/")
        if key is None:
            raise OutputError("There is neither a uri nor a key of text in this row; complete the table.")
        parts = key.split("/")
        if any(part in ("", ".", "..") or "\\" in part or not part.isprintable() for part in parts):
            raise OutputError(f"{key!r} cannot be the name of a file; give the picture another key.")
        if isinstance(data, bytes):
            return cls(key, uri or key, data)
        if uri is None:
            raise OutputError(f"There is neither a uri nor bytes for {key}; complete the table.")
        whole = "://" in uri or uri.startswith("/")
        return cls(key, uri if whole else f"{folder}/{uri}")

    @property
    def name(self) -> str:
        """The name of the picture's file."""
        return PurePosixPath(_without_options(self.uri)).name


@dataclass(frozen=True)
class Catalogue:
    """Rows of entries in blocks of `PER_BLOCK`, the folder in which their relative paths start, and the numbers of
    other files in searched folders by suffix."""

    rows: ray.data.Dataset
    folder: str = ""
    passed_over: Counter[str] = field(default_factory=Counter)


def read_catalogue(sources: list[str], out: Storage, format: str) -> Catalogue:
    """The catalogue that sources name.

    A single source may be a Parquet table with columns `uri` or `path`, or `bytes` and `key`, or a folder in an object
    store. Other sources are read as by `plan`, and the music gets the same names. Raises `OptionError` when a
    source cannot be read, or holds no picture.
    """
    import ray.data

    elsewhere = [source for source in sources if "://" in source or source.endswith(TABLE)]
    if not elsewhere:
        top = out.local or Path("/")
        planned = plan(sources, top, format)
        rows = [
            # as bytes: names need not be valid Unicode, as Arrow's strings must be
            {"key": os.fsencode(task.music.relative_to(top).with_suffix("").as_posix()), "uri": bytes(task.picture)}
            for task in planned.tasks
        ]
        return Catalogue(_rows(rows), "", planned.passed_over)
    if len(sources) > 1:
        raise OptionError(f"Give {elsewhere[0]} alone: a table or a folder in an object store is one batch.")
    (source,) = sources
    place = Storage.at(source)
    try:
        if not source.endswith(TABLE):
            return _listed(source, place)
        schema = dataset(place.path, filesystem=place.filesystem, format="parquet").schema
    except (OSError, ArrowException) as problem:
        raise OptionError(f"Cannot read {source}: {str(problem).splitlines()[0]}.") from problem
    known = [name for name in ("key", "uri", "path", "bytes") if name in schema.names]
    if not {"uri", "path"} & set(known) and not {"key", "bytes"} <= set(known):
        raise OptionError(f"{source} needs a column uri or path, or the columns bytes and key.")
    # reading mostly waits for the network: it must not need a processor, since the workers may hold all of them
    table = ray.data.read_parquet(
        place.path, filesystem=place.filesystem, columns=known, ray_remote_args={"num_cpus": 0}
    )
    blocks = table.repartition(target_num_rows_per_block=PER_BLOCK)
    return Catalogue(blocks, source.rpartition("/")[0] if "://" in source else str(Path(place.path).parent))


def _listed(source: str, place: Storage) -> Catalogue:
    """The pictures in a folder of an object store, without hidden ones."""
    visible = [name for name in place.files() if not any(part.startswith(".") for part in name.parts)]
    pictures = [name for name in visible if name.suffix.lower() in SUFFIXES]
    if not pictures:
        raise OptionError(f"There is no picture in {source}; choose another folder.")
    passed_over = Counter(name.suffix.lower() for name in visible if name.suffix.lower() not in SUFFIXES)
    top = _without_options(source)
    options = source.removeprefix(top)
    names = music_names(pictures)
    rows = [{"key": str(names[name]), "uri": f"{top.rstrip('/')}/{name}{options}"} for name in sorted(pictures)]
    return Catalogue(_rows(rows), "", passed_over)


def _rows(rows: Sequence[dict[str, str] | dict[str, bytes]]) -> ray.data.Dataset:
    import ray.data

    return ray.data.from_items(list(rows), override_num_blocks=-(-len(rows) // PER_BLOCK))


def _text(value: object) -> str | None:
    """A cell as text, also of whole numbers and bytes; None for empty cells and other types."""
    if isinstance(value, bytes):
        value = os.fsdecode(value)
    if isinstance(value, float) and value.is_integer():  # pandas stores whole numbers as floats where some are missing
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def _without_options(uri: str) -> str:
    return uri.partition("?")[0] if "://" in uri else uri
