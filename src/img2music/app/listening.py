"""A web server in a thread of its own."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time

import uvicorn
from starlette.types import ASGIApp

from img2music.errors import OptionError

_FIRST_PORT, _PORTS = 7860, 100
_CONNECTIONS = 500
"""At most so many at once; a visitor has up to eight."""
_FAREWELL = 1  # s that answers may still take when the server stops
_PATIENCE = 10.0  # s that the server may take to stop


class Listener:
    """Serves an application at an address from `start` to `stop`. `port` None is the first free one from 7860."""

    def __init__(self, app: ASGIApp, host: str, port: int | None) -> None:
        """Take the place. Raises `OptionError` when it is taken."""
        self._socket = _bound(host, port)
        name = "localhost" if host == "0.0.0.0" else f"[{host.strip('[]')}]" if ":" in host else host
        self.address = f"http://{name}:{self._socket.getsockname()[1]}/"
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            ws="none",
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=_FAREWELL,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def start(self) -> None:
        """Return when requests are answered. Raises `RuntimeError` when the application does not start."""
        for name in ("uvicorn.error", "uvicorn.asgi"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what visitors do wrong is nothing to the user
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The server has not started.")
            time.sleep(0.005)

    def stop(self) -> None:
        """Give up the place; who is just answered is left."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)
        self._socket.close()


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
