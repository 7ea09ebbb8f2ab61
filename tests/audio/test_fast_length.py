"""Fourier transforms are taken of lengths that have small factors alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from img2music.audio.fast_length import fast_length
from img2music.audio.limiter import true_peak
from img2music.audio.loudness import loudness

_FAST = [n for n in range(1, 12000) if (2**14 * 3**9 * 5**6 * 7**5) % n == 0]


@given(st.integers(0, 10000))
def test_it_is_the_next_length_with_small_factors_alone(least: int) -> None:
    assert fast_length(least) == next(n for n in _FAST if n >= least)


def test_the_default_length_of_a_snippet_is_fast() -> None:
    assert fast_length(15 * 22050) == 15 * 22050


def test_a_length_that_is_not_fast_sounds_as_loud_as_one_that_is() -> None:
    samples = 0.3 * np.sin(np.arange(44100) * 0.2).astype(np.float32) * np.hanning(44100)
    odd = samples[:44087]
    assert fast_length(len(odd)) != len(odd)
    assert abs(loudness(odd, 22050) - loudness(samples, 22050)) < 0.01
    assert abs(true_peak(odd) - true_peak(samples)) < 0.01
