"""Tables of names: what is read, and what a user may have written."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from img2music.data.names.tables import MOST, OTHER, Name, read_names, read_names_of_all
from img2music.errors import OptionError
from img2music.genres import GENRES

TABLES = {
    "artists.csv": "artist,genre,share,evidence\nMiles Davis,jazz,1.0,4\nSlayer,other:metal,1.0,1\n,pop,1,1\n",
    "albums.csv": "artist,album,genre,share\nMiles Davis,Kind of Blue,jazz,0.5\n,Requiem,classical,\n",
    "words.csv": "phrase,genre,kind,weight\nErich Kleiber,classical,conductor,16\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_names_of_other_genres_are_others(folder: Path) -> None:
    names = read_names(folder, GENRES)
    assert names.artists == [Name("Miles Davis", "jazz", 2.0), Name("Slayer", OTHER, 1.0)]
    assert names.titles == [
        Name("Kind of Blue", "jazz", 0.5, artist="Miles Davis"),
        Name("Requiem", "classical", 1.0),
    ]
    assert names.phrases == [Name("Erich Kleiber", "classical", 16.0, kind="conductor")]


def test_other_genres_count_where_they_are_asked_for(folder: Path) -> None:
    assert read_names(folder, (*GENRES, "metal")).artists == [
        Name("Miles Davis", "jazz", 2.0),
        Name("Slayer", "metal", 1.0),
    ]
    assert read_names(folder, ("metal", "rock")).artists == [
        Name("Miles Davis", OTHER, 2.0),
        Name("Slayer", "metal", 1.0),
    ]


def test_genres_of_names_are_spelled_as_people_do(folder: Path) -> None:
    rows = "Nas,Hip-Hop,1,1\nSlayer,other:Metal,1,1\nAdele, POP ,1,1\nNobody,unheard of,1,1\n"
    (folder / "artists.csv").write_text(f"artist,genre,share,evidence\n{rows}", encoding="utf-8")
    assert [name.genre for name in read_names(folder, (*GENRES, "metal")).artists] == ["hiphop", "metal", "pop", OTHER]


def test_further_columns_in_any_order_do_not_matter(folder: Path) -> None:
    text = "origin,evidence,genre,share,artist\nshelf,4,jazz,1.0,Miles Davis\nshelf,1,unheard of,1,Nobody\n"
    (folder / "artists.csv").write_text(text, encoding="utf-8")
    assert read_names(folder, GENRES).artists == [Name("Miles Davis", "jazz", 2.0), Name("Nobody", OTHER, 1.0)]


def test_a_hundred_thousand_rows_are_read(folder: Path) -> None:
    rows = "".join(f"Artist {number},{GENRES[number % 4]},1,1\n" for number in range(100_000))
    (folder / "artists.csv").write_text(f"artist,genre,share,evidence\n{rows}", encoding="utf-8")
    assert len(read_names(folder, GENRES).artists) == 100_000


def test_large_numbers_of_few_are_none_too_large(folder: Path) -> None:
    (folder / "artists.csv").write_text(f"artist,genre,share,evidence\nSade,pop,{MOST},1\n", encoding="utf-8")
    assert read_names(folder, GENRES).artists == [Name("Sade", "pop", MOST)]


def test_a_genre_without_artists_is_named(folder: Path) -> None:
    assert read_names_of_all(folder, ("jazz", "metal")) == read_names(folder, ("jazz", "metal"))
    with pytest.raises(OptionError, match="has no artists of hiphop, pop;"):
        read_names_of_all(folder, ("jazz", "hiphop", "metal", "pop"))


def test_packed_tables_are_the_same(folder: Path) -> None:
    before = read_names(folder, GENRES)
    for name in TABLES:
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
        (folder / name).unlink()
    assert read_names(folder, GENRES) == before


def test_names_that_are_whole_pages_are_left_out(folder: Path) -> None:
    (folder / "words.csv").write_text(f"phrase,genre,kind,weight\n{'la ' * 100},pop,style,1\n", encoding="utf-8")
    assert read_names(folder, GENRES).phrases == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "Cannot read"),
        (b"", "has no column artist"),
        (b"artist,genre,share\nA,pop,1\n", "has no column evidence"),
        (b"artist,genre,share,evidence\nA,pop,much,1\n", "share 'much' is no number"),
        (b"artist,genre,share,evidence\nA,pop,nan,1\n", "share 'nan' is no number"),
        (b"artist,genre,share,evidence\nA,pop,1,-2\n", "evidence '-2' is no number"),
        (b"artist,genre,share,evidence\nA,pop,1,1e10\n", "evidence '1e10' is no number from 0 to 1e\\+09"),
        (b"artist,genre,share,evidence\n\xff\xfe,pop,1,1\n", "is no table of comma-separated values in UTF-8"),
    ],
)
def test_a_faulty_table_ends_in_one_line(folder: Path, data: bytes | None, said: str) -> None:
    (folder / "artists.csv").unlink()
    if data is not None:
        (folder / "artists.csv").write_bytes(data)
    with pytest.raises(OptionError, match=said):
        read_names(folder, GENRES)


@pytest.mark.parametrize(
    "spoil", [lambda packed: packed[:-9], lambda packed: b"no archive", lambda packed: packed[:10] + b"\0" * 40]
)
def test_a_spoilt_archive_ends_in_one_line(folder: Path, spoil) -> None:
    (folder / "artists.csv.gz").write_bytes(spoil(gzip.compress(TABLES["artists.csv"].encode())))
    with pytest.raises(OptionError, match=r"artists\.csv\.gz"):
        read_names(folder, GENRES)


def test_a_row_with_too_few_cells_is_half_empty(folder: Path) -> None:
    (folder / "artists.csv").write_text("artist,genre,share,evidence\nSade\n", encoding="utf-8")
    assert read_names(folder, GENRES).artists == [Name("Sade", OTHER, 1.0)]
