"""What is played for a picture: the score that is composed for it or that somebody wrote, and how much of it."""

from __future__ import annotations

from dataclasses import replace

from img2music.briefing import blended, brief_of, picture_seed, with_picture
from img2music.composition.compose import compose
from img2music.composition.finishing import PHRASE
from img2music.composition.planning.length import counted, ring
from img2music.composition.reading.score_file import ScoreFile
from img2music.composition.score import Score
from img2music.errors import OptionError
from img2music.generation.loop import whole_phrases
from img2music.genres import check_genre
from img2music.options import LONGEST, SHORTEST, Options
from img2music.synthesis.take import Take, loop_of, steady, take_of
from img2music.vision.classifier import Classification

_LEAD = 128
"""Latent steps that lead into a loop, 3 s."""
_ROUNDING = 1e-6
"""s."""


def composed(classification: Classification, options: Options, genre: str) -> Score:
    """The score that `compose` gives for the same picture and wishes. Raises `OptionError` when these cannot be met."""
    brief = brief_of(options.wishes, genre, options.seed, options.seconds)
    brief = with_picture(brief, classification, options.wishes.read)
    return compose(blended(brief, classification.probabilities) if options.blend else brief)


def written(file: ScoreFile, classification: Classification, options: Options, genre: str) -> Score:
    """The score in a MIDI file, with a seed that is the picture's own. Raises `OptionError` when it is none."""
    score = file.score(check_genre(genre), LONGEST if options.seconds is None else options.seconds)
    return replace(score, seed=picture_seed(classification.fingerprint, options.seed))


def take_for(score: Score, options: Options, pace: float) -> Take:
    """As much of a score as the options ask for, at a `pace` in latent steps a second.

    Raises `OptionError` when it would be too long, or there is nothing in it to be repeated.
    """
    if options.loop:
        return _loop(score, options, pace)
    if options.score is None and (options.seconds is not None or options.wishes.bars is None):
        return take_of(score, options.length)  # it was composed to fit
    if options.wishes.bars is not None and score.seconds > LONGEST:
        raise _too_long(score, score.bars, LONGEST)
    whole = max(score.seconds + ring(score.seconds), SHORTEST)
    return take_of(score, min(whole, LONGEST if options.seconds is None else options.seconds))


def _loop(score: Score, options: Options, pace: float) -> Take:
    """Whole phrases, or the bars that were asked for."""
    asked = options.wishes.bars
    open_ended = options.seconds is None and (asked is not None or options.score is not None)
    longest = LONGEST if open_ended else options.length
    if score.brief is not None:
        even = score.beats * 60 / longest if score.seconds <= longest else 0.0  # what fits with a fermata still does
        score = steady(score, max(score.tempo.initial, even))
    fitting = sum(end <= longest + _ROUNDING for end in (*score.bar_times[1:], score.seconds))
    if fitting < (asked or 1):
        raise _too_long(score, asked or 1, longest)
    take = loop_of(score, asked or whole_phrases(fitting, PHRASE), _LEAD / pace)
    if len(take.performance.notes) == 0:
        silent = counted(take.score.bars)
        raise OptionError(f"There are no notes in the first {silent} to be repeated; choose a longer loop.")
    return take


def _too_long(score: Score, bars: int, longest: float) -> OptionError:
    last = score.tempo.seconds(bars * score.metre.beats)
    return OptionError(
        f"{counted(bars)} of {score.metre} at {score.tempo.initial:g} bpm would take {last:.4g} s, more than "
        f"{longest:g} s; choose fewer bars, a faster tempo or more seconds."
    )
