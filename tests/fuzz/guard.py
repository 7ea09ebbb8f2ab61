"""What no input may make the program do: open a connection, or change a file elsewhere.

Python tells of what Python does. What native libraries do by themselves is not seen here;
tests/models/test_privacy.py and the target `environments` watch that from outside.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

_CHANGES = {
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.mkdir": (0,),
    "os.link": (1,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.chmod": (0,),
}
"""Events of Python's audit and which of their arguments are places that change."""
_NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")
_PROCESSES = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")


class Guard:
    """Watches this process from now on; what is written below `folder` and to devices is allowed."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.path.realpath(folder)
        self._seen: list[str] = []
        sys.addaudithook(self._watch)

    def take(self) -> str | None:
        """The first thing that was not allowed since the last call, and None without one."""
        seen, self._seen = self._seen, []
        return seen[0] if seen else None

    def _watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _NETWORK or event in _PROCESSES:
            self._seen.append(f"{event}{arguments[-1:]}")
        elif event == "open":
            path, mode, flags = arguments
            writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else False
            if writes or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
                self._check(event, path)
        elif event in _CHANGES:
            for number in _CHANGES[event]:
                self._check(event, arguments[number])

    def _check(self, event: str, path: object) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return  # a descriptor, whose opening was seen
        place = os.path.realpath(os.fsdecode(path))
        if not place.startswith((self._folder + os.sep, "/dev/")):
            self._seen.append(f"{event} {place}")
