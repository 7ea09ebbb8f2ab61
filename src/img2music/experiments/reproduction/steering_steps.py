"""Whether the picture steers the music, and whether the music is new (beyond the paper)."""

from __future__ import annotations

import shutil

from img2music.data.splits import pick
from img2music.evaluation.novelty import novelty
from img2music.evaluation.quality import quality
from img2music.evaluation.relevance import relevance
from img2music.experiments.reproduction.place import Workplace
from img2music.experiments.reproduction.section import Figure, Section, Table
from img2music.options import DEFAULT_STRENGTHS, Options
from img2music.pipeline import Img2Music
from img2music.plotting.strengths import strength_chart
from img2music.plotting.style import save_figure
from img2music.training.covers.split import read_cover_split

PICTURES = 10
"""Test covers of each genre whose mood is compared with what is measured in the music."""
SNIPPETS = 2
"""Covers of each genre that are played at each strength; a set is measured as a whole, so two clips are few."""
STRENGTHS = (0.25, 0.5, 0.7, 1.0)


def steering(place: Workplace, minutes: float | None) -> Section:
    """What the shipped models make of the pictures of the test split."""
    img2music = Img2Music()
    covers = read_cover_split(place.cover_index).part("test")
    found = relevance(img2music, [cover.path for cover in pick(covers, PICTURES, place.seed)], Options(seed=place.seed))
    folder = place.out / "audio" / "strengths"
    shutil.rmtree(folder, ignore_errors=True)
    few = pick(covers, SNIPPETS, place.seed)
    curve = quality(
        img2music,
        few,
        reference=place.vae_runs / "originals",
        out=folder,
        strengths=STRENGTHS,
        engines=img2music.engines,
        seed=place.seed,
    )
    save_figure(strength_chart(curve, img2music.models.version), place.figures / "strengths.png", True)
    new = {}
    for engine in img2music.engines:
        strength = _nearest_strength(engine)
        new[engine, strength] = novelty(folder / f"{engine}-{strength:g}", folder / "known")
    return Section(
        "What the picture decides",
        [
            "The paper's picture chooses the genre and adds a shift; here its mood chooses the known music, too. "
            "Correlations are those of ranks within a genre, of what the mood asks for with what is measured.",
            "Change is the log-spectral distance from the same snippets at strength 0. Similarity is that to the most "
            "similar known music; above its limit lie 5 % of the known pieces among themselves.",
        ],
        [
            Table(
                f"Mood, {sum(found.pictures.values())} test covers",
                ["measured", "correlation", "p"],
                [[name, agreement.correlation, agreement.p] for name, agreement in found.attributes.items()],
            ),
            Table(
                f"Strength, {len(few)} covers against held-out real clips",
                ["engine", "α", "change, dB", "Fréchet", "floor"],
                [[row.engine, row.alpha, row.change, row.frechet, row.floor] for row in curve],
            ),
            Table(
                "New or known",
                ["engine", "α", "similarity", "limit", "share above"],
                [
                    [engine, strength, figures.similarity, figures.limit, figures.above]
                    for (engine, strength), figures in new.items()
                ],
            ),
        ],
        [Figure("strengths.png", "Fréchet distance over change, for each engine and genre.")],
    )


def _nearest_strength(engine: str) -> float:
    """Of the strengths measured the one nearest to the engine's default."""
    return min(STRENGTHS, key=lambda strength: abs(strength - DEFAULT_STRENGTHS[engine]))
