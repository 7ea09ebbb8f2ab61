"""Gradio's parts in the form that the page needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import gradio as gr
from gradio.data_classes import ImageData

from img2music.errors import Img2MusicError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def picture_drop(**options: Any) -> gr.Image:
    """A place for a picture, of which functions get the path of the file as it is, or None.

    Gradio would open the file and hide what is wrong with it; whether it can be read is for Img2Music to say. It is
    no class of its own, since for such Gradio writes a file beside the module.
    """
    drop = gr.Image(type="filepath", **options)
    drop.preprocess = _path_of
    return drop


def _path_of(payload: ImageData | None) -> str | None:
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
