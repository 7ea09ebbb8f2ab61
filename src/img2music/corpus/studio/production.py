"""Score to record: every part played, through its strip of the desk, then mastered. Stereo at 44.1 kHz."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2music.composition.score import Role, Score
from img2music.corpus.mixing import drift
from img2music.corpus.studio import effects
from img2music.corpus.studio.master import mastered
from img2music.corpus.studio.playing import Sounds, play
from img2music.corpus.synthesis.oscillators import RATE, Array, bandpass
from img2music.corpus.tones import tones_of
from img2music.synthesis.desk import Desk, Strip, desk_for

TAIL = 1.0  # s that the last note rings on
_KICKS = (35, 36)
_ROOM = 7919
"""All rooms have the same reflections; they differ in length and treble."""


@dataclass(frozen=True)
class Production:
    """A record `(T, 2)` float32 at 44.1 kHz and -16 LUFS, and the stem `(T, 2)` of each part of the score, with what
    it sends to the room: they add up to the record."""

    record: Array
    stems: tuple[Array, ...]


def produce(score: Score, sounds: Sounds, seconds: float | None = None, mix: int = 0) -> Production:
    """The record of a score, the same samples for the same score, sounds and number of the mix.

    It is `seconds` long, without them as long as the score and the ringing of its last note.
    """
    desk = desk_for(score, mix)
    record, finished = mastered(_mixed(score, sounds, seconds, mix, desk), desk)
    return Production(record, tuple(finished))


def record_of(score: Score, sounds: Sounds, seconds: float | None = None, mix: int = 0) -> Array:
    """The record that `produce` makes, `(T, 2)`, faster, without its stems. It differs by rounding alone."""
    desk = desk_for(score, mix)
    record, _ = mastered([np.sum(_mixed(score, sounds, seconds, mix, desk), axis=0)], desk)
    return record


def _mixed(score: Score, sounds: Sounds, seconds: float | None, mix: int, desk: Desk) -> list[Array]:
    """Every part through its strip and with what it sends to the room, before the master, `(T, 2)` each."""
    rng = np.random.default_rng([score.seed, 7919, mix])
    total = int((score.seconds + TAIL if seconds is None else seconds) * RATE)
    kicks = [score.span(note)[0] for part, note in score.notes() if part.instrument.drums and note.pitch in _KICKS]
    ducking = effects.pulses(np.array(kicks), total, 0.26)
    room = effects.room(desk.room, np.random.default_rng(_ROOM), desk.bright)
    echo = float(np.clip(desk.echo * 60 / score.tempo.initial, 0.1, 0.9))
    stems = []
    for part, strip in zip(score.parts, desk.strips, strict=True):
        sound = np.zeros((total, 2))
        if part.notes:
            sound = play(part, tones_of(score, part), score.genre, sounds, total, strip.sound)
            sound = _through(sound, strip, ducking, rng)
            if part.role is Role.DRUMS and desk.parallel:
                sound = sound + desk.parallel * _squashed(sound)
            sound = sound + _sends(sound, strip, room, echo)
        stems.append(sound)
    if desk.crackle and stems:
        stems[0] = stems[0] + desk.crackle * np.sqrt(np.mean(np.sum(stems, 0) ** 2)) * _crackle(total, rng)
    return stems


def roles(score: Score, production: Production) -> dict[str, Array]:
    """The stems added up by role, `(T, 2)` each; melody and voice are one."""
    found: dict[str, Array] = {}
    for part, stem in zip(score.parts, production.stems, strict=True):
        role = Role.MELODY if part.role is Role.VOICE else part.role
        found[role.value] = found[role.value] + stem if role.value in found else stem
    return found


def _through(sound: Array, strip: Strip, ducking: Array, rng: np.random.Generator) -> Array:
    """A part through its strip: filters, width, compressor, saturation, place, side chain."""
    sound = bandpass(sound, strip.low, strip.high)
    if strip.wobble:
        sound = _wavering(sound, strip.wobble, rng)
    if strip.double:
        sound = effects.doubled(sound, strip.double, rng)
    sound = effects.widened(sound, strip.width)
    # instruments differ in loudness by 20 dB: every part is levelled first, so that gains mean the same
    active = effects.envelope(sound, 0.02, 0.3)
    active = active[active > 0.1 * active.max()]
    sound = sound * (0.1 / (np.sqrt(np.mean(active**2)) + 1e-9))
    if strip.squeeze > 1:
        sound = sound * effects.compression(sound, -20.0, strip.squeeze)
    if strip.drive:
        sound = sound * effects.saturation(sound * 2, strip.drive)
    sound = effects.placed(sound, strip.pan) * 10 ** (strip.gain / 20)
    return sound * 10 ** (-strip.duck * ducking / 20) if strip.duck else sound


def _squashed(drums: Array) -> Array:
    """Drums for the parallel bus: compressed hard, without their lowest octave."""
    level = np.sqrt(np.mean(drums**2)) + 1e-9
    squeezed = drums * effects.compression(drums * 0.1 / level, -30.0, 8.0, 0.003, 0.08) * 2.5
    return bandpass(squeezed, 60)


def _sends(sound: Array, strip: Strip, room: Array, echo: float) -> Array:
    wet = np.zeros_like(sound)
    if strip.room:
        wet += strip.room * bandpass(effects.reverberated(sound, room), 180)
    if strip.echo:
        wet += strip.echo * effects.echoed(sound, echo, 0.55)
    return wet


def _wavering(x: Array, cents: float, rng: np.random.Generator) -> Array:
    """Slow pitch drift of worn tape, both channels alike."""
    t = np.arange(len(x)) / RATE
    late = t + drift(t, cents, rng)
    return np.stack([np.interp(late, t, x[:, side]) for side in (0, 1)], axis=1)


def _crackle(total: int, rng: np.random.Generator) -> Array:
    """Vinyl: hiss and random pops in stereo, of about unit loudness."""
    pops = np.zeros((total, 2))
    at = rng.integers(0, total, int(9 * total / RATE))
    pops[at] = rng.standard_normal((len(at), 2)) * rng.exponential(1.0, (len(at), 1)) * 12
    return 0.5 * bandpass(rng.standard_normal((total, 2)), 1000, 12000) + bandpass(pops, 900, 12000) * 1.5
