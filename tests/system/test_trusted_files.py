"""Files that a run finds and reads back: pipes, links and huge files are neither waited for nor written through."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from conftest import Run, draw_cover
from img2music.errors import OutputError, SidecarError
from img2music.output.sidecar import Sidecar
from img2music.system import files
from img2music.system.files import atomic_write, read_regular
from img2music.system.json_text import parse_json
from img2music.system.lock import only_one

POSIX = pytest.mark.skipif(os.name == "nt", reason="no pipes in folders, and links need a privilege there")


@pytest.fixture
def covers(tmp_path: Path) -> Path:
    (tmp_path / "covers").mkdir()
    draw_cover().save(tmp_path / "covers" / "a.png")
    (tmp_path / "out").mkdir()
    return tmp_path / "covers"


def _batch(run: Run, covers: Path, *options: str) -> tuple[int, str, str]:
    return run("batch", covers, "--out", "out", "--seconds", 1, *options)


@POSIX
@pytest.mark.parametrize("options", [[], ["--force"]])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_a_page_that_is_no_file_is_one_line_at_once(run: Run, covers: Path, kind: str, options: list[str]) -> None:
    page = Path("out/index.html")
    {"pipe": os.mkfifo, "folder": Path.mkdir, "device": lambda path: path.symlink_to("/dev/zero")}[kind](page)
    if kind == "device" and options:
        assert _batch(run, covers, *options)[0] == 0
        assert page.is_file() and not page.is_symlink()
        return
    status, out, err = _batch(run, covers, *options)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert not Path("out/a.wav").exists()


@POSIX
def test_a_page_that_is_a_link_is_never_written_through(run: Run, covers: Path) -> None:
    precious = Path("precious.html")
    precious.write_text('<meta name="generator" content="img2music batch">')
    Path("out/index.html").symlink_to(precious.absolute())
    assert _batch(run, covers)[0] == 2
    assert _batch(run, covers, "--force")[0] == 0
    assert precious.read_text() == '<meta name="generator" content="img2music batch">'
    assert not Path("out/index.html").is_symlink()


def test_a_huge_page_is_not_read(run: Run, covers: Path) -> None:
    with Path("out/index.html").open("wb") as page:
        page.truncate(2**40)
    status, _, err = _batch(run, covers)
    assert (status, err.count("\n")) == (2, 1)
    assert "is not the page of a batch" in err


@POSIX
def test_a_sidecar_that_is_a_pipe_is_not_waited_for(run: Run, covers: Path) -> None:
    assert _batch(run, covers)[0] == 0
    Path("out/a.json").unlink()
    os.mkfifo("out/a.json")
    assert _batch(run, covers)[1].endswith("0 made, 1 there already, 0 failed\n")
    status, out, err = run("again", "out/a.json", "-o", "b.wav")
    assert (status, out, err.count("\n")) == (2, "", 1)
    status, _, err = _batch(run, covers, "--force")
    assert (status, err.count("\n")) == (1, 1)


@POSIX
def test_no_more_is_read_than_may_be(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    os.mkfifo(tmp_path / "pipe")
    assert read_regular(tmp_path / "a", 5, OutputError) == b"12345"
    for name, words in (("a", "above"), ("pipe", "pipe or a device"), ("none", "no such file"), (".", "folder")):
        with pytest.raises(OutputError, match=words):
            read_regular(tmp_path / name, 4, OutputError)


# Sidecars are about the music beside them


def test_the_sidecar_holds_the_hash_of_the_music(run: Run, cover: Path) -> None:
    assert run("generate", cover, "--seconds", 1, "--sidecar")[0] == 0
    sidecar = Sidecar.load(cover.with_suffix(".json"))
    assert sidecar.describes(cover.with_suffix(".wav").read_bytes())
    assert not sidecar.describes(b"other")


def test_other_bytes_are_written_and_said(run: Run, cover: Path) -> None:
    assert run("generate", cover, "--seconds", 1, "--sidecar")[0] == 0
    path = cover.with_suffix(".json")
    facts = json.loads(path.read_text())
    facts["music"]["sha256"] = 64 * "0"
    path.write_text(json.dumps(facts))
    status, _, err = run("again", path, "-o", "again.wav")
    assert (status, err.count("\n")) == (0, 1)
    assert "not the bytes" in err
    assert Path("again.wav").read_bytes() == cover.with_suffix(".wav").read_bytes()
    del facts["music"]  # as older versions wrote it
    path.write_text(json.dumps(facts))
    assert run("again", path, "-o", "again.wav", "--force")[::2] == (0, "")


@pytest.mark.parametrize("step", range(4))
def test_a_full_disk_parts_no_music_from_its_sidecar(
    run: Run, covers: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Whichever file cannot be brought to the disk, what is there belongs together."""
    assert _batch(run, covers)[0] == 0
    before = Path("out/a.wav").read_bytes(), Path("out/a.json").read_bytes()
    flushed = []

    def fill(path: Path) -> None:
        flushed.append(path)
        if len(flushed) == step + 1:
            raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(files, "flush_to_disk", fill)
        patch.setattr("img2music.output.sidecar.flush_to_disk", fill)
        status, _, _ = _batch(run, covers, "--seed", "1", "--force")
    after = Path("out/a.wav").read_bytes(), Path("out/a.json").read_bytes()
    assert status in (1, 2)
    if after != before:
        assert Sidecar.load(Path("out/a.json")).describes(after[0]) == (after[0] != before[0])
    assert _batch(run, covers, "--seed", "1", "--force")[0] == 0
    assert Sidecar.load(Path("out/a.json")).describes(Path("out/a.wav").read_bytes())


