"""What is played for a picture: the score that is composed for it or that somebody wrote, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from img2music.briefing import blended, brief_of, picture_seed, with_picture
from img2music.composition.brief import Brief
from img2music.composition.compose import Stage, stages, whole_length
from img2music.composition.finishing.finish import PHRASE
from img2music.composition.planning.length import counted
from img2music.composition.reading.score_file import ScoreFile
from img2music.composition.score import Score
from img2music.errors import OptionError
from img2music.generation.loop import whole_phrases
from img2music.genres import check_genre
from img2music.options import LONGEST, SHORTEST, Options
from img2music.synthesis.desk import Desk, desk_for, with_newcomers
from img2music.synthesis.take import Take, loop_of, steady, take_of
from img2music.vision.classifier import Classification

_LEAD = 128
"""Latent steps that lead into a loop, 3 s."""
_ROUNDING = 1e-6
"""s."""
_MOOD = 0.75
"""How much the brightness of a mood says of that of the sound; a contour says all."""
_BEYOND = 0.1
"""By how much both together may ask for more or less than either alone."""


@dataclass(frozen=True, eq=False)
class Passage:
    """What is new in a take, from `begin` to `end` s after its beginning; elsewhere it is as the take before it."""

    take: Take
    begin: float
    end: float


def composed(classification: Classification, options: Options, genre: str) -> list[Stage]:
    """The scores that `compose` gives for the same picture and wishes, before and after each of their changes.

    Raises `OptionError` when the wishes cannot be met.
    """
    brief = brief_of(options.wishes, genre, options.seed, options.seconds)
    brief = with_picture(brief, classification, options.wishes.read)
    return stages(blended(brief, classification.probabilities) if options.blend else brief)


def written(file: ScoreFile, classification: Classification, options: Options, genre: str) -> list[Stage]:
    """The score in a MIDI file, with a seed that is the picture's own. Raises `OptionError` when it is none."""
    score = file.score(check_genre(genre), LONGEST if options.seconds is None else options.seconds)
    score = replace(score, seed=picture_seed(classification.fingerprint, options.seed))
    return [Stage(score, whole_length(score), 0, score.bars)]


def passages_for(found: Sequence[Stage], options: Options, pace: float) -> list[Passage]:
    """What is heard of a score, and then of each of its changes, at a `pace` in latent steps a second.

    Raises `OptionError` as `take_for` does, and where what is changed is not heard.
    """
    first = found[0].score
    take = take_for(first, options, pace)
    desk = desk_for(first)
    return [Passage(take, 0.0, take.seconds), *(_changed(stage, options, pace, desk) for stage in found[1:])]


def _changed(stage: Stage, options: Options, pace: float, desk: Desk) -> Passage:
    desk = with_newcomers(desk, stage.score)
    if options.loop:
        take = _loop(stage.score, options, pace, desk)
    elif stage.seconds > LONGEST:
        raise OptionError(f"The piece would last {stage.seconds:.4g} s, more than {LONGEST:g} s; extend it by less.")
    else:
        take = take_of(stage.score, max(stage.seconds, SHORTEST), desk)
    score = take.score
    if stage.first >= score.bars:
        heard = counted(score.bars)
        raise OptionError(f"Of this section nothing is heard in a loop of {heard}; choose another one.")
    begin, end = (score.tempo.seconds(bar * score.metre.beats) for bar in (stage.first, stage.end))
    return Passage(take, begin, take.seconds if stage.end >= score.bars else end)


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
    whole = max(whole_length(score), SHORTEST)
    return take_of(score, min(whole, LONGEST if options.seconds is None else options.seconds))


def brightness_over_time(brief: Brief, loop: bool) -> list[float]:
    """How bright the sound is to be from the beginning of a piece to its end, around 0.5: as the mood asks for
    and, but for a loop, as the picture is where it is read."""
    points = (0.5, 0.5) if loop or brief.contour is None else brief.contour.lightness
    mood = 0.5 if brief.feeling.brightness is None else brief.feeling.brightness
    return [min(max(point + _MOOD * (mood - 0.5), -_BEYOND), 1.0 + _BEYOND) for point in points]


def _loop(score: Score, options: Options, pace: float, desk: Desk | None = None) -> Take:
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
    take = loop_of(score, asked or whole_phrases(fitting, PHRASE), _LEAD / pace, desk)
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
