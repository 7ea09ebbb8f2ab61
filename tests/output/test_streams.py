"""A picture comes in through a pipe, its music goes out through one, and `--quiet` says nothing."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import Run
from img2music.output.snippet import ENCODINGS
from img2music.vision.picture import MAX_BYTES


def _program(*arguments: object, models: Path, cwd: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "img2music", *map(str, arguments), "--models", str(models)]
    return subprocess.run(command, cwd=cwd, input=given, capture_output=True)


def _assert_refused(ended: subprocess.CompletedProcess[bytes], words: str) -> None:
    assert (ended.returncode, ended.stdout) == (2, b"")
    err = ended.stderr.decode()
    assert err.startswith("img2music: ") and err.count("\n") == 1, err
    assert words in err


@pytest.mark.parametrize("format", ENCODINGS)
def test_the_sound_on_standard_output_is_that_of_the_file(
    run: Run, tiny_models: Path, cover: Path, tmp_path: Path, format: str
) -> None:
    wishes = ["generate", cover, "--seconds", 1, "--format", format]
    ended = _program(*wishes, "-o", "-", models=tiny_models, cwd=tmp_path)
    assert ended.returncode == 0
    assert ended.stderr.decode().startswith("-: 1 s of classical")
    assert run(*wishes)[0] == 0
    assert ended.stdout == cover.with_suffix(f".{format}").read_bytes()
    assert not (tmp_path / "-").exists()


def test_a_picture_on_standard_input_makes_the_music_of_its_file(
    run: Run, tiny_models: Path, cover: Path, tmp_path: Path
) -> None:
    wishes = ["--seconds", "1", "-o", "-", "-q"]
    by_name = _program("generate", cover, *wishes, models=tiny_models, cwd=tmp_path)
    by_pipe = _program("generate", "-", *wishes, models=tiny_models, cwd=tmp_path, given=cover.read_bytes())
    assert (by_pipe.returncode, by_pipe.stderr) == (0, b"")
    assert by_pipe.stdout == by_name.stdout
    assert soundfile.info(io.BytesIO(by_pipe.stdout)).frames == 22050


def test_without_a_name_the_music_of_a_pipe_is_called_picture(tiny_models: Path, cover: Path, tmp_path: Path) -> None:
    data = cover.read_bytes()
    ended = _program("generate", "-", "--seconds", 1, models=tiny_models, cwd=tmp_path, given=data)
    assert ended.returncode == 0, ended.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"cover.png", "picture.wav"}
    ended = _program("classify", "-", "--json", models=tiny_models, cwd=tmp_path, given=data)
    assert json.loads(ended.stdout)[0]["genre"] == "classical"


@pytest.mark.parametrize(
    ("given", "words"),
    [(b"", "is empty"), (b"no picture", "not a picture"), (bytes(MAX_BYTES + 1), "above 64 MiB")],
    ids=["empty", "text", "too large"],
)
def test_a_bad_picture_on_standard_input_is_one_line(
    tiny_models: Path, tmp_path: Path, given: bytes, words: str
) -> None:
    ended = _program("generate", "-", models=tiny_models, cwd=tmp_path, given=given)
    _assert_refused(ended, "The picture on standard input")
    _assert_refused(ended, words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cover.png", "-o", "-", "--top-n", "2"], "--top-n"),
        (["cover.png", "-o", "-", "--sidecar"], "--sidecar"),
        (["cover.png", "-o", "-", "--format", "mp4"], "mp4"),
        (["-", "--sidecar"], "--sidecar"),
        (["cover.png", "--quiet", "--json"], "--json"),
    ],
)
def test_what_a_pipe_cannot_take_is_one_line(
    tiny_models: Path, cover: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    _assert_refused(_program("generate", *arguments, models=tiny_models, cwd=tmp_path), words)
    assert list(tmp_path.iterdir()) == [cover]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no such terminals here")
@pytest.mark.parametrize("arguments", [["generate", "cover.png", "-o", "-"], ["generate", "-"]])
def test_a_terminal_is_no_place_for_sounds_or_pictures(
    tiny_models: Path, cover: Path, tmp_path: Path, arguments: list[str]
) -> None:
    screen, terminal = os.openpty()
    command = [sys.executable, "-m", "img2music", *arguments, "--models", str(tiny_models)]
    ended = subprocess.run(command, cwd=tmp_path, stdin=terminal, stdout=terminal, stderr=subprocess.PIPE, timeout=300)
    os.close(terminal)
    os.close(screen)
    assert ended.returncode == 2
    assert ended.stderr.count(b"\n") == 1, ended.stderr
    assert list(tmp_path.iterdir()) == [cover]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to here")
def test_a_full_disk_at_standard_output_is_one_line(tiny_models: Path, cover: Path, tmp_path: Path) -> None:
    for wishes in (["generate", cover, "--seconds", "1", "-o", "-"], ["info"], ["info", "--json"]):
        command = [sys.executable, "-m", "img2music", *map(str, wishes), "--models", str(tiny_models)]
        with open("/dev/full", "wb") as full:
            ended = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True)
        assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), ended.stderr
        assert "the disk is full" in ended.stderr


def test_again_and_reconstruct_write_to_standard_output(
    run: Run, tiny_models: Path, cover: Path, tmp_path: Path
) -> None:
    assert run("generate", cover, "--seconds", 1, "--sidecar")[0] == 0
    music = cover.with_suffix(".wav")
    again = _program("again", "cover.json", "-o", "-", models=tiny_models, cwd=tmp_path)
    assert again.stdout == music.read_bytes()
    assert again.stderr.startswith(b"-: ")
    wishes = ["reconstruct", music, "--genre", "pop", "-o"]
    assert run(*wishes, "file.wav")[0] == 0
    there = _program(*wishes, "-", models=tiny_models, cwd=tmp_path)
    assert there.stdout == Path("file.wav").read_bytes()
    _assert_refused(_program(*wishes, "-", "--format", "mp4", models=tiny_models, cwd=tmp_path), "mp4")


def test_quiet_says_nothing(run: Run, cover: Path, tmp_path: Path) -> None:
    assert run("generate", cover, "--seconds", 1, "--sidecar", "--quiet") == (0, "", "")
    assert run("again", "cover.json", "-o", "again.wav", "-q") == (0, "", "")
    soundfile.write("clip.wav", np.zeros(22050) + 0.1, 22050)
    assert run("reconstruct", "clip.wav", "--genre", "jazz", "-o", "there.wav", "-q") == (0, "", "")
    assert run("batch", cover, "--out", "out", "--seconds", 1, "-q") == (0, "", "")
    for name in ("cover.wav", "again.wav", "there.wav", "out/cover.wav", "out/index.html"):
        assert (tmp_path / name).is_file()


def test_quiet_still_names_mistakes(run: Run, cover: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    status, out, err = run("batch", cover, "bad.png", "--out", "out", "--seconds", 1, "--quiet")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "bad.png" in err
    status, out, err = run("generate", "bad.png", "--quiet")
    assert (status, out, err.count("\n")) == (2, "", 1)
