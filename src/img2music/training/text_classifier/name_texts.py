"""What might be written on covers of a genre, composed of known names: artists, titles, typical phrases."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import accumulate

from img2music.data.names.tables import Name, NameTables
from img2music.training.text_classifier.misreading import broken, misread
from img2music.vision.ocr.text_classifier import Lines

_WITH_TITLE, _WITH_ARTIST = 0.5, 0.3  # shares of texts that name a title and its artist, and an artist alone
_WITH_PHRASES = 0.3  # share of these that hold phrases, too
_ONE_OF_TWO = 0.15  # share of titles without their artist, and of artists without their title
_PERFORMED = {"classical": 1.0, "jazz": 0.3}
"""Share of a genre's covers that may name performers beside the artist."""


class _Drawer:
    """Draws names with chances in proportion to what they weigh."""

    def __init__(self, names: Sequence[Name], weights: Sequence[float]) -> None:
        self._names = names
        self._sums = list(accumulate(weights))

    def __call__(self, chance: random.Random) -> Name | None:
        return chance.choices(self._names, cum_weights=self._sums)[0] if self._names and self._sums[-1] > 0 else None


class NameTexts:
    """Texts of a genre at random: lines in any order, misread as OCR misreads."""

    def __init__(self, names: NameTables, genres: Sequence[str], seed: int = 0) -> None:
        self._chance = random.Random(seed)
        self._artists = {genre: _drawer(names.artists, genre) for genre in genres}
        self._titles = {genre: _title_drawer(names.titles, genre) for genre in genres}
        self._phrases = {genre: _drawer(names.phrases, genre, 0.25) for genre in genres}

    def __call__(self, genre: str) -> Lines:
        """Lines of one text, each of weight 1; none where the genre has no names."""
        chance, fate = self._chance, self._chance.random()
        parts: list[str] = []
        if fate < _WITH_TITLE:
            parts = self._title(genre)
        elif fate < _WITH_TITLE + _WITH_ARTIST:
            parts = self._drawn(self._artists[genre])
        if not parts or chance.random() < _WITH_PHRASES:
            for _ in range(chance.choice((1, 1, 2, 3))):
                parts += self._drawn(self._phrases[genre])
        if chance.random() < _PERFORMED.get(genre, 0.0):
            for _ in range(chance.choice((0, 0, 1, 2))):
                parts += self._drawn(self._artists[genre])
        lines = [line for part in parts for line in broken(part, chance)]
        chance.shuffle(lines)
        return [(line, 1.0) for line in (misread(line, chance) for line in lines) if line]

    def _title(self, genre: str) -> list[str]:
        found = self._titles[genre](self._chance)
        if found is None:
            return []
        artist = found.artist
        if genre == "classical" and self._chance.random() < 0.5:
            artist = artist.split(" ")[-1]  # composers go by their last names
        fate = self._chance.random()
        if not artist or fate < _ONE_OF_TWO:
            return [found.text]
        return [artist] if fate < 2 * _ONE_OF_TWO else [artist, found.text]

    def _drawn(self, drawer: _Drawer) -> list[str]:
        found = drawer(self._chance)
        return [] if found is None else [found.text]


def _drawer(names: Sequence[Name], genre: str, power: float = 1.0) -> _Drawer:
    """Draws names of a genre; a `power` below 1 draws rare ones more often."""
    own = [name for name in names if name.genre == genre]
    return _Drawer(own, [name.weight**power for name in own])


def _title_drawer(titles: Sequence[Name], genre: str) -> _Drawer:
    """Draws titles of a genre; of an artist with many, each the less often, by the root of their number."""
    own = [title for title in titles if title.genre == genre]
    counts: dict[str, int] = {}
    for title in own:
        counts[title.artist] = counts.get(title.artist, 0) + 1
    return _Drawer(own, [title.weight * counts[title.artist] ** -0.5 for title in own])
