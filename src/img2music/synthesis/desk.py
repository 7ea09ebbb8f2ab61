"""How a score is mixed in stereo: the strips of its parts and the master, drawn by its seed and number of mix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from img2music.composition.brief import Feeling
from img2music.composition.score import Part, Role, Score

BANDS = {"sub": (20, 60), "bass": (60, 250), "middle": (250, 2000), "presence": (2000, 6000), "air": (6000, 10500)}
"""Hz of the bands of the spectral balance."""

MUD = 190.0
"""Hz where bass, snare and chords pile up, and which records of today have less of."""

SOUNDS = 2
"""How many sounds each instrument has: soundfonts, drum kits, settings of a synthesiser, voices."""

Span = tuple[float, float]


@dataclass(frozen=True)
class Strip:
    """One part on the desk.

    `gain` is in dB, `pan` from -1 to 1, `width` of the side channel (1 leaves it), `low` and `high` the edges of the
    pass band in Hz (0 leaves a side open), `room` and `echo` what is sent to them (0 to 1), `duck` how far in dB it
    gives way to each kick, `squeeze` the ratio of its compressor, `drive` its saturation, `double` its chorus, `wobble`
    the cents of a tape-like waver, `sound` which of the `SOUNDS` of its instrument plays.
    """

    gain: float
    pan: float = 0.0
    width: float = 1.0
    low: float = 0.0
    high: float = 0.0
    room: float = 0.0
    echo: float = 0.0
    duck: float = 0.0
    squeeze: float = 1.0
    drive: float = 0.0
    double: float = 0.0
    wobble: float = 0.0
    sound: int = 0


@dataclass(frozen=True)
class Desk:
    """The strips of all parts; `room` is the reverberation time in seconds and `bright` its treble, `echo` the time
    between echoes in beats, `crackle` the level of vinyl noise, `parallel` that of squashed drums beside the drums,
    `glue` the ratio of the compressor on all, `drive` its saturation, `loudness` in LUFS how loud the master is made
    before it is turned down, `mud` the dB that are taken out around `MUD`, `balance` what the levels of bands are
    brought near to (see `BALANCE`)."""

    strips: tuple[Strip, ...]
    room: float
    bright: float
    echo: float
    crackle: float
    parallel: float
    glue: float
    drive: float
    loudness: float
    mud: float
    balance: tuple[float, ...]


BALANCE: Mapping[str, Mapping[str, Span]] = {
    "pop": {
        "sub": (-10.5, -7.6),
        "bass": (-2.3, -1.3),
        "middle": (-8.3, -5.8),
        "presence": (-17, -13.5),
        "air": (-22, -17),
    },
    "hiphop": {
        "sub": (-13, -8.5),
        "bass": (-2.5, -1.5),
        "middle": (-7.5, -5.2),
        "presence": (-17, -13.5),
        "air": (-22, -17),
    },
    "jazz": {"sub": (-23, -15), "bass": (-6, -4), "middle": (-2.7, -1.8), "presence": (-18, -11), "air": (-32, -22)},
    "classical": {"sub": (-27, -17), "bass": (-8, -4), "middle": (-3, -1), "presence": (-20, -14), "air": (-38, -27)},
}
"""Level in dB of each band of the mid channel relative to the whole, as `img2music.evaluation.production.energy` takes
it: what records have."""
_LOUDNESS: Mapping[str, Span] = {
    "pop": (-13.5, -11),
    "hiphop": (-14, -11.5),
    "jazz": (-18, -14),
    "classical": (-23, -17),
}
_ROOM: Mapping[str, Span] = {"pop": (0.7, 2.2), "hiphop": (0.4, 1.4), "jazz": (0.5, 1.6), "classical": (1.4, 3.2)}
_LEVELS: Mapping[str, Mapping[Role, float]] = {
    "classical": {Role.DRUMS: -6, Role.BASS: -1, Role.HARMONY: -3, Role.MELODY: 0, Role.VOICE: 0},
    "jazz": {Role.DRUMS: -2, Role.BASS: 0, Role.HARMONY: -5, Role.MELODY: 2, Role.VOICE: 2},
    "pop": {Role.DRUMS: 5, Role.BASS: 2, Role.HARMONY: -3.5, Role.MELODY: 0.5, Role.VOICE: 3},
    "hiphop": {Role.DRUMS: 5.5, Role.BASS: 3, Role.HARMONY: -4.5, Role.MELODY: -3.5, Role.VOICE: 4.5},
}
_SEND: Mapping[Role, Span] = {
    Role.DRUMS: (0.03, 0.14),
    Role.BASS: (0.0, 0.04),
    Role.HARMONY: (0.15, 0.4),
    Role.MELODY: (0.12, 0.35),
    Role.VOICE: (0.06, 0.25),
}
_CLEARED: Mapping[str, float] = {"pop": 6.0, "hiphop": 3.0}
"""dB that engineers of a genre take out around `MUD`."""
_OLD = ("boom-bap", "lo-fi")
"""Styles made from old records: dull harmony, wavering tape, crackle."""
_PRODUCED = ("pop", "hiphop")
"""Genres whose records are made in a studio rather than taken in a room."""
_ROOMS: Span = (0.4, 3.2)
"""Reverberation times in s of the driest and the largest room that a brief can ask for."""
_DRIEST = 0.5
"""What is sent to the driest of them, as a share of what usually is; twice as much to the largest."""
_BEAT: Span = (-4.0, 3.0)
"""dB by which drums and bass are louder in the calmest and in the most energetic music that is asked for."""
_BRIGHT: Span = (0.5, 1.2)
"""Treble of the dullest and of the brightest reverberation."""
_BRIGHTENED = (False, False, None, True, True)
"""Whether each of `BANDS` is louder in bright music, or softer, or as it is drawn."""
_STREAM = 6151
"""Keeps the numbers that are drawn apart from those that others draw from the same seed."""


def desk_for(score: Score, mix: int = 0) -> Desk:
    """A mix of a score: the same for the same seed and number. A brief may ask for its room, for an energy, which makes
    the beat and the record louder, and for a brightness, which tilts the balance of the bands."""
    rng = np.random.default_rng([score.seed, _STREAM, mix])
    genre, old = score.genre, score.style in _OLD
    produced = genre in _PRODUCED
    common = _common(score, rng)
    sides = _sides(score, score.parts, rng)
    sounds = np.random.default_rng([score.seed, _STREAM + 2, mix]).integers(SOUNDS, size=len(sides))
    strips = tuple(
        replace(_strip(part, genre, side, common, rng), sound=int(sound))
        for part, side, sound in zip(score.parts, sides, sounds, strict=True)
    )
    balance = tuple(float(rng.uniform(*span)) for span in BALANCE[genre].values())
    desk = Desk(
        strips,
        float(rng.uniform(*_ROOM[genre])),
        float(rng.uniform(*_BRIGHT)),
        float(rng.choice([0.5, 0.75, 1.0])),
        float(rng.uniform(0.004, 0.03)) if old else 0.0,
        float(rng.uniform(0.15, 0.6)) if produced else 0.0,
        float(rng.uniform(1.6, 3.0)) if produced else float(rng.uniform(1.0, 1.5)),
        float(rng.uniform(0.1, 0.5)) if produced else 0.0,
        float(rng.uniform(*_LOUDNESS[genre])),
        _CLEARED.get(genre, 0.0),
        balance,
    )
    if score.brief is None:
        return desk
    desk = _felt(desk, genre, score.brief.feeling)
    return desk if score.brief.room is None else _in_room(desk, score.brief.room)


def with_newcomers(desk: Desk, score: Score) -> Desk:
    """The desk of a score that had fewer parts, with strips for those that came in after them."""
    common = _common(score, np.random.default_rng([score.seed, _STREAM, 0]))
    rng = np.random.default_rng([score.seed, _STREAM + 1])
    new = score.parts[len(desk.strips) :]
    sides = _sides(score, new, rng)
    strips = (_strip(part, score.genre, side, common, rng) for part, side in zip(new, sides, strict=True))
    return replace(desk, strips=(*desk.strips, *strips))


def _common(score: Score, rng: np.random.Generator) -> dict[str, float]:
    """What several strips share."""
    old = score.style in _OLD
    produced = score.genre in _PRODUCED
    energy = None if score.brief is None else score.brief.feeling.energy
    return {
        "beat": 0.0 if energy is None else _between(_BEAT, energy),
        "dull": rng.uniform(2000, 7000) if old else 0.0,
        "duck": rng.uniform(3, 9) if score.style == "dance" else rng.uniform(0, 3) if produced else 0.0,
        "wobble": rng.uniform(3, 14) if old else 0.0,
        "spread": rng.uniform(0.8, 1.7),
    }


def _felt(desk: Desk, genre: str, feeling: Feeling) -> Desk:
    """The same desk, its master as bright and as loud as a feeling asks for within what the genre's records have."""
    if feeling.brightness is not None:
        spans = zip(BALANCE[genre].values(), _BRIGHTENED, strict=True)
        balance = tuple(
            level if rises is None else _between(span, feeling.brightness if rises else 1 - feeling.brightness)
            for level, (span, rises) in zip(desk.balance, spans, strict=True)
        )
        desk = replace(desk, balance=balance, bright=_between(_BRIGHT, feeling.brightness))
    if feeling.energy is not None:
        desk = replace(desk, loudness=_between(_LOUDNESS[genre], feeling.energy))
    return desk


