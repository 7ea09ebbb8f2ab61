"""One victim, killed once, and what is left of it."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from .contents import contents, differences
from .victims import Victim

_LONGEST = 3600.0  # s


class Stage:
    """A victim with its inputs, what an unbroken run leaves, and how long one takes, s."""

    def __init__(self, victim: Victim, inputs: Path, place: Path) -> None:
        self.victim, self.inputs, self.place = victim, inputs, place
        out = place / "unbroken"
        victim.begin(inputs, out)
        begun = time.monotonic()
        if in_process(lambda: victim.run(inputs, out)) != 0:
            raise RuntimeError(f"the unbroken run fails, see {place}")
        self.seconds = time.monotonic() - begun
        self.wanted = contents(out)

    def trial(self, number: int, moment: float) -> str | None:
        """Kill a run at a `moment` from 0 to 1 of it and run it again; what went wrong, None if nothing did."""
        out = self.place / str(number)
        self.victim.begin(self.inputs, out)
        before = set(contents(out))
        killed = in_process(lambda: self.victim.run(self.inputs, out), moment * self.seconds)
        if killed not in (0, -signal.SIGKILL):
            return f"the run failed before it was killed: {killed}"
        try:
            after = contents(out)
        except Exception as error:
            return f"after the kill something is not whole: {error!r}"
        if missing := before - set(after):
            return f"after the kill {sorted(missing)} are gone"
        if in_process(lambda: self.victim.run(self.inputs, out)) != 0:
            return "run again, it does not finish"
        if other := differences(contents(out), self.wanted):
            return f"run again, {other} differ from an unbroken run's"
        return None


def in_process(work: Callable[[], object], kill_after: float = _LONGEST) -> int:
    """Do `work` in a fork of this process, which is killed after so many seconds; its exit status, negative when a
    signal ended it. A fork, since importing everything anew would take longer than the work."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    deadline = time.monotonic() + kill_after
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= deadline:
            os.kill(child, signal.SIGKILL)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        time.sleep(0.001)
