"""Folders and files on a local disk or in an object store, named by paths and URIs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from fsspec.core import url_to_fs
from pyarrow import ArrowException
from pyarrow.fs import FileSelector, FileSystem, FileType, FSSpecHandler, LocalFileSystem, PyFileSystem

from img2music.errors import OptionError, OutputError
from img2music.system.files import atomic_write, reason


@dataclass(frozen=True)
class Storage:
    """A file or folder at `path` of a file system of Arrow's, which other processes can be given."""

    filesystem: FileSystem
    path: str

    @classmethod
    def at(cls, uri: str) -> Storage:
        """The place of a local path or a URI, such as `s3://bucket/folder` or anything that fsspec knows.

        Options of the file system may follow a `?`, as in pyarrow. Raises `OptionError` when there is
        no such file system, or none that can be reached with the credentials at hand.
        """
        if "://" not in uri:
            return cls(LocalFileSystem(), os.path.abspath(uri))
        try:
            parts = urlsplit(uri, allow_fragments=False)
        except ValueError as problem:
            raise OptionError(f"{uri} is no URI: {problem}.") from problem
        options = f"?{parts.query}" if parts.query else ""
        filesystem, top = _filesystem(f"{parts.scheme}://{parts.netloc}/{options}")
        return cls(filesystem, f"{top.rstrip('/')}/{parts.path.strip('/')}")

    @property
    def local(self) -> Path | None:
        """The path if it is on a local disk."""
        return Path(self.path) if isinstance(self.filesystem, LocalFileSystem) else None

    def below(self, name: str) -> Storage:
        """The place of that name in this folder."""
        return Storage(self.filesystem, f"{self.path.rstrip('/')}/{name}")

    def is_file(self) -> bool:
        """Whether there is such a file. Raises `OSError` when that cannot be determined."""
        return self.filesystem.get_file_info(self.path).type is FileType.File

    def files(self) -> list[PurePosixPath]:
        """The relative paths of all files below this folder. Raises `OSError` when it cannot be read."""
        selector = FileSelector(self.path, recursive=True)
        found = (info.path for info in self.filesystem.get_file_info(selector) if info.type is FileType.File)
        top = self.path.strip("/")
        return [PurePosixPath(path.strip("/")).relative_to(top) for path in found]

    def read(self, most: int) -> bytes:
        """The bytes of the file, at most the first `most`. Raises `OSError`."""
        with self.filesystem.open_input_stream(self.path) as stream:
            return stream.read(most)

    def write(self, data: bytes) -> None:
        """Write the file whole or not at all, replacing an existing one. Raises `OutputError`."""
        try:
            if self.local is not None:
                self.local.parent.mkdir(parents=True, exist_ok=True)
                with atomic_write(self.local, force=True, through_link=False) as temporary:
                    temporary.write_bytes(data)
                return
            if isinstance(self.filesystem, PyFileSystem):  # Arrow's own make what folders they need
                self.filesystem.create_dir(str(PurePosixPath(self.path).parent), recursive=True)
            # one put: an object appears when its stream is closed
            with self.filesystem.open_output_stream(self.path) as stream:
                stream.write(data)
        except (OSError, ValueError) as problem:
            raise OutputError(f"Cannot write {self.path}: {reason(problem)}.") from problem
        except OutputError:
            raise
        except Exception as problem:  # clients of object stores raise types of their own
            raise OutputError(f"Cannot write {self.path}: {problem}.") from problem


@lru_cache(maxsize=64)
def _filesystem(root: str) -> tuple[FileSystem, str]:
    """The file system of a URI without a path, and the prefix of paths in it. Raises `OptionError`."""
    try:
        return FileSystem.from_uri(root)
    except (ArrowException, OSError):  # a scheme that Arrow lacks, or that is not built in
        pass
    try:
        filesystem, top = url_to_fs(root)
    except Exception as problem:  # each file system of fsspec raises types of its own
        raise OptionError(f"Cannot reach {root}: {problem}.") from problem
    return PyFileSystem(FSSpecHandler(filesystem)), top
