"""The page's functions under names, for `gradio_client` and plain HTTP."""

from __future__ import annotations

from typing import Any

import gradio as gr

from img2music.app.parts import picture_drop, plainly
from img2music.app.shelf import FORMATS
from img2music.app.studio import SEEN, Studio, Wishes
from img2music.options import DEFAULT_SECONDS, DEFAULT_STRENGTHS


def add_api(studio: Studio, workers: int) -> None:
    """Give the page that is being built the functions `/classify` and `/generate`, at most `workers` at once."""

    @plainly
    def classify(picture: str | None) -> dict[str, Any]:
        """The genre a picture looks like, the probability of each genre, and the words read on it."""
        reading = studio.read(picture)
        return {"genre": reading.genre, "probabilities": reading.probabilities, "words": reading.words}

    @plainly
    def generate(
        picture: str | None,
        alpha: float,
        seed: float,
        seconds: float,
        genre: str,
        loop: bool,
        format: str,
        engine: str,
        bank: str,
    ) -> tuple[str, dict[str, Any]]:
        """A snippet for a picture as a sound file, and the facts about it."""
        wishes = Wishes(alpha, int(seed), seconds, loop, engine=engine or None, bank=bank or None, genre=genre)
        sound = studio.play(picture, wishes)
        path, _ = studio.shelf.file(sound.key, format)
        snippet = sound.snippet
        facts = {"genre": snippet.genre, "probabilities": snippet.probabilities, "seconds": snippet.seconds}
        return str(path), facts | {"rate": snippet.rate} | snippet.provenance

    with gr.Group(visible=False):
        picture = picture_drop(label="picture")
        wishes = [
            gr.Number(DEFAULT_STRENGTHS[studio.engines[0]], label="alpha"),
            gr.Number(0, label="seed", precision=0),
            gr.Number(DEFAULT_SECONDS, label="seconds"),
            gr.Textbox(SEEN, label="genre"),
            gr.Checkbox(False, label="loop"),
            gr.Textbox(FORMATS[0], label="format"),
            gr.Textbox("", label="engine"),
            gr.Textbox("", label="bank"),
        ]
        file, facts = gr.File(label="sound"), gr.JSON(label="facts")
        options = {"concurrency_limit": workers, "concurrency_id": "first"}
        gr.Button().click(classify, picture, facts, api_name="classify", **options)
        gr.Button().click(generate, [picture, *wishes], [file, facts], api_name="generate", **options)
