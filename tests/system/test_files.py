"""Files appear whole or not at all, and never in place of another."""

import errno
import os
from pathlib import Path

import pytest

from img2music.errors import Img2MusicError, OutputError
from img2music.system.files import atomic_write


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_the_file_appears_only_when_the_block_is_done(tmp_path: Path) -> None:
    target = tmp_path / "tune.wav"
    with atomic_write(target) as temporary:
        temporary.write_bytes(b"music")
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".wav"
        assert temporary.name.startswith(".")
        assert not target.exists()
    assert target.read_bytes() == b"music"
    assert _names(tmp_path) == ["tune.wav"]


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    with atomic_write(tmp_path / "new"):
        pass
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("failure", [RuntimeError("no"), ValueError("no"), KeyboardInterrupt()])
def test_a_failing_block_leaves_nothing_behind(tmp_path: Path, failure: BaseException) -> None:
    with pytest.raises(type(failure)), atomic_write(tmp_path / "tune.wav") as temporary:
        temporary.write_bytes(b"mus")
        raise failure
    assert _names(tmp_path) == []


def test_a_failing_block_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "tune.wav"
    target.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), atomic_write(target, force=True) as temporary:
        temporary.write_bytes(b"new")
        raise KeyboardInterrupt
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["tune.wav"]


def test_an_existing_file_is_replaced_only_with_force(tmp_path: Path) -> None:
    target = tmp_path / "tune.wav"
    target.write_bytes(b"old")
    with pytest.raises(OutputError, match="--force"), atomic_write(target):
        pytest.fail("the block should not begin")
    assert target.read_bytes() == b"old"
    with atomic_write(target, force=True) as temporary:
        temporary.write_bytes(b"new")
    assert target.read_bytes() == b"new"
    assert _names(tmp_path) == ["tune.wav"]


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    target = tmp_path / "tune.wav"
    with pytest.raises(OutputError, match="already exists"), atomic_write(target) as temporary:
        temporary.write_bytes(b"late")
        target.write_bytes(b"first")
    assert target.read_bytes() == b"first"
    assert _names(tmp_path) == ["tune.wav"]


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", _no_links)
    with atomic_write(tmp_path / "tune.wav") as temporary:
        temporary.write_bytes(b"music")
    assert (tmp_path / "tune.wav").read_bytes() == b"music"
    assert _names(tmp_path) == ["tune.wav"]


def test_no_empty_file_is_left_where_neither_links_nor_renaming_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _no_links)
    monkeypatch.setattr(os, "replace", _disk_full)
    with pytest.raises(OutputError, match="disk is full"), atomic_write(tmp_path / "tune.wav"):
        pass
    assert _names(tmp_path) == []


@pytest.mark.parametrize("force", [False, True])
def test_a_full_disk_is_told_in_one_line(tmp_path: Path, force: bool) -> None:
    target = tmp_path / "tune.wav"
    with pytest.raises(OutputError) as caught, atomic_write(target, force):
        _disk_full()
    message = f"Cannot write {target}: the disk is full; free some space or choose another place."
    assert str(caught.value) == message
    assert _names(tmp_path) == []


def test_a_disk_that_is_full_only_on_flushing_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _disk_full)
    with pytest.raises(OutputError, match="disk is full"), atomic_write(tmp_path / "tune.wav") as temporary:
        temporary.write_bytes(b"music")
    assert _names(tmp_path) == []


@pytest.mark.parametrize(
    ("code", "words"), [(errno.EACCES, "permission denied"), (errno.EROFS, "read-only"), (errno.EIO, "rror")]
)
def test_a_place_that_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OutputError, match=words), atomic_write(tmp_path / "tune.wav"):
        pytest.fail("the block should not begin")


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing/tune.wav", "there is no folder"),
        ("file/tune.wav", "not a folder"),
        ("folder", "that is a folder"),
        ("n" * 300 + ".wav", "name is too long"),
        ("nul\0.wav", "not a valid file name"),
    ],
)
def test_a_bad_path_is_refused_at_once(tmp_path: Path, name: str, words: str, force: bool) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=words), atomic_write(tmp_path / name, force):
        pytest.fail("the block should not begin")
    assert _names(tmp_path) == ["file", "folder"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_force_does_not_replace_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match="pipe or a device"), atomic_write(tmp_path / "pipe", force=True):
        pytest.fail("the block should not begin")
    assert (tmp_path / "pipe").is_fifo()


def test_a_symbolic_link_is_refused_or_with_force_followed(tmp_path: Path) -> None:
    link, target = tmp_path / "link.wav", tmp_path / "target.wav"
    link.symlink_to(target)
    with pytest.raises(OutputError, match="already exists"), atomic_write(link):
        pytest.fail("the block should not begin")
    with atomic_write(link, force=True) as temporary:
        temporary.write_bytes(b"music")
    assert link.is_symlink()
    assert target.read_bytes() == b"music"


def test_an_error_is_one_printable_line_whatever_the_file_is_called() -> None:
    assert str(Img2MusicError("no such file: a\nb\x1b[31m\udcff.png")) == "no such file: a?b?[31m?.png"


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def _disk_full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
