"""Running cases in a process that is watched: one that crashes, hangs or swells is ended, and the next goes on."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

LONGEST = 5.0
"""Processor seconds that a case may take; seconds on the clock would depend on what else the machine does."""
STUCK = 60.0
"""Seconds on the clock that a case may wait without wanting a processor."""
LARGEST, LARGEST_PICTURES = 2**30, 400 * 2**20
"""Bytes of memory that a case may take, beyond those of the process before it; a case of pictures less."""
_PAUSE = 0.05
_TICKS, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


@dataclass
class Result:
    """How the cases of a target ended, and where the inputs of the failed ones are kept."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, object]] = field(default_factory=list)
    slowest: float = 0.0
    largest: int = 0


def run_target(name: str, seed: int, first: int, count: int, failures: Path) -> Result:
    """Run cases `first` to `first + count` of a target; inputs of failed ones are copied below `failures`."""
    result, index, end = Result(), first, first + count
    while index < end:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
            worker = _Worker(name, seed, index, end - index, Path(scratch))
            try:
                while index < end:
                    outcome = worker.next()
                    index += 1
                    failed = outcome.startswith("FAILED ")
                    result.outcomes["failed" if failed else outcome] += 1
                    if failed:
                        kept = failures / f"{name}-{seed}-{index - 1}"
                        shutil.copytree(scratch, kept, dirs_exist_ok=True)
                        problem = outcome.removeprefix("FAILED ")
                        result.failures.append({"case": index - 1, "problem": problem, "input": str(kept)})
                    if worker.ended:
                        break
            finally:
                worker.end()
                result.slowest = max(result.slowest, worker.slowest)
                result.largest = max(result.largest, worker.largest)
    return result


class _Worker:
    def __init__(self, name: str, seed: int, first: int, count: int, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.fuzz.worker", name, str(seed), str(first), str(count), str(folder)]
        self._log = (folder.parent / f"{folder.name}.log").open("w+")
        environment = os.environ | {"OMP_NUM_THREADS": "1", "TMPDIR": str(folder)}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._log, env=environment)
        self._rest = b""
        self._most = LARGEST_PICTURES if name == "pictures" else LARGEST
        self.ended, self.slowest, self.largest = False, 0.0, 0
        if self._line() != "ready":
            raise RuntimeError(f"the worker of {name} does not start:\n{Path(self._log.name).read_text()}")

    def next(self) -> str:
        """The outcome of the next case."""
        if (answer := self._line()) != "begun":
            raise RuntimeError(f"a case could not be made: {answer}\n{Path(self._log.name).read_text()[-2000:]}")
        seconds, memory, _ = self._used()
        answer = self._line(seconds, memory)
        now, *_ = self._used()
        self.slowest = max(self.slowest, now - seconds)
        return answer

    def end(self) -> None:
        """End the process and forget what it printed."""
        self._process.kill()
        self._process.wait()
        self._log.close()
        Path(self._log.name).unlink()

    def _line(self, seconds: float | None = None, memory: int = 0) -> str:
        """The next line of the process, or what became of it."""
        waited = 0.0
        while b"\n" not in self._rest:
            if select.select([self._process.stdout], [], [], _PAUSE)[0]:
                data = os.read(self._process.stdout.fileno(), 65536)
                if not data:
                    self.ended = True
                    return f"FAILED crash: exit status {self._process.wait()}"
                self._rest += data
                continue
            if seconds is None:
                continue
            now, holds, waits = self._used()
            waited += _PAUSE * waits
            self.largest = max(self.largest, holds - memory)
            if now - seconds > LONGEST or waited > STUCK:
                self.ended = True
                return f"FAILED hang: {now - seconds:.1f} s of processor time, {waited:.0f} s of waiting"
            if holds - memory > self._most:
                self.ended = True
                return f"FAILED memory: {(holds - memory) >> 20} MiB"
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode()

    def _used(self) -> tuple[float, int, bool]:
        """Processor time in s, memory in bytes, and whether it waits."""
        try:
            folder = Path("/proc") / str(self._process.pid)
            facts = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            pages = int((folder / "statm").read_text().split()[1])
        except (OSError, IndexError):  # it has just ended
            return 0.0, 0, True
        return (int(facts[11]) + int(facts[12])) / _TICKS, pages * _PAGE, facts[0] != "R"
