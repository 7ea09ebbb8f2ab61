"""What strength costs: distance from real music over distance from the known music."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from img2music.figures.style import GREY, PALETTE, new_figure, styled


@styled
def strength_chart(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """A panel for each genre of the rows of `evaluate quality`: Fréchet distance over change, a line for each engine
    with its strengths, and 1.5 times the floor as what is still good."""
    genres = list(rows[0]["genres"])
    figure = new_figure(3.2, "Fréchet distance to unseen clips over change from the known music", 3.2 * len(genres))
    engines = dict.fromkeys(row["engine"] for row in rows)
    for axes, genre in zip(figure.subplots(1, len(genres), squeeze=False)[0], genres, strict=True):
        for colour, engine, beside in zip(PALETTE, engines, (7, -14), strict=False):
            own = [row for row in rows if row["engine"] == engine]
            change = [row["genres"][genre]["change"] for row in own]
            distance = [row["genres"][genre]["frechet"] for row in own]
            axes.plot(change, distance, "o-", color=colour, label=engine)
            for row, x, y in zip(own, change, distance, strict=True):
                axes.annotate(
                    f"{row['alpha']:g}", (x, y), (0, beside), textcoords="offset points", ha="center", color=colour
                )
        axes.axhline(1.5 * own[0]["genres"][genre]["floor"], color=GREY, linestyle="--", label="1.5 × floor")
        axes.set(title=genre, xlabel="change in dB", ylim=(0, None))
    figure.axes[0].set_ylabel("Fréchet distance, musicnn")
    figure.axes[0].legend()
    return figure
