"""The classifier: from a picture to genre probabilities and a feature vector (Algorithm 1, step 1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.vision.appearance import Appearance, appearance_of, shrunk
from img2music.vision.colours import colour_of
from img2music.vision.contours import PictureContour, contours_of
from img2music.vision.fingerprint import fingerprint_of, sketch_of
from img2music.vision.objects import INSTRUMENTS, LAST_FEATURES, OBJECTS, ObjectClassifier
from img2music.vision.ocr.known_names import NAMES, KnownName, KnownNames
from img2music.vision.ocr.recognition import OCR, weigh
from img2music.vision.ocr.text_classifier import WORDS, WordClassifier
from img2music.vision.other_genres import OTHER_GENRES, STANDARDISED, OtherGenres
from img2music.vision.picture import to_input

_LARGEST_SIDE = 2048  # pixels
SURE = 0.5
"""Probability from which a genre counts as sure: below it, the likeliest genre is more often wrong than right."""
_ROUNDING = 0.01
"""Tolerance of the sum of the network's probabilities."""


@dataclass(frozen=True, eq=False)
class Classification:
    """What the classifier says of a picture."""

    probabilities: dict[str, float]
    """Probability of each genre, in the order of the models' classes, together 1."""
    features: np.ndarray
    """The picture's feature vector v̂, `(D,)` float32, each entry standardised over album covers."""
    appearance: Appearance
    """What the picture looks like relative to album covers."""
    words: str = ""
    """The legible text on the picture."""
    names: tuple[KnownName, ...] = ()
    """Names of known artists in that text, likeliest first."""
    fingerprint: str = ""
    """What tells the picture from all others; see `fingerprint_of`."""
    objects: Mapping[str, float] = field(default_factory=dict)
    """The probability of each class of objects and scenes, together 1; empty where the models know none."""
    instruments: Mapping[str, float] = field(default_factory=dict)
    """The probability of each musical instrument and of `NOTHING`, as drawings of them look, together 1; empty where
    the models know none."""
    contours: Mapping[str, PictureContour | None] = field(default_factory=dict)
    """How the picture changes as it is read, in each of `ORDERS`."""
    colour: str = ""
    """The name of the colour that most of the picture has."""
    sketch: int = 0
    """What tells the picture from most others, and is the same when it is saved again; see `sketch_of`."""
    other: str | None = None
    """A genre beyond those of `probabilities` that the picture looks more like, where the models know one by sight."""

    @property
    def genre(self) -> str:
        """The likeliest genre."""
        return self.ranking[0]

    @property
    def ranking(self) -> list[str]:
        """The genres, likeliest first."""
        return sorted(self.probabilities, key=lambda genre: -self.probabilities[genre])

    @property
    def looks_like(self) -> str:
        """The genre that the picture looks like: the likeliest, or one beyond these."""
        return self.other or self.genre

    @property
    def sure(self) -> bool:
        """Whether the likeliest genre is more likely right than wrong."""
        return self.probabilities[self.genre] >= SURE

    @property
    def verdict(self) -> str:
        """The genre in words: "jazz", where it is not sure "jazz or pop, not sure", and "looks like metal; plays
        hiphop" where the picture looks like a genre that is not played."""
        if self.other is not None:
            return f"looks like {self.other}; plays {self.genre}"
        return self.genre if self.sure else f"{' or '.join(self.ranking[:2])}, not sure"

    def among(self, genres: Collection[str]) -> Classification:
        """The same with some of its genres alone, whose probabilities are scaled to 1 together; where the likeliest is
        none of these, that is the other genre that the picture looks like. The whole, where it has none of them."""
        kept = {genre: share for genre, share in self.probabilities.items() if genre in genres}
        if len(kept) in (0, len(self.probabilities)):
            return self
        total = sum(kept.values())
        scaled = {genre: share / total if total > 0 else 1 / len(kept) for genre, share in kept.items()}
        other = self.other or (None if self.genre in kept else self.genre)
        return replace(self, probabilities=scaled, other=other)


