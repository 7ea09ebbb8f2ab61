"""`data covers`: which pictures are left out and why, what belongs together, and splits that can be read back."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import csv
import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

for _package in ("imagehash", "sklearn"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

from img2music.cli.main import main
from img2music.data.covers.cover import grouped_split, read_covers
from img2music.data.covers.perceptual_hash import ALIKE, SAME, alike_pairs, perceptual_hash
from img2music.data.indexing.covers import index_covers
from img2music.data.indexing.facts import gather
from img2music.data.indexing.measures import CoverFacts, measure_cover
from img2music.data.splits import cover_split, read_split
from img2music.errors import OptionError, OutputError, PictureError
from img2music.genres import GENRES

FOLDERS = ("Classical", "HipHop", "Pop", "Jazz")


def picture(seed: int, size: int = 96) -> Image.Image:
    """A picture of coloured patches like no other."""
    patches = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), np.uint8)
    return Image.fromarray(patches).resize((size, size), Image.Resampling.BICUBIC)


def save(image: Image.Image, path: Path, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


@pytest.fixture
def kaggle(tmp_path: Path) -> Path:
    """Twelve covers of each genre, two levels down, as the Kaggle set unpacks."""
    for genre, name in enumerate(FOLDERS):
        for number in range(12):
            save(picture(100 * genre + number), tmp_path / f"set/GAC/GAC/{name}/{number}.png")
    return tmp_path / "set"


def genre_folder(root: Path, name: str) -> Path:
    return root / "GAC/GAC" / name


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def problems(out: Path) -> dict[str, tuple[str, str]]:
    return {row["file"]: (row["problem"], row["kept"]) for row in rows(out / "problems.csv")}


# Looks


def test_a_look_survives_what_shops_do_to_covers(tmp_path: Path) -> None:
    for seed in range(4):
        original = picture(seed, 300)
        small = original.resize((90, 90), Image.Resampling.LANCZOS)
        save(original, tmp_path / "worse.jpg", quality=25)
        with Image.open(tmp_path / "worse.jpg") as worse:
            pale = Image.blend(worse.convert("RGB"), Image.new("RGB", worse.size, "white"), 0.3)
            looks = [
                perceptual_hash(original),
                perceptual_hash(small),
                perceptual_hash(worse),
                perceptual_hash(pale),
                perceptual_hash(picture(seed + 50)),
            ]
        found = {(i, j): distance for i, j, distance in alike_pairs(looks, 256)}
        assert max(found[0, variant] for variant in (1, 2, 3)) <= SAME < ALIKE < found[0, 4]


def test_pictures_of_one_colour_are_not_taken_for_each_other() -> None:
    looks = [perceptual_hash(Image.new("RGB", (80, 80), colour)) for colour in ("white", "white", "black")]
    assert alike_pairs([*looks, perceptual_hash(picture(1))]) == []
    assert alike_pairs([]) == []


# What is left out


def test_every_picture_is_checked_and_named(kaggle: Path, tmp_path: Path) -> None:
    pop = genre_folder(kaggle, "Pop")
    (pop / "torn.jpg").write_bytes(b"\xff\xd8 no more of it")
    (pop / "empty.png").touch()
    save(picture(1, 40), pop / "stamp.png")
    (pop / "._0.png").write_bytes(b"resource fork of a Mac")
    report = index_covers(kaggle, tmp_path / "index")
    assert {name: kept for name, (_, kept) in problems(tmp_path / "index").items()} == {
        "Pop/torn.jpg": "0",
        "Pop/empty.png": "0",
        "Pop/stamp.png": "0",
    }
    assert problems(tmp_path / "index")["Pop/stamp.png"][0].startswith("is 40 × 40 pixels small")
    assert report.genres["pop"] == {
        "found": 15,
        "unusable": 3,
        "contradictory": 0,
        "repeated": 0,
        "kept": 12,
        "groups": 12,
    }
    assert len(read_covers(tmp_path / "index")) == 48


def test_of_repetitions_in_a_genre_the_first_is_kept(kaggle: Path, tmp_path: Path) -> None:
    jazz = genre_folder(kaggle, "Jazz")
    (jazz / "same-bytes.png").write_bytes((jazz / "3.png").read_bytes())
    save(picture(304), jazz / "same-pixels.bmp")
    report = index_covers(kaggle, tmp_path / "index")
    assert problems(tmp_path / "index") == {
        "Jazz/same-bytes.png": ("is the same picture as Jazz/3.png", "0"),
        "Jazz/same-pixels.bmp": ("is the same picture as Jazz/4.png", "0"),
    }
    assert (report.genres["jazz"]["repeated"], report.genres["jazz"]["kept"]) == (2, 12)


@pytest.mark.parametrize("exact", [True, False])
def test_a_cover_of_two_genres_is_left_out_or_ambiguous(kaggle: Path, tmp_path: Path, exact: bool) -> None:
    save(picture(305), genre_folder(kaggle, "Pop") / f"also.{'png' if exact else 'jpg'}")
    index_covers(kaggle, tmp_path / "index")
    name = f"Pop/also.{'png' if exact else 'jpg'}"
    assert problems(tmp_path / "index") == {
        "Jazz/5.png": (f"shows the same as {name}", "0"),
        name: ("shows the same as Jazz/5.png", "0"),
    }
    assert len(read_covers(tmp_path / "index")) == 47

    index_covers(kaggle, tmp_path / "both", keep_contradictions=True)
    both = [cover for cover in read_covers(tmp_path / "both") if cover.ambiguous]
    assert sorted(cover.genre for cover in both) == ["jazz", "pop"]
    assert len({cover.group for cover in both}) == 1
    assert len(read_covers(tmp_path / "both")) == 49


# What belongs together


def test_covers_that_look_alike_share_a_group_that_no_split_divides(kaggle: Path, tmp_path: Path) -> None:
    hiphop = genre_folder(kaggle, "HipHop")
    for number in range(6):
        save(picture(100 + number).resize((80, 80)), hiphop / f"small-{number}.jpg", quality=40)
    report = index_covers(kaggle, tmp_path / "index")
    covers = read_covers(tmp_path / "index")
    group = {cover.path.name: cover.group for cover in covers}
    assert all(group[f"small-{number}.jpg"] == group_of_hiphop(covers, number) for number in range(6))
    assert report.genres["hiphop"]["groups"] == 12
    assert len({cover.group for cover in covers}) == 48
    assert {kept for _, kept in problems(tmp_path / "index").values()} == {"1"}
    for fold in range(5):
        split = read_split(tmp_path / "index", cover_split(fold), covers)
        parts = [{covers[i].group for i in members} for members in split.values()]
        assert sum(map(len, parts)) == len(set.union(*parts))


def group_of_hiphop(covers: list, number: int) -> str:
    (cover,) = [c for c in covers if c.genre == "hiphop" and c.path.name == f"{number}.png"]
    return cover.group


def test_the_groups_of_an_index_are_kept_and_joined(tmp_path: Path) -> None:
    table = ["file,genre,source,group,ambiguous"]
    for number in range(48):
        save(picture(number), tmp_path / f"in/c{number:02}.png")
        table.append(f"c{number:02}.png,{GENRES[number % 4]},shop,artist {number // 8 if number < 16 else number},0")
    save(picture(20).resize((80, 80)), tmp_path / "in/again.png")
    (tmp_path / "in/covers.csv").write_text(
        "\n".join([*table, "again.png,classical,web,artist 0,1", "gone.png,pop,,,"])
    )
    index_covers(tmp_path / "in", tmp_path / "out")
    covers = {cover.path.name: cover for cover in read_covers(tmp_path / "out")}
    assert covers["c20.png"].group == covers["again.png"].group == covers["c00.png"].group
    assert covers["c00.png"].group != covers["c08.png"].group
    assert (covers["again.png"].source, covers["again.png"].ambiguous) == ("web", True)
    assert problems(tmp_path / "out")["gone.png"][0].startswith("cannot be read: no such file")


# Splits


@pytest.mark.parametrize("seed", [0, 7])
def test_split_files_say_what_training_does_and_bring_it_back(kaggle: Path, tmp_path: Path, seed: int) -> None:
    report = index_covers(kaggle, tmp_path / "index", folds=2, seed=seed)
    covers = read_covers(tmp_path / "index")
    for fold in range(2):
        split = read_split(tmp_path / "index", cover_split(fold), covers)
        expected = grouped_split(covers, fold, seed)
        assert {part: members.tolist() for part, members in split.items()} == {
            part: members.tolist() for part, members in expected.items()
        }
        assert report.splits[f"fold-{fold}"] == {part: len(members) for part, members in expected.items()}
    assert sorted(path.name for path in (tmp_path / "index/splits").iterdir()) == ["fold-0.csv", "fold-1.csv"]


def test_a_split_serves_some_of_the_genres_and_refuses_strangers(kaggle: Path, tmp_path: Path) -> None:
    index_covers(kaggle, tmp_path / "index", folds=1)
    some = read_covers(tmp_path / "index", ("pop", "jazz"))
    split = read_split(tmp_path / "index", cover_split(0), some)
    assert sorted(np.concatenate(list(split.values()))) == list(range(24))
    strangers = read_covers(genre_folder(kaggle, "."), ("pop",))
    assert read_split(tmp_path / "index", cover_split(0), strangers)
    save(picture(999), genre_folder(kaggle, "Pop") / "new.png")
    with pytest.raises(OptionError, match=r"does not know .*new\.png"):
        read_split(tmp_path / "index", cover_split(0), read_covers(genre_folder(kaggle, "."), ("pop",)))


def test_fewer_splits_leave_no_older_ones_behind(kaggle: Path, tmp_path: Path) -> None:
    index_covers(kaggle, tmp_path / "index")
    index_covers(kaggle, tmp_path / "index", folds=1)
    assert [path.name for path in (tmp_path / "index/splits").iterdir()] == ["fold-0.csv"]


def test_any_genres_can_be_chosen(kaggle: Path, tmp_path: Path) -> None:
    for number in range(12):
        save(picture(800 + number), genre_folder(kaggle, "Black Metal") / f"{number}.png")
    index_covers(kaggle, tmp_path / "index", ("blackmetal", "jazz"))
    assert {cover.genre for cover in read_covers(tmp_path / "index", None)} == {"blackmetal", "jazz"}


# Memory


def test_a_second_run_measures_only_what_changed(kaggle: Path, tmp_path: Path) -> None:
    index_covers(kaggle, tmp_path / "index")
    seen, changed = genre_folder(kaggle, "Pop") / "1.png", genre_folder(kaggle, "Pop") / "2.png"
    stamp = seen.stat()
    seen.write_bytes(bytes(stamp.st_size))
    os.utime(seen, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    changed.write_bytes(b"broken")
    index_covers(kaggle, tmp_path / "index")
    assert set(problems(tmp_path / "index")) == {"Pop/2.png"}


def test_a_memory_is_not_trusted(tmp_path: Path) -> None:
    path, memory = save(picture(1), tmp_path / "a.png"), tmp_path / "facts.json"
    facts = [measure_cover(path)]
    assert gather([path], measure_cover, CoverFacts, memory, 1, "checking") == facts
    whole = json.loads(memory.read_text())
    (entry,) = whole["files"].values()
    for name, value in (("phash", "zz"), ("phash", 3), ("content", []), ("pixels", None), ("fault", {}), ("more", "x")):
        told = {"version": 1, "files": {str(path): entry | {name: value}}}
        memory.write_text(json.dumps(told))
        assert gather([path], measure_cover, CoverFacts, memory, 1, "checking") == facts
    for text in ("[" * 99_999, "[]", '{"version": 1, "files": 3}', "9" * 9999):
        memory.write_text(text)
        assert gather([path], measure_cover, CoverFacts, memory, 1, "checking") == facts


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", ["covers.csv", "facts.json", "problems.csv"])
def test_pipes_in_an_index_are_one_line(kaggle: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "index").mkdir()
    if name != "facts.json":
        (tmp_path / "index" / "facts.json").touch()
    os.mkfifo(tmp_path / "index" / name)
    with pytest.raises(OutputError, match="pipe or a device"):
        index_covers(kaggle, tmp_path / "index")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_in_an_index_are_not_written_through(kaggle: Path, tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    for name in ("covers.csv", "facts.json", "problems.csv"):
        (tmp_path / f"precious-{name}").write_text("precious")
        (tmp_path / "index" / name).symlink_to(tmp_path / f"precious-{name}")
    index_covers(kaggle, tmp_path / "index")
    assert [path.read_text() for path in sorted(tmp_path.glob("precious-*"))] == ["precious"] * 3
    assert len(read_covers(tmp_path / "index")) == 48


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_table_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "covers.csv")
    with pytest.raises(PictureError, match="pipe or a device"):
        read_covers(tmp_path)


def test_a_kill_in_the_middle_loses_little(tmp_path: Path) -> None:
    paths = [save(picture(number), tmp_path / f"{number}.png") for number in range(6)]
    measured: list[Path] = []

    def measure(path: Path) -> CoverFacts:
        if len(measured) == 4:
            measured.clear()
            raise KeyboardInterrupt
        measured.append(path)
        return measure_cover(path)

    memory = tmp_path / "facts.json"
    with pytest.raises(KeyboardInterrupt):
        gather(paths, measure, CoverFacts, memory, 1, "checking")
    facts = gather(paths, measure, CoverFacts, memory, 1, "checking")
    assert measured == paths[4:]
    assert facts == [measure_cover(path) for path in paths]
    measured.clear()
    gather(paths[:3], measure, CoverFacts, memory, 2, "checking")
    assert measured == paths[:3]


@pytest.mark.parametrize("spoilt", ["", "[]", '{"version": 1, "files": {"x": 3}}', '{"version": 1}', "\0"])
def test_a_spoilt_memory_costs_time_only(tmp_path: Path, spoilt: str) -> None:
    path = save(picture(1), tmp_path / "1.png")
    (tmp_path / "facts.json").write_text(spoilt)
    assert gather([path], measure_cover, CoverFacts, tmp_path / "facts.json", 1, "checking") == [measure_cover(path)]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode here")
def test_file_names_that_are_no_text_come_back(kaggle: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b'caf\xe9, \n"live".png')
    (genre_folder(kaggle, "Pop") / "0.png").rename(genre_folder(kaggle, "Pop") / name)
    index_covers(kaggle, tmp_path / "index")
    covers = read_covers(tmp_path / "index")
    assert name in {cover.path.name for cover in covers}
    assert all(cover.path.is_file() for cover in covers)
    assert read_split(tmp_path / "index", cover_split(0), covers)


# What cannot work


def test_a_genre_without_covers_is_named(kaggle: Path, tmp_path: Path) -> None:
    for path in genre_folder(kaggle, "Jazz").iterdir():
        path.write_bytes(b"no picture")
    with pytest.raises(OptionError, match=r"no usable files of jazz .*--genres classical,hiphop,pop") as error:
        index_covers(kaggle, tmp_path / "index")
    assert "problems.csv" in str(error.value)
    assert len(problems(tmp_path / "index")) == 12
    assert not (tmp_path / "index/covers.csv").exists()
    with pytest.raises(OptionError, match="no usable files of polka; put some there or leave"):
        index_covers(kaggle, tmp_path / "index", ("pop", "polka"))


def test_a_folder_without_genres_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set/jazz").mkdir(parents=True)
    (tmp_path / "set/jazz/notes.txt").touch()
    with pytest.raises(OptionError, match="has no folder of classical, hiphop, pop, jazz"):
        index_covers(tmp_path / "set", tmp_path / "index")
    with pytest.raises(OptionError, match="Cannot list"):
        index_covers(tmp_path / "nowhere", tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_too_few_covers_to_split_are_refused(tmp_path: Path) -> None:
    for genre, name in enumerate(FOLDERS):
        save(picture(genre), tmp_path / f"set/{name}/1.png")
    with pytest.raises(PictureError, match="4 covers are too few"):
        index_covers(tmp_path / "set", tmp_path / "index")
    assert not (tmp_path / "index/covers.csv").exists()


def test_the_folder_that_is_read_is_never_written(kaggle: Path, tmp_path: Path) -> None:
    for place in (kaggle, genre_folder(kaggle, ".")):
        with pytest.raises(OptionError, match="is the folder that is read"):
            index_covers(kaggle, place)
    (tmp_path / "own").mkdir()
    (tmp_path / "own/covers.csv").write_text("mine")
    with pytest.raises(OptionError, match=r"holds a covers\.csv from elsewhere"):
        index_covers(kaggle, tmp_path / "own")
    assert (tmp_path / "own/covers.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("table", "words"),
    [("genre,group\npop,1\n", "no column file"), ("file,genre\n,pop\n", "row 2 has an empty file"), ("", "no column")],
)
def test_a_table_that_says_too_little_is_refused(tmp_path: Path, table: str, words: str) -> None:
    (tmp_path / "covers.csv").write_text(table)
    with pytest.raises(PictureError, match=words):
        read_covers(tmp_path)


# The command line


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `img2music data` in the test's folder: exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")

    def run_data(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["img2music", "data", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capfd.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return run_data


def test_the_command_shows_a_table_and_the_first_problems(run: Run, kaggle: Path) -> None:
    for number in range(30):
        (genre_folder(kaggle, "Pop") / f"bad-{number}.png").touch()
    status, out, _ = run("covers", "set")
    assert status == 0
    assert out.count("left out: Pop/bad-") == 20
    assert f"and 10 more, see {kaggle}-index{os.sep}problems.csv" in out
    assert len(read_covers(Path("set-index"))) == 48
    status, out, _ = run("covers", "set", "--out", "elsewhere", "--json", "--genres", "Hip Hop, jazz", "--seed", 3)
    report = json.loads(out)
    assert (status, report["index"], report["seed"], list(report["genres"])) == (0, "elsewhere", 3, ["hiphop", "jazz"])
    assert sum(report["splits"]["fold-0"].values()) == 24
    assert run("covers", "set", "--genres", " ,")[2] == (
        "img2music: --genres names no genre; write it like classical,jazz.\n"
    )


def test_a_full_disk_is_one_line(run: Run, kaggle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    status, _, err = run("covers", "set")
    assert (status, "the disk is full" in err) == (2, True)
    assert err.splitlines()[-1].startswith("img2music: Cannot write")
    assert not list(Path("set-index").rglob("*.*"))


def test_an_index_that_cannot_be_written_is_one_error(kaggle: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="Cannot write"):
        index_covers(kaggle, tmp_path / "file/index")


def test_without_a_folder_it_is_said_where_to_get_one(run: Run) -> None:
    for command, name in (("covers", "20k-album-covers"), ("music", "gtzan-dataset")):
        status, out, err = run(command)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert f"/{name}" in err
        assert err.endswith(f"unpack it and run: img2music data {command} FOLDER\n")
    assert run("covers", "set", "--download")[2] == "img2music: Give FOLDER or --download, not both\n"


def test_a_download_is_indexed_or_explained(run: Run, kaggle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def offline(handle: str) -> str:
        asked.append(handle)
        raise ConnectionError("no route to host\nand much more")

    monkeypatch.setitem(sys.modules, "kagglehub", SimpleNamespace(dataset_download=offline))
    status, out, err = run("covers", "--download")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "(no route to host); get it from https://www.kaggle.com/datasets/michaeljkerr/" in err
    assert asked == ["michaeljkerr/20k-album-covers-within-20-genres"]

    monkeypatch.setitem(sys.modules, "kagglehub", SimpleNamespace(dataset_download=lambda _: str(kaggle)))
    assert run("covers", "--download")[0] == 0
    assert len(read_covers(Path("covers-index"))) == 48

    monkeypatch.setitem(sys.modules, "kagglehub", None)
    status, out, err = run("covers", "--download")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "kagglehub is not installed; run: pip install 'img2music[data]', or get it from" in err
