"""Recordings are cut into excerpts of 15 s, which are called after where they begin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from img2music.banks.recordings import cut
from img2music.errors import AudioError

RATE = 22050


def recording(path: Path, seconds: float, level: float = -20.0, rate: int = RATE) -> Path:
    noise = np.random.default_rng(0).standard_normal(round(seconds * rate)) * 10 ** (level / 20)
    soundfile.write(path, noise + 0.1, rate, subtype="FLOAT")
    return path


def test_a_recording_is_cut_into_whole_excerpts(tmp_path: Path) -> None:
    path = recording(tmp_path / "a song.wav", 76)
    whole = soundfile.read(path, dtype="float32")[0]
    found = cut(path, 9)
    assert [one.title for one in found] == [
        *("a song", "a song from 0:15", "a song from 0:30", "a song from 0:45", "a song from 1:00")
    ]
    for number, one in enumerate(found):
        np.testing.assert_array_equal(one.samples, whole[number * 15 * RATE :][: 15 * RATE])
    assert [one.title for one in cut(path, 2)] == ["a song", "a song from 0:15"]
    assert len({one.sha256 for one in found}) == 5 and found[0].sha256 == cut(path, 1)[0].sha256


def test_what_is_too_short_or_silent_is_refused(tmp_path: Path) -> None:
    assert len(cut(recording(tmp_path / "a.wav", 15), 3)) == 1
    with pytest.raises(AudioError, match=r"a.wav lasts 14.9 s; choose a recording of at least 15 s"):
        cut(recording(tmp_path / "a.wav", 14.9), 3)
    assert len(cut(recording(tmp_path / "a.wav", 30, -59.5), 3)) == 2
    with pytest.raises(AudioError, match=r"is silent in its first 30 s; cut the silence off"):
        cut(recording(tmp_path / "a.wav", 31, -60.5), 3)
