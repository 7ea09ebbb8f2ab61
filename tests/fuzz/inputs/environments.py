"""Fuzzing of where the program runs: commands with streams, variables, limits and folders as machines have them."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
import soundfile
from PIL import Image

from img2music.cli.common.exits import DONE, MISTAKE, PARTLY, UNREAD

from ...tiny_models import write_tiny_models
from ..target import Target
from .commands import COMMANDS, MAY_BE_PARTLY, MODELS

_LONGEST = 300  # s
_MAKES_SOUND = {".wav", ".flac", ".ogg", ".mp3"}
_VARIABLES: dict[str, tuple[str | None, ...]] = {
    "PYTHONIOENCODING": ("ascii", "ascii:strict", "cp1252", "cp437", "latin-1:strict", "utf-16", "utf-8:strict"),
    "PYTHONUTF8": ("0", "1"),
    "PYTHONCOERCECLOCALE": ("0", "warn"),
    "PYTHONUNBUFFERED": ("1",),
    "PYTHONOPTIMIZE": ("1", "2"),
    "PYTHONHASHSEED": ("0", "4294967295"),
    "PYTHONDEVMODE": ("1",),
    "PYTHONFAULTHANDLER": ("1",),
    "PYTHONSAFEPATH": ("1",),
    "PYTHONINTMAXSTRDIGITS": ("640", "0"),
    "PYTHONWARNINGS": ("default", "ignore"),
    "LANG": (None, "C", "xx_YY.nothing", "de_DE.UTF-8", "C.UTF-8"),
    "LC_ALL": ("C", "POSIX", "ja_JP.EUC-JP", ""),
    "TERM": (None, "dumb", "xterm-256color", "nothing", ""),
    "COLUMNS": ("1", "0", "-5", "abc", "7", "100000"),
    "LINES": ("1", "0", "abc"),
    "NO_COLOR": ("1", ""),
    "FORCE_COLOR": ("1", "0"),
    "HOME": (None, "", "/nonexistent/home", "/dev/null", "relative", "\udcff"),
    "TMPDIR": (None, "", "/nonexistent/tmp", "/dev/null", "relative"),
    "XDG_DATA_HOME": ("", "/nonexistent/data", "relative"),
    "IMG2MUSIC_DATA": ("", "/dev/null", "relative"),
    "PATH": (None, "", "/nonexistent"),
    "TZ": ("nowhere", ""),
    "OMP_NUM_THREADS": ("1", "0", "abc"),
    "ORT_DISABLE_TELEMETRY": ("0", ""),
    "http_proxy": ("http://127.0.0.1:9", "nonsense"),
    "https_proxy": ("socks5://127.0.0.1:9",),
    "ALL_PROXY": ("socks5h://127.0.0.1:9",),
    "no_proxy": ("*",),
    "SHELL": (None, "/bin/false", ""),
}
"""Variables of the environment and values that they may have; None is a variable that is not there."""
_LIMITS: dict[int, tuple[int, ...]] = {
    resource.RLIMIT_AS: tuple(size << 20 for size in (150, 250, 350, 500, 700, 1000, 1500, 3000)),
    resource.RLIMIT_NOFILE: (8, 12, 16, 24, 40, 64),
    resource.RLIMIT_FSIZE: (0, 1000, 30_000, 200_000),
    resource.RLIMIT_STACK: (256 << 10, 1 << 20),
    resource.RLIMIT_CORE: (0,),
}
_OUTPUTS = ("pipe", "closed", "full", "unread", "file", "slow")
_ERRORS = ("pipe", "closed", "full", "unread", "file")
_INPUTS = ("nothing", "closed", "picture", "write only")


@dataclass
class _Place:
    """Where a case runs: what differs from a usual machine."""

    command: list[str]
    variables: dict[str, str | None] = field(default_factory=dict)
    limits: dict[int, int] = field(default_factory=dict)
    mask: int = 0o022
    gone: bool = False
    """Whether its working folder has been removed."""
    input: str = "nothing"
    output: str = "pipe"
    error: str = "pipe"


class Environments(Target):
    """The command line on a tiny models folder, as a process of its own in a changed environment."""

    starts_processes = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.models = write_tiny_models(folder / "models")
        self.given, self.at = folder / "given", folder / "case"
        self._write_inputs()
        self.place = _Place([])

    def prepare(self, index: int, random: Random) -> None:
        """As `Target`: a command and up to five peculiarities of its environment."""
        shutil.rmtree(self.at, ignore_errors=True)
        shutil.copytree(self.given, self.at / "work")
        (self.at / "home").mkdir()
        (self.at / "tmp").mkdir()
        self.place = _Place(list(random.choice(COMMANDS)))
        for _ in range(random.randint(1, 5)):
            self._change(random)
        (self.folder / "case.json").write_text(json.dumps(vars(self.place), default=str, indent=1))

    def run(self) -> str:
        """Run it, and raise `AssertionError` when it does not end as promised."""
        before = self._files()
        status, sent, err = self._run()
        out, err = sent.replace(b"\0", b""), err.replace(b"\0", b"")  # from two bytes a letter to one
        told = f"{self.place}\nstatus {status}\n{out.decode(errors='replace')}\n{err.decode(errors='replace')}"
        for words in (b"Traceback", b"Exception ignored", b"Fatal Python"):
            if words in out + err:
                raise AssertionError(f"{words.decode()}: {told}")
        command = self.place.command[0]
        if status not in (DONE, MISTAKE, UNREAD) and not (status == PARTLY and command in MAY_BE_PARTLY):
            raise AssertionError(f"not one of its statuses: {told}")
        said = self.place.error != "pipe" or err.strip()
        if status == MISTAKE and not said:
            raise AssertionError(f"nothing says why: {told}")
        if status == DONE and self.place.command[2:4] == ["-o", "-"]:
            self._check_sound(sent, told)
        self._check_files(before, status, told)
        return f"status {status}"

    def _change(self, random: Random) -> None:
        kind, place = random.random(), self.place
        if kind < 0.4:
            name = random.choice(list(_VARIABLES))
            place.variables[name] = random.choice(_VARIABLES[name])
        elif kind < 0.55:
            limit = random.choice(list(_LIMITS))
            place.limits[limit] = random.choice(_LIMITS[limit])
        elif kind < 0.7:
            place.output = random.choice(_OUTPUTS)
        elif kind < 0.8:
            place.error = random.choice(_ERRORS)
        elif kind < 0.87:
            place.input = random.choice(_INPUTS)
        elif kind < 0.94:
            place.mask = random.choice((0, 0o077, 0o777, 0o027))
        else:
            place.gone = True

    def _run(self) -> tuple[int, bytes, bytes]:
        work = self.at / "work"
        named = {MODELS: str(self.models), "WORK": str(work)}
        command = [sys.executable, "-m", "img2music"]
        for argument in self.place.command:
            for name, value in named.items():
                argument = argument.replace(name, value)
            command.append(argument)
        environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        environment |= {"HOME": str(self.at / "home"), "TMPDIR": str(self.at / "tmp"), "LANG": "C.UTF-8"}
        # with a limit on the size of files Python would leave half a file of its own for the next case
        environment |= {"IMG2MUSIC_DATA": str(work / "data"), "PYTHONDONTWRITEBYTECODE": "1"}
        for name, changed in self.place.variables.items():
            environment.pop(name, None)
            if changed is not None:
                environment[name] = changed
        streams = _Streams(self.place, work)
        try:
            process = subprocess.Popen(
                command, cwd=work, env=environment, preexec_fn=self._enter, **streams.theirs, start_new_session=True
            )
            streams.started()
            status = process.wait(_LONGEST)
        finally:
            streams.close()
        return status, *streams.texts

    def _enter(self) -> None:
        """In the new process, before it becomes the program."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.umask(self.place.mask)
        for descriptor, kind in enumerate((self.place.input, self.place.output, self.place.error)):
            if kind == "closed":
                os.close(descriptor)
        if self.place.gone:
            gone = self.at / "gone"
            gone.mkdir()
            os.chdir(gone)
            gone.rmdir()
        for limit, value in self.place.limits.items():
            resource.setrlimit(limit, (value, value))

    def _files(self) -> set[Path]:
        return {path for path in self.at.rglob("*") if not path.is_dir()}

    def _check_sound(self, sent: bytes, told: str) -> None:
        """Raise when a WAV file that was sent away is shorter than it says; what nobody was to get is not looked at."""
        if self.place.output == "file":
            sent = (self.at / "work" / "stdout").read_bytes()
        if self.place.output in ("file", "pipe", "slow") and len(sent) != 8 + int.from_bytes(sent[4:8], "little"):
            raise AssertionError(f"{len(sent)} bytes are not all of the sound: {told}")

    def _check_files(self, before: set[Path], status: int, told: str) -> None:
        work = self.at / "work"
        own = self.at / "home" / ".local"  # the user's banks, where no variable names another place
        for path in self._files() - before:
            if not {work, own} & {*path.parents} or path.name.startswith(".img2music"):
                raise AssertionError(f"{path} is left: {told}")
            path.chmod(0o600)
            if path.suffix in _MAKES_SOUND:
                if not np.isfinite(soundfile.read(path)[0]).all():
                    raise AssertionError(f"{path} is no music: {told}")
            elif path.suffix == ".json":
                json.loads(path.read_bytes())
        at_home = {path for path in (self.at / "home").iterdir() if path != own or self.place.command[0] != "bank"}
        if at_home or any((self.at / "tmp").iterdir()):
            raise AssertionError(f"something is left: {told}")

    def _write_inputs(self) -> None:
        self.given.mkdir()
        Image.effect_noise((64, 48), 60).convert("RGB").save(self.given / "cover.png")
        Image.new("RGB", (40, 40), "red").save(self.given / "é 音 🎵.jpg")
        (self.given / "bad.png").write_bytes(b"no picture")
        for genre, colour in {"pop": "blue", "jazz": "black"}.items():
            (self.given / "covers" / genre).mkdir(parents=True)
            for number in range(20):
                pixels = np.random.default_rng([number, len(genre)]).integers(0, 256, (16, 16, 3), np.uint8)
                image = Image.fromarray(pixels).resize((128, 128))
                image.paste(colour, (0, 0, 20, 20))
                image.save(self.given / "covers" / genre / f"{number}.png")
        noise = 0.1 * np.random.default_rng(0).standard_normal(16 * 22050)
        soundfile.write(self.given / "clip.wav", noise, 22050)
        wishes = ["generate", "cover.png", "-o", "made.wav", "--sidecar", "--seconds", "1", "--quiet"]
        command = [sys.executable, "-m", "img2music", *wishes, "--models", str(self.models)]
        subprocess.run(command, cwd=self.given, check=True)


