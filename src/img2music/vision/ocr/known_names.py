"""Known names on a picture: artists of a known genre, found in the OCR text even where letters are wrong.

Candidates are the names that share most groups of four letters with the text; each is then compared by edit distance.
Reference: Sellers, The theory and computation of evolutionary distances, Journal of Algorithms 1980.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from safetensors import SafetensorError

from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.models.tensors import read_tensors
from img2music.vision.ocr.recognition import Line
from img2music.vision.ocr.text_classifier import plain

NAMES = "names.safetensors"
BUCKETS = 1 << 16
SIZE = 4
"""Letters in a group."""
FEWEST = 5
"""Letters of the shortest names that are searched for."""
ROLES = ("", "composer", "conductor")
NO_GENRE = 255
"""The number of no genre at all."""
_SURE_LENGTH = 8  # letters from which a name may be part of a line and contain errors
_ALIKE = 0.9  # share of a name's letters that must be right: one in ten may be wrong
_COVERED = 0.5  # share of a name's groups that the text must have for it to be a candidate
_MOST_CANDIDATES = 12


@dataclass(frozen=True)
class KnownName:
    """A name on a picture: its usual spelling, its genre (None if the models do not know it), the person's role, and
    the share of its letters that were read right, 0 to 1."""

    text: str
    genre: str | None
    role: str
    likeness: float

    def __str__(self) -> str:
        """The name with role or genre: "Erich Kleiber, a conductor"."""
        return f"{self.text}, {f'a {self.role}' if self.role else self.genre or 'other music'}"


class KnownNames:
    """Finds known names in lines of text."""

    def __init__(self, tensors: dict[str, np.ndarray], genres: Sequence[str]) -> None:
        """Use the tensors of a file, whose numbers of genres count `genres` and after these its own `others`.

        Raises `KeyError`, `IndexError` or `ValueError` when they do not fit together.
        """
        self._names = bytes(tensors["names"]).decode("utf-8").split("\n")
        self._genre, self._role = tensors["genre"], tensors["role"]
        self._starts, self._postings, self._sizes = tensors["starts"], tensors["postings"], tensors["sizes"]
        self._strength = float(tensors["strength"][0])
        others = bytes(tensors.get("others", b"")).decode("utf-8").split("\n")
        self._genres = tuple(genres)
        self._every = (*genres, *filter(None, others))
        count = len(self._names)
        if not (
            len(self._genre) == len(self._role) == len(self._sizes) == count
            and self._starts.shape == (BUCKETS + 1,)
            and self._starts[0] == 0
            and (np.diff(self._starts.astype(np.int64)) >= 0).all()
            and self._starts[-1] == len(self._postings)
            and self._postings.max(initial=0) < count
            and self._role.max(initial=0) < len(ROLES)
            and set(np.unique(self._genre).tolist()) <= {*range(len(self._every)), NO_GENRE}
            and self._sizes.min(initial=1) > 0
            and 0 <= self._strength <= 100
        ):
            raise ValueError("sizes differ")

    @classmethod
    def load(cls, models: Models) -> KnownNames:
        """The known names of a models folder. Raises `ModelError` when they are missing or malformed."""
        try:
            tensors = read_tensors(models.read(NAMES))
            return cls({name: tensor.ravel() for name, tensor in tensors.items()}, models.classes)
        except (SafetensorError, KeyError, IndexError, TypeError, ValueError) as error:
            raise ModelError(f"{models.folder / NAMES} holds no known names; export it again.") from error

    def among(self, readings: Sequence[Sequence[Line]]) -> list[KnownName]:
        """The names in several OCR readings of a picture, likeliest first, each as the best reading has it."""
        best: dict[str, KnownName] = {}
        for lines in readings:
            # top to bottom: a name may continue on the next line
            for name in self([line.text for line in sorted(lines, key=lambda line: (line.box[1], line.box[0]))]):
                if name.text not in best or name.likeness > best[name.text].likeness:
                    best[name.text] = name
        return sorted(best.values(), key=lambda name: -name.likeness * len(name.text))

    def __call__(self, lines: Sequence[str]) -> list[KnownName]:
        """The names in the lines of one reading, likeliest first; of names that contain each other the longest."""
        squeezed = [squeeze(line) for line in lines]
        text = "\n".join(squeezed) + "\n" + "".join(squeezed)
        found = []
        for number in self._candidates(squeezed):
            name = squeeze(self._names[number])
            likeness = _likeness(name, text)
            whole = name in squeezed or f" {plain(self._names[number])} " in f" {' '.join(map(plain, lines))} "
            if likeness >= _ALIKE and (len(name) >= _SURE_LENGTH or whole):
                genre = int(self._genre[number])
                found.append((len(name) * likeness, name, KnownName(
                    self._names[number],
                    None if genre == NO_GENRE else self._every[genre],
                    ROLES[self._role[number]],
                    likeness,
                )))  # fmt: skip
        found.sort(key=lambda entry: -entry[0])
        kept: list[tuple[str, KnownName]] = []
        for _, name, known in found:
            if not any(name in longer for longer, _ in kept):
                kept.append((name, known))
        return [known for _, known in kept]

    def evidence(self, known: Sequence[KnownName]) -> np.ndarray:
        """As `best_likeness`, for the genres of the models, `(G,)`."""
        return best_likeness(known, self._genres)

    def join(self, probabilities: np.ndarray, known: Sequence[KnownName]) -> np.ndarray:
        """Genre probabilities `(G,)` updated by the names: each raises the probability of its genre."""
        raised = np.maximum(probabilities, 1e-9) * np.exp(self._strength * self.evidence(known))
        return raised / raised.sum()

    def _candidates(self, lines: Sequence[str]) -> list[int]:
        """Indices of the names that share most groups with the text, best first."""
        buckets = {bucket for line in (*lines, "".join(lines)) for bucket in group_buckets(line)}
        if not buckets:
            return []
        met = np.concatenate([self._postings[self._starts[b] : self._starts[b + 1]] for b in buckets])
        counts = np.bincount(met, minlength=len(self._names))
        covered = counts / self._sizes
        likely = np.flatnonzero(covered >= _COVERED)
        order = np.argsort(-(covered * counts)[likely], kind="stable")[:_MOST_CANDIDATES]
        return likely[order].tolist()


def best_likeness(names: Sequence[KnownName], genres: Sequence[str]) -> np.ndarray:
    """The likeness of the best of the names of each genre, `(G,)`, 0 where there is none."""
    return np.array([max((name.likeness for name in names if name.genre == genre), default=0.0) for genre in genres])


def squeeze(text: str) -> str:
    """The letters and digits of a text in lower case without accents; OCR often loses or adds spaces."""
    return "".join(letter for letter in plain(text) if letter.isalnum())


def group_buckets(name: str) -> set[int]:
    """The hash buckets of the groups of letters in a squeezed name."""
    return {crc32(name[i : i + SIZE].encode()) % BUCKETS for i in range(len(name) - SIZE + 1)}


def _likeness(name: str, text: str) -> float:
    """1 minus the edit distance per letter between a name and the most similar part of a text, 0 to 1."""
    letters = np.array([ord(letter) for letter in text])
    places = np.arange(len(letters) + 1)
    row = np.zeros(len(letters) + 1)
    for letter in name:
        changed = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        row = np.concatenate([row[:1] + 1, changed])
        row = np.minimum.accumulate(row - places) + places
    return 1 - float(row.min()) / len(name)
