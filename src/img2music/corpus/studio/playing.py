"""What plays a part: a soundfont, a sampled instrument, a drum kit or a synthesiser, each in a few sounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from img2music.composition.score import Part
from img2music.corpus.sounds import sfz, soundfont
from img2music.corpus.sounds.drum_samples import SONIC_PI, DrumKit
from img2music.corpus.synthesis import pitched, voices
from img2music.corpus.synthesis.oscillators import RATE, Array
from img2music.corpus.tones import Tone
from img2music.synthesis.performance import sound_number

SYNTHESISERS: dict[str, Callable[[Sequence[Tone], int, np.random.Generator], Array]] = {
    "sub": pitched.sub,
    "saws": pitched.supersaw,
    "pluck": pitched.pluck,
    "lead": pitched.lead,
    "scratch": pitched.scratch,
    "riser": pitched.riser,
    "rap": voices.rap,
    "sing": voices.sing,
}
_ELECTRONIC = ("drum machine", "808 drums", "electronic drums", "vinyl drums")
_SUNG_LEADS = ("saw lead", "square lead")


@dataclass(frozen=True)
class Sounds:
    """What there is to play on: soundfonts, folders of sampled instruments by the name of what they play, and the
    folder of single drums. Only the first soundfont is needed."""

    soundfonts: tuple[Path, ...]
    sampled: tuple[tuple[str, Path], ...] = ()
    drums: Path = SONIC_PI

    def instruments(self, name: str) -> list[Path]:
        """The sampled instruments that play what is called `name`."""
        return [path for called, path in self.sampled if called == name]


def play(part: Part, tones: Sequence[Tone], genre: str, sounds: Sounds, total: int, sound: int) -> Array:
    """The notes of a part in one of the sounds of its instrument, dry, `(total, 2)` at 44.1 kHz.

    A sound is the same in every score: what varies without the score's saying so, no network could learn.
    """
    instrument = part.instrument
    rng = np.random.default_rng(sound_number(instrument, sound))
    font = sounds.soundfonts[sound % len(sounds.soundfonts)]
    if instrument.drums:
        return _drums(part, tones, genre, sounds, font, total, rng)
    if instrument.synth:
        return SYNTHESISERS[instrument.synth](tones, total, rng)
    if instrument.name in _SUNG_LEADS and rng.random() < 0.7:
        return pitched.lead(tones, total, rng)
    if instrument.name == "polysynth" and rng.random() < 0.6:
        return pitched.supersaw(tones, total, rng)
    sampled = sounds.instruments(instrument.name)
    if sampled and sound == 0:
        chosen = sampled[int(rng.integers(len(sampled)))]
        return sfz.play(tones, sfz.read_sfz(chosen), total, RATE)
    return soundfont.play(tones, instrument, font, total, RATE).astype(np.float64)


def _drums(
    part: Part, tones: Sequence[Tone], genre: str, sounds: Sounds, font: Path, total: int, rng: np.random.Generator
) -> Array:
    if part.name in _ELECTRONIC and (part.instrument.synth or rng.random() < 0.7):
        return DrumKit(rng, samples=sounds.drums).play(tones, total)
    played = soundfont.play(tones, part.instrument, font, total, RATE).astype(np.float64)
    if genre not in ("pop", "hiphop"):
        return played
    share = rng.uniform(0.3, 0.9)
    # kick and snare of a band get a recorded hit beside them, as engineers do
    kit = DrumKit(rng, band=True, samples=sounds.drums)
    beside = kit.play([tone for tone in tones if tone.pitch in (35, 36, 38, 40)], total)
    return played / (np.abs(played).max() + 1e-9) + share * beside / (np.abs(beside).max() + 1e-9)
