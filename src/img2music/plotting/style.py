"""What all figures share: size, fonts, colours, and how they are saved."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from img2music.errors import OptionError
from img2music.genres import GENRES
from img2music.system.files import atomic_write

WIDTH = 9.0
"""Width of a figure, inches."""
DPI = 120
FORMATS = ("png", "svg")
_LETTERS = 10  # of a title on an inch
_MODELS = "models"

# The colours of Okabe & Ito (Color universal design, 2008), which colour-blind readers tell apart.
PALETTE = ("#0072B2", "#D55E00", "#CC79A7", "#009E73", "#E69F00", "#56B4E9", "#7A6A00", "#000000")
GENRE_COLOURS = dict(zip(GENRES, PALETTE, strict=False))
GREY = "#707070"
PALE = "#D9D9D9"

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that figures look alike everywhere
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.labelcolor": "#303030",
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.7,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": "#303030",
    "ytick.labelcolor": "#303030",
    "legend.frameon": False,
    "figure.titlesize": 11,
    "figure.titleweight": "bold",
    "figure.dpi": DPI,
    "svg.hashsalt": "img2music",
}

Arguments = ParamSpec("Arguments")


def styled(draw: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """Let a function draw its figure in the common style, whatever the reader's own settings are."""

    @wraps(draw)
    def draw_styled(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Figure:
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(_STYLE)
            return draw(*args, **kwargs)

    return draw_styled


def new_figure(height: float, title: str, width: float = WIDTH) -> Figure:
    """An empty figure of `width` × `height` inches, apart from pyplot; its title is kept in the file too."""
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.suptitle(textwrap.fill(title, round(_LETTERS * width)), x=0.01, ha="left")
    return figure


def genre_colour(genre: str) -> str:
    """The colour of a genre in every figure; grey for genres that are not played."""
    return GENRE_COLOURS.get(genre, GREY)


def name_models(figure: Figure, version: str) -> None:
    """Say in a corner of the figure, and in its file, with which version of the models it was made."""
    figure.text(0.997, 0.997, f"models {version}", ha="right", va="top", size=7, color=GREY, gid=_MODELS)


def figure_bytes(figure: Figure, format: str = "png") -> bytes:
    """The figure as a PNG or SVG file; equal figures give equal bytes.

    Of a figure with the name of its models a PNG has it in a text chunk `Models`, too. Raises `OptionError` for any
    other format.
    """
    if format not in FORMATS:
        raise OptionError(f"Unknown picture format '{format}'; choose one of {', '.join(FORMATS)}.")
    facts = {"Date": None, "Creator": None} if format == "svg" else {"Software": None, **_models_of(figure)}
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "img2music"}):
        figure.savefig(buffer, format=format, dpi=DPI, metadata={"Title": figure.get_suptitle(), **facts})
    return buffer.getvalue()


def _models_of(figure: Figure) -> dict[str, str]:
    named = next((text.get_text() for text in figure.texts if text.get_gid() == _MODELS), None)
    return {} if named is None else {"Models": named.removeprefix("models ")}


def save_figure(figure: Figure, path: Path, force: bool = False, colours: int | None = None) -> Path:
    """Write a figure to `path`, whose suffix is png or svg, whole or not at all; returns the path. A PNG in few
    `colours`, at most 256, is a third as large.

    Raises `OptionError` for any other suffix and `OutputError` when the file cannot be written or exists
    and `force` is not given.
    """
    data = figure_bytes(figure, path.suffix.removeprefix(".").lower())
    if colours is not None:
        data = _in_few_colours(data, colours)
    with atomic_write(path, force) as temporary:
        temporary.write_bytes(data)
    return path


def _in_few_colours(png: bytes, colours: int) -> bytes:
    """The same picture and texts in a palette."""
    buffer, facts = io.BytesIO(), PngInfo()
    with Image.open(io.BytesIO(png)) as picture:
        for name, text in picture.info.items():
            if isinstance(name, str) and isinstance(text, str):
                facts.add_text(name, text)
        picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(
            buffer, "PNG", optimize=True, pnginfo=facts
        )
    return buffer.getvalue()
