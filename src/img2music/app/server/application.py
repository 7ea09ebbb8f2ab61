"""The application: Gradio's page behind the gate, and the routes beside it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.middleware import Middleware

from img2music.app.page.api import api_defaults
from img2music.app.page.page import build_page
from img2music.app.server.bodies import Bodies, Call
from img2music.app.server.gate import Gate
from img2music.app.server.receiving import Receiver
from img2music.app.server.serving import first_scripts, own_place_only, page_text, sound_route
from img2music.app.studio import Studio
from img2music.app.uploads import LARGEST_UPLOAD, Uploads

_DECODING = 2  # further visitors whose pictures are being decoded while music is made for others
_CLEANING = 600.0  # s between removals of old uploads
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "sans-serif")
_FIXED_FONTS = ("ui-monospace", "Consolas", "monospace")


def make_application(
    studio: Studio, uploads: Uploads, files: Path, waiting: int, only_here: bool, framed_by: str = ""
) -> FastAPI:
    """The page of a studio with a queue of at most `waiting` requests.

    Visitors may read what is in the folder `files`; with `only_here` they must be on this machine. Pages of the origin
    `framed_by` may frame this one.
    """
    page = build_page(studio, (os.cpu_count() or 1) + _DECODING, waiting, uploads.examples)
    page.has_launched = True  # or Gradio would not check the paths of files that requests name

    @asynccontextmanager
    async def run(_: FastAPI) -> AsyncIterator[None]:
        cleaning = asyncio.create_task(_forget_old(uploads))
        yield
        cleaning.cancel()
        page.close(verbose=False)

    receiver = Receiver(uploads)
    gate = Middleware(Gate, bodies=Bodies(_calls(page, studio), uploads.knows), files=files, only_here=only_here)
    app = FastAPI(
        routes=[sound_route(studio.shelf), receiver.route(), receiver.progress_route()],
        middleware=[own_place_only(framed_by), gate, first_scripts()],
        lifespan=run,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    return gr.mount_gradio_app(
        app,
        page,
        "",
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
    """The functions that the page and programs can call."""
    named = api_defaults(studio)
    calls = []
    for function in page.get_config_file()["dependencies"]:
        name = function["api_name"] if function["api_name"] in named else None
        defaults = named[name] if name else {f"value {n}": None for n in range(len(function["inputs"]))}
        calls.append(Call(function["id"], name, defaults))
    return calls


def _theme() -> gr.themes.Base:
    """System fonts, and text with a contrast of at least 4.5 to its background."""
    theme = gr.themes.Base(primary_hue="blue", font=_FONTS, font_mono=_FIXED_FONTS)
    return theme.set(
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_800",
    )
