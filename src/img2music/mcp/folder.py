"""The one folder that the tools write into."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from img2music.app.uploads import plain_file_name
from img2music.errors import OutputError
from img2music.system.files import atomic_write, reason


class OutFolder:
    """Writes files into `path`, which is made where it is missing, and replaces none. Raises `OutputError`."""

    def __init__(self, path: Path) -> None:
        try:
            path.mkdir(parents=True, exist_ok=True)
            self.path = path.resolve(strict=True)
        except (OSError, ValueError) as problem:
            raise OutputError(f"Cannot use {path} as folder: {reason(problem)}.") from problem

    def keep(self, stem: str, files: Mapping[str, bytes]) -> list[Path]:
        """Write files whose names are a stem and their ending, such as `-bass.wav`, all of them or none.

        Of `stem`, which may come from anyone, only what is valid in a name on every system is used. Where one of the
        names is taken, all get a number. Raises `OutputError`.
        """
        plain = plain_file_name(f"{stem}.").rstrip(".")
        stems = (plain if number == 1 else f"{plain}-{number}" for number in count(1))
        free = next(name for name in stems if not any(os.path.lexists(self.path / f"{name}{end}") for end in files))
        paths = [self.path / f"{free}{end}" for end in files]
        with ExitStack() as together:
            for path, data in zip(paths, files.values(), strict=True):
                together.enter_context(atomic_write(path)).write_bytes(data)
        return paths
