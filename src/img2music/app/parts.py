"""Gradio's parts in the form that the page needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import gradio as gr
from gradio.data_classes import ImageData

from img2music.errors import Img2MusicError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class PictureDrop(gr.Image):
    """Takes a picture file as it is; whether it can be read is for Img2Music to say, in its own words."""

    is_template = True  # looks like any other image in the browser

    def preprocess(self, payload: ImageData | None) -> str | None:
        """The path of the uploaded file."""
        return None if payload is None else payload.path


def plainly(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Let a function's `Img2MusicError` reach the caller as its line of text, where Gradio would hide it."""

    @wraps(function)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except Img2MusicError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return call
