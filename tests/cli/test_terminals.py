"""Standard streams as containers, Windows, services and shells give them: closed, full, slow, of few letters."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import soundfile

from conftest import draw_cover
from img2music.cli.common.exits import DONE, MISTAKE, PARTLY, UNREAD
from img2music.system.descriptors import dependable_streams, read_up_to

pytestmark = pytest.mark.skipif(os.name == "nt", reason="such streams are not there")

FULL = Path("/dev/full")
NEEDS_FULL = pytest.mark.skipif(not FULL.exists(), reason="there is no full disk to write to here")
UNBUFFERED = pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])


ANY_SHELL = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
"""Lets the shell for completion be named, instead of looked for among the processes that started this one."""


def _shell(script: str, place: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script of a shell in which `"$@"` is the program and its arguments."""
    command = ["sh", "-c", script, "sh", sys.executable, "-m", "img2music", *map(str, arguments)]
    return subprocess.run(command, cwd=place, capture_output=True, env=os.environ | ANY_SHELL | more)


@pytest.fixture
def wishes(tiny_models: Path, cover: Path) -> list[object]:
    return ["generate", cover, "--seconds", 30, "--models", tiny_models, "-o", "-"]


@pytest.fixture
def sound(wishes: list[object], tmp_path: Path) -> bytes:
    ended = _shell('"$@"', tmp_path, *wishes)
    assert ended.returncode == DONE
    assert len(ended.stdout) > 1_300_000
    return ended.stdout


@UNBUFFERED
def test_a_slow_reader_that_makes_nobody_wait_gets_every_byte(
    wishes: list[object], sound: bytes, tmp_path: Path, unbuffered: str
) -> None:
    """A pipe in non-blocking mode takes part of what it is given, or nothing at all."""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    process = subprocess.Popen(
        [sys.executable, "-m", "img2music", *map(str, wishes)],
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
    )
    os.close(theirs)
    heard = bytearray()
    while part := os.read(ours, 100_000):
        heard += part
        time.sleep(0.001)
    os.close(ours)
    _, err = process.communicate(timeout=300)
    assert (process.returncode, err[:3]) == (DONE, b"-: ")
    assert heard == sound


@UNBUFFERED
def test_a_disk_that_fills_on_the_way_is_an_error(wishes: list[object], tmp_path: Path, unbuffered: str) -> None:
    """A limit on the size of files behaves as a disk does: a part is written, then nothing."""
    ended = _shell('ulimit -f 600; exec "$@" > part.wav', tmp_path, *wishes, PYTHONUNBUFFERED=unbuffered)
    assert ended.returncode == MISTAKE
    assert ended.stderr.count(b"\n") == 1
    assert ended.stderr.startswith(b"img2music: Cannot write to standard output: ")


@NEEDS_FULL
@UNBUFFERED
def test_a_full_disk_is_an_error(wishes: list[object], tmp_path: Path, unbuffered: str) -> None:
    ended = _shell('exec "$@" > /dev/full', tmp_path, *wishes, PYTHONUNBUFFERED=unbuffered)
    assert (ended.returncode, ended.stderr.count(b"\n")) == (MISTAKE, 1)
    assert b"the disk is full" in ended.stderr


@UNBUFFERED
def test_a_reader_that_leaves_on_the_way_ends_it(wishes: list[object], unbuffered: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "img2music", *map(str, wishes)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
    )
    assert process.stdout is not None and process.stderr is not None
    assert len(process.stdout.read(100_000)) == 100_000
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=300), err) == (UNREAD, b"")


@UNBUFFERED
def test_without_standard_error_nothing_gets_into_the_sound(
    wishes: list[object], sound: bytes, tmp_path: Path, unbuffered: str
) -> None:
    ended = _shell('exec "$@" 2>&-', tmp_path, *wishes, PYTHONUNBUFFERED=unbuffered)
    assert ended.returncode == DONE
    assert ended.stdout == sound
    ended = _shell('exec "$@" --json 2>&- > file.wav', tmp_path, *wishes, PYTHONUNBUFFERED=unbuffered)
    assert (ended.returncode, ended.stdout) == (DONE, b"")
    assert (tmp_path / "file.wav").read_bytes() == sound


