"""The page: its components and the events between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from img2music.app.cards.card import HISTORY, say
from img2music.app.page.api import add_api
from img2music.app.page.handlers import NOTHING_YET, Handlers
from img2music.app.page.parts import PRIVATE, QUICKLY, as_sent, picture_drop, plainly
from img2music.app.page.settings import draw_settings, next_seed
from img2music.app.studio import MOST, Studio

TITLE = "Img2Music"
_SESSIONS = 200  # visitors whose latest picture is remembered
_QUICK = 8  # quick calls that may run in addition
# see scripts/changes.js
_ASKED, _SETTLED = "() => [window.img2music.asked()]", "() => window.img2music.settled()"


def build_page(studio: Studio, at_once: int, waiting: int, examples: Sequence[Path] = ()) -> gr.Blocks:
    """The page of a studio, with `examples` of pictures.

    At most `at_once` first snippets are made at the same time. When `waiting` requests are in the queue, further ones
    are refused. Everything goes through the queue.
    """
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        gr.Markdown(f"# {TITLE}\nA picture goes in, music that fits it comes out. Nothing leaves this machine.")
        with gr.Row():
            with gr.Column(scale=2, min_width=300):
                picture = picture_drop(
                    sources=["upload", "webcam", "clipboard"],
                    label="Picture",
                    height=340,
                    buttons=[],
                    elem_id="picture",
                )
                gr.Markdown("Or try one of these:")
                with gr.Row(elem_id="examples"):
                    for path in examples:
                        example = gr.Button(path.stem, icon=path, min_width=70, size="sm")
                        example.click(partial(str, path), None, picture, **QUICKLY)
            with gr.Column(scale=3, min_width=300):
                reading = gr.HTML(say(NOTHING_YET), elem_id="reading")
                settings = draw_settings(studio.genres, studio.engines, studio.banks)
                with gr.Row():
                    again = gr.Button("Make music", variant="primary", elem_id="again")
                    another = gr.Button("Another one", elem_id="another")
        with gr.Row(equal_height=False, elem_id="cards"):
            cards = [gr.HTML(visible=False, min_width=290, elem_id=f"card-{number}") for number in range(MOST)]
        gr.Markdown("## What you heard in this browser")
        gr.HTML(HISTORY, elem_id="history")
        job, handlers = gr.State(), Handlers(studio)
        limits: dict[str, Any] = {"concurrency_limit": at_once, "concurrency_id": "first"}
        # one place: each redraws in every frame
        quietly: dict[str, Any] = {"show_progress_on": reading, **PRIVATE}
        wanted, shown = [picture, *settings.parts], [reading, job, *cards, settings.put, *settings.moods]
        start = {"fn": handlers.start, "inputs": wanted, "outputs": shown, **limits, **quietly}
        skip = another.click(
            plainly(next_seed), [settings.count, settings.seed, settings.genre], settings.seed, **QUICKLY
        )
        for begun in (picture.change(**start), again.click(**start), skip.then(**start)):
            begun.success(handlers.go_on, job, cards[1:], concurrency_limit=1, **quietly)
        change = gr.Button("Change", visible="hidden", elem_id="change")
        asked = as_sent(gr.JSON(visible="hidden"))
        changed = change.click(plainly(handlers.change), asked, cards, js=_ASKED, **limits, **quietly)
        changed.then(None, js=_SETTLED, **PRIVATE)
        add_api(studio, at_once)
    page.max_threads = at_once + 1 + _QUICK
    page.state_session_capacity = _SESSIONS
    page.queue(max_size=waiting)
    return page
