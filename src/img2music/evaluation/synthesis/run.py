"""`evaluate synthesis`: what is left of a score in its sound, as a share of what the corpus' own render keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from img2music.audio.level import normalise_level
from img2music.audio.stft import RATE
from img2music.composition.score import Score
from img2music.evaluation.synthesis.rhythm import Regularity, regularity
from img2music.evaluation.synthesis.transcription import LOWEST, Transcriber, note_f1
from img2music.evaluation.synthesis.variants import RENDER, variants
from img2music.metrics.embedders.registry import Embedder
from img2music.metrics.frechet import Gaussian
from img2music.models.folder import Models
from img2music.training.score.pairs import held_out_score, rendered, training_score

SECONDS = 15.0
_NOVEL = 0.07
"""s within which onsets of different pieces are taken for one."""


class Heard(NamedTuple):
    """What judges hear in a snippet: notes, regularity, embeddings `(P, D)`."""

    notes: tuple[np.ndarray, np.ndarray]
    rhythm: Regularity
    embeddings: np.ndarray


@dataclass(frozen=True)
class SynthesisFigures:
    """Figures of one way to make sound of the held-out scores of a genre.

    `note_f1` against the score, and `kept` as a share of the render's; `pulse` and `bars` as shares of the render's;
    `nearest` is the note F1 against the nearest other snippet or training clip; `frechet` the distance to renders of
    other scores. Means of F1 and of `kept`, medians of the others.
    """

    variant: str
    genre: str
    snippets: int
    note_f1: float
    kept: float
    pulse: float
    bars: float
    nearest: float
    frechet: float


class Judges:
    """Those who listen: one for notes, one for the whole."""

    def __init__(self, transcriber: Transcriber, ear: Embedder) -> None:
        self._transcriber, self._ear = transcriber, ear

    def __call__(self, samples: np.ndarray) -> Heard:
        """What they hear in samples `(T,)` at 22,050 Hz, brought to one level."""
        levelled = normalise_level(samples)
        return Heard(self._transcriber(levelled), regularity(levelled), self._ear.embed(levelled, RATE))


def evaluate_synthesis(
    models: Models,
    notes: Path,
    ear: Embedder,
    genres: Sequence[str],
    count: int,
    strengths: Sequence[float] = (0.0, 1.0),
    known: int = 24,
) -> Iterator[SynthesisFigures]:
    """A row for every way and genre, of `count` held-out scores each; `known` training clips and as many renders of
    further scores are what they are compared with. Raises `ModelError` when a network is missing."""
    judges = Judges(Transcriber(notes), ear)
    for genre in genres:
        scores = [held_out_score(genre, seed, "test") for seed in range(count)]
        ways = variants(models, genre, tuple(strengths))
        learnt = [judges(rendered(training_score(genre, seed), SECONDS)) for seed in range(known)]
        others = [judges(rendered(held_out_score(genre, seed, "validation"), SECONDS)) for seed in range(known)]
        unseen = Gaussian.fit(np.concatenate([each.embeddings for each in others]))
        truth: list[Heard] = []
        for name, play in ways.items():
            snippets = [judges(play(score, SECONDS)) for score in scores]
            truth = snippets if name == RENDER else truth
            yield _row(name, genre, scores, snippets, truth, learnt, unseen)


def _row(
    name: str,
    genre: str,
    scores: Sequence[Score],
    snippets: Sequence[Heard],
    truth: Sequence[Heard],
    learnt: Sequence[Heard],
    unseen: Gaussian,
) -> SynthesisFigures:
    written = [notes_of(score) for score in scores]
    found, best = (
        float(np.mean([note_f1(each, heard.notes) for each, heard in zip(written, all_heard, strict=True)]))
        for all_heard in (snippets, truth)
    )
    pulse, bars = (
        float(np.median([one.rhythm[part] / other.rhythm[part] for one, other in zip(snippets, truth, strict=True)]))
        for part in (0, 1)
    )
    nearest = [
        max(note_f1(heard.notes, other.notes, _NOVEL) for other in (*learnt, *snippets[:place], *snippets[place + 1 :]))
        for place, heard in enumerate(snippets)
    ]
    distance = Gaussian.fit(np.concatenate([heard.embeddings for heard in snippets])).distance(unseen)
    kept = found / max(best, 1e-9)
    return SynthesisFigures(name, genre, len(scores), found, kept, pulse, bars, float(np.median(nearest)), distance)


def notes_of(score: Score, seconds: float = SECONDS) -> tuple[np.ndarray, np.ndarray]:
    """Onsets (s) and pitches of a score's pitched notes that a piano has, within its first `seconds`."""
    found = [
        (score.span(note)[0], note.pitch)
        for part, note in score.notes()
        if not part.instrument.drums and LOWEST <= note.pitch < LOWEST + 88
    ]
    rows = np.array([row for row in found if row[0] < seconds]).reshape(-1, 2)
    return rows[:, 0], rows[:, 1].astype(int)
