"""Making the pieces of a batch, one after the other or in several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from img2music.batch.plan import Piece
from img2music.errors import AudioError, OptionError, OutputError, PictureError
from img2music.files import reason
from img2music.order import Order
from img2music.picture import PictureFile
from img2music.pipeline import Img2Music
from img2music.sidecar import SUFFIX, Sidecar


class State(StrEnum):
    """How a piece ended."""

    MADE = "made"
    THERE = "there"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """How a piece ended, and why it failed if it did."""

    piece: Piece
    state: State
    problem: str = ""


class Maker:
    """Makes piece after piece with models that are loaded once."""

    def __init__(self, models: Path | None, order: Order, force: bool) -> None:
        self._img2music = Img2Music(models)
        self._order = order
        self._force = force

    def __call__(self, piece: Piece) -> Outcome:
        """Make a piece unless its music is there already, with a sidecar beside it.

        A bad picture and a file that cannot be written fail alone. Raises `ModelError` and `OptionError`, which
        would end every piece.
        """
        if not self._force and _exists(piece.music):
            return Outcome(piece, State.THERE)
        try:
            self._make(piece)
        except (AudioError, OutputError, PictureError) as problem:
            if not self._force and _exists(piece.music):  # another run was faster
                return Outcome(piece, State.THERE)
            return Outcome(piece, State.FAILED, str(problem))
        return Outcome(piece, State.MADE)

    def _make(self, piece: Piece) -> None:
        picture = PictureFile.read(piece.picture, apart=True)
        snippet = self._order.make(self._img2music, picture)
        try:
            piece.music.parent.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as problem:
            raise OutputError(f"Cannot write into {piece.music.parent}: {reason(problem)}.") from problem
        # the music comes last: where it is, the piece is whole
        Sidecar.of(snippet, picture, self._order).save(piece.music.with_name(piece.music.stem + SUFFIX), self._force)
        self._order.keep(snippet, picture, piece.music, self._force)


def run(pieces: list[Piece], models: Path | None, order: Order, force: bool, jobs: int) -> Iterator[Outcome]:
    """The outcomes of the pieces as they end, made in `jobs` processes.

    Raises `ModelError` and `OptionError` as making a single piece does, and `OptionError` when a process was killed.
    """
    if jobs == 1:
        yield from map(Maker(models, order, force), pieces)
        return
    # a fresh interpreter for each: a fork would copy locks of onnxruntime's threads
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_start, initargs=(models, order, force))
    try:
        for ended in as_completed([pool.submit(_make_here, piece) for piece in pieces]):
            yield ended.result()
    except BrokenProcessPool as problem:
        raise OptionError("A process was ended from outside, perhaps for its memory; use fewer --jobs.") from problem
    finally:
        pool.shutdown(cancel_futures=True)


_makers: list[Maker] = []
"""The one maker of a process that `run` has started."""


def _start(models: Path | None, order: Order, force: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides when an interrupt ends the batch
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _makers.append(Maker(models, order, force))


def _end_with_parent() -> None:
    """End this process when the first one was killed, for nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _make_here(piece: Piece) -> Outcome:
    return _makers[0](piece)


def _exists(path: Path) -> bool:
    try:
        return os.path.lexists(path)
    except (OSError, ValueError):  # writing there says what is wrong
        return False
