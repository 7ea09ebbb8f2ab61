"""Batches that wait at a gate, so that a test can interrupt them in the middle however fast the machine is."""

from __future__ import annotations

import os
from pathlib import Path

BEFORE = 2
"""Pieces that each process makes before it waits."""
_SCRIPT = """\
import os
import time
from concurrent.futures import ProcessPoolExecutor

from img2music.batch.run import Maker

made = 0
make, shut_down = Maker.__call__, ProcessPoolExecutor.shutdown


def make_or_wait(self, piece):
    global made
    while made >= {before} and not os.path.exists({gate!r}):
        time.sleep(0.01)
    made += 1
    return make(self, piece)


def shut_down_and_open(self, wait=True, *, cancel_futures=False):
    manager = self._executor_manager_thread
    shut_down(self, wait=False, cancel_futures=cancel_futures)
    open({gate!r}, "w").close()
    if wait and manager is not None:
        manager.join()


Maker.__call__, ProcessPoolExecutor.shutdown = make_or_wait, shut_down_and_open
"""


class Gate:
    """A gate in `folder` at which every process of a program waits that is started with `environment`.

    It opens when it is told to, and when a program gives up its processes.
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
