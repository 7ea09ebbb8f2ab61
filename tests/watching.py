"""Watching what a process and all that it starts do, native libraries included: sockets, and files.

`without_sockets` and `in_own_network` are for `preexec_fn` of `subprocess`, and for Linux. They use the kernel, so
nothing in the process gets by.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""What the kernel calls a machine, and its number of the call `socket`."""
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_NO_NEW_PRIVILEGES, _FILTER_CALLS, _BY_PROGRAM = 38, 22, 2
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000
_SET_FLAGS, _UP = 0x8914, 1
CAUGHT = -signal.SIGSYS if hasattr(signal, "SIGSYS") else None
"""How a process ends that opened a socket where it must not."""
_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "IMG2MUSIC_DATA")


def clean_environment(home: Path) -> dict[str, str]:
    """An environment whose every folder is below `home`, without the variables of build servers, where some libraries
    are quieter than at people's homes."""
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"HOME": str(home), "TMPDIR": str(home / "tmp")}


def files_below(folder: Path) -> set[str]:
    """The names of all files and folders below a folder, hidden ones included."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def without_sockets() -> None:
    """End this process and every one that it starts as soon as it opens a socket to anything but its own machine's
    processes. Raises `OSError` when the kernel does not allow that."""
    machine, call = _MACHINES[platform.machine()]
    steps = [
        (_LOAD, 0, 0, _MACHINE),
        (_IF_EQUAL, 0, 5, machine),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_EQUAL, 0, 3, call),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_IF_EQUAL, 1, 0, int(socket.AF_UNIX)),
        (_RETURN, 0, 0, _KILL),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
    _control(_NO_NEW_PRIVILEGES, 1)
    _control(_FILTER_CALLS, _BY_PROGRAM, ctypes.addressof(program))


def in_own_network() -> None:
    """Put this process into a network of its own with nothing in it but the machine itself. Raises `OSError`."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_NEW_NETWORK) and library.unshare(_NEW_USER | _NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "no network of its own")
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


def works(preparation: str) -> bool:
    """Whether `without_sockets` or `in_own_network` can be used here, and catches what it should."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    attempt = f"import watching, socket; watching.{preparation}(); socket.socket()"
    code = subprocess.run([sys.executable, "-c", attempt], cwd=Path(__file__).parent, capture_output=True).returncode
    return code == (CAUGHT if preparation == "without_sockets" else 0)


def _control(*arguments: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    numbers = [ctypes.c_ulong(number) for number in (*arguments, *[0] * (5 - len(arguments)))]
    if library.prctl(*numbers):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter of calls")
