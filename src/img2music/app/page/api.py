"""The page's functions under names, for `gradio_client` and plain HTTP."""

from __future__ import annotations

from typing import Any

import gradio as gr

from img2music.app.kept import FORMATS
from img2music.app.page.arguments import text, whole
from img2music.app.page.parts import as_sent, picture_drop, plainly
from img2music.app.page.settings import read_options
from img2music.app.shelf import check_format
from img2music.app.studio import SEEN, Studio
from img2music.options import DEFAULT_SECONDS, DEFAULT_STRENGTHS


def api_defaults(studio: Studio) -> dict[str, dict[str, Any]]:
    """The functions by name, each with its arguments and their default values; pictures have none."""
    values = {
        "alpha": DEFAULT_STRENGTHS[studio.engines[0]],
        "seed": 0,
        "seconds": DEFAULT_SECONDS,
        "genre": SEEN,
        "loop": False,
        "format": FORMATS[0],
        "engine": "",
        "bank": "",
        "mono": False,
    }
    return {"classify": {"picture": None}, "generate": {"picture": None, **values}}


def add_api(studio: Studio, at_once: int) -> None:
    """Give the page that is being built the functions `/classify` and `/generate`, at most `at_once` at once."""

    @plainly
    def classify(picture: str | None) -> dict[str, Any]:
        """The likeliest genre of a picture, what it looks like, the probability of each genre, and the text on it."""
        seen = studio.classify(picture)
        facts = {"genre": seen.genre, "probabilities": seen.probabilities, "words": seen.words}
        return facts if seen.other is None else facts | {"looks_like": seen.other}

    @plainly
    def generate(
        picture: str | None,
        alpha: float,
        seed: int,
        seconds: float,
        genre: str,
        loop: bool,
        format: str,
        engine: str,
        bank: str,
        mono: bool,
    ) -> tuple[str, dict[str, Any]]:
        """A snippet for a picture as a sound file, and how it came about."""
        check_format(text("format", format))
        options = read_options(
            alpha, whole("seed", seed), seconds=seconds, genre=genre, loop=loop, engine=engine, bank=bank, mono=mono
        )
        sound = studio.play(picture, options)
        path, _ = studio.shelf.file(sound.key, format)
        snippet = sound.snippet
        facts = {"genre": snippet.genre, "probabilities": snippet.probabilities, "seconds": snippet.seconds}
        return str(path), facts | {"rate": snippet.rate} | snippet.provenance.as_dict()

    takes = api_defaults(studio)
    with gr.Group(visible=False):
        picture = picture_drop(label="picture")
        values = [_part(name, value) for name, value in takes["generate"].items() if name != "picture"]
        file, facts = gr.File(label="sound"), gr.JSON(label="facts")
        options: dict[str, Any] = {"concurrency_limit": at_once, "concurrency_id": "first"}
        gr.Button().click(classify, picture, facts, api_name="classify", **options)
        gr.Button().click(generate, [picture, *values], [file, facts], api_name="generate", **options)


def _part(name: str, value: bool | float | str) -> gr.Checkbox | gr.Number | gr.Textbox:
    """The component for an argument with a default value."""
    if isinstance(value, bool):
        return as_sent(gr.Checkbox(value, label=name))
    if isinstance(value, str):
        return as_sent(gr.Textbox(value, label=name))
    return as_sent(gr.Number(value, label=name, precision=0 if isinstance(value, int) else None))
