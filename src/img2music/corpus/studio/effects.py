"""Effects on samples `(T, 2)` at 44.1 kHz: equalisers, rooms, delays, width, compression, saturation, limiting.

What changes level over time gives its gain, so that the same gain can be put on every stem.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage, signal

from img2music.corpus.synthesis.oscillators import RATE, Array, bandpass

_HOP = 32
_LOOK = 0.003  # s that a limiter looks ahead


def shelf(x: Array, hertz: float, gain: float, high: bool) -> Array:
    """Turn up what is above (`high`) or below `hertz` by `gain` dB (Bristow-Johnson's cookbook, slope 0.7)."""
    if abs(gain) < 0.05:
        return x
    root, w = 10 ** (gain / 40), 2 * np.pi * hertz / RATE
    alpha = np.sin(w) / 2 * np.sqrt((root + 1 / root) * (1 / 0.7 - 1) + 2)
    sign = 1 if high else -1
    plus, minus, c, r = root + 1, root - 1, sign * np.cos(w), 2 * np.sqrt(root) * alpha
    b = [root * (plus + minus * c + r), -sign * 2 * root * (minus + plus * c), root * (plus + minus * c - r)]
    a = [plus - minus * c + r, sign * 2 * (minus - plus * c), plus - minus * c - r]
    return signal.lfilter(b, a, x, axis=0)


def peak(x: Array, hertz: float, gain: float, quality: float = 0.8) -> Array:
    """Turn up what is around `hertz` by `gain` dB."""
    if abs(gain) < 0.05:
        return x
    root, w = 10 ** (gain / 40), 2 * np.pi * hertz / RATE
    alpha = np.sin(w) / (2 * quality)
    b = [1 + alpha * root, -2 * np.cos(w), 1 - alpha * root]
    a = [1 + alpha / root, -2 * np.cos(w), 1 - alpha / root]
    return signal.lfilter(b, a, x, axis=0)


def widened(x: Array, width: float) -> Array:
    """The side channel louder (above 1) or softer: 0 is mono."""
    mid, side = x.mean(1), (x[:, 0] - x[:, 1]) / 2 * width
    return np.stack([mid + side, mid - side], axis=1)


def placed(x: Array, pan: float) -> Array:
    """Both channels moved to `pan` from -1 to 1; what is loud on the far side goes over as well."""
    if abs(pan) < 0.01:
        return x
    near, far = (0, 1) if pan < 0 else (1, 0)
    keep = np.cos(abs(pan) * np.pi / 2)
    out = np.empty_like(x)
    out[:, near] = x[:, near] + (1 - keep) * 0.7 * x[:, far]
    out[:, far] = x[:, far] * keep
    return out


def doubled(x: Array, depth: float, rng: np.random.Generator) -> Array:
    """A chorus: a wavering copy of each channel on the other side, `depth` from 0 to 1."""
    t = np.arange(len(x)) / RATE
    out = x.copy()
    for side in (0, 1):
        delay = 0.011 + 0.004 * rng.random() + 0.0018 * np.sin(2 * np.pi * (0.4 + 0.5 * rng.random()) * t + side * 2)
        copy = np.interp(t - delay, t, x[:, 1 - side], left=0)
        out[:, side] += depth * bandpass(copy, 200) * (1 if side else -1)
    return out / np.sqrt(1 + depth**2)


def room(seconds: float, rng: np.random.Generator, bright: float = 1.0) -> Array:
    """Impulse response `(T, 2)` of a room: early reflections from both sides, then noise that is different left and
    right and dies by 60 dB in `seconds`, the treble first."""
    count = int(RATE * seconds * 1.1)
    t = np.arange(count)[:, None] / RATE
    noise = rng.standard_normal((count, 2))
    bands = ((120, 700, 1.0, 1.0), (700, 3500, 0.85, 1.0), (3500, 9000, 0.55, bright), (9000, 0, 0.3, 0.8 * bright))
    tail = sum(
        level * bandpass(noise, low, high) * 10 ** (-3 * t / (seconds * life)) for low, high, life, level in bands
    )
    delay = int(RATE * (0.008 + 0.016 * min(seconds, 2.0)))
    response = np.concatenate([np.zeros((delay, 2)), tail * np.minimum(t / 0.006, 1.0)])
    early = np.zeros_like(response)
    for _ in range(10):
        early[rng.integers(int(0.004 * RATE), int(0.045 * RATE)), rng.integers(2)] += rng.choice([-1, 1]) * rng.random()
    early = bandpass(early, 150, 9000, 1)
    return response / np.sqrt(np.sum(response**2, axis=0)) + 0.7 * early / np.sqrt(np.sum(early**2, axis=0) + 1e-9)


def reverberated(x: Array, response: Array) -> Array:
    """The reverberation of `x`, as long as it: left and right each into its own side, and both a little into each."""
    crossed = 0.75 * x + 0.25 * x[:, ::-1]
    return signal.fftconvolve(crossed, response, axes=0)[: len(x)]


def echoed(x: Array, seconds: float, feedback: float) -> Array:
    """Echoes that go to and fro between the sides, each duller than the one before."""
    out, step = np.zeros_like(x), int(seconds * RATE)
    tap = np.stack([x.mean(1), np.zeros(len(x))], axis=1)
    for _ in range(5):
        tap = np.pad(tap, ((step, 0), (0, 0)))[: len(x), ::-1] * feedback
        tap = bandpass(tap, 250, 6000, 1)
        out += tap
    return out


def envelope(x: Array, attack: float, release: float) -> Array:
    """Level (RMS) of both channels every 32 samples, with rise and fall times in seconds."""
    padded = np.pad(x, ((0, -len(x) % _HOP), (0, 0)))
    power = np.mean(padded.reshape(-1, _HOP, x.shape[1]) ** 2, axis=(1, 2))
    rise, fall = (1 - np.exp(-_HOP / RATE / s) for s in (attack, release))
    level, out = 0.0, []
    for now in power.tolist():
        level += (rise if now > level else fall) * (now - level)
        out.append(level)
    return np.sqrt(np.array(out))


def compression(x: Array, threshold: float, ratio: float, attack: float = 0.01, release: float = 0.12) -> Array:
    """The gain `(T, 1)` of a compressor with a soft knee of 6 dB around `threshold` dBFS."""
    over = 20 * np.log10(envelope(x, attack, release) + 1e-6) - threshold
    bent = np.where(over > 3, over, np.where(over < -3, 0, (over + 3) ** 2 / 12))
    return _to_samples(10 ** (-bent * (1 - 1 / ratio) / 20), len(x))


def saturation(x: Array, drive: float) -> Array:
    """The gain `(T, 2)` of a soft clipper, level kept: 0 is clean, 1 is hot."""
    if drive <= 0:
        return np.ones_like(x)
    pushed = np.where(np.abs(x) < 1e-6, 1e-6, x) * (1 + 2 * drive)
    return np.tanh(pushed) / pushed


def limiting(x: Array, ceiling: float) -> Array:
    """The gain `(T, 1)` of a limiter that looks ahead: nothing exceeds `ceiling` (a factor)."""
    highest = np.abs(x).max(1)
    needed = np.minimum(1.0, ceiling / np.maximum(highest, 1e-9))
    size = int(_LOOK * RATE)
    held = ndimage.minimum_filter1d(needed, 2 * size + 1)
    return ndimage.uniform_filter1d(held, size)[:, None]


def pulses(times: Array, total: int, decay: float) -> Array:
    """1 at each of `times`, falling to 0 over `decay` seconds, `(total, 1)`: what a side chain follows."""
    out = np.zeros(total)
    size = int(decay * RATE)
    shape = 0.5 + 0.5 * np.cos(np.pi * np.arange(size) / size)
    for time in times:
        start = int(time * RATE)
        count = min(size, total - start)
        if count > 0:
            np.maximum(out[start : start + count], shape[:count], out=out[start : start + count])
    return ndimage.uniform_filter1d(out, 200)[:, None]


def _to_samples(gain: Array, count: int) -> Array:
    return np.interp(np.arange(count), np.arange(len(gain)) * _HOP + _HOP / 2, gain)[:, None]
