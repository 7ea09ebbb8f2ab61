"""A score as a piano roll over time, a colour for each instrument, for a playhead to move over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from img2music.composition.score import Part, Score

PACE = 60
"""Pixels to a second, where the roll is wider than its place."""
COLOURS = 8
"""How many colours the style sheet has for instruments."""
_PITCHED, _DRUMS, _GAP, _HEIGHT = 108.0, 34.0, 8.0, 156.0
_THICKEST = 7.0
"""Of a note."""
_LEAST_RANGE = 12
"""Semitones that are shown at least, so that a single tone is not a beam."""


def draw_roll(score: Score, seconds: float, names: Sequence[str]) -> str:
    """The first `seconds` of a score: its notes, bar lines, and its sections by name, in an element that scrolls.

    `names` are those of its instruments, and perhaps of others; each has the colour of its place in this list.
    """
    label = f"Score: {', '.join(dict.fromkeys(part.name for part in score.parts))}"
    return (
        f'<div class="i2m-roll" tabindex="0" role="region" aria-label="{escape(label)}" data-seconds="{seconds:.3f}">'
        f'<div class="i2m-sheet" style="width:{PACE * seconds:.0f}px"><ol class="i2m-marks">'
        f"{''.join(_marks(score, seconds))}</ol>"
        f'<svg viewBox="0 0 {PACE * seconds:.0f} {_HEIGHT:g}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="i2m-bar-lines" d="{_bar_lines(score, seconds)}"/>{"".join(_parts(score, seconds, names))}</svg>'
        '<div class="i2m-playhead"></div></div></div>'
    )


def colour_of(place: int) -> str:
    """The class of the colour of an instrument at a place."""
    return f"i2m-part-{place % COLOURS}"


def _marks(score: Score, seconds: float) -> Iterator[str]:
    """The sections, each as wide as it lasts."""
    for number, section in enumerate(score.sections, 1):
        begin, end = (
            min(score.tempo.seconds(bar * score.metre.beats), seconds)
            for bar in (section.first, section.first + section.bars)
        )
        end = seconds if number == len(score.sections) else end
        place = f"left:{begin / seconds:.2%};width:{(end - begin) / seconds:.2%}"
        yield f'<li style="{place}"><span>{number} {escape(section.name)}</span></li>'


def _bar_lines(score: Score, seconds: float) -> str:
    return "".join(f"M{PACE * time:.1f} 0V{_HEIGHT:g}" for time in score.bar_times if time < seconds)


def _parts(score: Score, seconds: float, names: Sequence[str]) -> Iterator[str]:
    """A path for each part, whose lines are the notes."""
    pitched = [note.pitch for part, note in score.notes() if not part.instrument.drums]
    drums = sorted({note.pitch for part, note in score.notes() if part.instrument.drums})
    low, high = (min(pitched), max(pitched)) if pitched else (60, 60)
    step = (_PITCHED if drums else _HEIGHT - _GAP) / max(high - low + 1, _LEAST_RANGE)
    for part in score.parts:
        if part.instrument.drums:
            thick = min(_DRUMS / len(drums), _THICKEST)
            rows = {pitch: _HEIGHT - (row + 0.5) * _DRUMS / len(drums) for row, pitch in enumerate(drums)}
        else:
            thick = min(step, _THICKEST)
            rows = {pitch: (high - pitch + 0.5) * step + _GAP / 2 for pitch in range(low, high + 1)}
        colour = colour_of(names.index(part.name))
        lines = _lines(score, part, [rows[note.pitch] for note in part.notes], seconds)
        yield f'<path class="i2m-notes {colour}" stroke-width="{0.85 * thick:.1f}" d="{lines}"/>'


def _lines(score: Score, part: Part, heights: Sequence[float], seconds: float) -> str:
    found = []
    for note, y in zip(part.notes, heights, strict=True):
        start, end = score.span(note)
        if start < seconds:
            end = start + 0.06 if part.instrument.drums else min(end, seconds)
            found.append(f"M{PACE * start:.1f} {y:.1f}h{max(PACE * (end - start) - 0.6, 1.0):.1f}")
    return "".join(found)
