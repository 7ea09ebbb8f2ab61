"""Songs in containers are read by PyAV: the same music, within bounds, and nothing but what is in the file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from conftest import Run
from img2music.audio.files import containers
from img2music.audio.files.io import load_audio
from img2music.banks.recordings import cut
from img2music.errors import AudioError

av = pytest.importorskip("av")

RATE = 44_100
KINDS = (
    # suffix, container, codec, largest error
    ("m4a", "ipod", "aac", 0.05),
    ("mp4", "mp4", "aac", 0.05),
    ("m4b", "mp4", "alac", 0.001),
    ("mov", "mov", "pcm_s16le", 0.001),
    ("mka", "matroska", "flac", 0.001),
    ("webm", "webm", "libopus", 0.05),
    ("wma", "asf", "wmav2", 0.05),
    ("aac", "adts", "aac", 0.05),
    ("oga", "ogg", "flac", 0.001),
)


def _tone(seconds: float) -> np.ndarray:
    return (0.4 * np.sin(2 * np.pi * 330 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def _song(
    path: Path, container: str, codec: str, seconds: float = 2.0, picture: bool = False, rate: int = RATE, sign: int = 1
) -> Path:
    """A song in stereo, which may have moving pictures in front of the sound."""
    channels = np.stack([_tone(seconds), sign * _tone(seconds)])
    with av.open(str(path), "w", format=container) as file:
        shown = file.add_stream("mpeg4", 10, width=64, height=64, pix_fmt="yuv420p") if picture else None
        stream = file.add_stream(codec, rate, layout="stereo", bit_rate=128_000)
        for number in range(20 if shown else 0):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number, np.uint8), "rgb24")
            frame.pts = number
            file.mux(shown.encode(frame))
        if shown:
            file.mux(shown.encode(None))
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channels), "fltp", "stereo")
        frame.rate, frame.pts = RATE, 0
        for piece in av.AudioResampler(stream.format.name, "stereo", rate, stream.frame_size or None).resample(frame):
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("suffix", "container", "codec", "largest"), KINDS)
def test_songs_of_all_kinds_are_heard(tmp_path: Path, suffix: str, container: str, codec: str, largest: float) -> None:
    rate = 48_000 if codec == "libopus" else RATE
    found = load_audio(_song(tmp_path / f"song.{suffix}", container, codec, rate=rate), RATE)
    assert len(found) == pytest.approx(2 * RATE, abs=4096)
    spectrum = np.abs(np.fft.rfft(found[RATE // 2 : RATE * 3 // 2]))
    assert np.argmax(spectrum) == 330
    assert np.abs(found).max() == pytest.approx(0.4, abs=largest)


def test_what_a_file_is_called_does_not_matter(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/concat:a|caf\xe9.wav"))
    try:
        _song(tmp_path / "song.m4a", "ipod", "aac").rename(path)
    except OSError:
        pytest.skip("this file system has names of characters")
    assert len(load_audio(path)) > 40_000


def test_only_the_sound_of_a_film_is_read(tmp_path: Path) -> None:
    found = load_audio(_song(tmp_path / "film.mp4", "mp4", "aac", picture=True))
    assert np.abs(found[2000:-6000]).max() == pytest.approx(0.4, abs=0.05)


def test_opposite_phase_is_heard_here_too(tmp_path: Path) -> None:
    assert np.abs(load_audio(_song(tmp_path / "song.m4a", "ipod", "alac", sign=-1))).max() > 0.3


def test_a_film_without_sound_is_one_line(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "film.mp4"), "w") as file:
        stream = file.add_stream("mpeg4", 10, width=64, height=64, pix_fmt="yuv420p")
        file.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")))
        file.mux(stream.encode(None))
    with pytest.raises(AudioError, match="is not a recording that can be read"):
        load_audio(tmp_path / "film.mp4")


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
@pytest.mark.parametrize(("suffix", "container", "codec"), [("m4a", "ipod", "aac"), ("mka", "matroska", "flac")])
def test_a_damaged_song_is_heard_or_one_line(
    tmp_path: Path, suffix: str, container: str, codec: str, part: float
) -> None:
    path = _song(tmp_path / f"song.{suffix}", container, codec)
    data = path.read_bytes()
    path.write_bytes(data[: 60 + int(part * len(data))])
    try:
        assert np.isfinite(load_audio(path)).all()
    except AudioError as problem:
        assert "\n" not in str(problem)


def test_long_songs_are_refused_whole_and_taken_in_part(tmp_path: Path) -> None:
    path = _song(tmp_path / "song.m4a", "ipod", "aac", 20)
    with pytest.raises(AudioError, match="longer than 3 s"):
        load_audio(path, max_seconds=3)
    assert load_audio(path, beginning=3).shape == (3 * 22_050,)
    np.testing.assert_array_equal(load_audio(path, beginning=3), load_audio(path)[: 3 * 22_050])
    assert [piece.samples.shape for piece in cut(path, 1)] == [(15 * 22_050,)]


def test_a_bank_takes_a_song_of_a_phone(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMG2MUSIC_DATA", str(tmp_path / "user"))
    song = _song(tmp_path / "song.m4a", "ipod", "aac", 16)
    assert run("bank", "add", song, "--genre", "pop")[:2] == (0, "pop in the bank own: 1 added, 0 there already\n")


def test_without_the_extra_one_line_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _song(tmp_path / "song.m4a", "ipod", "aac")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(AudioError) as caught:
        load_audio(path)
    assert str(caught.value) == f"{path} needs PyAV; run: pip install 'img2music[export]'"


def test_av_is_imported_in_the_process_that_reads_and_nowhere_else(tmp_path: Path) -> None:
    path = _song(tmp_path / "song.m4a", "ipod", "aac")
    (tmp_path / "av.py").write_text("raise SystemExit(1)")  # that of the folder one happens to be in
    load = "from img2music.audio.files.io import load_audio; load_audio(sys.argv[1])"
    code = f"import sys; {load}; sys.exit('av' in sys.modules)"
    subprocess.run([sys.executable, "-P", "-c", code, path.name], cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile secret.m4a\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nsecret.m4a\n#EXT-X-ENDLIST\n",
        "http://127.0.0.1:9/secret.m4a",
        "v=0\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
    ],
)
def test_a_list_of_other_files_is_no_recording(tmp_path: Path, text: str) -> None:
    _song(tmp_path / "secret.m4a", "ipod", "aac")
    (tmp_path / "list.m4a").write_text(text)
    with pytest.raises(AudioError, match="is not a recording that can be read"):
        load_audio(tmp_path / "list.m4a")


@pytest.mark.skipif(sys.platform != "linux", reason="what a process may do is asked of Linux")
def test_the_process_that_reads_may_open_nothing_and_swell_little(tmp_path: Path) -> None:
    code = f"""
