"""Mixing: filters, room, compression, loudness. Signals are mono float arrays at ``RATE``."""

from __future__ import annotations

import numpy as np
from scipy import signal

from img2music.audio.loudness import normalise_loudness

RATE = 22_050
LEVEL_DB = -18.0  # at which compression and drive work

Array = np.ndarray


def decibels(gain: float | Array) -> float | Array:
    """Amplitude factor of a gain in dB."""
    return 10 ** (np.asarray(gain) / 20)


def bandpass(x: Array, low: float = 0.0, high: float = 0.0, order: int = 2) -> Array:
    """Keep ``low`` to ``high`` Hz; 0 leaves that side open."""
    if low > 0:
        x = signal.sosfilt(signal.butter(order, low, "highpass", fs=RATE, output="sos"), x)
    if 0 < high < 0.48 * RATE:
        x = signal.sosfilt(signal.butter(order, high, "lowpass", fs=RATE, output="sos"), x)
    return x


def room(seconds: float, rng: np.random.Generator) -> Array:
    """Impulse response of a room: noise decaying by 60 dB in ``seconds``, the treble dying first."""
    n = int(RATE * seconds * 1.1)
    t = np.arange(n) / RATE
    noise = rng.standard_normal(n)
    bands = ((120, 900, 1.0), (900, 3500, 0.8), (3500, 0, 0.5))
    tail = sum(bandpass(noise, low, high) * 10 ** (-3 * t / (seconds * life)) for low, high, life in bands)
    delay = int(RATE * (0.006 + 0.014 * min(seconds, 2.0)))
    response = np.concatenate([np.zeros(delay), tail * np.minimum(t / 0.004, 1.0)])
    return response / np.sqrt(np.sum(response**2))


def reverberate(x: Array, response: Array) -> Array:
    """The reverberation of ``x``, of the same length and about the same loudness."""
    return signal.fftconvolve(x, response)[: len(x)]


def waver(x: Array, cents: float, rng: np.random.Generator) -> Array:
    """Slow pitch drift of worn tape: about ``cents`` either way."""
    t = np.arange(len(x)) / RATE
    return np.interp(t + drift(t, cents, rng), t, x)


def drift(t: Array, cents: float, rng: np.random.Generator) -> Array:
    """How much later worn tape plays at each of the times ``t``, s: about ``cents`` of pitch either way."""
    shift = np.zeros(len(t))
    for hertz in (0.55 + 0.3 * rng.random(), 5 + 2 * rng.random()):
        depth = (2 ** (cents / 1200) - 1) / (2 * np.pi * hertz) * (0.8 if hertz < 2 else 0.2)
        shift += depth * np.sin(2 * np.pi * (hertz * t + rng.random()))
    return shift


def envelope(x: Array, attack: float, release: float, hop: int = 64) -> Array:
    """Loudness of ``x`` (RMS) once every ``hop`` samples, with rise and fall times in seconds."""
    padded = np.pad(x, (0, -len(x) % hop))
    power = np.mean(padded.reshape(-1, hop) ** 2, axis=1)
    rise, fall = (1 - np.exp(-hop / RATE / s) for s in (attack, release))
    out, level = np.empty_like(power), 0.0
    for i, p in enumerate(power):
        level += (rise if p > level else fall) * (p - level)
        out[i] = level
    return np.sqrt(out)


def compress(x: Array, threshold: float, ratio: float, attack: float = 0.01, release: float = 0.15) -> Array:
    """Turn down what is louder than ``threshold`` dBFS by ``ratio``."""
    level = 20 * np.log10(envelope(x, attack, release) + 1e-6)
    gain = -np.maximum(level - threshold, 0) * (1 - 1 / ratio)
    return x * decibels(np.interp(np.arange(len(x)), np.arange(len(gain)) * 64, gain))


def tilt(x: Array, amount: float) -> Array:
    """Brighter (positive) or darker: treble above 1 kHz by ``amount`` dB, bass by the opposite."""
    bass = bandpass(x, high=1000, order=1)
    return bass * decibels(-amount / 2) + (x - bass) * decibels(amount / 2)


def master(x: Array, brightness: float = 0.0, drive: float = 0.0) -> Array:
    """The finished clip: rumble out, gentle compression, as loud as a snippet, and fades too short to hear."""
    x = tilt(bandpass(x, low=28), brightness)
    x = x / (np.sqrt(np.mean(x**2)) + 1e-9) * decibels(LEVEL_DB)
    x = compress(x, LEVEL_DB + 2, 2.0)
    if drive > 0:
        x = np.tanh(x * (1 + drive) / 0.5) * 0.5
    x = normalise_loudness(x.astype(np.float32), RATE)
    t = np.arange(len(x)) / RATE
    return (x * np.minimum(t / 0.005, 1) * np.minimum(t[::-1] / 0.03, 1)).astype(np.float32)
