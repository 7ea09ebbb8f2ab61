"""Sample covers of each genre (Figure 3 of the paper)."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image, ImageOps

from img2music.data.covers.cover import Cover
from img2music.plotting.style import WIDTH, genre_colour, new_figure, styled
from img2music.vision.picture import load_picture

_PIXELS = 160


@styled
def sample_covers(covers: Sequence[Cover]) -> Figure:
    """Every given cover, a row for each genre in the order in which the genres first appear.

    Raises `PictureError` when a cover cannot be read.
    """
    rows: dict[str, list[Cover]] = {}
    for cover in covers:
        rows.setdefault(cover.genre, []).append(cover)
    columns = max(len(row) for row in rows.values())
    side = (WIDTH - 0.4) / columns
    figure = new_figure(len(rows) * side + 0.4, f"Sample covers of {', '.join(rows)}")
    figure.set_layout_engine(ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0))
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for line, (genre, members) in zip(grid, rows.items(), strict=True):
        line[0].text(
            -0.06, 0.5, genre, color=genre_colour(genre), weight="bold", rotation=90,
            ha="right", va="center", transform=line[0].transAxes,
        )  # fmt: skip
        for axes, cover in zip(line, members, strict=False):
            axes.imshow(ImageOps.fit(load_picture(cover.path), (_PIXELS, _PIXELS), Image.Resampling.LANCZOS))
    return figure
