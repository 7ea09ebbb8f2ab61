"""What differs between the paper and this reproduction, and why."""

from __future__ import annotations

from img2music.evaluation.paper import inconsistencies
from img2music.experiments.reproduction.place import Workplace
from img2music.experiments.reproduction.section import Section, Table

_OURS = [
    ["splits", "random", "grouped by artist and look-alike, seeded, written down", "a test cover must be new"],
    ["precision, recall", "one figure for both", "from the confusion matrix", "they differ unless margins agree"],
    ["Fréchet distance", "VGGish, convention unsaid", "four of them, floor, ceiling, FAD∞, KAD", "no scale otherwise"],
    ["shift v̂", "added to the embedding", "projected to directions in which clips of the genre differ",
     "sizes differ; other directions decode to noise"],
    ["decoder", "waveform, squared error", "log magnitudes, Laplace likelihood, then phase recovery",
     "squared error on samples asks for the phase and answers with noise"],
    ["genres played", "the likeliest", "the N likeliest with --top-n", "the paper's own proposal, section 4.1"],
]  # fmt: skip


def differences(place: Workplace, minutes: float | None) -> Section:
    """The paper's inconsistencies, and what was done otherwise."""
    return Section(
        "What differs, and why",
        inconsistencies(),
        [Table("Done otherwise", ["what", "the paper", "here by default", "why"], _OURS)],
    )
