"""Making the tasks of a batch, one after the other or in several processes."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType

from img2music.batch.plan import Task
from img2music.errors import AudioError, OptionError, OutputError, PictureError, SidecarError, printable
from img2music.output.request import Request
from img2music.output.sidecar import Sidecar, keep_with_sidecar, sidecar_of
from img2music.pipeline import Img2Music
from img2music.system.files import read_regular, reason
from img2music.system.interrupts import Unaffected, affect_again
from img2music.vision.picture import MAX_BYTES, PictureFile


class State(StrEnum):
    """How a task ended."""

    MADE = "made"
    THERE = "there"
    FAILED = "failed"
    REFUSED = "refused"
    """For a reason that every other task would end for as well."""


@dataclass(frozen=True)
class Outcome:
    """How a task ended, and why it failed if it did."""

    task: Task
    state: State
    problem: str = ""


class Maker:
    """Makes task after task with models that are loaded once."""

    def __init__(self, models: Path | None, request: Request, force: bool) -> None:
        self._img2music = Img2Music(models)
        self._request = request
        self._force = force

    def __call__(self, task: Task) -> Outcome:
        """Make a task unless its music is there already, with a sidecar beside it.

        A bad picture and a file that cannot be written fail alone. Raises `ModelError` and `OptionError`, which
        would end every task.
        """
        if not self._force and _exists(task.music):
            return _there(task)
        try:
            self._make(task)
        except (AudioError, OutputError, PictureError) as problem:
            if not self._force and _exists(task.music):  # another run was faster
                return _there(task)
            return Outcome(task, State.FAILED, str(problem))
        return Outcome(task, State.MADE)

    def _make(self, task: Task) -> None:
        picture = PictureFile.read(task.picture, apart=True)
        snippet = self._img2music.play(picture.image, self._request, self._request.genre)
        try:
            task.music.parent.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as problem:
            raise OutputError(f"Cannot write into {task.music.parent}: {reason(problem)}.") from problem
        keep_with_sidecar(snippet, picture, request=self._request, music=task.music, force=self._force)


def run(tasks: list[Task], models: Path | None, request: Request, force: bool, jobs: int) -> Iterator[Outcome]:
    """The outcomes of the tasks as they end, made in `jobs` processes.

    Raises `ModelError` and `OptionError` as making a single task does, and `OptionError` when a process was killed or
    cannot be started.
    """
    if jobs == 1:
        yield from map(Maker(models, request, force), tasks)
        return
    # a fresh interpreter for each: a fork would copy locks of onnxruntime's threads
    context = multiprocessing.get_context("spawn")
    # the pool waits for ever when a process ends while others are being started. They wait for the end of a pipe: an
    # `Event` waits for ever for whoever was killed while he waited for it
    all_started, starting = context.Pipe(duplex=False)
    arguments = (models, request, force, all_started)
    with Unaffected():
        pool = ProcessPoolExecutor(min(jobs, len(tasks)), context, initializer=_start, initargs=arguments)
    others = set(multiprocessing.active_children())
    try:
        futures = _submitted(pool, tasks)
        starting.close()
        for ended in as_completed(futures):
            yield ended.result()
    except BrokenProcessPool as problem:
        raise OptionError("A process was ended from outside, perhaps for its memory; use fewer --jobs.") from problem
    except _NotStartedError as problem:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        pool.shutdown(wait=False)  # perhaps nothing watches its processes
        raise OptionError("The system starts no more processes; use fewer --jobs.") from problem
    finally:
        starting.close()
        pool.shutdown(cancel_futures=True)
        all_started.close()


class _NotStartedError(Exception):
    """A process of the pool cannot be started."""


def _submitted(pool: ProcessPoolExecutor, tasks: list[Task]) -> list[Future[Outcome]]:
    """The outcomes to come; the first submissions start the processes. Raises `_NotStartedError`."""
    try:
        with Unaffected():
            futures = [pool.submit(_make_here, task) for task in tasks]
            pool.submit(os.getpid)  # from each submission on the pool watches the process that the last one started
        return futures
    except BrokenProcessPool:
        raise
    except (OSError, MemoryError, RuntimeError) as problem:
        raise _NotStartedError from problem


_makers: list[Callable[[], Maker]] = []
"""What gives the one maker of a process that `run` has started."""
_at_hand: list[Task] = []
"""The one task that such a process is making, if it is."""
_told_to_end: list[int] = []
"""The number of the signal that told such a process to end."""


def _start(models: Path | None, request: Request, force: bool, all_started: Connection) -> None:
    for name in ("SIGINT", "SIGHUP"):  # the first process decides when they end the batch
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _makers.append(cache(lambda: Maker(models, request, force)))  # its errors become those of a task
    wait([all_started])
    affect_again()


def _leave(number: int, frame: FrameType | None) -> None:
    """End the task at hand, whose temporary files are removed on the way, and with it the process."""
    if not _at_hand:
        os._exit(128 + number)
    _told_to_end.append(number)
    sys.exit(128 + number)


def _end_with_parent() -> None:
    """End this process when the first one was killed, for nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _make_here(task: Task) -> Outcome:
    _at_hand.append(task)
    try:
        return _makers[0]()(task)
    finally:
        # the pool would take it for what became of the task, and wait for this process for ever; and some code, such
        # as that of destructors, lets no exception pass
        _at_hand.clear()
        if _told_to_end:
            os._exit(128 + _told_to_end[0])


def _there(task: Task) -> Outcome:
    """How a task ends whose music is there already: that of another picture is none of it."""
    try:
        sidecar = Sidecar.load(sidecar_of(task.music))
        if os.path.realpath(sidecar.picture) == os.path.realpath(task.picture):
            return Outcome(task, State.THERE)
        data = read_regular(task.picture, MAX_BYTES, PictureError)
    except (SidecarError, PictureError, OSError, ValueError):  # nobody can tell
        return Outcome(task, State.THERE)
    if hashlib.sha256(data).hexdigest() == sidecar.sha256:  # the pictures were moved
        return Outcome(task, State.THERE)
    other = f"{task.music} is the music of another picture, {os.path.normpath(sidecar.picture)}"
    remedy = "choose another --out or replace it with --force"
    return Outcome(task, State.FAILED, printable(f"{task.picture}: {other}; {remedy}."))


def _exists(path: Path) -> bool:
    try:
        return os.path.lexists(path)
    except (OSError, ValueError):  # writing there says what is wrong
        return False
