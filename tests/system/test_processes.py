"""Work in several processes ends, whoever of them is killed, and goes on where it stopped."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from img2music.corpus.clips import make_clips
from img2music.corpus.manifest import Entry, read_manifest
from img2music.errors import OptionError
from img2music.system.processes.pool import make_in_processes

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes cannot be killed here")


def _clip(file: str, ends: bool) -> Entry:
    """The entry of a clip; with `ends` the process is killed in the midst of it."""
    if ends:
        os.kill(os.getpid(), signal.SIGKILL)
    return Entry(file, file, "pop", 0, 120.0, "C", "major", 1.0, "CC0-1.0", "test", "none", (), "", "4/4")


def _todo(killed: int = -1) -> list[tuple[str, bool]]:
    return [(f"{number}.flac", number == killed) for number in range(4)]


def test_clips_are_made_in_processes(tmp_path: Path) -> None:
    made = make_clips(tmp_path, {}, _clip, _todo(), jobs=2)
    assert [entry.file for entry in made] == [f"{number}.flac" for number in range(4)]
    assert list(read_manifest(tmp_path).values()) == made


def test_a_build_whose_process_is_killed_ends_in_one_line_and_keeps_what_is_done(tmp_path: Path) -> None:
    entries: dict[str, Entry] = {}
    with pytest.raises(OptionError, match="ended from outside, perhaps for its memory"):
        make_clips(tmp_path, entries, _clip, _todo(killed=3), jobs=2)
    assert len(entries) in (2, 3)
    assert set(read_manifest(tmp_path)) == set(entries)


def test_an_error_of_the_work_is_the_error_of_the_whole(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no number"):
        list(make_in_processes(partial(partial, _square), ["2", "no number"], jobs=2))


def _square(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(text)
    return int(text) ** 2
