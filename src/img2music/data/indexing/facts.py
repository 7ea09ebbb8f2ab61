"""Facts about files that take long to find out, remembered from run to run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from rich.console import Console
from rich.progress import track

from img2music.errors import OutputError
from img2music.system.files import atomic_write, read_regular
from img2music.system.json_text import parse_json

_LARGEST = 2**30  # bytes of memory
SAVE_SECONDS = 10
"""How much work an interruption may cost."""


class Facts(Protocol):
    """A dataclass of strings and numbers; `fault` says why the file is of no use and is empty when it is."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def fault(self) -> str: ...


SomeFacts = TypeVar("SomeFacts", bound=Facts)


def gather(
    paths: Sequence[Path],
    measure: Callable[[Path], SomeFacts],
    make: type[SomeFacts],
    memory: Path,
    version: int,
    description: str,
) -> list[SomeFacts]:
    """What `measure` finds out about each of the files, in their order, with a progress bar.

    Files that `memory` knows are not measured again unless their size or time of change differs; another
    `version` forgets them all. Faults are never remembered, since a permission or a missing file may change
    without a trace. Raises `OutputError` when `memory` cannot be written.
    """
    known = _read(memory, version)
    facts: list[SomeFacts] = []
    saved, fresh = time.monotonic(), 0
    try:
        for path in track(paths, description, console=Console(stderr=True), transient=True):
            key, stamp = str(path.absolute()), _stamp(path)
            found = _recall(known.get(key), stamp, make)
            if found is None:
                found = measure(path)
                if not found.fault and stamp is not None:
                    known[key] = {"stamp": stamp} | asdict(found)
                    fresh += 1
            facts.append(found)
            if fresh and time.monotonic() - saved > SAVE_SECONDS:
                _write(memory, version, known)
                saved, fresh = time.monotonic(), 0
    finally:
        if fresh:
            _write(memory, version, known)
    return facts


def _stamp(path: Path) -> list[int] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return [status.st_size, status.st_mtime_ns]


def _recall(entry: Any, stamp: list[int] | None, make: type[SomeFacts]) -> SomeFacts | None:
    try:
        facts = dict(entry)
        if facts.pop("stamp") != stamp:
            return None
        found = make(**facts)
    except (TypeError, ValueError, KeyError):  # not known, or not written by this version
        return None
    return found if all(_fits(getattr(found, name), value) for name, value in asdict(make()).items()) else None


def _fits(value: Any, usual: Any) -> bool:
    """Whether a value from a file, which anyone may have changed, is of the kind that it should be."""
    return type(value) is type(usual) or (type(usual) is float and type(value) is int)


def _read(memory: Path, version: int) -> dict[str, Any]:
    try:
        content = parse_json(read_regular(memory, _LARGEST, OutputError))
        return dict(content["files"]) if content["version"] == version else {}
    except (OutputError, ValueError, TypeError, KeyError):  # a memory that is of no use costs time and nothing else
        return {}


def _write(memory: Path, version: int, known: dict[str, Any]) -> None:
    with atomic_write(memory, force=True, through_link=False) as temporary:
        temporary.write_text(json.dumps({"version": version, "files": known}), encoding="utf-8")
