"""`evaluate synthesis`: what is left of scores in their sound, beside what the corpus' own render keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.stats import spearmanr

from img2music.composition.brief import MINOR_MODES
from img2music.composition.score import Score
from img2music.corpus.studio.playing import Sounds
from img2music.evaluation.synthesis.judges import Heard, Judges
from img2music.evaluation.synthesis.stem_quality import stem_gains, sum_error
from img2music.evaluation.synthesis.subjects import SECONDS, Subject
from img2music.evaluation.synthesis.transcription import LOWEST, note_f1
from img2music.evaluation.synthesis.tuning import cents_off
from img2music.evaluation.synthesis.variants import RECORD, RENDER, Variant, record_heard, variants
from img2music.metrics.frechet import Gaussian, floor
from img2music.models.folder import STEMS, Models
from img2music.stereo.codec import StereoDecoder, StereoEncoder
from img2music.synthesis.performance import perform
from img2music.synthesis.stems import NAMES, StemSeparator
from img2music.training.score.pairs import held_out_score, training_score

_NOVEL = 0.07
"""s within which onsets of different pieces are taken for one."""
_TEMPO = 0.02
"""The share by which a tempo may be off."""
_OCTAVES = (2.0, 0.5, 3.0, 1 / 3, 1.5, 2 / 3)
"""What a tempo that is heard may be of the true one when another pulse was counted."""
CENTS, SUM = "cents", "sum"
"""Beside the names of stems: how far notes are from their pitches, and how far stems are from adding up, dB."""


@dataclass(frozen=True)
class SynthesisFigures:
    """Figures of one way to make sound of the scores of a genre.

    `note_f1` against the score, and `kept` as a share of the render's; `cents` is how far notes are from their
    pitches; `pulse` and `bars` as shares of the render's; `nearest` is the note F1 against the nearest other snippet or
    training clip. `tempo` is the share of snippets whose tempo is heard within 2 %, and `octave` of those that are off
    by another pulse; `key` the share whose key is heard.
    `mode` is the rank correlation of the major mode that is asked for with what is heard, `mode_p` its p.
    `frechet` is the distance to records of other scores, and `floors` as a multiple of what these are from each other;
    `genre_heard` the share that sounds like its genre. `stems` has how far the stems are from adding up, dB, and by how
    many dB each is nearer to the true one than the mix is; the record's alone has true ones. Means of F1 and of `kept`,
    medians of the others; None where it cannot be measured.
    """

    variant: str
    genre: str
    snippets: int
    note_f1: float
    kept: float
    cents: float | None
    pulse: float
    bars: float
    nearest: float
    tempo: float
    octave: float
    key: float
    mode: float | None
    mode_p: float | None
    frechet: float
    floors: float | None
    genre_heard: float | None
    stems: dict[str, float]


def evaluate_synthesis(
    models: Models,
    sounds: Sounds,
    judges: Judges,
    genre: str,
    subjects: Sequence[Subject],
    strengths: Sequence[float] = (0.0, 1.0),
    known: int = 24,
) -> Iterator[SynthesisFigures]:
    """A row for every way to play the subjects of a genre; `known` training clips and as many records of further scores
    are what they are compared with; records are played on `sounds`. Raises `ModelError` when a network is missing."""
    learnt, others = (
        [
            judges(f"{genre}/{kind}-{seed}", partial(record_heard, score_of(seed), sounds, SECONDS))
            for seed in range(known)
        ]
        for kind, score_of in (
            ("training", partial(training_score, genre)),
            ("validation", partial(held_out_score, genre, use="validation")),
        )
    )
    truth: list[Heard] = []
    stem_figures = _stem_judge(models, sounds, genre)
    for name, play in variants(models, sounds, genre, tuple(strengths)).items():
        snippets = [_listened(judges, name, play, subject, stem_figures) for subject in subjects]
        truth = snippets if name == RENDER else truth
        yield _row(name, subjects, snippets, truth, learnt=learnt, others=others)


StemFigures = Callable[[str, Subject, np.ndarray, np.ndarray | None], dict[str, float]]


def _stem_judge(models: Models, sounds: Sounds, genre: str) -> StemFigures:
    """What measures the stems of a subject that was played in some way, from its samples and latents."""
    if not models.has(STEMS):
        return lambda *_: {}
    encoder, pace = StereoEncoder(models, genre), StereoDecoder(models, genre).steps_per_second
    separator = StemSeparator(models, pace)

    def figures(name: str, subject: Subject, samples: np.ndarray, latents: np.ndarray | None) -> dict[str, float]:
        if name == RECORD:
            return stem_gains(subject.score, sounds, separator, encoder, SECONDS)
        if latents is None:
            return {}
        found = separator(perform(subject.score), latents, samples)
        return {SUM: sum_error(found, samples)}

    return figures


def _listened(judges: Judges, name: str, play: Variant, subject: Subject, stem_figures: StemFigures) -> Heard:
    """What the judges hear of a subject, with the figures of its stems."""
    sound: list[tuple[np.ndarray, np.ndarray | None]] = []

    def played() -> np.ndarray:
        sound.append(play(subject, SECONDS))
        return sound[0][0]

    def measures() -> dict[str, float]:
        off = cents_off(sound[0][0], perform(subject.score))
        return stem_figures(name, subject, *sound[0]) | ({} if off is None else {CENTS: off})

    return judges(f"{subject.genre}/{subject.name}-{name.replace(' ', '-')}", played, measures)


def _row(
    name: str,
    subjects: Sequence[Subject],
    snippets: Sequence[Heard],
    truth: Sequence[Heard],
    learnt: Sequence[Heard],
    others: Sequence[Heard],
) -> SynthesisFigures:
    genre = subjects[0].genre
    written = [notes_of(subject.score) for subject in subjects]
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
    unseen = {str(number): heard.embeddings for number, heard in enumerate(others)}
    distance = Gaussian.fit(np.concatenate([heard.embeddings for heard in snippets])).distance(
        Gaussian.fit(np.concatenate(list(unseen.values())))
    )
    mode, p = _agreement([s.major for s in subjects], [heard.tonality.majority for heard in snippets])
    heard_genres = [heard.genre == genre for heard in snippets if heard.genre]
    return SynthesisFigures(
        name,
        genre,
        len(subjects),
        found,
        found / max(best, 1e-9),
        float(np.median(off)) if (off := [one.measured[CENTS] for one in snippets if CENTS in one.measured]) else None,
        pulse,
        bars,
        float(np.median(nearest)),
        _share(subjects, snippets, lambda subject, heard: _is_near(heard.tempo, subject.tempo)),
        _share(subjects, snippets, lambda subject, heard: _is_octave(heard.tempo, subject.tempo)),
        _share(subjects, snippets, _is_in_key),
        mode,
        p,
        distance,
        distance / floor(unseen) if len(unseen) >= 4 else None,
        float(np.mean(heard_genres)) if heard_genres else None,
        _stem_figures(snippets),
    )


def _share(subjects: Sequence[Subject], snippets: Sequence[Heard], holds: Callable[[Subject, Heard], bool]) -> float:
    return float(np.mean([holds(subject, heard) for subject, heard in zip(subjects, snippets, strict=True)]))


def _is_near(heard: float, wanted: float) -> bool:
    return abs(heard / wanted - 1) <= _TEMPO


def _is_octave(heard: float, wanted: float) -> bool:
    return not _is_near(heard, wanted) and any(_is_near(heard, octave * wanted) for octave in _OCTAVES)


def _is_in_key(subject: Subject, heard: Heard) -> bool:
    score = subject.score
    return (heard.tonality.key, heard.tonality.minor) == (score.key, score.mode in MINOR_MODES)


def _agreement(asked: Sequence[float], heard: Sequence[float]) -> tuple[float | None, float | None]:
    """Spearman's rank correlation and its p; None below three, or where all are the same."""
    if len(asked) < 3 or len(set(asked)) < 2 or len(set(heard)) < 2:
        return None, None
    found = spearmanr(asked, heard)
    return float(found.statistic), float(found.pvalue)


def _stem_figures(snippets: Sequence[Heard]) -> dict[str, float]:
    """The median of each figure; of the sum, the worst."""
    found = {name: [heard.measured[name] for heard in snippets if name in heard.measured] for name in (SUM, *NAMES)}
    return {name: float(max(values) if name == SUM else np.median(values)) for name, values in found.items() if values}


def notes_of(score: Score, seconds: float = SECONDS) -> tuple[np.ndarray, np.ndarray]:
    """Onsets (s) and pitches of a score's pitched notes that a piano has, within its first `seconds`."""
    found = [
        (score.span(note)[0], note.pitch)
        for part, note in score.notes()
        if not part.instrument.drums and LOWEST <= note.pitch < LOWEST + 88
    ]
    rows = np.array([row for row in found if row[0] < seconds]).reshape(-1, 2)
    return rows[:, 0], rows[:, 1].astype(int)
