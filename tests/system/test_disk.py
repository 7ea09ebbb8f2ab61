"""A full or read-only disk: one line, and what was there stays as it was."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from img2music.errors import OutputError
from img2music.system.files import exchange_folder

resource = pytest.importorskip("resource", reason="this system has no limits on file sizes")


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full when something is flushed to it."""

    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders of one file each."""
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    return tmp_path / "new", tmp_path / "old"


@pytest.mark.parametrize("at_once", [True, False])
def test_folders_change_places(
    folders: tuple[Path, Path], at_once: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not at_once:
        monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    exchange_folder(*folders)
    assert [(folder / "file").read_text() for folder in folders] == ["old", "new"]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.usefixtures("full")
def test_on_a_full_disk_folders_stay_where_they_are(folders: tuple[Path, Path]) -> None:
    with pytest.raises(OSError, match="space"):
        exchange_folder(*folders)
    assert [(folder / "file").read_text() for folder in folders] == ["new", "old"]


@pytest.mark.parametrize("arguments", [["generate", "cover.png"], ["batch", "cover.png", "--out", "out"]])
def test_a_limit_of_the_disk_ends_in_one_line(arguments: list[str], tiny_models: Path, cover: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "img2music", *arguments, "--models", str(tiny_models)],
        cwd=cover.parent,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert ended.returncode in (1, 2)
    assert len(ended.stderr.splitlines()) == 1
    assert "Cannot write" in ended.stderr
    assert not list(cover.parent.rglob("*.wav"))
    assert not list(cover.parent.rglob(".img2music-*"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_ends_in_one_line(tiny_models: Path, cover: Path) -> None:
    cover.parent.chmod(0o500)
    ended = subprocess.run(
        [sys.executable, "-m", "img2music", "generate", cover.name, "--models", str(tiny_models)],
        cwd=cover.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    cover.parent.chmod(0o700)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "permission denied" in ended.stderr


def test_a_checkpoint_on_a_full_disk_leaves_the_one_before(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for package in ("torch", "lightning", "yaml"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    from img2music.training.common.runs import AtomicCheckpoints

    checkpoints = AtomicCheckpoints()
    checkpoints.save_checkpoint({"global_step": 1}, tmp_path / "last.ckpt")
    before = _contents(tmp_path)
    request.getfixturevalue("full")
    with pytest.raises(OutputError, match="disk is full"):
        checkpoints.save_checkpoint({"global_step": 2}, tmp_path / "last.ckpt")
    assert _contents(tmp_path) == before


@pytest.mark.usefixtures("full")
def test_models_stay_as_they_are_on_a_full_disk(own_models: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    from img2music.training.export.run import renewed

    before = _contents(own_models)
    with pytest.raises(OSError, match="space"), renewed(own_models) as folder:
        (folder / "manifest.json").write_text("changed")
    assert _contents(own_models) == before
    assert not list(own_models.parent.glob(".export-*"))
