"""Files that others publish: found in the user's cache, or fetched into it once, and always checked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from img2music.errors import ModelError
from img2music.system.files import atomic_write, reason, regular_file_size
from img2music.system.paths import cache_folder

_BLOCK = 1 << 20  # bytes at a time
_MOST = 1 << 30  # bytes of a file of unknown size
_PATIENCE = 30  # seconds without an answer


@dataclass(frozen=True)
class PublishedFile:
    """A file by name, address, SHA-256 in hexadecimal digits and, where it is known, size in bytes."""

    name: str
    url: str
    digest: str
    size: int | None = None

    def path(self, folder: Path | None = None) -> Path:
        """Where the file lies in `folder`, `cache_folder()` by default, fetched if it is not there.

        Raises ModelError when what lies there is another file, or when it cannot be fetched: the message says where
        to get it and where to put it. Raises OutputError when it cannot be kept. A fetch that fails leaves nothing.
        """
        path = (folder or cache_folder()) / self.name
        if os.path.exists(path):
            return self.checked(path)
        return self._fetched(path)

    def checked(self, path: Path) -> Path:
        """Return `path`. Raises ModelError unless this file, and no other, lies there."""
        regular_file_size(path, ModelError)
        try:
            with path.open("rb") as content:
                found = file_digest(content, "sha256").hexdigest()
        except OSError as problem:
            raise ModelError(f"Cannot read {path}: {reason(problem)}.") from problem
        if found != self.digest:
            raise ModelError(f"{path} is not {self.name} as published; delete it and get it anew from {self.url}")
        return path

    def _fetched(self, path: Path) -> Path:
        with suppress(OSError):  # of which the next line speaks
            path.parent.mkdir(parents=True, exist_ok=True)
        digest, size = sha256(), 0
        with atomic_write(path, force=True) as temporary, temporary.open("wb") as target, self._progress() as progress:
            task = progress.add_task(f"fetching {self.name}", total=self.size)
            for block in self._blocks(path):
                target.write(block)
                digest.update(block)
                size += len(block)
                progress.update(task, completed=size)
            if self.size and size < self.size:
                raise self._missing(path, f"it broke off after {size} of {self.size} bytes")
            if digest.hexdigest() != self.digest:
                raise self._missing(path, "what came is another file")
        return path

    def _blocks(self, path: Path) -> Iterator[bytes]:
        """What comes from the address, at most a block more than there should be."""
        left = self.size or _MOST
        try:
            with urlopen(self.url, timeout=_PATIENCE) as answer:
                while left >= 0 and (block := answer.read(_BLOCK)):
                    left -= len(block)
                    yield block
        except HTTPError as problem:
            raise self._missing(path, f"the server answered {problem.code}") from problem
        except URLError as problem:
            raise self._missing(path, str(problem.reason)) from problem
        except (OSError, HTTPException) as problem:
            raise self._missing(path, str(problem) or type(problem).__name__) from problem

    def _missing(self, path: Path, why: str) -> ModelError:
        return ModelError(
            f"Cannot fetch {self.name} ({why}); get it from {self.url} and save it as {_from_home(path)}."
        )

    def _progress(self) -> Progress:
        columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
        console = Console(stderr=True)
        return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _from_home(path: Path) -> str:
    """A path as people write it, which says nothing of whose machine this is."""
    return f"~/{path.relative_to(Path.home()).as_posix()}" if path.is_relative_to(Path.home()) else str(path)
