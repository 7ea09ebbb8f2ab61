"""Piano rolls of composed scores: what is played when, by whom, in which section and over which chord."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from img2music.composition.brief import NAMES
from img2music.composition.score import Role, Score
from img2music.system.files import atomic_write

COLOURS = {
    Role.MELODY: "#d62728",
    Role.VOICE: "#ff7f0e",
    Role.HARMONY: "#1f77b4",
    Role.BASS: "#2ca02c",
    Role.DRUMS: "#7f7f7f",
}
_WIDTH, _HEIGHT = 7.0, 3.2
"""Inches of one roll."""
_DRUM_ROWS = {35: 0, 36: 0, 37: 1, 38: 1, 39: 1, 40: 1, 42: 2, 44: 2, 46: 3, 51: 4, 59: 4, 49: 5, 57: 5}


def draw_rolls(scores: Sequence[Score], out: Path, columns: int = 2, force: bool = False) -> Path:
    """A sheet with a roll for each score, as a PNG. Raises `OutputError`."""
    rows = -(-len(scores) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(columns * _WIDTH, rows * _HEIGHT), squeeze=False)
    for axis in axes.flat[len(scores) :]:
        axis.axis("off")
    for score, axis in zip(scores, axes.flat, strict=False):
        _draw(score, axis)
    figure.tight_layout()
    with atomic_write(out, force) as temporary:
        figure.savefig(temporary, dpi=80, format="png", metadata={"Software": None})
    plt.close(figure)
    return out


def _draw(score: Score, axis: Axes) -> None:
    pitches = [note.pitch for part, note in score.notes() if not part.instrument.drums]
    low, high = (min(pitches) - 2, max(pitches) + 3) if pitches else (48, 72)
    for part in reversed(score.parts):
        boxes = []
        for note in part.notes:
            row = low - 12 + 1.6 * _DRUM_ROWS.get(note.pitch, 4) if part.instrument.drums else note.pitch
            boxes.append(Rectangle((note.start, row), max(note.length - 0.03, 0.05), 1.0))
        alphas = [0.3 + 0.7 * note.velocity / 127 for note in part.notes]
        if boxes:
            axis.add_collection(PatchCollection(boxes, facecolor=COLOURS[part.role], alpha=alphas, linewidth=0))
    for bar in range(score.bars + 1):
        axis.axvline(bar * score.metre.beats, color="black", linewidth=0.3, alpha=0.5)
    for section in score.sections:
        at = section.first * score.metre.beats
        axis.axvline(at, color="black", linewidth=0.9)
        axis.text(at + 0.1, high + 0.5, section.name, fontsize=7, va="bottom")
    if score.beats <= 80:
        for chord in score.chords:
            axis.text(chord.start + 0.05, low - 15.5, NAMES[chord.root] + chord.quality, fontsize=5)
    axis.set_xlim(0, score.beats)
    axis.set_ylim(low - 16, high + 4)
    axis.set_xticks([])
    axis.tick_params(labelsize=6)
    names = ", ".join(f"{part.name}" for part in score.parts)
    axis.set_title(f"{score.title}, {score.metre}, {score.tempo.initial:g} bpm, seed {score.seed}\n{names}", fontsize=7)
