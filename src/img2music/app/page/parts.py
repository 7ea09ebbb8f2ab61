"""Gradio's components in the form that the page needs."""

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
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}
"""Options of an event that programs cannot cause."""
QUICKLY: dict[str, Any] = {"concurrency_limit": None, **PRIVATE}
"""Options of one that takes no time."""
_NOT_UPLOADED = (
    "The picture is not one that was uploaded to this page, or no longer kept; upload the file itself: addresses and "
    "paths are not followed."
)


def picture_drop(**options: Any) -> gr.Image:
    """An image component that passes the path of the uploaded file unchanged, or None, to functions.

    Gradio would decode the file and hide errors; here Img2Music reads it. It is not a subclass, for which Gradio would
    write a file beside the module.
    """
    drop: Any = gr.Image(type="filepath", **options)
    described = drop.api_info()
    drop.api_info = lambda: described
    drop.data_model = None  # or an error in it would be hidden
    drop.preprocess = _path_of
    return cast(gr.Image, drop)


def as_sent(part: Part) -> Part:
    """A component that passes its value unchanged to functions, which report errors better than Gradio."""
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
    """Decorate a function so that its `Img2MusicError` reaches the visitor as a message, which Gradio would hide."""

    @wraps(function)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except Img2MusicError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return call