import importlib.util, resource, socket
spec = importlib.util.spec_from_file_location("worker", {str(containers.WORKER)!r})
worker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(worker)
worker.limit_this_process()
for attempt in (lambda: open("/etc/hostname"), lambda: socket.socket(), lambda: bytearray(2**31)):
    try:
        attempt()
    except (OSError, MemoryError) as problem:
        print(type(problem).__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, stdin=subprocess.PIPE
    )
    assert done.stdout.split() == ["OSError", "OSError", "MemoryError"]


def test_a_process_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text("import time; time.sleep(600)")
    monkeypatch.setattr(containers, "WORKER", worker)
    monkeypatch.setattr(containers, "LONGEST", 0.5)
    with pytest.raises(AudioError, match="is not a recording that can be read"):
        load_audio(_song(tmp_path / "song.m4a", "ipod", "aac"))


@pytest.mark.parametrize("answer", ["b''", "bytes(8)", "bytes(11)", "b'\\x22\\x56\\0\\0\\2\\0\\0\\0abc'"])
def test_what_a_process_says_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(f"import sys; sys.stdout.buffer.write({answer})")
    monkeypatch.setattr(containers, "WORKER", worker)
    with pytest.raises(AudioError, match="is not a recording that can be read"):
        load_audio(_song(tmp_path / "song.m4a", "ipod", "aac"))
