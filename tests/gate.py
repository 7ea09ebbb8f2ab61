"""Batches that wait at a gate, so that a test can interrupt them in the middle however fast the machine is."""

from __future__ import annotations

import os
from pathlib import Path

BEFORE = 2
"""Pieces that each process makes before it waits."""
_SCRIPT = """\
import os
import time
from multiprocessing.process import BaseProcess

from img2music.batch.run import Maker

made = 0
make, join = Maker.__call__, BaseProcess.join


def make_or_wait(self, piece):
    global made
    while made >= {before} and not os.path.exists({gate!r}):
        time.sleep(0.01)
    made += 1
    return make(self, piece)


def open_and_join(self, timeout=None):
    open({gate!r}, "w").close()
    join(self, timeout)


Maker.__call__, BaseProcess.join = make_or_wait, open_and_join
"""


class Gate:
    """A gate in `folder` at which every process of a program waits that is started with `environment`.

    It opens when it is told to, and when a program waits for the end of its processes.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "open"
        scripts = folder / "gate"
        scripts.mkdir(parents=True)
        text = _SCRIPT.format(gate=str(self._file), before=BEFORE)
        (scripts / "sitecustomize.py").write_text(text)
        self.environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(scripts), os.environ.get("PYTHONPATH"))))
        }

    def open(self) -> None:
        """Let everybody through."""
        self._file.touch()
