"""Score to audio: each part by a soundfont or by ``synth``, then mixed. Mono float32 at 22,050 Hz."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pretty_midi

from img2music.composition.score import Instrument, Part, Role, Score
from img2music.corpus import mixing, synth
from img2music.corpus.mix import Channel, Mix, mix_for
from img2music.corpus.mixing import RATE
from img2music.corpus.sounds import soundfont as soundfont_player
from img2music.corpus.tones import Tone, tones_of

# Where Debian's fluid-soundfont-gm (MIT licence) puts it.
FLUID = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
TAIL = 1.0  # seconds that the last note rings on


def default_soundfont() -> Path:
    """FluidR3 GM if it is installed, else the TimGM6mb that comes with pretty_midi."""
    if FLUID.is_file():
        return FLUID
    return Path(pretty_midi.__file__).with_name("TimGM6mb.sf2")


def play(tones: Sequence[Tone], instrument: Instrument, soundfont: Path, total: int) -> np.ndarray:
    """Notes on an instrument of the soundfont, dry, for ``total`` samples."""
    return soundfont_player.play(tones, instrument, soundfont, total, RATE).mean(1).astype(np.float64)


def render(score: Score, soundfont: Path | None = None, seconds: float | None = None) -> np.ndarray:
    """The mixed clip, the same samples for the same score and soundfont.

    It is `seconds` long, without them as long as the score and the ringing of its last note.
    """
    rng = _chance(score)
    mix = mix_for(score)
    total = _length(score, seconds)
    dry, wet = np.zeros(total), np.zeros(total)
    for _, channel, sound in _parts(score, mix, soundfont, total, rng):
        dry += sound
        wet += sound * channel.reverb
    mixed = dry + mix.wet * _reverberation(wet, mixing.room(mix.room, rng))
    if mix.crackle:
        mixed += mix.crackle * np.sqrt(np.mean(mixed**2)) * synth.crackle(total, rng)
    return mixing.master(mixed, mix.tilt, mix.drive)


def stems(score: Score, soundfont: Path | None = None, seconds: float | None = None) -> dict[Role, np.ndarray]:
    """The sound of each role that has notes, with its reverberation: together they are what `render` then masters,
    but for the crackle of vinyl. As long as `render`."""
    rng = _chance(score)
    mix = mix_for(score)
    total = _length(score, seconds)
    dry, wet = ({part.role: np.zeros(total) for part in score.parts if part.notes} for _ in range(2))
    for part, channel, sound in _parts(score, mix, soundfont, total, rng):
        dry[part.role] += sound
        wet[part.role] += sound * channel.reverb
    response = mixing.room(mix.room, rng)
    return {role: dry[role] + mix.wet * _reverberation(wet[role], response) for role in dry}


def _chance(score: Score) -> np.random.Generator:
    return np.random.default_rng([score.seed, 7919])


def _length(score: Score, seconds: float | None) -> int:
    return int((score.seconds + TAIL if seconds is None else seconds) * RATE)


def _parts(
    score: Score, mix: Mix, soundfont: Path | None, total: int, rng: np.random.Generator
) -> Iterator[tuple[Part, Channel, np.ndarray]]:
    """Every part that has notes, its channel of the mixer, and its sound through it."""
    kicks = [score.span(note)[0] for part, note in score.notes() if part.instrument.drums and note.pitch in (35, 36)]
    for part, channel in zip(score.parts, mix.channels, strict=True):
        if not part.notes:
            continue
        tones = tones_of(score, part)
        if part.instrument.synth:
            sound = synth.VOICES[part.instrument.synth](tones, total, rng)
        else:
            sound = play(tones, part.instrument, soundfont or default_soundfont(), total)
        yield part, channel, _through(sound, channel, kicks, rng)


def _reverberation(sent: np.ndarray, response: np.ndarray) -> np.ndarray:
    """What comes back from the room, without its bass."""
    return mixing.bandpass(mixing.reverberate(sent, response), low=180)


def _through(stem: np.ndarray, channel: Channel, kicks: Sequence[float], rng: np.random.Generator) -> np.ndarray:
    """A part through its channel of the mixer."""
    stem = mixing.bandpass(stem, channel.low, channel.high)
    if channel.wobble:
        stem = mixing.waver(stem, channel.wobble, rng)
    # Soundfont presets differ in loudness by 20 dB: level every stem first, so that gains mean the same.
    active = mixing.envelope(stem, 0.02, 0.3)
    if not active.any():  # a voice may leave out what is too short for it
        return stem
    active = active[active > 0.1 * active.max()]
    stem = stem * (mixing.decibels(-20 + channel.gain) / (np.sqrt(np.mean(active**2)) + 1e-9))
    if channel.duck:
        stem = stem * mixing.decibels(-channel.duck * synth.pulses(kicks, len(stem), 0.22))
    return stem
