"""What words are learnt from: names as OCR misreads them, and the lines on covers."""

from __future__ import annotations

import random

import numpy as np
import pytest

pytest.importorskip("scipy", reason="scipy is not installed")
pytest.importorskip("rich")

from img2music.data.names.tables import Name, NameTables
from img2music.genres import GENRES
from img2music.training.text_classifier.joining import fit_join
from img2music.training.text_classifier.misreading import CONFUSED, broken, misread
from img2music.training.text_classifier.name_texts import NameTexts
from img2music.training.text_classifier.network import fit_names, fit_words
from img2music.vision.ocr.text_classifier import bucket_values

NAMES = NameTables(
    [Name("Gustav Mahler", "classical", 1.0), Name("Nas", "hiphop", 1.0), Name("Abba", "pop", 1.0),
     Name("Chet Baker", "jazz", 1.0), Name("Slayer", "other", 1.0)],
    [Name("Symphony No. 5", "classical", 1.0, artist="Gustav Mahler"), Name("Illmatic", "hiphop", 1.0, artist="Nas"),
     Name("Waterloo", "pop", 1.0, artist="Abba"), Name("Blue Trumpet", "jazz", 1.0, artist="Chet Baker")],
    [Name("quartet", "jazz", 1.0, kind="ensemble")],
)  # fmt: skip


def test_misread_lines_are_like_the_right_ones() -> None:
    chance = random.Random(0)
    lines = [misread("Gustav Mahler: Sinfonía", chance) for _ in range(400)]
    assert all(line == line.lower() and "í" not in line for line in lines)
    without = sum(" " not in line for line in lines) / len(lines)
    assert 0.35 < without < 0.6
    right = sum(line.replace(" ", "") == "gustavmahler:sinfonia" for line in lines) / len(lines)
    assert 0.3 < right < 0.7
    assert all(set(others) & set("abcdefghijklmnopqrstuvwxyz0123456789") for others in CONFUSED.values())


@pytest.mark.parametrize("line", ["", "a", " ", "X Y", "no"])
def test_short_lines_can_be_misread(line: str) -> None:
    chance = random.Random(1)
    for _ in range(100):
        assert len(misread(line, chance)) <= 2 * len(line)
        assert " ".join(broken(line, chance)).split() == line.split()


def test_texts_of_a_genre_hold_its_names() -> None:
    compose = NameTexts(NAMES, GENRES, seed=1)
    texts = ["".join(line for line, _ in compose("hiphop")).replace(" ", "") for _ in range(50)]
    assert sum("illmatic" in text or "nas" in text for text in texts) > 30
    assert not any("mahler" in text or "quartet" in text for text in texts)


def test_texts_are_repeated_by_their_seed() -> None:
    first, again = (NameTexts(NAMES, GENRES, seed=2) for _ in range(2))
    assert [first("jazz") for _ in range(20)] == [again("jazz") for _ in range(20)]


def test_names_teach_genres() -> None:
    words = fit_names(NAMES, texts=60)
    for text, genre in (
        ("GUSTAV MAHLER", "classical"),
        ("lllmatic", "hiphop"),
        ("Waterloo", "pop"),
        ("CHETBAKER", "jazz"),
    ):
        assert GENRES[int(words([(text, 1.0)]).argmax())] == genre
    assert words.weights.shape == (len(words.rarity), len(GENRES))


def test_covers_teach_what_names_do_not_know_and_leave_the_rest() -> None:
    known = fit_names(NAMES, texts=60)
    covers = [[("madrid rhymes", 1.0)]] * 6 + [[("a live recording", 1.0)]] * 6
    words = fit_words(covers, np.array([GENRES.index("hiphop")] * 6 + [0, 0, 2, 2, 3, 3]), known=known)
    place = GENRES.index("jazz")
    assert words([("Chet Baker", 1.0)]).argmax() == place
    (bucket, *_), _ = bucket_values("waterloo")
    np.testing.assert_array_equal(words.weights[bucket], known.weights[bucket])


def test_genres_without_covers_are_never_said() -> None:
    words = fit_words(
        [[("sonata", 1.0)], [("sonata", 1.0)], [("rhymes", 1.0)], [("rhymes", 1.0)]], np.array([0, 0, 1, 1])
    )
    assert words([("sonata", 1.0)]).argsort()[::-1][:2].tolist() == [0, 1]


def test_shares_follow_what_is_right() -> None:
    chance = np.random.default_rng(0)
    targets = chance.integers(0, 4, 600)
    right = np.where(np.eye(4)[targets] > 0, 0.0, -3.0) + chance.standard_normal((600, 4))
    noise = chance.standard_normal((600, 4))
    parts, named = (
        np.stack([part - np.logaddexp.reduce(part, 1)[:, None] for part in (right, noise)]),
        np.zeros((600, 4)),
    )
    join = fit_join(parts, named, targets)
    assert join.shares[0] > 0.6 > 0.3 > join.shares[1]
    swapped = fit_join(parts[::-1], named, targets).shares
    assert swapped[1] > swapped[0]
    np.testing.assert_allclose(join(parts, named).sum(1), 1)