@dataclass(frozen=True, eq=False)
class _Seen:
    """What the image network sees: genre `probabilities` `(G,)`, `features` `(D,)`, the probability of each of the
    `objects` and of drawn `instruments`, and where other genres are told, what its last layer takes, `standardised`
    `(K,)`."""

    probabilities: np.ndarray
    features: np.ndarray
    objects: Mapping[str, float]
    instruments: Mapping[str, float]
    standardised: np.ndarray | None


class Classifier:
    """The exported classifier: an image network and, where the models have them, OCR and a text classifier."""

    def __init__(self, models: Models) -> None:
        # networks take long to load, so those for OCR load aside
        with ThreadPoolExecutor(1) as aside:
            ocr = aside.submit(OCR, models) if models.has(WORDS) else None
            self._network = models.network("classifier.onnx")
        shape = self._network.input_shape
        if len(shape) != 4 or not isinstance(shape[-1], int) or not 1 <= shape[-1] <= _LARGEST_SIDE:
            raise ModelError(f"{models.folder}: classifier.onnx takes no pictures; export the models again.")
        self._size = shape[-1]
        self._genres = models.classes
        self._ocr = None if ocr is None else ocr.result()
        self._words = WordClassifier.load(models) if models.has(WORDS) else None
        self._objects = ObjectClassifier.load(models) if models.has(OBJECTS) else None
        self._instruments = ObjectClassifier.load(models, INSTRUMENTS) if models.has(INSTRUMENTS) else None
        self._names = KnownNames.load(models) if models.has(WORDS) and models.has(NAMES) else None
        self._others = OtherGenres.load(models) if models.has(WORDS) and models.has(OTHER_GENRES) else None

    def __call__(self, picture: Image.Image) -> Classification:
        """Classify an RGB picture."""
        with ThreadPoolExecutor(1) as aside:
            lines = aside.submit(self._ocr, picture) if self._ocr else None
            seen = self._look(picture)
            fingerprint, colour = fingerprint_of(picture), colour_of(picture)
            small = shrunk(picture)  # once: of a large picture this is most of the work
            appearance, contours, sketch = appearance_of(small), contours_of(small), sketch_of(small)
        probabilities = seen.probabilities
        text, names, other = "", list[KnownName](), None
        if lines and self._words:
            readings = lines.result()
            text = " ".join(line.text for line in readings[-1])
            letters = weigh(readings)
            probabilities = self._words.join(probabilities, letters)
            if self._names:
                names = self._names.among(readings)
                probabilities = self._names.join(probabilities, names)
            if self._others is not None and seen.standardised is not None:
                other = self._others(seen.standardised, self._words.values(letters), names)
        by_genre = dict(zip(self._genres, map(float, probabilities), strict=True))
        return Classification(
            by_genre,
            seen.features,
            appearance=appearance,
            words=text,
            names=tuple(names),
            fingerprint=fingerprint,
            objects=seen.objects,
            instruments=seen.instruments,
            contours=contours,
            colour=colour,
            sketch=sketch,
            other=other,
        )

    def _look(self, picture: Image.Image) -> _Seen:
        """What the image network sees in a picture."""
        outputs = ["probabilities", "features"]
        names_objects = self._objects is not None or self._instruments is not None
        asked = [*([LAST_FEATURES] if names_objects else []), *([STANDARDISED] if self._others else [])]
        likely, features, *more = self._network([*outputs, *asked], picture=to_input(picture, self._size))
        if likely.shape != (1, len(self._genres)) or features.ndim != 2 or len(features) != 1 or features.size == 0:
            raise self._network.misfit()
        if likely.min() < 0 or abs(float(likely.sum()) - 1) > _ROUNDING:
            raise self._network.misfit()
        found = dict(zip(asked, more, strict=True))
        if self._others and found[STANDARDISED].shape != (1, self._others.width):
            raise self._network.misfit()
        return _Seen(
            likely[0],
            features[0],
            self._objects(found[LAST_FEATURES].ravel()) if self._objects else {},
            self._instruments(found[LAST_FEATURES].ravel()) if self._instruments else {},
            found[STANDARDISED][0] if self._others else None,
        )
