"""What is made of the answer of the image network, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from img2music.errors import ModelError
from img2music.generation.mood import Mood
from img2music.vision.appearance import Appearance
from img2music.vision.classifier import Classification, Classifier

AVERAGE = Appearance(0.5, 0.5, 0.5, 0.5, 0.5, 0.5)


def seen(**probabilities: float) -> Classification:
    return Classification(probabilities, np.zeros(3), appearance=AVERAGE)


def test_a_genre_is_sure_from_one_half_on() -> None:
    sure, unsure = seen(pop=0.2, jazz=0.5, hiphop=0.3), seen(pop=0.31, jazz=0.49, hiphop=0.2)
    assert (sure.verdict, sure.sure, sure.genre) == ("jazz", True, "jazz")
    assert (unsure.verdict, unsure.sure) == ("jazz or pop, not sure", False)
    assert unsure.ranking == ["jazz", "pop", "hiphop"]


def test_what_is_low_or_high_is_put_into_words() -> None:
    assert AVERAGE.words() == [] and Mood(0.5, 0.5, 0.5, 0.5, 0.5).words() == []
    assert Appearance(0.29, 0.71, 0.3, 0.7, 0.299, 0.701).words() == ["dark", "colourful", "of few colours", "detailed"]
    assert Appearance(0.71, 0.29, 0.0, 0.0, 1.0, 0.0).words() == [
        *("light", "muted", "cool", "soft", "of many colours", "plain")
    ]
    assert Appearance(0.5, 0.5, 1.0, 1.0, 0.5, 0.5).words() == ["warm", "contrasty"]
    assert Mood(0.2, 0.8, 0.3, 0.7, 0.75).words() == ["slow", "major", "changing in loudness"]
    assert Mood(0.8, 0.2, 0.8, 0.2, 0.2).words() == [
        *("fast", "minor", "bright in sound", "few notes", "even in loudness")
    ]
    assert Mood(0.5, 0.5, 0.0, 1.0, 0.5).words() == ["low and dark in sound", "many notes"]


class _Network:
    def __init__(self, side: object, probabilities: np.ndarray, features: np.ndarray) -> None:
        self.input_shape = [1, 3, side, side]
        self._answers = [probabilities, features]

    def __call__(self, outputs: list[str], picture: np.ndarray) -> list[np.ndarray]:
        assert picture.shape == tuple(self.input_shape)
        return self._answers

    def misfit(self) -> ModelError:
        return ModelError("does not fit")


class _Models:
    folder = Path("models")
    classes = ("pop", "jazz")

    def __init__(self, network: _Network) -> None:
        self._network = network

    def has(self, name: str) -> bool:
        return False

    def network(self, name: str) -> _Network:
        return self._network


def classify(probabilities: object, features: object = (1.0, 2.0), side: object = 8) -> Classification:
    network = _Network(side, np.array([probabilities]), np.array([features]))
    return Classifier(_Models(network))(Image.new("RGB", (10, 10)))  # type: ignore[arg-type]


def test_probabilities_are_at_least_0_and_1_together() -> None:
    assert classify((0.25, 0.75)).probabilities == {"pop": 0.25, "jazz": 0.75}
    assert classify((0.0, 1.0095)).genre == "jazz" and classify((0.0, 0.9905)).genre == "jazz"
    assert classify((1.0, 0.0), (3.0,)).features.tolist() == [3.0]
    for probabilities in ((0.0, 1.011), (0.0, 0.989), (-0.001, 1.001), (0.2, 0.3, 0.5), (1.0,)):
        with pytest.raises(ModelError):
            classify(probabilities)
    for features in ((), 1.0, ((1.0, 2.0), (3.0, 4.0))):
        with pytest.raises(ModelError):
            classify((0.5, 0.5), features)


@pytest.mark.parametrize(("side", "good"), [(1, True), (2048, True), (0, False), (2049, False), ("side", False)])
def test_pictures_of_the_network_have_a_usual_size(side: object, good: bool) -> None:
    if good:
        assert classify((0.5, 0.5), side=side).appearance.lightness == 0
    else:
        with pytest.raises(ModelError, match="takes no pictures"):
            classify((0.5, 0.5), side=side)
