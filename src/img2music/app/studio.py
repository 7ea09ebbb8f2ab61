"""What the page does, apart from how it looks: pictures are classified, snippets made and put on the shelf."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from img2music.app.changes import Band, with_band, with_section_again, words_of
from img2music.app.kept import KeptSnippet, Making
from img2music.app.shelf import Shelf
from img2music.app.turns import Turns
from img2music.app.uploads import LARGEST_UPLOAD
from img2music.banks.store import BankStore
from img2music.composition.score import Score
from img2music.errors import OptionError, PictureError
from img2music.models.folder import STEMS
from img2music.options import COMPOSE, Options
from img2music.output.snippet import Snippet
from img2music.pipeline import Img2Music
from img2music.synthesis.stems import NAMES, stems_present
from img2music.system.files import reason, regular_file_size
from img2music.system.names import fitting
from img2music.vision.classifier import Classification
from img2music.vision.picture import load_picture

SHORTEST, LONGEST = 5.0, 60.0
"""Lengths of a snippet, s."""
MOST = 4
"""The most snippets side by side."""
SEEN, EACH = "seen", "each"
"""Values in place of a genre: the picture's likeliest, or each genre in turn, likeliest first."""
_REMEMBERED = 64  # classifications
_AT_ONCE = os.cpu_count() or 1  # threads that compute


@dataclass(frozen=True)
class PageOptions(Options):
    """The options that a visitor has set; `genre` is a genre, `SEEN` or `EACH`."""

    genre: str = SEEN


class Studio:
    """Makes the music of the page, for several visitors at once.

    `models` is a folder of trained models, by default the bundled ones; files are kept in `folder`, by default a
    temporary one.
    """

    def __init__(self, models: str | Path | None = None, folder: Path | None = None) -> None:
        self._img2music = Img2Music(models)
        self._turns = Turns(_AT_ONCE)
        self._classifications: OrderedDict[bytes, Classification] = OrderedDict()
        self._lock = threading.Lock()
        self.shelf = Shelf(folder=folder, separator=self._take_apart)

    @property
    def genres(self) -> tuple[str, ...]:
        """The genres that there is music for. Raises `ModelError` when there are no models."""
        return self._img2music.models.genres

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines of the models, the default first. Raises `ModelError` when there are no models."""
        return self._img2music.engines

    @property
    def banks(self) -> tuple[str, ...]:
        """The names of the user's own banks; none when these cannot be listed, so that the page opens all the same."""
        try:
            return BankStore().names()
        except OptionError:
            return ()

    def warm_up(self, picture: Path) -> None:
        """Load every model in advance for the first visitor. Raises `ModelError` when one is damaged."""
        classification = self.classify(picture)
        for genre in self.genres:
            self._render(classification, Options(seconds=SHORTEST), genre)
        if COMPOSE in self.engines:
            self._render(classification, Options(seconds=SHORTEST, engine=COMPOSE), self.genres[0])

    def close(self, patience: float) -> None:
        """Refuse further work, and wait at most `patience` s for work in progress."""
        self._turns.close(patience)

    def classify(self, picture: str | Path | None) -> Classification:
        """The classification of a picture file; the latest ones are cached. Raises `PictureError`."""
        return self._classify(read_upload(picture))

    def play(self, picture: str | Path | None, options: PageOptions, number: int = 0) -> KeptSnippet:
        """Snippet `number`, from 0, of those for a picture file, put on the shelf.

        Each has the next seed, or with `EACH` the next genre. Raises `PictureError` for a bad picture and
        `OptionError` for an option out of range.
        """
        if not SHORTEST <= options.length <= LONGEST:  # also false for NaN
            raise OptionError(f"seconds is {options.length}; choose a length from {SHORTEST:g} to {LONGEST:g} s.")
        data = read_upload(picture)
        classification = self._classify(data)
        seed, genre = options.seed + number, None if options.genre == SEEN else options.genre
        if options.genre == EACH:
            likeliest = self._img2music.likeliest(classification, options.bank)
            seed, genre = options.seed, likeliest[number % len(likeliest)]
        options = replace(options, seed=seed)
        snippet = self._render(classification, options, genre)
        return self._keep(snippet, data, Making(Path(str(picture)).name, options, options))

    def make_again(self, key: str, section: int) -> KeptSnippet:
        """The music with a key, whose section of that number, from 1, is made in another way. Raises `OptionError`."""
        sound, _ = self._composed(key)
        making = replace(sound.making, whole=with_section_again(sound.making.whole, section))
        return self._change(sound, replace(making, options=with_section_again(sound.making.options, section)))

    def switch(self, key: str, instrument: str) -> KeptSnippet:
        """The music with a key without one of its instruments, or with it again. Raises `OptionError`."""
        sound, score = self._composed(key)
        making = sound.making
        band = (making.band or Band.of(score)).switched(instrument)
        options = with_band(making.whole, score, band) if band.off else making.whole
        return self._change(sound, replace(making, band=band, options=options))

    def _composed(self, key: str) -> tuple[KeptSnippet, Score]:
        sound = self.shelf.get(key)
        if sound.snippet.score is None:
            raise OptionError("Only music that was composed can be changed; choose the engine compose.")
        return sound, sound.snippet.score

    def _classify(self, data: bytes) -> Classification:
        key = hashlib.sha256(data).digest()
        with self._lock:
            known = self._classifications.get(key)
        if known is not None:
            return known
        image = load_picture(data, apart=True)  # before the turn, so that a slow picture delays nobody else
        with self._turns.take():
            classification = self._img2music.classify(image)
        with self._lock:
            self._classifications[key] = classification
            while len(self._classifications) > _REMEMBERED:
                self._classifications.popitem(last=False)
        return classification

    def _change(self, sound: KeptSnippet, making: Making) -> KeptSnippet:
        snippet = self._render(self._classify(sound.picture), making.options, sound.snippet.genre)
        return self._keep(snippet, sound.picture, making)

    def _keep(self, snippet: Snippet, picture: bytes, making: Making) -> KeptSnippet:
        score = snippet.score
        if making.band is None and score is not None:
            making = replace(making, band=Band.of(score))
        name = f"{Path(making.picture).stem}-{snippet.genre}-{making.options.seed}"
        changed = words_of(making.options, making.band.off if making.band else ())
        whole = fitting("-".join([name, *changed]).replace(" ", "-"))
        return self.shelf.put(snippet, picture, whole, replace(making, stems=self._stems_of(snippet)))

    def _stems_of(self, snippet: Snippet) -> tuple[str, ...]:
        """The stems in which something is played; none where the models take nothing apart."""
        if snippet.take is None or not self._img2music.models.has(STEMS):
            return ()
        present = stems_present(snippet.take.performance)
        return tuple(name for name, there in zip(NAMES, present, strict=True) if there)

    def _take_apart(self, snippet: Snippet) -> Mapping[str, Snippet]:
        with self._turns.take():
            return self._img2music.stems(snippet)

    def _render(self, classification: Classification, options: Options, genre: str | None) -> Snippet:
        with self._turns.take():
            return self._img2music.render(classification, options, genre)


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
