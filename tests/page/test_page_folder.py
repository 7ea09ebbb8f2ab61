"""The page's own temporary folder: nobody else's, and nothing is left of it."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from heeding import heed_signals
from img2music.app.server.environment import own_folders, settle_environment
from img2music.errors import OutputError
from img2music.system.private_folder import private_folder

_CHILD = """
import sys
from img2music.system.private_folder import private_folder
with private_folder() as folder:
    (folder / "picture.png").write_text("private")
    print(folder, flush=True)
    sys.stdin.read()
"""
_ENDED = """
import signal, sys, threading, time
from img2music.app.server.signals import ended_by_signals, undisturbed
from img2music.system.private_folder import private_folder

def compute():
    while True:
        sum(range(1000))

number, threads = int(sys.argv[1]), int(sys.argv[2])
before = signal.getsignal(number)
with undisturbed():
    signal.raise_signal(number)
    signal.raise_signal(signal.SIGINT)
print("undisturbed", flush=True)
for _ in range(threads):
    threading.Thread(target=compute, daemon=True).start()
try:
    with ended_by_signals(), private_folder():
        signal.raise_signal(number)
finally:
    print("handled as before" if signal.getsignal(number) is before else "changed", flush=True)
"""


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as the system's temporary one."""
    folder = tmp_path / "top"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def _other_process() -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([sys.executable, "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_the_folder_is_private_and_removed(top: Path) -> None:
    with private_folder() as folder:
        assert folder.parent == top
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "a" / "b").mkdir(parents=True)
        (folder / "a" / "b" / "c").write_text("c")
    assert list(top.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask")
@pytest.mark.parametrize("umask", [0o000, 0o077, 0o277, 0o777])
def test_the_umask_does_not_matter(top: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with private_folder() as folder:
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        os.umask(before)
    assert list(top.iterdir()) == []


def test_an_error_inside_removes_it_as_well(top: Path) -> None:
    with pytest.raises(ZeroDivisionError), private_folder():
        raise ZeroDivisionError
    assert list(top.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_has_is_not(top: Path) -> None:
    killed, left = _other_process()
    killed.kill()
    killed.communicate()
    assert (left / "picture.png").exists()
    living, kept = _other_process()
    assert not left.exists()
    with private_folder() as first, private_folder() as second:
        assert (kept / "picture.png").exists()
        assert first.exists()
        assert second.exists()
    living.communicate("")
    assert list(top.iterdir()) == []


def test_the_sweep_follows_no_link_and_takes_nothing_else(top: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("kept")
    (top / "img2music-page-link.lock").touch()
    (top / "img2music-page-link").symlink_to(precious)
    (top / "img2music-page-inside.lock").touch()
    (top / "img2music-page-inside").mkdir()
    (top / "img2music-page-inside" / "link").symlink_to(precious)
    (top / "img2music-page-other.lock").symlink_to(precious / "file")
    (top / "img2music-page-other").mkdir()
    (top / "img2music-page-folder.lock").mkdir()
    (top / "img2music-page-unlocked").mkdir()
    (top / "gradio").mkdir()
    os.mkfifo(top / "img2music-page-pipe.lock")
    with private_folder():
        pass
    assert (precious / "file").read_text() == "kept"
    assert sorted(path.name for path in top.iterdir()) == [
        "gradio",
        "img2music-page-folder.lock",
        "img2music-page-link",
        "img2music-page-other",
        "img2music-page-other.lock",
        "img2music-page-pipe.lock",
        "img2music-page-unlocked",
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_the_sweep_leaves_what_belongs_to_others(top: Path) -> None:
    for name in ("img2music-page-a", "img2music-page-b"):
        (top / f"{name}.lock").touch()
        (top / name).mkdir()
    os.chown(top / "img2music-page-a.lock", 12345, 12345)
    os.chown(top / "img2music-page-b", 12345, 12345)
    with private_folder():
        pass
    assert (top / "img2music-page-a").is_dir()
    assert (top / "img2music-page-a.lock").exists()
    assert (top / "img2music-page-b").is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks otherwise")
def test_a_system_without_locks_does(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def fail(descriptor: int, operation: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", fail)
    with private_folder() as first, private_folder():
        assert first.is_dir()
    assert list(top.iterdir()) == []


def test_no_place_for_temporary_files_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(OutputError, match="name a folder that can be written in TMPDIR"), private_folder():
        pass


def test_settings_of_other_gradio_programs_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SHARE", "True")
    monkeypatch.setenv("GRADIO_ALLOWED_PATHS", "/")
    monkeypatch.setenv("GRADIO_TEMP_DIR", "/nowhere")
    settle_environment()
    assert not [name for name in os.environ if name.startswith("GRADIO_")]


def test_what_gradio_writes_goes_into_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLCONFIGDIR", "before")
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    with own_folders(tmp_path) as files:
        assert Path(os.environ["GRADIO_TEMP_DIR"]) == files == tmp_path / "files"
        assert Path(os.environ["MPLCONFIGDIR"]).parent == tmp_path
        assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert "GRADIO_TEMP_DIR" not in os.environ
    assert os.environ["MPLCONFIGDIR"] == "before"


def test_what_a_thread_puts_there_meanwhile_is_removed_too(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remove, late = shutil.rmtree, iter(("one", "two"))

    def remove_and_write(folder: Path, **options: bool) -> None:
        for name in os.listdir(folder):
            (folder / name).unlink()
        with suppress(StopIteration):
            (folder / next(late)).touch()
        remove(folder, **options) if not list(folder.iterdir()) else None

    monkeypatch.setattr(shutil, "rmtree", remove_and_write)
    with private_folder() as folder:
        (folder / "zero").touch()
    assert list(top.iterdir()) == []


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system has no such signals")
@pytest.mark.parametrize("threads", [0, 1])
@pytest.mark.parametrize("number", [signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)])
def test_signals_end_the_block(top: Path, number: signal.Signals, threads: int) -> None:
    """In a process of its own, which the block ends with that status even where a thread still computes."""
    ended = subprocess.run(
        [sys.executable, "-c", _ENDED, str(int(number)), str(threads)],
        capture_output=True,
        text=True,
        preexec_fn=heed_signals,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + number, "undisturbed\nhandled as before\n", "")
    assert list(top.iterdir()) == []
