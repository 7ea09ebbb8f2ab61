"""What looks like a genre that is not played is called so where it is sure enough, and the nearest is played."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from conftest import Painter, Run
from img2music import Img2Music
from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.vision.appearance import Appearance
from img2music.vision.classifier import Classification
from img2music.vision.ocr.known_names import KnownName
from img2music.vision.ocr.text_classifier import BUCKETS
from img2music.vision.other_genres import OTHER_GENRES, OtherGenres
from img2music.vision.picture import load_picture
from tiny_models import seal

PLAYED = ("pop", "jazz")
NO_WORDS = np.array([], np.int64), np.array([])
PLAIN = np.zeros(3)


def tensors(**changes: object) -> dict[str, np.ndarray]:
    """Two genres that are played and metal, which the third number that is seen, bucket 7 and names tell."""
    facts: dict[str, object] = {
        "genres": np.frombuffer(b"pop\njazz\nmetal", np.uint8),
        "matrix": np.eye(3, dtype=np.float16),
        "bias": np.zeros(3, np.float32),
        "buckets": np.array([2, 7], np.uint32),
        "weights": np.int8([[100, 0, 0], [0, 0, 100]]),
        "scale": np.float32([0.1, 0.1, 0.1]),
        "word_bias": np.zeros(3, np.float32),
        "shares": np.ones(2, np.float32),
        "strength": np.float32([4.0]),
        "offset": np.zeros(3, np.float32),
        "margin": np.float32([2.0]),
    }
    return {name: np.asarray(value) for name, value in (facts | changes).items()}


@pytest.mark.parametrize(
    ("seen", "words", "names", "said"),
    [
        ((0, 0, 0), NO_WORDS, (), None),
        ((0, 0, 1.9), NO_WORDS, (), None),
        ((0, 0, 2.1), NO_WORDS, (), "metal"),
        ((2, 0, 2.1), NO_WORDS, (), None),
        ((0, 0, 0), (np.array([7]), np.array([0.3])), (), "metal"),
        ((0, 0, 0), (np.array([2, 7]), np.array([0.3, 0.3])), (), None),
        ((0, 0, 0), (np.array([6, 9]), np.array([0.3, 0.3])), (), None),
        ((0, 0, 0), NO_WORDS, (KnownName("Iron Maiden", "metal", "", 0.95),), "metal"),
        ((0, 0, 0), NO_WORDS, (KnownName("Adele", "pop", "", 1.0),), None),
        ((0, 0, 0), NO_WORDS, (KnownName("Adele", "pop", "", 1.0), KnownName("Iron Maiden", "metal", "", 1.0)), None),
        ((0, 0, 0), NO_WORDS, (KnownName("Fela Kuti", None, "", 1.0),), None),
    ],
)
def test_another_genre_is_said_where_it_is_likelier_by_the_margin(
    seen: tuple[float, ...], words: tuple[np.ndarray, np.ndarray], names: tuple[KnownName, ...], said: str | None
) -> None:
    assert OtherGenres(tensors(), PLAYED)(np.array(seen), words, names) == said


@pytest.mark.parametrize(
    "changes",
    [
        {"genres": np.frombuffer(b"jazz\npop\nmetal", np.uint8)},
        {"genres": np.frombuffer(b"pop\njazz", np.uint8)},
        {"genres": np.frombuffer(b"pop\njazz\npop", np.uint8)},
        {"genres": np.frombuffer(b"pop\njazz\n../metal", np.uint8)},
        {"genres": np.frombuffer(b"pop\njazz\n\xff", np.uint8)},
        {"matrix": np.zeros((3, 2), np.float16)},
        {"bias": np.zeros(2, np.float32)},
        {"weights": np.zeros((3, 3), np.int8)},
        {"buckets": np.array([7, 2], np.uint32)},
        {"buckets": np.array([2, BUCKETS], np.uint32)},
        {"margin": np.float32([np.nan])},
        {"margin": np.float32([])},
        {"shares": np.float32([np.inf, 1])},
        {"strength": np.float32([-1])},
    ],
)
def test_a_damaged_file_is_refused(own_models: Path, changes: dict[str, np.ndarray]) -> None:
    save_file(tensors(**changes), own_models / OTHER_GENRES)
    seal(own_models, genres=list(PLAYED))
    with pytest.raises(ModelError, match="tells no other genres"):
        OtherGenres.load(Models(own_models))


def test_a_file_that_lacks_something_is_refused(own_models: Path) -> None:
    for lacking in tensors():
        save_file({name: values for name, values in tensors().items() if name != lacking}, own_models / OTHER_GENRES)
        seal(own_models, genres=list(PLAYED))
        with pytest.raises(ModelError, match="tells no other genres"):
            OtherGenres.load(Models(own_models))


def seen(other: str | None = None, **probabilities: float) -> Classification:
    return Classification(probabilities, PLAIN, appearance=Appearance(*[0.5] * 6), other=other)


def test_the_verdict_says_what_it_looks_like_and_what_is_played() -> None:
    assert seen(pop=0.4, jazz=0.6, other="metal").verdict == "looks like metal; plays jazz"
    assert seen(pop=0.4, jazz=0.6, other="metal").looks_like == "metal"
    assert seen(pop=0.4, jazz=0.6).looks_like == "jazz"


def test_a_likeliest_genre_that_is_not_played_becomes_what_it_looks_like() -> None:
    among = seen(metal=0.5, pop=0.1, jazz=0.4).among(PLAYED)
    assert among.verdict == "looks like metal; plays jazz"
    assert among.probabilities == pytest.approx({"pop": 0.2, "jazz": 0.8})
    assert seen(metal=0.2, pop=0.1, jazz=0.7).among(PLAYED).verdict == "jazz"
    assert seen(metal=1.0, pop=0.0, jazz=0.0).among(PLAYED).probabilities == {"pop": 0.5, "jazz": 0.5}
    alone = seen(metal=0.2, rock=0.8)
    assert alone.among(PLAYED) is alone


@pytest.fixture
def three(own_models: Path) -> Path:
    """Models that know four genres and have no music of classical."""
    for name in ("decoder.onnx", "bank.safetensors"):
        (own_models / "classical" / name).unlink()
    seal(own_models)
    return own_models


def test_the_nearest_genre_that_is_played_is_played(three: Path, cover: Path) -> None:
    img2music = Img2Music(three)
    snippet = img2music.generate(cover, seconds=1)
    assert img2music.classify(cover).genre == "classical"
    assert snippet.genre == "hiphop"
    assert snippet.provenance.looks_like == "classical"
    assert snippet.provenance.as_dict()["looks_like"] == "classical"
    assert [one.genre for one in img2music.play_top(load_picture(cover), 2, snippet_options())] == ["hiphop", "jazz"]


def snippet_options() -> object:
    from img2music.options import Options

    return Options(seconds=1)


def test_what_is_played_says_nothing_of_other_genres(tiny: Img2Music, cover: Path) -> None:
    snippet = tiny.generate(cover, seconds=1)
    assert snippet.provenance.looks_like == "" and "looks_like" not in snippet.provenance.as_dict()


def test_generate_says_what_it_looks_like(run: Run, three: Path, paint: Painter) -> None:
    status, out, _ = run("generate", paint("red", "a.png"), "--seconds", 1, models=three)
    assert status == 0
    assert "looks like classical; plays " in out


def test_generate_says_that_it_is_not_sure(run: Run, paint: Painter) -> None:
    sure = run("generate", paint("red", "a.png"), "--seconds", 1)[1]
    unsure = run("generate", paint("grey", "b.png"), "--seconds", 1)[1]
    assert "not sure" not in sure and ", not sure)" in unsure
    assert "not sure" not in run("generate", paint("grey", "c.png"), "--seconds", 1, "--genre", "jazz")[1]
