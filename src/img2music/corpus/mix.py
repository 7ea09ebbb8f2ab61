"""How a score is mixed in mono: levels, rooms, filters and wear, by genre, style and role, drawn by its seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from img2music.composition.score import Part, Role, Score

Span = tuple[float, float]
"""The least and the most."""


@dataclass(frozen=True)
class Channel:
    """One part in the mix.

    `gain` is in dB, `reverb` the part sent to the room (0 to 1), `low` and `high` are the edges of the pass band in Hz
    (0 leaves a side open), `duck` is how far in dB it gives way to each kick, `wobble` the cents of a tape-like waver.
    """

    gain: float
    reverb: float
    low: float = 0.0
    high: float = 0.0
    duck: float = 0.0
    wobble: float = 0.0


@dataclass(frozen=True)
class Mix:
    """The channels of all parts; `room` is the reverberation time in seconds, `wet` its level, `crackle` the level of
    vinyl noise, `drive` the saturation of the master (0 is none), `tilt` its brightness in dB."""

    channels: tuple[Channel, ...]
    room: float
    wet: float
    crackle: float = 0.0
    drive: float = 0.0
    tilt: float = 0.0


@dataclass(frozen=True)
class Place:
    """Where the music of a genre or style is played and how it was recorded."""

    room: Span
    wet: Span
    tilt: Span = (-3.0, 0.5)
    drive: Span = (0.0, 0.0)
    crackle: Span = (0.0, 0.0)
    duck: Span = (0.0, 0.0)
    wobble: Span = (0.0, 0.0)
    dull: Span = (0.0, 0.0)
    """Hz above which harmony and melody are cut, as in samples from old records; 0 leaves them open."""


_GENRES: Mapping[str, Place] = {
    "classical": Place((1.4, 3.2), (0.6, 1.2), (-3.0, 1.0)),
    "hiphop": Place((0.4, 1.2), (0.4, 0.9), (-4.0, 0.0), (0.1, 0.8), (0.0, 0.02), (0.0, 4.0)),
    "pop": Place((0.8, 2.0), (0.6, 1.1), (-3.0, 0.5), (0.0, 0.4)),
    "jazz": Place((0.5, 1.5), (0.6, 1.2), (-3.5, 1.0)),
}
_STYLES: Mapping[str, Place] = {
    "dance": Place((0.8, 2.0), (0.6, 1.1), (-2.5, 0.5), (0.0, 0.4), duck=(3.0, 8.0)),
    "boom-bap": Place(
        (0.4, 1.0), (0.4, 0.8), (-4.0, -0.5), (0.2, 0.8), (0.01, 0.05), (0.0, 3.0), (0.0, 5.0), (2500, 6000)
    ),
    "lo-fi": Place(
        (0.5, 1.3), (0.5, 1.0), (-5.0, -1.5), (0.1, 0.6), (0.02, 0.07), (1.0, 5.0), (4.0, 18.0), (1800, 4000)
    ),
}
_LEVELS: Mapping[str, Mapping[Role, float]] = {
    "classical": {Role.DRUMS: -6, Role.BASS: -1, Role.HARMONY: -3, Role.MELODY: 0, Role.VOICE: 0},
    "jazz": {Role.DRUMS: -3, Role.BASS: 0, Role.HARMONY: -5.5, Role.MELODY: 2, Role.VOICE: 2},
    "pop": {Role.DRUMS: 5.5, Role.BASS: 2, Role.HARMONY: -4, Role.MELODY: 0, Role.VOICE: 0},
    "hiphop": {Role.DRUMS: 4, Role.BASS: 2.5, Role.HARMONY: -3, Role.MELODY: -2, Role.VOICE: 1},
}
"""dB of each role when its part has level 0."""
_REVERB: Mapping[Role, Span] = {
    Role.DRUMS: (0.05, 0.15),
    Role.BASS: (0.0, 0.06),
    Role.HARMONY: (0.2, 0.4),
    Role.MELODY: (0.2, 0.4),
    Role.VOICE: (0.05, 0.25),
}
_WIDER = 0.15
"""Classical music is recorded from further away: more of every part goes to the room."""


def mix_for(score: Score) -> Mix:
    """The mix of a score: the same for the same seed and style."""
    rng = np.random.default_rng([score.seed, 6151])
    place = _STYLES.get(score.style, _GENRES[score.genre])
    wear = _wear(place, rng)
    channels = tuple(_channel(part, score.genre, *wear, rng) for part in score.parts)
    room, wet = _drawn(place.room, rng), _drawn(place.wet, rng)
    return Mix(
        channels,
        room,
        wet,
        _drawn(place.crackle, rng),
        _drawn(place.drive, rng),
        _drawn(place.tilt, rng),
    )


def _wear(place: Place, rng: np.random.Generator) -> tuple[float, float, float]:
    """Hz above which parts are cut, dB of ducking and cents of wavering."""
    return _drawn(place.dull, rng), _drawn(place.duck, rng), _drawn(place.wobble, rng)


def _channel(part: Part, genre: str, dull: float, duck: float, wobble: float, rng: np.random.Generator) -> Channel:
    gain = _LEVELS[genre][part.role] + part.level + float(rng.uniform(-1.5, 1.5))
    reverb = _drawn(_REVERB[part.role], rng) + (_WIDER if genre == "classical" else 0.0)
    if part.role is Role.BASS and genre in ("pop", "hiphop"):
        return Channel(gain, reverb, high=1500.0 if part.instrument.synth else 2500.0)
    if part.role is Role.HARMONY and genre in ("pop", "hiphop"):
        return Channel(gain, reverb, 140.0, dull, duck, wobble)
    if part.role is Role.MELODY and dull:
        return Channel(gain, reverb, 120.0, 1.5 * dull, 0.5 * duck, wobble)
    return Channel(gain, reverb)


def _drawn(span: Span, rng: np.random.Generator) -> float:
    return float(rng.uniform(*span))