def test_closed_streams_are_told_or_not_missed(wishes: list[object], cover: Path, tmp_path: Path) -> None:
    ended = _shell('exec "$@" >&-', tmp_path, *wishes)
    assert (ended.returncode, ended.stderr.count(b"\n")) == (MISTAKE, 1)
    assert b"tandard output is closed" in ended.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"cover.png"}
    ended = _shell('exec "$@" >&- 2>&-', tmp_path, *wishes)
    assert (ended.returncode, ended.stdout, ended.stderr) == (MISTAKE, b"", b"")
    for option, status in (("--json", MISTAKE), ("--quiet", DONE)):
        to_file = [*wishes[:-1], f"{option}.wav", option]
        ended = _shell('exec "$@" >&- <&-', tmp_path, *to_file)
        assert (ended.returncode, ended.stderr.count(b"\n")) == (status, status // 2), ended.stderr
        assert soundfile.info(tmp_path / f"{option}.wav").frames == 30 * 22050
    ended = _shell('exec "$@" <&-', tmp_path, "classify", "-", *wishes[4:6])
    assert (ended.returncode, ended.stderr.count(b"\n")) == (MISTAKE, 1)
    assert b"no picture on standard input" in ended.stderr


COMMANDS = {
    "help": ["--help"],
    "version": ["--version"],
    "info": ["info", "--models", "MODELS"],
    "classify": ["classify", "cover.png", "--models", "MODELS"],
    "generate": ["generate", "cover.png", "--seconds", 1, "--force", "--models", "MODELS"],
    "generate, json": ["generate", "cover.png", "--seconds", 1, "--force", "--json", "--models", "MODELS"],
    "batch": ["batch", "cover.png", "--out", "out", "--force", "--seconds", 1, "--models", "MODELS"],
    "bank list": ["bank", "list", "--models", "MODELS"],
    "completion": ["--show-completion", "bash"],
}


@NEEDS_FULL
@pytest.mark.parametrize("name", COMMANDS)
def test_every_report_that_cannot_be_written_is_told(tiny_models: Path, cover: Path, tmp_path: Path, name: str) -> None:
    arguments = [tiny_models if one == "MODELS" else one for one in COMMANDS[name]]
    for redirection, status, line in (
        (">/dev/full", MISTAKE, b"the disk is full"),
        (">&- 2>/dev/full", MISTAKE, b""),
    ):
        ended = _shell(f'exec "$@" {redirection}', tmp_path, *arguments, PYTHONUNBUFFERED="1")
        assert ended.returncode == status, (redirection, ended.stderr)
        assert ended.stderr.count(b"\n") == (line != b"") and line in ended.stderr, redirection
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, "-m", "img2music", *map(str, arguments)]
    ended = subprocess.run(command, cwd=tmp_path, stdout=theirs, stderr=subprocess.PIPE, env=os.environ | ANY_SHELL)
    os.close(theirs)
    assert (ended.returncode, ended.stderr) == (UNREAD, b"")


