"""A process that runs one case after the other and says on standard output how each ended.

Only an `Img2MusicError` and success are as they should be; anything else is named after what happened.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import traceback
import warnings
from pathlib import Path
from random import Random

from img2music.errors import Img2MusicError

from .guard import Guard
from .target import Target
from .targets import target_of


def main(name: str, seed: str, first: str, count: str, folder: str) -> None:
    """Run cases `first` to `first + count` of a target in a folder."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print is no answer
    faulthandler.enable()
    warnings.simplefilter("error", RuntimeWarning)  # overflows and the like: checks should come before them
    target = target_of(name, Path(folder))
    guard = None if target.starts_processes else Guard(Path(folder))
    print("ready", file=answers)
    for index in range(int(first), int(first) + int(count)):
        sys.stdin.readline()  # until what the last case left has been looked at
        target.prepare(index, Random(f"{seed}/{name}/{index}"))
        if guard is not None:
            guard.take()
        print("begun", file=answers)
        outcome = _outcome(target)
        unwanted = None if guard is None else guard.take()
        print(f"FAILED {unwanted}" if unwanted else outcome, file=answers)


def _outcome(target: Target) -> str:
    try:
        return target.run() or "success"
    except Img2MusicError as error:
        if len(str(error).splitlines()) != 1:
            return f"FAILED a message of several lines: {str(error)!r}"
        return type(error).__name__
    except BaseException as error:
        traceback.print_exc()
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"FAILED {type(error).__name__} in {Path(place.filename).name}:{place.lineno}: {error}".replace(
            "\n", " "
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
