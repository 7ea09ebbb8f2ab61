"""Known names are found where letters are wrong, spaces are lost and lines are broken, and not where they are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from img2music.data.names.tables import Name, NameTables
from img2music.errors import ModelError, OptionError
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.vision.ocr.known_names import NAMES, KnownNames
from tiny_models import seal

pytest.importorskip("safetensors.numpy")
from img2music.training.text_classifier.names_index import names_index, save_names

ARTISTS = (
    ("Herbert von Karajan", "classical"),
    ("Miles Davis", "jazz"),
    ("Adele", "pop"),
    ("The Roots", "hiphop"),
    ("Iron Maiden", "other"),
    ("Beyoncé", "pop"),
    ("Miles Davis Quintet", "jazz"),
)
TABLES = NameTables(
    [Name(artist, genre, 1.0) for artist, genre in ARTISTS],
    [],
    [Name("Erich Kleiber", "classical", 9.0, kind="conductor")],
)


@pytest.fixture(scope="module")
def known() -> KnownNames:
    return KnownNames(names_index(TABLES, GENRES, strength=2.0), GENRES)


@pytest.mark.parametrize(
    ("lines", "name", "genre"),
    [
        (["Herbert von Karajan"], "Herbert von Karajan", "classical"),
        (["BEETHOVEN", "HERBERT VON", "KARAJAN"], "Herbert von Karajan", "classical"),
        (["Hcrbert vonKarajan"], "Herbert von Karajan", "classical"),
        (["erbert von Karajan conducts"], "Herbert von Karajan", "classical"),
        (["MILESDAVIS", "Kind ofBlue"], "Miles Davis", "jazz"),
        (["25", "ADELE"], "Adele", "pop"),
        (["Beyonce"], "Beyoncé", "pop"),
        (["IRON MAIDEN"], "Iron Maiden", None),
        (["THE MILES DAVIS QUINTET"], "Miles Davis Quintet", "jazz"),
    ],
)
def test_names_are_found(known: KnownNames, lines: list[str], name: str, genre: str | None) -> None:
    (found,) = known(lines)
    assert (found.text, found.genre) == (name, genre) and 0.8 < found.likeness <= 1


@pytest.mark.parametrize(
    "lines", [[], [""], ["roots"], ["madelephant"], ["Miles away"], ["DAVIS"], ["no one knows"], ["東京"]]
)
def test_what_is_no_name_is_not_taken_for_one(known: KnownNames, lines: list[str]) -> None:
    assert known(lines) == []


def test_it_says_what_somebody_is(known: KnownNames) -> None:
    assert [str(name) for name in known(["ERICH KLEIBER"])] == ["Erich Kleiber, a conductor"]
    assert [str(name) for name in known(["ADELE"])] == ["Adele, pop"]
    assert [str(name) for name in known(["IRON MAIDEN"])] == ["Iron Maiden, other music"]


def test_a_name_makes_its_genre_likelier(known: KnownNames) -> None:
    before = np.array([0.1, 0.4, 0.3, 0.2])
    joint = known.join(before, known(["Erich Kleiber"]))
    assert joint[0] > 0.4 and joint.sum() == pytest.approx(1)
    np.testing.assert_allclose(known.join(before, known(["Iron Maiden"])), before)
    np.testing.assert_allclose(known.join(before, []), before)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tensors: tensors.pop("genre"),
        lambda tensors: tensors.update(role=np.full(len(tensors["role"]), 99, np.uint8)),
        lambda tensors: tensors.update(genre=np.full(len(tensors["genre"]), 77, np.uint8)),
        lambda tensors: tensors.update(postings=np.full(len(tensors["postings"]), 999, np.uint16)),
        lambda tensors: tensors.update(starts=tensors["starts"][:-1]),
        lambda tensors: tensors.update(starts=tensors["starts"][::-1]),
        lambda tensors: tensors.update(names=np.frombuffer(b"\xff", np.uint8)),
        lambda tensors: tensors.update(strength=np.float32([np.nan])),
        lambda tensors: tensors.update(strength=np.zeros(0, np.float32)),
    ],
)
def test_spoilt_names_are_refused(own_models: Path, spoil) -> None:
    tensors = names_index(TABLES, GENRES)
    spoil(tensors)
    save_names(tensors, own_models / NAMES)
    seal(own_models)
    with pytest.raises(ModelError, match="holds no known names"):
        KnownNames.load(Models(own_models))


def test_names_of_a_models_folder_are_read(own_models: Path) -> None:
    save_names(names_index(TABLES, GENRES), own_models / NAMES)
    seal(own_models)
    assert KnownNames.load(Models(own_models))(["MILES DAVIS"])[0].genre == "jazz"


@pytest.mark.parametrize(
    ("name", "place", "value", "good"),
    [
        ("genre", 0, 3, True),
        ("genre", 0, 255, True),
        ("genre", 0, 4, False),
        ("role", 0, 2, True),
        ("role", 0, 3, False),
        ("postings", 0, len(ARTISTS), True),
        ("postings", 0, len(ARTISTS) + 1, False),
        ("sizes", 0, 1, True),
        ("sizes", 0, 0, False),
        ("strength", 0, 0.0, True),
        ("strength", 0, 100.0, True),
        ("strength", 0, 100.5, False),
        ("strength", 0, -0.5, False),
        ("starts", 0, 1, False),
        ("starts", 1, 7, False),
        ("starts", -1, 7, False),
    ],
)
def test_the_numbers_of_an_index_fit_together(name: str, place: int, value: float, good: bool) -> None:
    tensors = {key: tensor.ravel().copy() for key, tensor in names_index(TABLES, GENRES).items()}
    tensors[name][place] = value
    if good:
        KnownNames(tensors, GENRES)
    else:
        with pytest.raises(ValueError, match="sizes differ"):
            KnownNames(tensors, GENRES)


def test_of_too_many_names_the_surest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("img2music.training.text_classifier.names_index.MOST", 2)
    artists = [Name(text, "jazz", weight) for text, weight in (("Aaaaa", 1.0), ("Bbbbb", 3.0), ("Ccccc", 2.0))]
    tensors = names_index(NameTables(artists, [], []), GENRES)
    assert bytes(tensors["names"]).decode() == "Bbbbb\nCcccc"
    assert KnownNames(tensors, GENRES)(["CCCCC"])[0].text == "Ccccc"


def test_tables_without_a_name_to_search_for_are_refused() -> None:
    with pytest.raises(OptionError, match="No artist's name has 5 letters or more"):
        names_index(NameTables([Name("Nas", "hiphop", 1.0)], [], []), GENRES)
