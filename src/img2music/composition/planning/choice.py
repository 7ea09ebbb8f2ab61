"""Which style, tempo, metre and mode a brief leads to: one draw from what the genre does, given what is asked.

The tempo that the mood asks for is a quantile of the genre's tempos. The style is then drawn among those that are
played at such a tempo, so that slow pictures get ballads rather than slow dance music, and that feel as is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import exp

from img2music.composition.brief import FASTEST, SLOWEST, Brief, Feeling, parse_metre
from img2music.composition.chance import at_quantile, stream
from img2music.composition.metre import Metre
from img2music.composition.plan import Mood
from img2music.composition.score import Instrument
from img2music.composition.style import Style, find_style, styles_of
from img2music.errors import OptionError

_DARK_TO_BRIGHT = ("phrygian", "minor", "dorian", "mixolydian", "major", "lydian")
_UNUSUAL = 0.03
"""How likely a style is, beside one that does what is asked, when it usually does not."""
_FELT = ("energy", "warmth")
"""Attributes of a feeling that styles are chosen by."""
_NEAR = 0.2
"""Standard deviation of the styles that are drawn from what a feeling asks for, as a share of the genre's music."""


@dataclass(frozen=True)
class Choice:
    """The style, and what is drawn with it; `bpm`, `slowest` and `fastest` are in quarter notes per minute."""

    style: Style
    metre: Metre
    mode: str
    bpm: float
    slowest: float
    fastest: float


def choose(brief: Brief, mood: Mood, instruments: tuple[Instrument, ...], settled: Mood) -> Choice:
    """The choice for a brief; the style is one for the tempo of the mood `settled`. Raises `OptionError` when no style
    can do what is asked."""
    styles = styles_of(brief.genre)
    if brief.style is not None:
        style = find_style(brief.style, brief.genre)
        tempo = _quantile((style,), mood.tempo)
        _check_metre(style, brief.metre)
    else:
        given = None if brief.bpm is None else brief.bpm / _pulse(brief.metre)
        tempo = _quantile(styles.values(), mood.tempo) if given is None else given
        usual = _quantile(styles.values(), settled.tempo) if given is None else given
        suits = _suits(styles, brief.feeling)
        weights = {name: suits[name] * _likelihood(style, brief, usual, instruments) for name, style in styles.items()}
        if not any(weights.values()):
            raise OptionError(f"No style of {brief.genre} is in {brief.metre}; choose another metre, such as 4/4.")
        style = styles[at_quantile(weights, stream(brief.band_seed, brief.genre, "style").random())]
    metre = brief.metre or parse_metre(at_quantile(style.metres, stream(brief.band_seed, "metre").random()))
    mode = brief.mode or _mode(style.modes, mood.major)
    low, _, high = style.tempo
    pulse = metre.pulse
    if brief.bpm is not None:
        return Choice(style, metre, mode, brief.bpm, brief.bpm, brief.bpm)
    tempo = min(max(tempo, low), high)
    slowest, fastest = max(low * pulse, SLOWEST), min(high * pulse, FASTEST)
    return Choice(style, metre, mode, min(max(tempo * pulse, slowest), fastest), slowest, fastest)


def _likelihood(style: Style, brief: Brief, tempo: float, instruments: tuple[Instrument, ...]) -> float:
    weight = style.weight * (_density(style.tempo, tempo) + _UNUSUAL / (style.tempo[2] - style.tempo[0]))
    if brief.metre is not None:
        if str(brief.metre) not in style.metres and style.only_metres:
            return 0.0
        weight *= style.metres.get(str(brief.metre), 0.0) / sum(style.metres.values()) + _UNUSUAL
    if brief.mode is not None:
        weight *= style.modes.get(brief.mode, 0.0) / sum(style.modes.values()) + _UNUSUAL
    if instruments:
        known = {name for seat in style.seats for name in seat.instruments}
        weight *= sum(instrument.name in known for instrument in instruments) / len(instruments) + _UNUSUAL
    return weight


def _suits(styles: Mapping[str, Style], feeling: Feeling) -> dict[str, float]:
    """How well each style suits a feeling, from 0 to 1; all are alike to one that is left open."""
    found = dict.fromkeys(styles, 1.0)
    for attribute in _FELT:
        asked = getattr(feeling, attribute)
        if asked is None:
            continue
        for name, place in _places(styles, attribute).items():
            found[name] *= exp(-(((place - asked) / _NEAR) ** 2) / 2)
    return found


def _places(styles: Mapping[str, Style], attribute: str) -> dict[str, float]:
    """The share of a genre's music that has less of an attribute than each style, half of what has as much."""
    usual = {name: (getattr(style.usual, attribute), style.weight) for name, style in styles.items()}
    total = sum(weight for _, weight in usual.values())
    return {
        name: sum(weight * ((other < own) + (other == own) / 2) for other, weight in usual.values()) / total
        for name, (own, _) in usual.items()
    }


def _check_metre(style: Style, metre: Metre | None) -> None:
    if metre is not None and style.only_metres and str(metre) not in style.metres:
        raise OptionError(f"{style.name} is in {' or '.join(style.metres)}, not in {metre}; choose another style.")


def _pulse(metre: Metre | None) -> float:
    return 1.0 if metre is None else metre.pulse


def _mode(modes: Mapping[str, float], major: float) -> str:
    """Ordered from dark to bright, the mode at the quantile `major` of what is usual."""
    return at_quantile({mode: modes[mode] for mode in _DARK_TO_BRIGHT if mode in modes}, major)


def _below(tempo: tuple[float, float, float], value: float) -> float:
    """The share of a style's tempos below `value`: half of them evenly between the slowest and the fastest, the others
    around the likeliest (a triangle)."""
    low, peak, high = tempo
    if value <= low:
        return 0.0
    if value >= high:
        return 1.0
    even = (value - low) / (high - low)
    if value < peak:
        return (even + (value - low) ** 2 / ((high - low) * (peak - low))) / 2
    return (even + 1 - (high - value) ** 2 / ((high - low) * (high - peak))) / 2


def _density(tempo: tuple[float, float, float], value: float) -> float:
    """How likely a tempo is in a style."""
    low, peak, high = tempo
    if not low <= value <= high:
        return 0.0
    side = (value - low) / (peak - low) if value < peak else (high - value) / (high - peak)
    return (0.5 + side) / (high - low)


def _quantile(styles: Collection[Style], share: float) -> float:
    """The tempo below which `share` of the music of some styles is, by bisection."""
    total = sum(style.weight for style in styles)
    low, high = min(style.tempo[0] for style in styles), max(style.tempo[2] for style in styles)
    for _ in range(24):
        middle = (low + high) / 2
        if sum(style.weight * _below(style.tempo, middle) for style in styles) < share * total:
            low = middle
        else:
            high = middle
    return (low + high) / 2
