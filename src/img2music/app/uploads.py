"""Uploaded pictures, kept for a while."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections import OrderedDict
from pathlib import Path

LARGEST_UPLOAD = 20 * 10**6
"""Largest picture in bytes."""
ROOM = 50 * LARGEST_UPLOAD
"""Most bytes of all pictures that are kept: more than those of a full queue of visitors."""
AGE = 3600.0
"""How long a picture is kept, s."""
_LONGEST_NAME = 120  # bytes; the names of downloads contain it


class Uploads:
    """Keeps the latest pictures in a folder, at most `room` bytes of them and each at most `age` s.

    The `examples` are kept as long as the folder exists.
    """

    def __init__(self, folder: Path, examples: list[Path] | None = None, room: int = ROOM, age: float = AGE) -> None:
        self._folder, self._room, self._age = folder, room, age
        self._kept: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()
        self.examples = tuple(self._write(path.name, path.read_bytes()) for path in examples or [])
        """The example pictures in the folder."""

    def keep(self, name: str, data: bytes) -> Path:
        """Write the bytes of a picture to a file called `name`, without characters that some systems do not allow.

        The oldest pictures are removed to make room. Raises `OSError`.
        """
        path = self._write(plain_file_name(name), data)
        with self._lock:
            self._kept[str(path)] = len(data), time.monotonic()
            while len(self._kept) > 1 and sum(size for size, _ in self._kept.values()) > self._room:
                self._remove(next(iter(self._kept)))
        return path

    def knows(self, path: object) -> bool:
        """Whether this is the path of a kept picture."""
        return isinstance(path, str) and (path in self._kept or any(path == str(known) for known in self.examples))

    def forget_old(self) -> None:
        """Remove pictures that are older than `age`."""
        oldest = time.monotonic() - self._age
        with self._lock:
            for path in [path for path, (_, since) in self._kept.items() if since < oldest]:
                self._remove(path)

    def _write(self, name: str, data: bytes) -> Path:
        folder = self._folder / secrets.token_urlsafe(18)
        folder.mkdir(0o700)
        path = folder / name
        try:
            path.write_bytes(data)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return path

    def _remove(self, path: str) -> None:
        del self._kept[path]
        shutil.rmtree(Path(path).parent, ignore_errors=True)


def plain_file_name(name: str) -> str:
    """The last part of a path of any system, without characters that some system does not allow in names."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').lstrip().rstrip(" .")
    stem, dot, suffix = plain.rpartition(".") if "." in plain else (plain, "", "")
    cut = stem.encode("utf-8")[:_LONGEST_NAME].decode("utf-8", "ignore").rstrip(" .")
    return (cut or "picture") + dot + suffix.encode("ascii", "ignore").decode("ascii")[:8]
