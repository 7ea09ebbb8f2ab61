"""The web server, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time

import uvicorn
from starlette.types import ASGIApp

from img2music.app.server.bound_socket import BoundSocket

_CONNECTIONS = 500
"""Most connections at once; a visitor has up to eight."""
_GRACE = 1  # s that responses may still take when the server stops
_PATIENCE = 10.0  # s that the server may take to stop


class WebServer:
    """Serves an application on a bound socket from `start` to `stop`."""

    def __init__(self, app: ASGIApp, place: BoundSocket) -> None:
        self._place = place
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            ws="none",
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=_GRACE,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([place.socket],), daemon=True)

    def start(self) -> None:
        """Start, and return when requests are answered. Raises `RuntimeError` when the application does not start."""
        for name in ("uvicorn.error", "uvicorn.asgi"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # errors of visitors do not concern the user
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The server has not started.")
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop, after a short grace period for responses in progress."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)
