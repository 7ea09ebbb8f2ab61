"""`python -m tests.fuzz.guided TARGET [--seconds S]`: inputs from atheris, guided by which of our lines they reach.

Beside `python -m tests.fuzz`, whose cases are drawn by chance and can be made again by their numbers. Atheris (Google's
coverage-guided fuzzer for Python) is no dependency: `pip install atheris`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["img2music"]):
    from img2music.errors import Img2MusicError

    from .guard import Guard
    from .target import FileTarget
    from .targets import SHARES, target_of

_SEEDS = 200
_LONGEST, _MEMORY = 5, 1536  # s, MiB; of the memory, atheris and its seeds take up to a third


def main() -> None:
    """Fuzz one target; what fails is kept in the working folder, and the exit status is then not 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("target", choices=[name for name in SHARES if name != "models"])
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        target = target_of(given.target, Path(folder))
        if not isinstance(target, FileTarget):
            raise TypeError(f"{given.target} reads more than one file")
        seeds = Path(folder, "seeds")
        seeds.mkdir()
        for index in range(_SEEDS):
            target.prepare(index, Random(index))
            (seeds / str(index)).write_bytes(target.path.read_bytes())
        guard = Guard(Path(folder))

        def read(data: bytes) -> None:
            target.path.write_bytes(data)
            guard.take()
            with suppress(Img2MusicError):
                target.run()
            if unwanted := guard.take():
                raise AssertionError(unwanted)

        limits = [f"-max_total_time={given.seconds}", f"-timeout={_LONGEST}", f"-rss_limit_mb={_MEMORY}"]
        atheris.Setup([sys.argv[0], *limits, "-print_final_stats=1", str(seeds)], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
