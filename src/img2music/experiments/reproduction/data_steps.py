"""The data: what is in the two folders, what is wrong with it, and samples of it."""

from __future__ import annotations

from img2music.data.indexing.clips import index_music
from img2music.data.indexing.covers import index_covers
from img2music.data.indexing.report import Report
from img2music.experiments.reproduction.place import Workplace
from img2music.experiments.reproduction.section import Figure, Section, Table
from img2music.genres import GENRES
from img2music.plotting.gallery import draw_figures

MOST = 15
"""Problems named in the report; all are in the index's problems.csv."""


def data(place: Workplace, minutes: float | None) -> Section:
    """Check and index both folders, and draw Figures 3, 4 and 6. Takes as long as the files take, not `minutes`."""
    covers = index_covers(place.covers, place.cover_index, GENRES, seed=place.seed)
    music = index_music(place.music, place.music_index, GENRES, place.seed)
    draw_figures(place.figures, place.cover_index, place.music_index, seed=place.seed, force=True)
    return Section(
        "Data",
        [
            "Duplicates are looked for before anything is split: a cover that several genres share contradicts "
            "itself and is left out, look-alikes stay on one side of every split. Splits are files in the index.",
        ],
        [*_tables("Covers", covers), *_tables("Music", music)],
        [
            Figure("figure-3-covers.png", "Figure 3: sample covers of each genre."),
            Figure("figure-4-augmentations.png", "Figure 4: a cover under each of the four augmentations."),
            Figure("figure-6-sound.png", "Figure 6: waveform and mel spectrogram of a clip of each genre."),
        ],
    )


def _tables(title: str, report: Report) -> list[Table]:
    columns = list(next(iter(report.genres.values())))
    counts = Table(
        title,
        ["genre", *columns],
        [[genre, *(facts[column] for column in columns)] for genre, facts in report.genres.items()],
    )
    parts = list(next(iter(report.splits.values())))
    splits = Table(
        f"{title}: splits",
        ["split", *parts],
        [[name, *(counts[part] for part in parts)] for name, counts in report.splits.items()],
    )
    problems = [[problem.name, problem.text, "kept" if problem.kept else "left out"] for problem in report.problems]
    listed = Table(
        f"{title}: problems, {min(MOST, len(problems))} of {len(problems)}", ["file", "problem", ""], problems[:MOST]
    )
    return [counts, splits, listed] if problems else [counts, splits]
