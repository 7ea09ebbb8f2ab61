"""Distances between what is between them: real music against real music, and noise."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from img2music.genres import GENRES
from img2music.plotting.style import GREY, PALE, PALETTE, genre_colour, new_figure, styled

Places = Mapping[str, float | None]
"""A `value` with its `floor`, its `ceiling` and what the `paper` reports, each a number or none."""


@styled
def distance_chart(rows: Mapping[str, Places], measure: str, title: str = "") -> Figure:
    """Each row's value between its floor and ceiling on a logarithmic axis named `measure`, with the paper's
    value where there is one.

    Unbiased kernel distances may be zero or below: those stand at the left edge with their number.
    """
    figure = new_figure(0.42 * len(rows) + 1.5, title or f"{measure}, between floor and ceiling")
    axes = figure.subplots()
    numbers = [number for places in rows.values() for number in places.values() if number is not None and number > 0]
    axes.set(xscale="log", xlim=(min(numbers, default=1) / 2, max(numbers, default=1) * 2), xlabel=measure)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_ylim(len(rows) - 0.5, -0.6)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.tick_params(axis="y", length=0, pad=12)
    for row, (name, places) in enumerate(rows.items()):
        _draw_row(axes, row, genre_colour(name) if name in GENRES else PALETTE[0], places)
    _draw_keys(figure, axes, any(places.get("paper") is not None for places in rows.values()))
    return figure


def _draw_row(axes: Axes, row: int, colour: str, places: Places) -> None:
    least = axes.get_xlim()[0]
    floor, ceiling = places.get("floor"), places.get("ceiling")
    if floor is not None and ceiling is not None:
        axes.plot([max(floor, least), max(ceiling, least)], [row, row], color=PALE, linewidth=5, solid_capstyle="butt")
    for key, marker in (("floor", "|"), ("ceiling", "|"), ("paper", "D"), ("value", "o")):
        number = places.get(key)
        if number is None:
            continue
        shown = colour if key == "value" else GREY
        face = "white" if key == "paper" else shown
        axes.plot(
            max(number, least), row, marker, color=shown, markerfacecolor=face,
            markersize=11 if marker == "|" else 7, markeredgewidth=1.5, clip_on=False,
        )  # fmt: skip
        if key in ("value", "paper"):
            axes.annotate(
                f"{number:.3g}", (max(number, least), row), (0, 7), textcoords="offset points",
                ha="center", color=shown, weight="bold" if key == "value" else "normal",
            )  # fmt: skip


def _draw_keys(figure: Figure, axes: Axes, has_paper: bool) -> None:
    keys = [("o", GREY, "measured"), ("|", GREY, "floor: real music, and ceiling: noise")]
    if has_paper:
        keys.append(("D", "white", "the paper's"))
    handles = [
        axes.plot([], [], marker, color=GREY, markerfacecolor=face, markeredgewidth=1.5, label=label)[0]
        for marker, face, label in keys
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
