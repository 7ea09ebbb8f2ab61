"""From a picture to the probabilities of the genres and a feature vector (Algorithm 1, step 1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.vision.appearance import Appearance, appearance_of
from img2music.vision.ocr.known_names import NAMES, KnownName, KnownNames
from img2music.vision.ocr.reading import Lettering, weigh
from img2music.vision.ocr.text_classifier import WORDS, WordClassifier
from img2music.vision.picture import to_input

_LARGEST_SIDE = 2048  # pixels
SURE = 0.5
"""Probability of a genre from which it is said without a doubt: below, it is wrong more often than right."""
_ROUNDING = 0.01
"""How far from 1 the sum of probabilities may be."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What the classifier sees in a picture."""

    probabilities: dict[str, float]
    """Probability of each genre, in the order of the models' classes, together 1."""
    features: np.ndarray
    """The picture's feature vector v̂, `(D,)` float32, each entry standardised over album covers."""
    appearance: Appearance
    """What the picture looks like beside album covers."""
    words: str = ""
    """What is written on the picture, as far as it is legible."""
    names: tuple[KnownName, ...] = ()
    """Known names among these words."""

    @property
    def genre(self) -> str:
        """The likeliest genre."""
        return self.ranking[0]

    @property
    def ranking(self) -> list[str]:
        """The genres, likeliest first."""
        return sorted(self.probabilities, key=lambda genre: -self.probabilities[genre])

    @property
    def sure(self) -> bool:
        """Whether the genre is likelier right than wrong."""
        return self.probabilities[self.genre] >= SURE

    @property
    def verdict(self) -> str:
        """The genre in words: "jazz", or where it is not sure "jazz or pop, not sure"."""
        return self.genre if self.sure else f"{' or '.join(self.ranking[:2])}, not sure"


class Classifier:
    """The exported classifier: what a picture looks like and, where models for it are there, what is written on it."""

    def __init__(self, models: Models) -> None:
        # networks take long to load, so those for lettering load aside
        with ThreadPoolExecutor(1) as aside:
            lettering = aside.submit(Lettering, models) if models.has(WORDS) else None
            self._network = models.network("classifier.onnx")
        shape = self._network.input_shape
        if len(shape) != 4 or not isinstance(shape[-1], int) or not 1 <= shape[-1] <= _LARGEST_SIDE:
            raise ModelError(f"{models.folder}: classifier.onnx takes no pictures; export the models again.")
        self._size = shape[-1]
        self._genres = models.classes
        self._lettering = None if lettering is None else lettering.result()
        self._words = WordClassifier.load(models) if models.has(WORDS) else None
        self._names = KnownNames.load(models) if models.has(WORDS) and models.has(NAMES) else None

    def __call__(self, picture: Image.Image) -> Reading:
        """Read an RGB picture."""
        with ThreadPoolExecutor(1) as aside:
            lettering = aside.submit(self._lettering, picture) if self._lettering else None
            probabilities, features = self._look(picture)
        text, names = "", ()
        if lettering and self._words:
            readings = lettering.result()
            text = " ".join(line.text for line in readings[-1])
            probabilities = self._words.join(probabilities, weigh(readings))
            if self._names:
                names = self._names.among(readings)
                probabilities = self._names.join(probabilities, names)
        by_genre = dict(zip(self._genres, map(float, probabilities), strict=True))
        return Reading(by_genre, features, appearance_of(picture), text, tuple(names))

    def _look(self, picture: Image.Image) -> tuple[np.ndarray, np.ndarray]:
        """The genres' probabilities `(G,)` by what the picture looks like, and its features `(D,)`."""
        pixels = to_input(picture, self._size)
        likely, seen = self._network(["probabilities", "features"], picture=pixels)
        if likely.shape != (1, len(self._genres)) or seen.ndim != 2 or len(seen) != 1 or seen.size == 0:
            raise self._network.misfit()
        if likely.min() < 0 or abs(float(likely.sum()) - 1) > _ROUNDING:
            raise self._network.misfit()
        return likely[0], seen[0]
