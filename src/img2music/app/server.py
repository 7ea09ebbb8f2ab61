"""The running page: Gradio's server without anything that asks others."""

from __future__ import annotations

import gc
import os
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # is read when Gradio is imported

import gradio as gr

from img2music.app.examples import example_pictures
from img2music.app.page import build_page
from img2music.app.serving import THIS_MACHINE, calm, own_place_only, page_text, sound_route, this_machine_only
from img2music.app.studio import LARGEST_UPLOAD, Studio
from img2music.errors import OptionError

WAITING = 30
"""Visitors who may stand in the queue."""
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "sans-serif")
_FIXED_FONTS = ("ui-monospace", "Consolas", "monospace")


class Server:
    """The page at an address of this machine, from entering the `with` block to leaving it.

    `models` is a folder of trained models, `port` None the first free one from 7860; with `browser` the page is
    opened. Entering raises `ModelError` for models that do not work and `OptionError` for a place that is taken.
    """

    def __init__(
        self,
        models: str | Path | None = None,
        host: str = "127.0.0.1",
        port: int | None = None,
        browser: bool = False,
        waiting: int = WAITING,
    ) -> None:
        self._studio = Studio(models)
        self._host, self._port, self._browser, self._waiting = host, port, browser, waiting
        self.address = ""

    def __enter__(self) -> Server:
        for picture in example_pictures()[:1]:
            self._studio.warm_up(picture)
        _settle_matplotlib()
        self._page = build_page(self._studio, os.cpu_count() or 1, self._waiting)
        middleware = [own_place_only(), calm(), *([this_machine_only()] if self._host in THIS_MACHINE else [])]
        try:
            _, self.address, _ = self._page.launch(
                server_name=self._host,
                server_port=self._port,
                inbrowser=self._browser,
                prevent_thread_lock=True,
                quiet=True,
                share=False,
                ssr_mode=False,
                enable_monitoring=False,
                mcp_server=False,
                run_history=False,
                max_file_size=LARGEST_UPLOAD,
                footer_links=["api"],
                theme=_theme(),
                css=page_text("style.css"),
                app_kwargs={"routes": [sound_route(self._studio.shelf)], "middleware": middleware},
            )
        except OSError as error:
            self._studio.shelf.close()
            raise OptionError(f"The page cannot be opened at {self._host}: choose another --host or --port.") from error
        gc.freeze()  # what is there now stays, and need not be gone through for every few visitors
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._page.close(verbose=False)
        self._studio.shelf.close()
        gc.unfreeze()

    def wait(self) -> None:
        """Return when the user presses Ctrl+C."""
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _settle_matplotlib() -> None:
    """Where matplotlib is installed, Gradio asks it with every click what it draws on. The first time it would look
    for a window to draw in, for seconds, while everybody waits."""
    with suppress(ImportError):
        import matplotlib

        matplotlib.use("agg")


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
