"""The buttons of a card that take instruments off, put them back, and make sections again."""

from __future__ import annotations

import json
from html import escape

from img2music.app.drawings.score_roll import colour_of
from img2music.app.kept import KeptSnippet


def draw_band(sound: KeptSnippet) -> str:
    """A switch for each instrument of a piece, in the colour that it has in the score."""
    band = sound.making.band
    if band is None:
        return ""
    chips = "".join(
        _chip(name, colour_of(place), name in band.playing, alone=len(band.names) == 1)
        for place, name in enumerate(band.names)
    )
    return f'<ul class="i2m-band" aria-label="Instruments">{chips}</ul>'


def _chip(name: str, colour: str, plays: bool, alone: bool) -> str:
    if alone:
        return f'<li><span class="i2m-button i2m-chip {colour}">{escape(name)}</span></li>'
    what = "plays; take it off" if plays else "is off; put it back"
    return (
        f'<li><button type="button" class="i2m-button i2m-chip {colour}" aria-pressed="{str(plays).lower()}" '
        f'data-change="{_sent(instrument=name)}" title="{escape(name)} {what}">{escape(name)}</button></li>'
    )


def draw_sections(sound: KeptSnippet) -> str:
    """A button for each section that makes it again."""
    score = sound.snippet.score
    if score is None or score.brief is None:
        return ""
    buttons = "".join(
        f'<button type="button" class="i2m-button" data-change="{_sent(section=number)}" '
        f'aria-label="Make section {number}, {escape(section.name)}, again">{number} {escape(section.name)}</button>'
        for number, section in enumerate(score.sections, 1)
    )
    return f'<p class="i2m-sections">Make one section again: {buttons}</p>'


def _sent(**asked: str | int) -> str:
    return escape(json.dumps(asked))
