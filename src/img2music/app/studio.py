"""What the page does, apart from how it looks: pictures are read, snippets made and put on the shelf."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from img2music.app.shelf import KeptSnippet, Shelf
from img2music.app.uploads import LARGEST_UPLOAD
from img2music.banks.store import BankStore
from img2music.errors import OptionError, PictureError
from img2music.options import Options
from img2music.output.snippet import Snippet
from img2music.pipeline import Img2Music
from img2music.system.files import reason, regular_file_size
from img2music.vision.classifier import Classification
from img2music.vision.picture import load_picture

SHORTEST, LONGEST = 5.0, 60.0
"""Lengths of a snippet, s."""
MOST = 4
"""Snippets side by side."""
SEEN, EACH = "seen", "each"
"""Instead of a genre: the likeliest of the picture, or each genre in turn, likeliest first."""
_REMEMBERED = 64
_AT_ONCE = os.cpu_count() or 1


@dataclass(frozen=True)
class PageOptions(Options):
    """What a visitor has set; `genre` is a genre, `SEEN` or `EACH`."""

    genre: str = SEEN


class Studio:
    """Makes the music of the page; several visitors may call it at once.

    `models` is a folder of trained models, by default the ones that come with the package; files of sounds are kept in
    `folder`, by default one of its own.
    """

    def __init__(self, models: str | Path | None = None, folder: Path | None = None) -> None:
        self._img2music = _AttentiveImg2Music(models)
        self.shelf = Shelf(folder=folder)

    @property
    def genres(self) -> tuple[str, ...]:
        """The genres that can be played. Raises `ModelError` when there are no models."""
        return self._img2music.models.genres

    @property
    def engines(self) -> tuple[str, ...]:
        """What music can be made with, the default first. Raises `ModelError` when there are no models."""
        return self._img2music.engines

    @property
    def banks(self) -> tuple[str, ...]:
        """The names of the user's own banks; none when these are out of reach, which shall not keep the page shut."""
        try:
            return BankStore().names()
        except OptionError:
            return ()

    def warm_up(self, picture: Path) -> None:
        """Load every model, so that the first visitor need not wait. Raises `ModelError` when one is damaged."""
        data = read_upload(picture)
        for genre in self.genres:
            self._img2music.generate(data, genre=genre, seconds=SHORTEST)

    def close(self, patience: float) -> None:
        """Let nothing begin any more, and wait at most `patience` s until what was begun is done."""
        self._img2music.close(patience)

    def read(self, picture: str | Path | None) -> Classification:
        """What a picture file says. Raises `PictureError`."""
        return self._img2music.classify(read_upload(picture))

    def play(self, picture: str | Path | None, options: PageOptions, number: int = 0) -> KeptSnippet:
        """The snippet of a picture file that stands at place `number`, from 0.

        At each place is the next seed, with `EACH` the next genre. Raises `PictureError` for a bad picture and
        `OptionError` for a wish out of range.
        """
        if not SHORTEST <= options.seconds <= LONGEST:  # also false for NaN
            raise OptionError(f"seconds is {options.seconds}; choose a length from {SHORTEST:g} to {LONGEST:g} s.")
        data = read_upload(picture)
        genre, seed = options.genre, options.seed + number
        if genre == EACH:
            genres = self._img2music.genres(options.bank)
            playable = [name for name in self._img2music.classify(data).ranking if name in genres]
            genre, seed = playable[number % len(playable)], options.seed
        snippet = self._img2music.play(data, replace(options, seed=seed), None if genre == SEEN else genre)
        return self.shelf.put(snippet, data, f"{Path(str(picture)).stem}-{snippet.genre}-{seed}")


def read_upload(picture: str | Path | None) -> bytes:
    """The bytes of a picture file. Raises `PictureError` when there is none or it is above 20 MB."""
    if picture is None:
        raise PictureError("There is no picture yet; drop one first.")
    path = Path(picture)
    if not path.exists():
        raise PictureError("The picture is no longer kept; drop it again.")
    if regular_file_size(path, PictureError) > LARGEST_UPLOAD:
        raise PictureError(f"The picture is above {LARGEST_UPLOAD // 10**6} MB; save it smaller.")
    try:
        return path.read_bytes()
    except OSError as problem:
        raise PictureError(f"Cannot read the picture: {reason(problem)}.") from problem


class _AttentiveImg2Music(Img2Music):
    """Remembers what the latest pictures said, since each is played many times. Computes for as many callers at once
    as there are processors; whose picture is still being decoded keeps nobody from that."""

    def __init__(self, models: str | Path | None = None) -> None:
        super().__init__(models)
        self._readings: OrderedDict[bytes, Classification] = OrderedDict()
        self._lock = threading.Lock()
        self._computing = threading.Semaphore(_AT_ONCE)
        self._closed = False

    def classify(self, picture: bytes) -> Classification:
        """As `Img2Music.classify`, for the bytes of a picture file."""
        key = hashlib.sha256(picture).digest()
        with self._lock:
            classification = self._readings.get(key)
        if classification is None:
            classification = self._classify(load_picture(picture, apart=True))
            with self._lock:
                self._readings[key] = classification
                while len(self._readings) > _REMEMBERED:
                    self._readings.popitem(last=False)
        return classification

    def close(self, patience: float) -> None:
        """Let nothing begin any more, and wait at most `patience` s until what was begun is done."""
        self._closed = True
        end = time.monotonic() + patience
        turns = [self._computing.acquire(timeout=max(0.0, end - time.monotonic())) for _ in range(_AT_ONCE)]
        self._computing.release(max(1, sum(turns)))  # to those who wait, and hear that it is closed

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._computing:
            if self._closed:
                raise OptionError("The page is closed.")
            yield

    def _classify(self, picture: Image.Image) -> Classification:
        with self._turn():
            return super().classify(picture)

    def _play(self, classification: Classification, genre: str, options: Options) -> Snippet:
        with self._turn():
            return super()._play(classification, genre, options)
