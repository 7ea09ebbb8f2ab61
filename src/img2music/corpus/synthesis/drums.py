"""Electronic drums, synthesised hit by hit at 44.1 kHz on General MIDI drum pitches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from img2music.corpus.synthesis.oscillators import RATE, Array, bandpass, square

KICKS, SNARES, CLOSED, OPEN, CRASHES, TOMS = (35, 36), (38, 40), (42, 44), (46,), (49, 52, 55, 57), range(41, 51)
_METAL = np.array([205.3, 304.4, 369.6, 522.7, 540.0, 800.0])
"""Hz of the six oscillators whose squares are the metal of an analogue drum machine."""


@dataclass(frozen=True)
class ElectronicKit:
    """The tuning of a kit: `low` Hz of the kick and the `ring` in s, the `snap` of the snare in s, `dark` the
    reciprocal of brightness, `metal` how much of the hats is metal and not noise."""

    low: float
    ring: float
    snap: float
    dark: float
    metal: float

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> ElectronicKit:
        """A kit by chance."""
        spans = ((42, 60), (0.12, 0.4), (0.07, 0.2), (0.75, 1.2), (0.2, 0.9))
        return cls(*(float(rng.uniform(*span)) for span in spans))

    def hit(self, pitch: int, rng: np.random.Generator) -> Array:
        """One hit, `(T,)`; every hit differs a little."""
        t = np.arange(int(self._seconds(pitch) * RATE)) / RATE
        noise = rng.standard_normal(len(t))
        if pitch in KICKS:
            sweep = self.low * (1 + 6 * np.exp(-t / 0.014) + 0.6 * np.exp(-t / 0.06))
            body = np.sin(2 * np.pi * np.cumsum(sweep) / RATE) * np.exp(-t / self.ring)
            click = bandpass(noise, 2000, 12000) * np.exp(-t / 0.003)
            return np.tanh(1.8 * body) + 0.35 * click
        if pitch in SNARES:
            tune = 185 * self.dark * (1 + 0.8 * np.exp(-t / 0.012)) * rng.uniform(0.99, 1.01)
            body = np.sin(2 * np.pi * np.cumsum(tune) / RATE) * np.exp(-t / 0.09)
            rattle = bandpass(noise, 1100 / self.dark, 14000 / self.dark) * np.exp(-t / self.snap)
            crack = bandpass(noise, 3000) * np.exp(-t / 0.006)
            return 0.7 * body + 0.55 * rattle + 0.3 * crack
        if pitch == 39:
            bursts = sum(np.exp(-(t - d) / 0.005) * (t >= d) for d in (0.0, 0.010, 0.021, 0.030))
            return bandpass(noise, 900, 9000) * (bursts + 0.7 * np.exp(-t / self.snap)) * 0.6
        if pitch == 37:
            return (np.sin(2 * np.pi * 1750 * t) + np.sin(2 * np.pi * 830 * t)) * np.exp(-t / 0.012) * 0.6
        if pitch in CLOSED:
            return 0.5 * self._hat(t, noise, rng) * np.exp(-t / (0.03 * self.dark * rng.uniform(0.85, 1.15)))
        if pitch in OPEN:
            return 0.5 * self._hat(t, noise, rng) * np.exp(-t / 0.22)
        if pitch in CRASHES or pitch in (51, 53, 59):
            life = 0.9 if pitch in CRASHES else 0.45
            return 0.5 * (0.4 * self._hat(t, noise, rng) + 0.6 * bandpass(noise, 3200)) * np.exp(-t / life)
        if pitch in (54, 69, 70, 82):
            return 0.35 * bandpass(noise, 5000, 16000) * np.minimum(t / 0.015, 1) * np.exp(-t / 0.035)
        hertz = 440 * 2 ** ((pitch - 69 + 12) / 12)
        return np.sin(2 * np.pi * hertz * np.cumsum(1 + 0.5 * np.exp(-t / 0.03)) / RATE) * np.exp(-t / 0.18)

    def _hat(self, t: Array, noise: Array, rng: np.random.Generator) -> Array:
        metal = (
            np.sum([square(hertz * 1.9 * t + rng.random(), hertz * 1.9) for hertz in _METAL / self.dark], axis=0) / 6
        )
        return self.metal * bandpass(metal, 7500, order=3) * 3 + (1 - self.metal) * bandpass(noise, 6800, order=3)

    @staticmethod
    def _seconds(pitch: int) -> float:
        return 2.0 if pitch in CRASHES else 1.0 if pitch in (*KICKS, *OPEN, 51, 53, 59) else 0.5
