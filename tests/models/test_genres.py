"""Genres by any spelling, and the folders named after them."""

from pathlib import Path

import pytest

from img2music.errors import OptionError
from img2music.genres import GENRES, check_genre, find_genre_folders


@pytest.mark.parametrize(
    ("spelling", "genre"),
    [
        ("classical", "classical"),
        ("Classical", "classical"),
        ("hip-hop", "hiphop"),
        ("Hip Hop", "hiphop"),
        ("HipHop", "hiphop"),
        ("hip_hop", "hiphop"),
        (" JAZZ ", "jazz"),
        ("pop", "pop"),
    ],
)
def test_a_genre_is_known_by_any_spelling(spelling: str, genre: str) -> None:
    assert check_genre(spelling) == genre


@pytest.mark.parametrize("name", ["", "rock", "popp", "hip/hop", "jazz.00001"])
def test_another_genre_is_refused_with_the_list_of_genres(name: str) -> None:
    with pytest.raises(OptionError) as caught:
        check_genre(name)
    assert all(genre in str(caught.value) for genre in GENRES)


def test_folders_are_found_by_any_spelling_in_the_order_of_the_genres(tmp_path: Path) -> None:
    for name in ("Pop", "HipHop", "classical", "DeathMetal"):
        (tmp_path / name).mkdir()
    (tmp_path / "jazz").write_text("a file, not a folder")
    found = find_genre_folders(tmp_path)
    assert list(found.items()) == [
        ("classical", tmp_path / "classical"),
        ("hiphop", tmp_path / "HipHop"),
        ("pop", tmp_path / "Pop"),
    ]


def test_only_the_genres_asked_for_are_found(tmp_path: Path) -> None:
    for name in ("pop", "jazz"):
        (tmp_path / name).mkdir()
    assert find_genre_folders(tmp_path, ("jazz",)) == {"jazz": tmp_path / "jazz"}


def test_two_folders_for_one_genre_are_refused(tmp_path: Path) -> None:
    for name in ("HipHop", "hip-hop"):
        (tmp_path / name).mkdir()
    with pytest.raises(OptionError, match=r"HipHop and hip-hop"):
        find_genre_folders(tmp_path)


def test_a_missing_root_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="nowhere"):
        find_genre_folders(tmp_path / "nowhere")
