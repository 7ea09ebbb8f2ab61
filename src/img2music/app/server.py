"""The running page: Gradio's page behind a gate, without anything that asks others."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # is read when Gradio is imported

import gradio as gr
from fastapi import FastAPI
from starlette.middleware import Middleware

from img2music.app.addresses import is_this_machine
from img2music.app.api import api_defaults
from img2music.app.bodies import Bodies, Call
from img2music.app.environment import own_folders
from img2music.app.examples import example_pictures
from img2music.app.gate import Gate
from img2music.app.listening import Listener
from img2music.app.page import build_page
from img2music.app.private_folder import private_folder
from img2music.app.receiving import Receiver
from img2music.app.serving import calm, own_place_only, page_text, sound_route
from img2music.app.studio import Studio
from img2music.app.uploads import LARGEST_UPLOAD, Uploads

WAITING = 30
"""Visitors who may stand in the queue."""
_CLEANING = 600.0  # s between removals of old uploads
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "sans-serif")
_FIXED_FONTS = ("ui-monospace", "Consolas", "monospace")


class Server:
    """The page at an address of this machine, from entering the `with` block to leaving it.

    `models` is a folder of trained models, `port` None the first free one from 7860; with `browser` the page is
    opened. Entering raises `ModelError` for models that do not work, `OptionError` for a place that is taken and
    `OutputError` when there is no place for temporary files.
    """

    def __init__(
        self,
        models: str | Path | None = None,
        host: str = "127.0.0.1",
        port: int | None = None,
        browser: bool = False,
        waiting: int = WAITING,
    ) -> None:
        self._models, self._host, self._port, self._browser, self._waiting = models, host, port, browser, waiting
        self._left = ExitStack()
        self.address = ""
        self.app: FastAPI
        """What answers, for those who want to know its addresses."""

    def __enter__(self) -> Server:
        try:
            self._start()
        except BaseException:
            self._left.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.close()

    def wait(self) -> None:
        """Wait for ever; a signal ends it."""
        threading.Event().wait()

    def _start(self) -> None:
        files = self._left.enter_context(own_folders(self._left.enter_context(private_folder())))
        studio = Studio(self._models, files)
        uploads = Uploads(files, example_pictures())
        for picture in uploads.examples[:1]:
            studio.warm_up(picture)
        page = build_page(studio, os.cpu_count() or 1, self._waiting, uploads.examples)
        self.app = self._application(page, studio, uploads, files)
        listener = Listener(self.app, self._host, self._port)
        self._left.callback(listener.stop)
        listener.start()
        self._left.callback(page.close, verbose=False)
        self.address = listener.address
        gc.freeze()  # what is there now stays, and need not be gone through for every few visitors
        self._left.callback(gc.unfreeze)
        if self._browser:
            webbrowser.open(self.address)

    def _application(self, page: gr.Blocks, studio: Studio, uploads: Uploads, files: Path) -> FastAPI:
        """Gradio's page and the addresses beside it, behind the gate."""

        @asynccontextmanager
        async def clean(_: FastAPI) -> AsyncIterator[None]:
            cleaning = asyncio.create_task(_forget_old(uploads))
            yield
            cleaning.cancel()

        bodies = Bodies(_calls(page, studio), uploads.knows)
        gate = Middleware(Gate, bodies=bodies, files=files, only_here=is_this_machine(self._host))
        app = FastAPI(
            routes=[sound_route(studio.shelf), Receiver(uploads).route()],
            middleware=[own_place_only(), gate, calm()],
            lifespan=clean,
            docs_url=None,
            redoc_url=None,
            openapi_url=None,
        )
        page.has_launched = True  # or Gradio would not look where files are that it is told to read
        return gr.mount_gradio_app(
            app,
            page,
            "",
            server_name=self._host,
            ssr_mode=False,
            enable_monitoring=False,
            mcp_server=False,
            run_history=False,
            pwa=False,
            show_error=False,
            max_file_size=LARGEST_UPLOAD,
            footer_links=["api"],
            theme=_theme(),
            css=page_text("style.css"),
        )


async def _forget_old(uploads: Uploads) -> None:
    while True:
        await asyncio.sleep(_CLEANING)
        await asyncio.to_thread(uploads.forget_old)


def _calls(page: gr.Blocks, studio: Studio) -> list[Call]:
    """What the page and programs can ask for."""
    named = api_defaults(studio)
    calls = []
    for function in page.get_config_file()["dependencies"]:
        name = function["api_name"] if function["api_name"] in named else None
        defaults = named[name] if name else {f"value {n}": None for n in range(len(function["inputs"]))}
        calls.append(Call(function["id"], name, defaults))
    return calls


def _theme() -> gr.themes.Base:
    """Fonts that are on every machine, and letters with a contrast of at least 4.5 to their ground."""
    theme = gr.themes.Base(primary_hue="blue", font=_FONTS, font_mono=_FIXED_FONTS)
    return theme.set(
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_800",
    )
