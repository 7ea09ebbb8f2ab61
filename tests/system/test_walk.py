"""One walk of folders for all commands: what is found, what is left out, and what is said of the rest."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from img2music.system.walk import LINKS, describe, find_files

LINKED = pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")


def _files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())


def _found(folder: Path, without: Path | None = None) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find_files(folder, {".jpg"}, without).files]


def test_hidden_files_and_folders_are_left_out_and_the_rest_is_sorted(tmp_path: Path) -> None:
    _files(tmp_path, "b/x.JPG", "a.jpg", "._a.jpg", ".DS_Store", ".git/c.jpg", "b/.x/d.jpg", "b/a.jpg")
    assert _found(tmp_path) == ["a.jpg", "b/a.jpg", "b/x.JPG"]


@LINKED
def test_links_in_a_circle_end_and_each_real_file_comes_once(tmp_path: Path) -> None:
    _files(tmp_path, "x/a.jpg", "x/z.jpg")
    (tmp_path / "x" / "round").symlink_to(tmp_path)
    (tmp_path / "x" / "0.jpg").symlink_to(tmp_path / "x" / "a.jpg")
    (tmp_path / "x" / "itself.jpg").symlink_to("itself.jpg")
    (tmp_path / "x" / "gone.jpg").symlink_to("nowhere.jpg")
    assert _found(tmp_path) == ["x/a.jpg", "x/gone.jpg", "x/itself.jpg", "x/z.jpg"]
    assert find_files(tmp_path, {".jpg"}).passed_over == {LINKS: 1}


@LINKED
def test_the_folder_that_is_written_is_not_read(tmp_path: Path) -> None:
    _files(tmp_path, "a.jpg", "out/b.jpg", "out/below/c.jpg")
    (tmp_path / "link.jpg").symlink_to(tmp_path / "out" / "b.jpg")
    assert _found(tmp_path, tmp_path / "out") == ["a.jpg"]
    assert _found(tmp_path / "out", tmp_path / "out") == ["b.jpg", "below/c.jpg"]
    assert _found(tmp_path / "out" / "below", tmp_path) == ["c.jpg"]


@pytest.mark.parametrize(
    ("suffixes", "line"),
    [
        ({}, ""),
        ({".txt": 1}, "1 file passed over: .txt 1"),
        ({".txt": 1, ".heic": 3}, "4 files passed over: .heic 3, .txt 1"),
        ({"": 2}, "2 files passed over: without suffix 2"),
        ({LINKS: 1}, "1 link to a folder not followed"),
        ({".a\nb": 1, LINKS: 2}, "1 file passed over: .a?b 1; 2 links to folders not followed"),
        (
            {f".{n}": 1 for n in range(20)},
            f"20 files passed over: {', '.join(f'.{n} 1' for n in sorted(map(str, range(20)))[:8])}, others 12",
        ),
    ],
)
def test_what_was_passed_over_is_one_line(suffixes: dict[str, int], line: str) -> None:
    assert describe(Counter(suffixes)) == line


def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        find_files(tmp_path / "none", {".jpg"})
