"""The page: its components and the events between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from img2music.app.page.api import add_api
from img2music.app.page.card import describe_classification, draw_card, draw_history, draw_row, draw_thumbnail, say
from img2music.app.page.parts import picture_drop, plainly
from img2music.app.page.precedence import Precedence
from img2music.app.page.settings import draw_settings, next_seed, read_count, read_settings
from img2music.app.studio import MOST, PageOptions, Studio
from img2music.errors import Img2MusicError

TITLE = "Img2Music"
_ROWS = 50  # of the history
_PATIENCE = 20.0  # s that a further snippet waits while first snippets of others are made
_SESSIONS = 200  # visitors whose history is kept
_QUICK = 8  # quick calls that may run in addition
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}
_AT_ONCE: dict[str, Any] = {"concurrency_limit": None, **_PRIVATE}
_NOTHING_YET = "Drop a picture, paste one or take a photograph: its music starts to be made at once."


@dataclass(frozen=True)
class Job:
    """`count` snippets to make for a picture file with a `thumbnail`."""

    picture: str
    thumbnail: str
    count: int
    options: PageOptions


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
                        example.click(partial(str, path), None, picture, **_AT_ONCE)
            with gr.Column(scale=3, min_width=300):
                reading = gr.HTML(say(_NOTHING_YET), elem_id="reading")
                settings = draw_settings(studio.genres, studio.engines, studio.banks)
                with gr.Row():
                    again = gr.Button("Make music", variant="primary", elem_id="again")
                    another = gr.Button("Another one", elem_id="another")
        with gr.Row(equal_height=False, elem_id="cards"):
            cards = [gr.HTML(visible=False, min_width=290, elem_id=f"card-{number}") for number in range(MOST)]
        gr.Markdown("## This session")
        history = gr.HTML(draw_history(()), elem_id="history")
        job, rows = gr.State(), gr.State(())
        first = _Handlers(studio)
        wanted = [picture, *settings.parts, rows]
        shown = [reading, job, *cards, rows, history]
        limits = {"concurrency_limit": at_once, "concurrency_id": "first"}
        quietly = {
            "show_progress_on": reading,
            **_PRIVATE,
        }  # one place: each redraws in every frame
        start = {"fn": first.start, "inputs": wanted, "outputs": shown, **limits, **quietly}
        skip = another.click(
            plainly(next_seed), [settings.count, settings.seed, settings.genre], settings.seed, **_AT_ONCE
        )
        for begun in (picture.change(**start), again.click(**start), skip.then(**start)):
            begun.success(first.go_on, [job, rows], [*cards[1:], rows, history], concurrency_limit=1, **quietly)
        add_api(studio, at_once)
    page.max_threads = at_once + 1 + _QUICK
    page.state_session_capacity = _SESSIONS
    page.queue(max_size=waiting)
    return page


class _Handlers:
    """The functions behind the buttons."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._precedence = Precedence()

    def start(self, picture: str | None, count: object, *options_and_rows: Any) -> tuple[Any, ...]:
        """Classify the picture and make the first snippet; the others become a job for `go_on`."""
        with self._precedence.first():
            return self._start(picture, count, *options_and_rows)

    def _start(self, picture: str | None, count: object, *options_and_rows: Any) -> tuple[Any, ...]:
        *options, rows = options_and_rows
        hidden = gr.HTML(visible=False)
        if picture is None:
            return (say(_NOTHING_YET), None, *[hidden] * MOST, rows, gr.skip())
        try:
            job = Job(picture, draw_thumbnail(picture), read_count(count), read_settings(*options))
            classification = self._studio.classify(picture)
            sound = self._studio.play(picture, job.options)
        except Img2MusicError as error:
            return (say(str(error), alert=True), None, *[hidden] * MOST, rows, gr.skip())
        coming = [gr.HTML(say("Coming …"), visible=True) if n < job.count else hidden for n in range(1, MOST)]
        rows = (draw_row(sound, job.thumbnail), *rows)[:_ROWS]
        card = gr.HTML(draw_card(sound), visible=True)
        return (
            describe_classification(classification.among(self._studio.genres)),
            job,
            card,
            *coming,
            rows,
            draw_history(rows),
        )

    def go_on(self, job: Job | None, rows: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        """Make the other snippets one after another, while nobody waits for a first one."""
        if job is None:
            return
        for number in range(1, job.count):
            self._precedence.wait(_PATIENCE)
            try:
                sound = self._studio.play(job.picture, job.options, number)
            except Img2MusicError as error:
                alert = gr.HTML(say(str(error), alert=True), visible=True)
                yield (*(alert if n == number else gr.skip() for n in range(1, MOST)), rows, gr.skip())
                continue
            rows = (draw_row(sound, job.thumbnail), *rows)[:_ROWS]
            cards = [draw_card(sound) if n == number else gr.skip() for n in range(1, MOST)]
            yield (*cards, rows, draw_history(rows))
