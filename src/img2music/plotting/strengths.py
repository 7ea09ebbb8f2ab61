"""The price of strength: distance from real music over distance from the known music."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from img2music.evaluation.quality import StrengthFigures
from img2music.plotting.style import GREY, PALETTE, name_models, new_figure, styled

_COLUMNS = 2


@styled
def strength_chart(rows: Sequence[StrengthFigures], models: str | None = None) -> Figure:
    """A panel for each genre of the rows of `evaluate quality`: Fréchet distance over change, a line for each engine
    with its strengths, and 1.5 times the floor as what is still good; `models` is their version."""
    genres = list(rows[0].genres)
    columns = min(_COLUMNS, len(genres))
    lines = -(-len(genres) // columns)
    title = "Fréchet distance to unseen clips over change from the known music"
    figure = new_figure(3.0 * lines, title, 5.5 * columns)
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    for empty in panels[len(genres) :]:
        empty.set_axis_off()
    engines = dict.fromkeys(row.engine for row in rows)
    for axes, genre in zip(panels, genres, strict=False):
        for colour, engine, beside in zip(PALETTE, engines, (7, -14, 18), strict=False):
            own = [row for row in rows if row.engine == engine]
            change = [row.genres[genre].change for row in own]
            distance = [row.genres[genre].frechet for row in own]
            axes.plot(change, distance, "o-", color=colour, label=engine)
            for row, x, y in zip(own, change, distance, strict=True):
                axes.annotate(
                    f"{row.alpha:g}", (x, y), (0, beside), textcoords="offset points", ha="center", color=colour
                )
        floor = own[0].genres[genre].floor
        if floor is not None:
            axes.axhline(1.5 * floor, color=GREY, linestyle="--", label="1.5 × floor")
        axes.set(title=genre, xlabel="change (dB)", ylim=(0, None))
        if axes in panels[::columns]:
            axes.set_ylabel("Fréchet distance, musicnn")
    panels[0].legend()
    if models is not None:
        name_models(figure, models)
    return figure
