"""Gradio's parts in the form that the page needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import gradio as gr
from gradio.components import Component

from img2music.errors import Img2MusicError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Part = TypeVar("Part", bound=Component)
_NOT_UPLOADED = (
    "The picture is not one that was uploaded to this page, or no longer kept; upload the file itself: addresses and "
    "paths are not followed."
)


def picture_drop(**options: Any) -> gr.Image:
    """A place for a picture, of which functions get the path of the file as it is, or None.

    Gradio would open the file and hide what is wrong with it; whether it can be read is for Img2Music to say. It is
    no class of its own, since for such Gradio writes a file beside the module.
    """
    drop: Any = gr.Image(type="filepath", **options)
    described = drop.api_info()
    drop.api_info = lambda: described
    drop.data_model = None  # or a mistake in it would not be told
    drop.preprocess = _path_of
    return cast(gr.Image, drop)


def as_sent(part: Part) -> Part:
    """A part of which functions get the value as it was sent, whatever it is: Gradio would not tell what is wrong."""
    plain: Any = part
    plain.preprocess = lambda value: value
    return part


def _path_of(sent: Any) -> str | None:
    if sent is None:
        return None
    if not isinstance(sent, dict) or "path" not in sent:
        raise gr.Error(_NOT_UPLOADED, print_exception=False)
    return str(sent["path"])


def plainly(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Let a function's `Img2MusicError` reach the caller as its line of text, where Gradio would hide it."""

    @wraps(function)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except Img2MusicError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return call