ALPHABETS = {
    "ascii, strict": {"PYTHONIOENCODING": "ascii:strict"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "utf-16": {"PYTHONIOENCODING": "utf-16"},
    "C": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "unknown": {"LANG": "xx_YY.nothing", "LC_ALL": "xx_YY.nothing"},
}
NAMES = [b"plain.png", "é – 音 – Ж.png".encode(), "🎵.png".encode(), b"not utf-8 \xff\xe9.png", "عربي.png".encode()]


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_what_a_terminal_cannot_show_is_replaced(tiny_models: Path, tmp_path: Path, alphabet: str) -> None:
    for name in NAMES:
        draw_cover().save(io_path := tmp_path / "made.png")
        os.rename(io_path, os.path.join(os.fsencode(tmp_path), name))
    (tmp_path / "out").mkdir()
    names = [os.fsdecode(name) for name in NAMES]
    models = ["--models", str(tiny_models)]
    for wishes, files in (
        (["generate", names[1], "--top-n", "2", "--seconds", "1"], 2),
        (["generate", names[3], "--seconds", "1", "-o", "out"], 1),
        (["classify", *names], 0),
        (["info"], 0),
    ):
        before = len(list(tmp_path.rglob("*.wav")))
        ended = _shell('exec "$@"', tmp_path, *wishes, *models, **ALPHABETS[alphabet])
        assert (ended.returncode, ended.stderr) == (DONE, b""), (wishes, ended.stderr)
        assert ended.stdout
        assert len(list(tmp_path.rglob("*.wav"))) == before + files
    ended = _shell('exec "$@"', tmp_path, "classify", f"no {names[1]}", *models, **ALPHABETS[alphabet])
    assert ended.returncode == MISTAKE
    assert b"Traceback" not in ended.stderr


def test_classify_says_what_it_can_and_names_the_rest(tiny_models: Path, cover: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    models = ["--models", tiny_models]
    for wishes in (["bad.png", "cover.png", "gone.png"], ["cover.png", "gone.png", "bad.png"]):
        ended = _shell('exec "$@"', tmp_path, "classify", "--json", *wishes, *models)
        assert ended.returncode == PARTLY
        (row,) = json.loads(ended.stdout)
        assert (row["picture"], row["genre"]) == ("cover.png", "classical")
        lines = ended.stderr.decode().splitlines()
        assert [name in line for name, line in zip((w for w in wishes if w != "cover.png"), lines, strict=True)]
        assert all(line.startswith("img2music: ") for line in lines)
        table = _shell('exec "$@"', tmp_path, "classify", *wishes, *models)
        assert (table.returncode, table.stderr) == (PARTLY, ended.stderr)
        assert b"cover.png" in table.stdout and b"bad.png" not in table.stdout
    ended = _shell('exec "$@"', tmp_path, "classify", "bad.png", "gone.png", *models)
    assert (ended.returncode, ended.stdout, ended.stderr.count(b"\n")) == (MISTAKE, b"", 2)


def test_a_picture_arrives_through_a_pipe_that_makes_nobody_wait(cover: Path) -> None:
    ours, theirs = os.pipe()
    os.set_blocking(ours, False)
    data = cover.read_bytes() * 50

    def send() -> None:
        with open(theirs, "wb") as pipe:
            for start in range(0, len(data), 1000):
                pipe.write(data[start : start + 1000])
                pipe.flush()

    sender = threading.Thread(target=send)
    with open(ours) as stream:
        sender.start()
        assert read_up_to(stream, len(data) + 1) == data
        sender.join()
    with open(cover, "rb") as file:
        assert read_up_to(io.TextIOWrapper(file), 100) == cover.read_bytes()[:100]


def test_streams_are_as_they_were_afterwards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out, (tmp_path / "err").open("w") as err:
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        with dependable_streams() as output:
            assert sys.stdout is output
            print("♫ \udcff", file=sys.stdout)
            output.flush()
        assert (sys.stdout, sys.stderr) == (out, err)
    assert (tmp_path / "out").read_bytes() == "♫ \\udcff\n".encode(out.encoding, "backslashreplace")


def test_an_error_of_a_stream_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever passes over it at first meets it again."""
    ours, theirs = os.pipe()
    os.close(ours)
    with open(theirs, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        with dependable_streams() as output:
            for _ in range(3):
                output.write("text\n")
                with pytest.raises(OSError) as problem:
                    output.flush()
                assert problem.value.errno == errno.EPIPE


def test_descriptors_that_were_closed_are_not_taken_by_files(tmp_path: Path) -> None:
    code = (
        "from img2music.system.descriptors import dependable_streams\n"
        "with dependable_streams():\n"
        "    file = open('file', 'w')\n"
        "    import os; os.write(2, b'native complaint')\n"
        "    assert file.fileno() > 2\n"
    )
    command = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", code]
    assert subprocess.run(command, cwd=tmp_path).returncode == 0
    assert (tmp_path / "file").read_bytes() == b""
