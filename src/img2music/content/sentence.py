"""What was seen and what it did, in one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from img2music.composition.score import Role
from img2music.content.content import Content
from img2music.wishes import CENTRE_OUT, LEFT_RIGHT, TOP_DOWN

if TYPE_CHECKING:
    from img2music.composition.brief import Feeling
    from img2music.composition.contour import Contour
    from img2music.composition.score import Score

_LOW, _HIGH = 0.35, 0.65
_SLOW, _FAST = 84.0, 132.0
"""Pulses a minute."""
_CHANGE = 0.22
"""How much lighter or darker one third of a picture must be than another to be spoken of."""
_ENDS = {LEFT_RIGHT: "on the right", TOP_DOWN: "at the bottom", CENTRE_OUT: "at the edges"}
_BEGINNINGS = {LEFT_RIGHT: "on the left", TOP_DOWN: "at the top", CENTRE_OUT: "in the middle"}
_LONGEST = 3


def sentence_for(content: Content, colour: str, score: Score, read: str) -> str:
    """The sentence for a score that was composed for a picture of a `colour`, `read` in one of the orders."""
    brief = score.brief
    feeling = None if brief is None else brief.feeling
    words = [*_pace(score), score.mode, score.genre]
    music = [" ".join(words), *_players(score), *_texture(feeling)]
    course = _course(None if brief is None else brief.contour, read)
    return f"{subject(content, colour)}: {', '.join(music)}{f'; {course}' if course else ''}."


def sentence_without_score(content: Content, colour: str, genre: str, asked: Sequence[str]) -> str:
    """The sentence for music that was not composed, of which is `asked` what a mood has in words."""
    return f"{subject(content, colour)}: {genre}{''.join(f', {word}' for word in asked)}."


def subject(content: Content, colour: str) -> str:
    """What was seen and read, against which colour; a picture of that colour where nothing is sure."""
    seen = [finding.called for finding in content.seen[:_LONGEST]]
    read = ", ".join(f"“{finding.called}”" for finding in content.read[:_LONGEST])
    what = f"{_listed(seen)} against {colour}" if seen else f"a {colour} picture"
    what += f" with the word{'s' if len(content.read) > 1 else ''} {read}" if read else ""
    what = f"an{what[1:]}" if what.startswith("a orange") else what
    return what[0].upper() + what[1:]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _pace(score: Score) -> list[str]:
    pulses = score.tempo.initial / score.metre.pulse
    return ["slow"] if pulses < _SLOW else ["fast"] if pulses > _FAST else []


def _texture(feeling: Feeling | None) -> list[str]:
    if feeling is None:
        return []
    return [
        *_outstanding(feeling.density, "few notes", "many notes"),
        *_outstanding(feeling.brightness, "low and dark", "high and bright"),
    ]


def _outstanding(value: float | None, low: str, high: str) -> list[str]:
    if value is None or _LOW <= value <= _HIGH:
        return []
    return [low if value < _LOW else high]


def _players(score: Score) -> list[str]:
    """Who leads; and who was featured besides."""
    featured = () if score.brief is None else score.brief.featured or ()
    tunes = [part.name for part in score.parts if part.role in (Role.MELODY, Role.VOICE)]
    lead = next((name for name in tunes if name in featured), tunes[0] if tunes else None)
    others = [part.name for part in score.parts if part.name in featured and part.name != lead]
    return [*([f"{lead} lead"] if lead else []), *(f"with {name}" for name in dict.fromkeys(others))]


def _course(contour: Contour | None, read: str) -> str:
    """How the music changes over time, where it does."""
    if contour is None or read not in _ENDS:
        return ""
    third = len(contour.lightness) // 3
    thirds = contour.lightness[:third], contour.lightness[third:-third], contour.lightness[-third:]
    first, middle, last = (sum(points) / len(points) for points in thirds)
    if last - first > _CHANGE:
        return f"it opens up towards the light {_ENDS[read]}"
    if first - last > _CHANGE:
        return f"it begins in the light {_BEGINNINGS[read]} and darkens"
    if middle - max(first, last) > _CHANGE:
        return "it is brightest halfway"
    if min(first, last) - middle > _CHANGE:
        return "it is darkest halfway"
    return ""