class _Streams:
    """The ends of a process's streams, and what it wrote."""

    def __init__(self, place: _Place, work: Path) -> None:
        self.texts = [b"", b""]
        self._files: list[int] = []
        self._readers: list[threading.Thread] = []
        inputs = {"picture": (work / "cover.png", os.O_RDONLY), "write only": (os.devnull, os.O_WRONLY)}
        self.theirs = {"stdin": self._open(*inputs.get(place.input, (os.devnull, os.O_RDONLY)))}
        for number, (name, kind) in enumerate({"stdout": place.output, "stderr": place.error}.items()):
            self.theirs[name] = self._writable(kind, number, work / name)

    def started(self) -> None:
        """Close what is now the process's, and read what it writes."""
        for descriptor in self._files:
            os.close(descriptor)
        self._files.clear()
        for reader in self._readers:
            reader.start()

    def close(self) -> None:
        """Wait until everything is read."""
        for descriptor in self._files:
            os.close(descriptor)
        for reader in self._readers:
            if reader.ident is not None:
                reader.join()

    def _open(self, path: str | Path, flags: int) -> int:
        self._files.append(os.open(path, flags, 0o600))
        return self._files[-1]

    def _writable(self, kind: str, number: int, path: Path) -> int:
        if kind == "full":
            return self._open("/dev/full", os.O_WRONLY)
        if kind == "file":
            return self._open(path, os.O_WRONLY | os.O_CREAT)
        ours, theirs = os.pipe()
        self._files.append(theirs)
        if kind == "unread":
            os.close(ours)
            return theirs
        os.set_blocking(theirs, kind != "slow")

        def read() -> None:
            with open(ours, "rb", buffering=0) as pipe:
                while part := pipe.read(3000 if kind == "slow" else 65536):
                    self.texts[number] += part

        self._readers.append(threading.Thread(target=read, daemon=True))
        return theirs
