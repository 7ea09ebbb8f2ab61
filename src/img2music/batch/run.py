"""Making the tasks of a batch, one after the other or in several processes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from img2music.batch.plan import Task
from img2music.errors import AudioError, OutputError, PictureError, SidecarError, printable
from img2music.output.request import Request
from img2music.output.sidecar import Sidecar, keep_with_sidecar, sidecar_of
from img2music.pipeline import Img2Music
from img2music.system.files import read_regular, reason
from img2music.system.processes.pool import make_in_processes
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
    yield from make_in_processes(partial(Maker, models, request, force), tasks, min(jobs, len(tasks)))


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
