"""Changing the sampling rate of a recording, with NumPy alone."""

import math
from functools import lru_cache

import numpy as np

from img2music.audio.fast_length import fast_length

# The low-pass is flat up to this share of the lower Nyquist frequency and has faded to zero at 1.
_FLAT_SHARE = 0.9
# Samples at the lower rate: the margin around a block, after which the filter is below -140 dB, and the least length of
# a block.
_GUARD = 1024
_BLOCK = 32768
# A ratio of rates with larger terms than this (such as 44,101 to 22,050) would need blocks of lengths whose Fourier
# transforms are slow. Such recordings are first oversampled by `_OVERSAMPLING` in blocks of fast lengths. Each sample
# is then interpolated from `_TAPS` around it by a windowed sinc, tabulated at `_PLACES` positions between two samples.
# Its stop band is below -120 dB.
_LARGEST_TERM = 16384
_OVERSAMPLING = 2
_TAPS = 24
_PLACES = 4096
_KAISER_BETA = 13.0


def resample(samples: np.ndarray, rate_from: int, rate_to: int) -> np.ndarray:
    """`samples` (T,) at `rate_from` Hz resampled to `rate_to` Hz, float32.

    The result is (ceil(T * rate_to / rate_from),), with no delay. Everything below 0.9 of the lower
    Nyquist frequency passes unchanged; nothing above that frequency remains. The recording is taken to be silent
    before and after. Raises `ValueError` unless both rates are positive.
    """
    if rate_from <= 0 or rate_to <= 0:
        raise ValueError(f"sampling rates must be positive, not {rate_from} and {rate_to} Hz")
    samples = np.asarray(samples, np.float32)
    if rate_from == rate_to:
        return samples.copy()
    down, up = _terms(rate_from, rate_to)
    if max(down, up) <= _LARGEST_TERM:
        return _resample_by_spectrum(samples, down, up)
    return _resample_by_interpolation(samples, down, up)


def look_ahead(rate_from: int, rate_to: int) -> int:
    """How many samples at `rate_from` Hz after a moment can influence the output of `resample` before it.

    To resample only the beginning of a recording, take that many samples more: the output is then bit-exact.
    """
    if rate_from == rate_to:
        return 0
    down, up = _terms(rate_from, rate_to)
    if max(down, up) <= _LARGEST_TERM:
        return (math.ceil(_BLOCK / min(down, up)) + math.ceil(_GUARD / min(down, up))) * down
    hop, guard, _ = _blocks(down, up)
    return hop + guard


def _terms(rate_from: int, rate_to: int) -> tuple[int, int]:
    """The ratio of two rates in lowest terms: `down` samples in last exactly as long as `up` samples out."""
    common = math.gcd(rate_from, rate_to)
    return rate_from // common, rate_to // common


def _resample_by_spectrum(samples: np.ndarray, down: int, up: int) -> np.ndarray:
    """Resample in blocks whose lengths are multiples of `down` before and of `up` after."""
    guard = math.ceil(_GUARD / min(down, up))
    block = math.ceil(_BLOCK / min(down, up))
    length = math.ceil(len(samples) * up / down)

    gain = _low_pass((block + 2 * guard) * min(down, up)) * np.float32(up / down)
    blocks = math.ceil(length / (block * up))
    padded = np.pad(samples, (guard * down, (blocks * block + guard) * down - len(samples)))
    pieces: list[np.ndarray] = [np.zeros(0, np.float32)]
    for start in range(0, blocks * block * down, block * down):
        piece = padded[start : start + (block + 2 * guard) * down]
        # Cutting or extending the spectrum is what changes the rate; the guards hold the wrap-around.
        spectrum = np.fft.rfft(piece)[: len(gain)] * gain
        pieces.append(np.fft.irfft(spectrum, (block + 2 * guard) * up)[guard * up : -guard * up])
    return np.concatenate(pieces)[:length].astype(np.float32)


def _resample_by_interpolation(samples: np.ndarray, down: int, up: int) -> np.ndarray:
    """Resample in blocks of fast lengths to an intermediate rate, then interpolate at the output's positions."""
    hop, guard, between = _blocks(down, up)
    before = hop + 2 * guard
    gain = _low_pass(round(before * min(1.0, up / down))) * np.float32(between / before)
    padded = np.pad(samples, (guard, before))
    result = np.zeros(math.ceil(len(samples) * up / down), np.float32)
    for start in range(0, len(samples), hop):
        first, end = (min(-(-moment * up // down), len(result)) for moment in (start, start + hop))
        spectrum = np.fft.rfft(padded[start : start + before])[: len(gain)] * gain
        curve = np.fft.irfft(spectrum, between)
        for some in range(first, end, _BLOCK):  # as much at once as memory is cheap for
            # Whole numbers, as floats would blur the moments of a long recording.
            whole, part = np.divmod(np.arange(some, min(some + _BLOCK, end)) * down, up)
            places = (whole - start + guard + part / up) * (between / before)
            result[some : some + len(places)] = _interpolate(curve, places)
    return result


def _blocks(down: int, up: int) -> tuple[int, int, int]:
    """The hop and the margin of a block in samples, and its length at the intermediate rate."""
    lower = min(1.0, up / down)  # the lower rate relative to the one before
    guard = math.ceil(_GUARD / lower)
    before = fast_length(math.ceil(_BLOCK / lower) + 2 * guard)
    return before - 2 * guard, guard, fast_length(math.ceil(before * lower * _OVERSAMPLING))


def _interpolate(samples: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The values (N,) of a curve through `samples` (T,), whose frequencies are below half that of Nyquist.

    The `places` (N,) are positions among the samples, at least half the taps away from the ends.
    """
    table = _kernels()
    whole = np.floor(places).astype(np.int64)
    part, row = np.modf((places - whole) * _PLACES)
    row = row.astype(np.int64)
    near = np.lib.stride_tricks.sliding_window_view(samples, _TAPS)[whole - (_TAPS // 2 - 1)]
    here: np.ndarray = np.einsum("nt,nt->n", near, table[row])
    there: np.ndarray = np.einsum("nt,nt->n", near, table[row + 1])
    here += (there - here) * part
    return here


@lru_cache(maxsize=1)
def _kernels() -> np.ndarray:
    """The weights (places + 1, taps) of the samples around each place between two of them."""
    away = np.arange(_TAPS) - (_TAPS // 2 - 1) - np.arange(_PLACES + 1)[:, np.newaxis] / _PLACES
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(1 - (away / (_TAPS / 2)) ** 2, 0)))
    weights: np.ndarray = np.sinc(away) * window
    weights /= weights.sum(1, keepdims=True)
    return weights.astype(np.float32)


def _low_pass(length: int) -> np.ndarray:
    """The gain (length // 2 + 1,) at the frequencies of a block of `length` at the lower rate."""
    share = np.arange(length // 2 + 1) / (length / 2)
    fade = np.clip((share - _FLAT_SHARE) / (1 - _FLAT_SHARE), 0, 1)
    return (0.5 + 0.5 * np.cos(np.pi * fade)).astype(np.float32)