def _in_room(desk: Desk, asked: float) -> Desk:
    """The same desk in a room from the driest (0) to the largest (1)."""
    sent = _between((_DRIEST, 2.0), asked)
    strips = tuple(replace(strip, room=min(sent * strip.room, 1.0)) for strip in desk.strips)
    return replace(desk, strips=strips, room=_between(_ROOMS, asked))


def _sides(score: Score, parts: Sequence[Part], rng: np.random.Generator) -> list[float]:
    """Where parts stand: bass, kick and voice in the middle, the others away from one another, where the score says
    something near there."""
    side = float(rng.choice([-1, 1]))
    found = []
    wide = score.genre in ("classical", "jazz")
    for part in parts:
        if (part.role in (Role.BASS, Role.VOICE) and not (wide and part.role is Role.BASS)) or part.role is Role.DRUMS:
            found.append(0.0)
        elif part.role is Role.MELODY and not wide:
            found.append(float(rng.uniform(-0.12, 0.12)))
        else:
            drawn = side * float(rng.uniform(0.15, 0.65))
            found.append(part.pan if abs(part.pan) > 0.1 and rng.random() < 0.5 else drawn)
            side = -side
    return found


def _strip(part: Part, genre: str, pan: float, common: dict[str, float], rng: np.random.Generator) -> Strip:
    gain = _LEVELS[genre][part.role] + part.level + float(rng.uniform(-1.5, 1.5))
    gain += common["beat"] if part.role in (Role.DRUMS, Role.BASS) else 0.0
    room = float(rng.uniform(*_SEND[part.role])) + (0.15 if genre == "classical" else 0.0)
    produced = genre in _PRODUCED
    if part.role is Role.DRUMS:
        squeeze = float(rng.uniform(1.5, 3)) if produced else 1.0
        return Strip(gain, 0.0, float(rng.uniform(0.7, 1.2)), 25, 0, room, squeeze=squeeze, drive=0.3 * produced)
    if part.role is Role.BASS:
        high = float(rng.uniform(2500, 6000)) if produced else 0.0
        return Strip(gain, pan, 0.1 if produced else 0.7, 28, high, room, duck=0.5 * common["duck"], squeeze=2.5)
    low = 120.0 if produced else 40.0
    if part.role is Role.VOICE:
        return Strip(gain, 0.0, 1.0, low, 0, room, float(rng.uniform(0, 0.2)), squeeze=3.0, drive=0.2)
    if part.role is Role.MELODY:
        echo = float(rng.uniform(0, 0.3)) if produced else 0.0
        dull = min(1.6 * common["dull"], 16000)
        duck = 0.4 * common["duck"]
        return Strip(gain, pan, 1.0, low, dull, room, echo, duck, 2.0 if produced else 1.2, wobble=common["wobble"])
    width = common["spread"] * (1.5 if produced else 1.0)
    double = float(rng.choice([0.0, rng.uniform(0.2, 0.7)])) if produced else 0.0
    echo = float(rng.choice([0.0, rng.uniform(0.05, 0.2)])) if produced else 0.0
    return Strip(gain, pan, width, low, common["dull"], room, echo, common["duck"], 1.8, 0, double, common["wobble"])


def _between(span: Span, share: float) -> float:
    return span[0] + share * (span[1] - span[0])
