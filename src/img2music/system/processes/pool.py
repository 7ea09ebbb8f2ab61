"""Processes that make many pieces of work.

Each has a pipe of its own: it gets its tasks there, and the end of the pipe says that the process ended. The pool of
`concurrent.futures` shares its pipes and locks instead, and waits for ever when one of its processes is killed while
another one is being started.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Generic, TypeVar

from img2music.errors import OptionError
from img2music.system.interrupts import Unaffected, affect_again

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


class ProcessEndedError(OptionError):
    """A process ended before its task did."""

    def __init__(self) -> None:
        super().__init__("A process was ended from outside, perhaps for its memory; use fewer --jobs.")


class ProcessNotStartedError(OptionError):
    """The system starts no more processes."""

    def __init__(self) -> None:
        super().__init__("The system starts no more processes; use fewer --jobs.")


def make_in_processes(
    load: Callable[[], Callable[[Task], Outcome]], tasks: Iterable[Task], jobs: int
) -> Iterator[Outcome]:
    """The outcomes of the tasks as they end, made in `jobs` processes; each of them calls `load` once.

    Whoever stops reading waits for the tasks that are being made. Raises what making a task raised,
    `ProcessEndedError`, and `ProcessNotStartedError`.
    """
    workers: list[_Worker] = []
    try:
        with Unaffected():
            for _ in range(jobs):
                workers.append(_started(load))  # noqa: PERF401  those that started are known when the next one does not
        yield from _made([worker.pipe for worker in workers], iter(tasks))
    except ProcessEndedError:
        for worker in workers:
            worker.process.terminate()
        raise
    finally:
        for worker in workers:
            worker.pipe.close()
        for worker in workers:
            worker.process.join()


@dataclass(frozen=True)
class _Worker:
    """A process, and this end of its pipe."""

    process: SpawnProcess
    pipe: Connection


def _started(load: Callable[[], Callable[[Task], Outcome]]) -> _Worker:
    # a fresh interpreter: a fork would copy locks of onnxruntime's threads
    context = multiprocessing.get_context("spawn")
    try:
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(load, theirs))
        process.start()
    except (OSError, MemoryError) as problem:
        raise ProcessNotStartedError from problem
    theirs.close()
    return _Worker(process, ours)


def _made(pipes: list[Connection], tasks: Iterator[Task]) -> Iterator[Outcome]:
    """The outcomes of the tasks, of which each pipe has one at a time."""
    busy = [pipe for pipe in pipes if _given(pipe, tasks)]
    while busy:
        for pipe in wait(busy):
            assert isinstance(pipe, Connection)
            try:
                outcome = pipe.recv()
            except (EOFError, OSError) as problem:
                raise ProcessEndedError from problem
            if isinstance(outcome, Exception):
                raise outcome
            if not _given(pipe, tasks):
                busy.remove(pipe)
            yield outcome


def _given(pipe: Connection, tasks: Iterator[Task]) -> bool:
    """Whether there was a task to send."""
    for task in tasks:
        try:
            pipe.send(task)
        except OSError as problem:
            raise ProcessEndedError from problem
        return True
    return False


def _serve(load: Callable[[], Callable[[Task], Outcome]], pipe: Connection) -> None:
    """Be such a process."""
    for name in ("SIGINT", "SIGHUP"):  # the first process decides when they end the work
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    service = _Service(load)
    signal.signal(signal.SIGTERM, service.leave)
    try:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    except RuntimeError:  # the system starts no more threads
        sys.exit(1)
    affect_again()
    try:
        while True:
            pipe.send(service.outcome(pipe.recv()))
    except (EOFError, OSError):  # the first process wants no more
        pass


class _Service(Generic[Task, Outcome]):
    """Makes one task after the other until it is told to end."""

    def __init__(self, load: Callable[[], Callable[[Task], Outcome]]) -> None:
        self._load = cache(load)  # its errors become those of a task
        self._busy = False
        self._told_to_end: int | None = None

    def outcome(self, task: Task) -> Outcome | Exception:
        """What became of the task, or what it raised."""
        self._busy = True
        try:
            return self._load()(task)
        except Exception as problem:
            problem.add_note(traceback.format_exc())
            return problem
        finally:
            # some code, such as that of destructors, lets no exception pass
            self._busy = False
            if self._told_to_end is not None:
                os._exit(128 + self._told_to_end)

    def leave(self, number: int, frame: FrameType | None) -> None:
        """End the task at hand, whose temporary files are removed on the way, and with it the process."""
        if not self._busy:
            os._exit(128 + number)
        self._told_to_end = number
        sys.exit(128 + number)


def _end_with_parent() -> None:
    """End this process when the first one was killed, for nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
