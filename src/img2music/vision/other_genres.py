"""Genres that the models do not play: whether a picture looks like one of them.

A second classifier, wider than the main one but much smaller: a linear layer on what the main one's last layer sees,
the most telling groups of letters, and known names. It speaks up only where another genre is likelier than all that are
played by a margin that covers of these seldom reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from safetensors import SafetensorError

from img2music.errors import ModelError
from img2music.models.folder import Models, is_sound
from img2music.models.tensors import read_tensors
from img2music.system.names import is_plain
from img2music.vision.ocr.known_names import KnownName, best_likeness
from img2music.vision.ocr.text_classifier import BUCKETS

OTHER_GENRES = "other_genres.safetensors"
STANDARDISED = "standardised"
"""The output of the classifier's network that has what its last layer sees."""
_VECTORS = ("bias", "word_bias", "scale", "offset")
_NUMBERS = ("matrix", "weights", "shares", "strength", "margin", *_VECTORS)


class OtherGenres:
    """Says which genre a picture looks like, if it is none of those that are played."""

    def __init__(self, tensors: Mapping[str, np.ndarray], played: Sequence[str]) -> None:
        """Use the tensors of a file; its `K` genres begin with those `played`.

        `matrix` `(D, K)` and `bias` `(K,)` are for what the last layer sees; `weights` `(N, K)` in steps of `scale`
        `(K,)` for the groups of letters in the sorted `buckets` `(N,)`, with `word_bias` `(K,)`. They are joined by
        `shares` `(2,)`, the `strength` of names and an `offset` `(K,)`. Raises `KeyError` or `ValueError` when they do
        not fit together.
        """
        self._genres = tuple(bytes(tensors["genres"]).decode("utf-8").split("\n"))
        self._played = len(played)
        self._matrix, self._buckets, self._weights = tensors["matrix"], tensors["buckets"], tensors["weights"]
        self._bias, self._word_bias, self._scale, self._offset = (tensors[name] for name in _VECTORS)
        self._shares = tensors["shares"]
        self._strength, self._margin = float(tensors["strength"][0]), float(tensors["margin"][0])
        count = len(self._genres)
        if not (
            self._genres[: self._played] == tuple(played)
            and len(set(self._genres)) == count > self._played
            and all(map(is_plain, self._genres))
            and self._matrix.shape[1:] == (count,)
            and all(tensors[name].shape == (count,) for name in _VECTORS)
            and self._shares.shape == (2,)
            and self._buckets.ndim == 1
            and self._weights.shape == (len(self._buckets), count)
            and (np.diff(self._buckets.astype(np.int64)) > 0).all()
            and self._buckets.max(initial=0) < BUCKETS
            and 0 <= self._strength <= 100
            and all(is_sound(tensors[name]) for name in _NUMBERS)
        ):
            raise ValueError("sizes differ")

    @classmethod
    def load(cls, models: Models) -> OtherGenres:
        """Those of a models folder. Raises `ModelError` when they are missing or malformed."""
        try:
            return cls(read_tensors(models.read(OTHER_GENRES)), models.classes)
        except (SafetensorError, KeyError, IndexError, TypeError, ValueError) as error:
            path = models.folder / OTHER_GENRES
            raise ModelError(f"{path} tells no other genres; export the models again.") from error

    @property
    def width(self) -> int:
        """How many numbers the last layer must see, `D`."""
        return len(self._matrix)

    def __call__(
        self, seen: np.ndarray, words: tuple[np.ndarray, np.ndarray], names: Sequence[KnownName]
    ) -> str | None:
        """The genre that a picture looks like, None if it is one of those played.

        `seen` `(D,)` is what the last layer sees, `words` are the buckets of the letters on the picture and the value
        of each, and `names` the known names there.
        """
        logits = self._logits(seen, words, names)
        best = self._played + int(logits[self._played :].argmax())
        return self._genres[best] if logits[best] - logits[: self._played].max() > self._margin else None

    def _logits(self, seen: np.ndarray, words: tuple[np.ndarray, np.ndarray], names: Sequence[KnownName]) -> np.ndarray:
        """How likely all genres are, `(K,)`, as logarithms but for a constant."""
        looks = seen.astype(np.float64) @ self._matrix + self._bias
        buckets, values = words
        places = np.searchsorted(self._buckets, buckets)
        known = places < len(self._buckets)
        known[known] = self._buckets[places[known]] == buckets[known]
        reads = values[known] @ (self._weights[places[known]] * self._scale) + self._word_bias
        parts = np.stack([part - np.logaddexp.reduce(part) for part in (looks, reads)])
        return self._shares @ parts + self._strength * best_likeness(names, self._genres) + self._offset
