"""Kits of single recorded drums: the samples of Sonic Pi (CC0, Debian's `sonic-pi-samples`) and synthesised ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
from scipy import signal

from img2music.corpus.synthesis.drums import CLOSED, CRASHES, KICKS, OPEN, SNARES, TOMS, ElectronicKit
from img2music.corpus.synthesis.oscillators import RATE, Array, bandpass, panned
from img2music.corpus.tones import Tone

SONIC_PI = Path("/usr/share/sonic-pi/samples")
"""Where Debian's package puts them."""
_RECORDED: dict[str, str] = {
    "kick": "bd_808 bd_ada bd_boom bd_fat bd_gas bd_haus bd_klub bd_pure bd_sone bd_tek bd_zome bd_zum",
    "kick band": "drum_heavy_kick drum_bass_hard drum_bass_soft bd_fat",
    "snare": "sn_dolf sn_dub sn_zome sn_generic elec_hi_snare elec_lo_snare elec_mid_snare elec_filt_snare",
    "snare band": "drum_snare_hard drum_snare_soft sn_dolf sn_generic",
    "clap": "perc_snap perc_snap2 elec_snare",
    "rim": "elec_wood elec_tick elec_plip elec_pop",
    "closed": "drum_cymbal_closed elec_tick drum_cymbal_pedal",
    "open": "drum_cymbal_open elec_cymbal",
    "crash": "drum_splash_hard drum_cymbal_hard drum_splash_soft",
    "ride": "drum_cymbal_soft drum_cymbal_hard",
    "tom": "drum_tom_lo_hard drum_tom_mid_hard drum_tom_hi_hard elec_fuzz_tom",
    "shaker": "perc_till elec_tick perc_swash",
}
"""Names of recordings of each drum, parted by spaces."""
_KINDS = (
    (KICKS, "kick"),
    (SNARES, "snare"),
    ((39,), "clap"),
    ((37,), "rim"),
    (CLOSED, "closed"),
    (OPEN, "open"),
    (CRASHES, "crash"),
    ((51, 53, 59), "ride"),
    (TOMS, "tom"),
)
_PANS = {"closed": 0.25, "open": 0.25, "ride": -0.35, "crash": 0.45, "shaker": -0.4, "rim": 0.15, "clap": 0.0}
_ROUNDS = 4
"""Takes of each drum: no two hits in succession are the same."""


@dataclass(frozen=True)
class _Drum:
    """One drum of a kit: takes of it `(T,)`, and where it stands."""

    takes: tuple[Array, ...]
    pan: float
    choked_by: str = ""


class DrumKit:
    """A kit by chance: each drum is a recording, a synthesised one or both, tuned and shortened.

    With `band` its kick and snare are recordings of acoustic drums where there are any.
    """

    def __init__(self, rng: np.random.Generator, band: bool = False, samples: Path = SONIC_PI) -> None:
        self._band, self._samples = band, samples
        self._seed = int(rng.integers(1 << 32))
        self._electronic = ElectronicKit.drawn(rng)
        self._mirror = 1 if rng.random() < 0.8 else -1
        self._drums: dict[int, _Drum] = {}

    def play(self, tones: Sequence[Tone], total: int) -> Array:
        """Hits for `total` samples, `(total, 2)`; a closed hat ends an open one."""
        out = np.zeros((total, 2))
        ends = sorted(tone.start for tone in tones if tone.pitch in CLOSED)
        for number, tone in enumerate(tones):
            drum = self._drum(tone.pitch)
            sound = drum.takes[number % len(drum.takes)]
            start = int(tone.start * RATE)
            count = min(len(sound), total - start)
            if tone.pitch in OPEN:
                later = next((end for end in ends if end > tone.start + 0.02), None)
                if later is not None:
                    count = min(count, int((later - tone.start) * RATE) + 200)
            if count <= 0:
                continue
            hit = sound[:count] * (tone.velocity / 100) ** 1.5
            hit[-200:] *= np.linspace(1, 0, min(200, count))
            out[start : start + count] += panned(hit, drum.pan)
        return out

    def _drum(self, pitch: int) -> _Drum:
        if pitch not in self._drums:
            kind = next((kind for pitches, kind in _KINDS if pitch in pitches), "shaker")
            self._drums[pitch] = self._drawn(pitch, kind)
        return self._drums[pitch]

    def _drawn(self, pitch: int, kind: str) -> _Drum:
        rng = np.random.default_rng([self._seed, pitch])  # no drum depends on which others are heard
        recorded = _RECORDED.get(f"{kind} band", _RECORDED[kind]) if self._band else _RECORDED[kind]
        sampled = _recorded(self._samples, str(rng.choice(recorded.split())))
        # one recorded closed hat is too few for all kits
        share = 1.0 if sampled is None else float(rng.choice([0.0, 0.3, 1.0], p=_CHANCES.get(kind, (0.2, 0.4, 0.4))))
        tune = rng.uniform(-2, 2) + (12 * np.log2(pitch / 45) if kind == "tom" else 0)
        life = rng.uniform(0.15, 0.8)
        takes = []
        for _ in range(_ROUNDS):
            made = _levelled(self._electronic.hit(pitch, rng)) if share > 0 else np.zeros(1)
            take = share * made
            if sampled is not None and share < 1:
                played = _levelled(_tuned(sampled, tune + rng.normal(0, 0.08), life if kind in _SHORT else 2.0))
                size = max(len(take), len(played))
                take = np.pad(take, (0, size - len(take))) + (1 - share) * np.pad(played, (0, size - len(played)))
            takes.append(_LEVELS.get(kind, 0.5) * bandpass(take, high=rng.uniform(13000, 20000), order=1))
        return _Drum(tuple(takes), self._mirror * _PANS.get(kind, 0.0))


_SHORT = ("closed", "rim", "shaker", "kick", "snare", "clap")
_CHANCES = {"closed": (0.25, 0.25, 0.5), "kick": (0.35, 0.45, 0.2), "clap": (0.2, 0.3, 0.5), "shaker": (0.1, 0.1, 0.8)}
"""Of a recording alone, of both, of synthesis alone."""
_LEVELS = {"kick": 1.0, "snare": 0.85, "clap": 0.6, "closed": 0.32, "open": 0.34, "crash": 0.5, "ride": 0.35}


@lru_cache(maxsize=64)
def _recorded(folder: Path, name: str) -> Array | None:
    """A recording as mono `(T,)`, or None when the package is not installed."""
    path = folder / f"{name}.flac"
    if not path.is_file():
        return None
    sound, rate = soundfile.read(path, always_2d=True)
    mono = sound[: 3 * rate].mean(1)
    loud = np.flatnonzero(np.abs(mono) > 0.02 * np.abs(mono).max())
    return signal.resample(mono[loud[0] :], round((len(mono) - loud[0]) * RATE / rate))


def _tuned(sound: Array, semitones: float, life: float) -> Array:
    sound = signal.resample(sound, round(len(sound) / 2 ** (semitones / 12)))[: int(2.5 * RATE)]
    return sound * np.exp(-np.arange(len(sound)) / RATE / life)


def _levelled(sound: Array) -> Array:
    return sound / (np.abs(sound).max() + 1e-9)
