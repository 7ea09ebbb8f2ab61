"""What indexes and evaluations measure is read by the loader that reads everything else: containers, odd names and long
songs included."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

for _package in ("scipy", "sklearn"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

from conftest import Run
from img2music.audio.files.io import load_at_own_rate
from img2music.audio.files.readable import READABLE
from img2music.data.indexing.measures import measure_clip
from img2music.evaluation.embedded_clips import embed_folder
from pitch_embedder import PitchEmbedder

RATE = 32_000


def _tone(seconds: float = 3.0, rate: int = RATE) -> np.ndarray:
    return (0.4 * np.sin(2 * np.pi * 330 * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def _m4a(path: Path) -> Path:
    av = pytest.importorskip("av", reason="PyAV is not installed")
    with av.open(str(path), "w", format="ipod") as file:
        stream = file.add_stream("alac", RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(_tone()[np.newaxis], "fltp", "mono")
        frame.rate, frame.pts = RATE, 0
        for piece in av.AudioResampler(stream.format.name, "mono", RATE, stream.frame_size or None).resample(frame):
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return path


def _odd_name(folder: Path) -> Path:
    """A WAV whose name is no Unicode."""
    soundfile.write(folder / "tone.wav", _tone(), RATE)
    name = os.fsencode(folder) + b"/tone-\xff.wav"
    try:
        os.rename(folder / "tone.wav", name)
    except OSError:
        pytest.skip("names are Unicode here")
    return Path(os.fsdecode(name))


@pytest.mark.parametrize("made", [_m4a, _odd_name], ids=["container", "name"])
def test_clips_of_all_kinds_are_measured_at_their_own_rate(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    path = made(tmp_path / "song.m4a" if made is _m4a else tmp_path)
    facts = measure_clip(path)
    assert (facts.fault, facts.rate, facts.seconds) == ("", RATE, 3.0)
    soundfile.write(tmp_path / "plain.wav", load_at_own_rate(path)[0], RATE, subtype="FLOAT")
    assert measure_clip(tmp_path / "plain.wav").samples == facts.samples


@pytest.mark.parametrize("made", [_m4a, _odd_name], ids=["container", "name"])
def test_clips_of_all_kinds_are_heard_at_their_own_rate(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    path = made(tmp_path / "song.m4a" if made is _m4a else tmp_path)
    heard = embed_folder(tmp_path, PitchEmbedder())
    assert heard.left_out == []
    (clip,) = heard.clips.values()
    assert clip.embeddings == pytest.approx(PitchEmbedder().embed(load_at_own_rate(path)[0], RATE))


def test_of_a_long_song_the_beginning_is_heard(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "short.wav", _tone(20, 8000), 8000)
    soundfile.write(tmp_path / "long.wav", np.append(_tone(20, 8000), np.zeros(600 * 8000, np.float32)), 8000)
    heard = embed_folder(tmp_path, PitchEmbedder())
    assert heard.left_out == []
    long, short = (clip.embeddings for clip in heard.clips.values())
    assert np.array_equal(long, short)


def test_the_help_of_reconstruct_names_all_that_is_read(run: Run) -> None:
    out = run("reconstruct", "--help", models=None)[1]
    said = " ".join("".join(letter if letter.isalnum() or letter in ",-" else " " for letter in out).split())
    assert READABLE in said
