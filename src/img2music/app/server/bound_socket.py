"""The socket that the page's server listens on."""

from __future__ import annotations

import socket
import sys

from img2music.errors import OptionError

_FIRST_PORT, _PORTS = 7860, 100


class BoundSocket:
    """A socket bound to a host and a port, closed at the end of its `with` block; `port` None is the first free one
    from 7860. Raises `OptionError` when the port is taken or the host is no address of this machine."""

    def __init__(self, host: str, port: int | None) -> None:
        self.socket = _bound(host, port)
        name = "localhost" if host == "0.0.0.0" else f"[{host.strip('[]')}]" if ":" in host else host
        self.address = f"http://{name}:{self.socket.getsockname()[1]}/"

    def __enter__(self) -> BoundSocket:
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()


def _bound(host: str, port: int | None) -> socket.socket:
    ports = range(_FIRST_PORT, _FIRST_PORT + _PORTS) if port is None else (port,)
    problem: OSError | UnicodeError | None = None
    for place in ports:
        try:
            return _bind(host.strip("[]"), place)
        except (OSError, UnicodeError) as taken:
            problem = taken
    raise OptionError(f"The page cannot be opened at {host}: choose another --host or --port.") from problem


def _bind(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would let two servers share the port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(place)
        made.listen(128)
    except OSError:
        made.close()
        raise
    return made