def test_a_sidecar_that_was_left_without_music_is_replaced(run: Run, covers: Path) -> None:
    assert _batch(run, covers)[0] == 0
    Path("out/a.wav").unlink()
    assert _batch(run, covers, "--seed", "1")[0] == 0
    assert Sidecar.load(Path("out/a.json")).request.seed == 1
    status, _, err = _batch(run, covers, "--format", "flac")
    assert (status, err) == (0, "")
    assert Sidecar.load(Path("out/a.json")).request.format == "wav"
    assert Sidecar.load(Path("out/a.flac.json")).request.format == "flac"


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        "[" * 100_000,
        '{"a": ' * 50_000,
        f'{{"a": {"9" * 5000}}}',
        '{"a": "\\ud800"',
        "\ufeff{}",
        "",
    ],
)
def test_json_of_all_kinds_is_refused_in_one_way(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        parse_json(text)
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(SidecarError, match="no sidecar"):
        Sidecar.load(tmp_path / "a.json")


@pytest.mark.parametrize("part", ["picture", "order", "versions", "music", "embeddings"])
@pytest.mark.parametrize("value", [None, [], {}, "\ud800", 10**4000, float("nan"), [[]], {"sha256": 3}])
def test_a_part_of_a_wrong_kind_is_one_line(run: Run, cover: Path, part: str, value: object) -> None:
    assert run("generate", cover, "--seconds", 1, "--sidecar")[0] == 0
    path = cover.with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {part: value}))
    status, _, err = run("again", path, "-o", "again.wav")
    assert (status, err.count("\n")) in ((2, 1), (0, 0))
    assert (status == 0) == (part == "music" and value is None)


# File systems that lack something


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF])
def test_what_a_file_system_lacks_is_gone_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def lacks(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", lacks)
    monkeypatch.setattr(os, "link", lacks)
    if os.name != "nt":
        monkeypatch.setattr("fcntl.flock", lacks)
    with only_one(tmp_path / ".lock"), atomic_write(tmp_path / "a") as temporary:
        temporary.write_text("whole")
    assert (tmp_path / "a").read_text() == "whole"
    assert {path.name for path in tmp_path.iterdir()} == {".lock", "a"}


def test_other_faults_of_a_disk_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OutputError, match="error"), atomic_write(tmp_path / "a") as temporary:
        temporary.write_text("lost")
    assert not list(tmp_path.iterdir())
