"""The text classifier: which genre the words on a picture suggest.

Words are split into groups of 3 to 5 letters, so that a misread letter changes little, and these are counted in a fixed
number of hash buckets (Weinberger et al., Feature hashing for large scale multitask learning, ICML 2009).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from safetensors import SafetensorError

from img2music.errors import ModelError
from img2music.models.folder import Models, is_sound
from img2music.models.tensors import read_tensors

BUCKETS = 1 << 17
WORDS = "words.safetensors"
DAMPING = 60.0
"""Norm of a text's counts `(buckets,)` from which more text adds little evidence; most covers stay below."""
_LENGTHS = range(3, 6)
Lines = Sequence[tuple[str, float]]
"""Lines of text, each with a weight from 0 to 1."""
_WORD = re.compile(r"[^\W_]+")
_BARE = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
"""Latin letters that do not decompose into a plain one and an accent."""


@dataclass(frozen=True, eq=False)
class WordClassifier:
    """Logistic regression on the buckets, and its combination with the image network.

    `weights` `(buckets, G)` and `bias` `(G,)` are for `G` genres, `rarity` `(buckets,)` is the inverse document
    frequency. The combined logits are `shares` `(2,)` times the log probabilities of image and text, plus `offset`
    `(G,)`.
    """

    weights: np.ndarray
    bias: np.ndarray
    rarity: np.ndarray
    shares: np.ndarray
    offset: np.ndarray

    @classmethod
    def load(cls, models: Models) -> WordClassifier:
        """The word classifier of a models folder. Raises `ModelError` when it is missing or malformed."""
        try:
            tensors = read_tensors(models.read(WORDS))
            classifier = cls(**tensors)
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{models.folder / WORDS} is no word classifier; export it again.") from error
        shapes = [getattr(classifier, name).shape for name in ("weights", "bias", "rarity", "shares", "offset")]
        count = len(models.classes)
        wanted = [(BUCKETS, count), (count,), (BUCKETS,), (2,), (count,)]
        if shapes != wanted or not all(map(is_sound, tensors.values())):
            raise ModelError(f"{models.folder / WORDS} is no word classifier; export it again.")
        return classifier

    def __call__(self, lines: Lines) -> np.ndarray:
        """Log probabilities of the genres, `(G,)`, for lines of text."""
        logits = self.bias.astype(np.float64)
        buckets, values = self.values(lines)
        if len(buckets):
            logits = logits + values @ self.weights[buckets]
        return logits - np.logaddexp.reduce(logits)

    def values(self, lines: Lines) -> tuple[np.ndarray, np.ndarray]:
        """The buckets of lines of text, and what the weights of each are multiplied with."""
        buckets, values = line_values(lines)
        values = values * self.rarity[buckets]
        return buckets, values / np.hypot(np.linalg.norm(values), DAMPING)

    def join(self, probabilities: np.ndarray, lines: Lines) -> np.ndarray:
        """The image network's probabilities `(G,)` combined with the text's, `(G,)`: a weighted product."""
        parts = np.stack([np.log(np.maximum(probabilities, 1e-6)), self(lines)])
        logits = self.shares @ parts + self.offset
        return np.exp(logits - np.logaddexp.reduce(logits))


def line_values(lines: Lines) -> tuple[np.ndarray, np.ndarray]:
    """The buckets of lines of text, and the weighted sum of the values of each."""
    total: Counter[int] = Counter()
    for text, weight in lines:
        buckets, values = bucket_values(text)
        total.update(dict(zip(buckets.tolist(), (weight * values).tolist(), strict=True)))
    return np.array(list(total), np.int64), np.array(list(total.values()), np.float64)


def bucket_values(text: str) -> tuple[np.ndarray, np.ndarray]:
    """The buckets of a text, and 1 + log(count) of each."""
    counts = Counter(crc32(group.encode()) % BUCKETS for group in _groups(text))
    return np.array(list(counts), np.int64), 1 + np.log(np.array(list(counts.values()), np.float64))


def plain(text: str) -> str:
    """A text in lower case without accents, which OCR often loses."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_BARE))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _groups(text: str) -> list[str]:
    groups = []
    for word in _WORD.findall(plain(text)):
        groups.append(f"={word}")
        bounded = f"^{word}$"
        groups += [bounded[i : i + size] for size in _LENGTHS for i in range(len(bounded) - size + 1)]
    return groups
