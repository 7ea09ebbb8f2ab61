"""Decoding in processes of their own, so that what a picture costs is bounded whatever its decoder does.

A picture that makes its process crash, swell or hang fails alone; the process is replaced. Several threads may decode
at once, each in another process. The processes stay ready for the next picture and end with this one,
however that ends.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from PIL import Image

from img2music.vision.decoding.messages import read_parts, write_request
from img2music.vision.decoding.outline import UnfitError
from img2music.vision.decoding.pixels import join

MOST = 4
"""Pictures at once; more wait."""
CLOCK = 30.0
"""Seconds until a picture is given up, however little of the processor it got."""
_PIPE = 2**20
"""Bytes on their way at once, where the system lets that be chosen: the processes take turns less often."""
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": f"{32 * 2**20}",
    "MALLOC_TRIM_THRESHOLD_": f"{128 * 2**20}",
}
"""With glibc a process keeps up to 128 MiB for its next picture: for the system to give them anew takes as long as to
decode."""
PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from img2music.vision.decoding.child import main; main()"
_OUT_OF_TIME = "takes too long to decode; save it anew as JPEG or PNG"
_ENDED = "cannot be decoded, perhaps for want of memory; save it anew as JPEG or PNG"
_TIMES = [-getattr(signal, name) for name in ("SIGPROF", "SIGXCPU") if hasattr(signal, name)]


class Decoders:
    """At most `most` processes, started when they are needed."""

    def __init__(self, most: int = MOST) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._idle: list[_Decoder] = []

    def decode(self, data: bytes) -> Image.Image:
        """As `img2music.vision.decoding.pixels.decode`. Raises `UnfitError` also for a picture that costs too much."""
        with self._free:
            decoder = self._take()
            try:
                return decoder.decode(data)
            finally:
                if decoder.ready:
                    self._idle.append(decoder)
                else:
                    decoder.end()

    def close(self) -> None:
        """End the processes that wait for a picture."""
        while self._idle:
            self._idle.pop().end()

    def _take(self) -> _Decoder:
        while True:
            try:
                decoder = self._idle.pop()
            except IndexError:
                return _Decoder()
            if decoder.ready:
                return decoder
            decoder.end()


class _Decoder:
    """A process that decodes one picture at a time."""

    def __init__(self) -> None:
        package = str(Path(__file__).parents[3])
        folders = [os.path.abspath(folder) for folder in (package, *sys.path)]
        # a session of its own, so that an interrupt of the terminal reaches this process alone
        alone = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", PROGRAM, *folders],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | _ENVIRONMENT,
                start_new_session=True,
                creationflags=alone,
                pipesize=_PIPE,
            )
        except OSError as problem:
            raise UnfitError("cannot be decoded, as the system starts no other process; try again later") from problem
        self._whole = True

    @property
    def ready(self) -> bool:
        """Whether the process waits for a picture."""
        return self._whole and self._process.poll() is None

    def decode(self, data: bytes) -> Image.Image:
        """The picture in `data`. Raises `UnfitError`."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._whole = False
        clock = threading.Timer(CLOCK, self._process.kill)
        clock.daemon = True
        clock.start()
        try:
            write_request(self._process.stdin, data)
            picture = join(read_parts(self._process.stdout))
        except UnfitError:
            self._whole = True
            raise
        except (EOFError, BrokenPipeError) as problem:
            late = self._process.wait() in _TIMES or not clock.is_alive()
            raise UnfitError(_OUT_OF_TIME if late else _ENDED) from problem
        finally:
            clock.cancel()
        self._whole = True
        return picture

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):  # something was left to write
                pipe.close()


_decoders = Decoders()


def decode_apart(data: bytes) -> Image.Image:
    """As `Decoders.decode`, in the processes that all callers share."""
    return _decoders.decode(data)


def _forget() -> None:
    """Leave the processes to the one that this was forked from."""
    global _decoders
    _decoders = Decoders()


def _close() -> None:
    _decoders.close()


atexit.register(_close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
