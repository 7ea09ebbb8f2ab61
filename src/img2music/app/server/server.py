"""The running page, which leaves nothing behind when it ends."""

from __future__ import annotations

import gc
import threading
import webbrowser
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from img2music.app.page.examples import example_pictures
from img2music.app.server.addresses import is_this_machine
from img2music.app.server.bound_socket import BoundSocket
from img2music.app.server.environment import give_memory_back, own_folders, without_proxies
from img2music.app.server.signals import undisturbed
from img2music.system.extras import needs
from img2music.system.private_folder import private_folder

if TYPE_CHECKING:
    from fastapi import FastAPI

_SHORT, _LONG = 2.0, 60.0  # s to wait for music in progress, after an interrupt and at a regular end
WAITING = 30
"""Most requests in the queue."""


class Server:
    """Serves the page during a `with` block.

    `models` is a folder of trained models, `port` None the first free one from 7860; with `browser` the page is opened
    in the browser. Pages of the origin `framed_by` may show it in a frame. Entering the block raises `ModelError` for
    models that do not work, `OptionError` for a port that is taken or packages that are missing, and `OutputError` when
    there is no room for temporary files.
    """

    def __init__(
        self,
        models: str | Path | None = None,
        host: str = "127.0.0.1",
        port: int | None = None,
        browser: bool = False,
        waiting: int = WAITING,
        framed_by: str = "",
    ) -> None:
        self._models, self._host, self._port, self._browser, self._waiting = models, host, port, browser, waiting
        self._framed_by = framed_by
        self._left = ExitStack()
        self._patience = _LONG
        self.address = ""
        self.app: FastAPI
        """The FastAPI application."""

    def __enter__(self) -> Server:
        try:
            self._start()
        except BaseException:
            self._close(_SHORT)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close(_LONG if kind is None else _SHORT)

    def wait(self) -> None:
        """Wait until a signal ends the program."""
        threading.Event().wait()

    def _start(self) -> None:
        give_memory_back()
        place = self._left.enter_context(BoundSocket(self._host, self._port))
        files = self._left.enter_context(own_folders(self._left.enter_context(private_folder())))
        with needs("app"), without_proxies():  # after the folders are there, as Gradio makes one when it is imported
            from img2music.app.server.application import make_application
            from img2music.app.server.web_server import WebServer
            from img2music.app.studio import Studio
            from img2music.app.uploads import Uploads
        studio = Studio(self._models, files)
        uploads = Uploads(files, example_pictures())
        for picture in uploads.examples[:1]:
            studio.warm_up(picture)
        self.app = make_application(
            studio,
            uploads,
            files=files,
            waiting=self._waiting,
            only_here=is_this_machine(self._host),
            framed_by=self._framed_by,
        )
        self._left.callback(lambda: studio.close(self._patience))
        web_server = WebServer(self.app, place)
        self._left.callback(web_server.stop)
        web_server.start()
        self.address = place.address
        gc.freeze()  # what exists now stays; the garbage collector can skip it
        self._left.callback(gc.unfreeze)
        if self._browser:
            webbrowser.open(self.address)

    def _close(self, patience: float) -> None:
        with undisturbed():
            self._patience = patience
            self._left.close()
