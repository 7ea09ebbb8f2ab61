"""A loop begins where it ends, on bar lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2music.generation.loop import FADE, close_loop, loop_ends

RATE = 22050


@pytest.mark.parametrize(
    ("bars", "seconds", "expected"),
    [
        ([0.5 * n for n in range(1, 30)], 15, (0.5, 12.5)),  # 28 bars: three phrases of eight
        ([2.0 * n for n in range(8)], 15, (2.0, 10.0)),  # the one at 0 leaves no room to fade; four of six
        ([1.0, 4.0, 7.0, 10.0], 15, (1.0, 7.0)),  # two of three
        ([1.0, 4.0], 15, (1.0, 4.0)),
        ([1.0, 20.0], 15, (FADE, 15)),  # no second bar line within
        ([], 15, (FADE, 15)),
    ],
)
def test_a_loop_is_as_many_bars_as_make_phrases(
    bars: list[float], seconds: float, expected: tuple[float, float]
) -> None:
    assert loop_ends(bars, seconds) == pytest.approx(expected)


@settings(deadline=None)
@given(st.lists(st.floats(0, 30), unique=True).map(sorted), st.floats(1, 30))
def test_the_ends_of_any_loop_lie_within(bars: list[float], seconds: float) -> None:
    begin, end = loop_ends(bars, seconds)
    assert FADE <= begin < end <= seconds


def test_a_loop_goes_on_as_smoothly_as_it_is() -> None:
    time = np.arange(5 * RATE) / RATE
    samples = (0.3 * np.sin(2 * np.pi * (200 + 20 * time) * time)).astype(np.float32)  # nothing repeats
    loop = close_loop(samples, RATE, 1.0, 3.0)
    assert len(loop) == 2 * RATE
    steps = np.abs(np.diff(np.concatenate([loop, loop])))
    seam = slice(len(loop) - 20, len(loop) + 20)
    assert steps[seam].max() <= 1.1 * np.abs(np.diff(loop[: RATE // 4])).max()


def test_an_onset_on_the_bar_line_stays_sharp() -> None:
    samples = np.zeros(4 * RATE, np.float32)
    samples[RATE : RATE + 100] = samples[3 * RATE : 3 * RATE + 100] = 0.5
    loop = close_loop(samples, RATE, 1.0, 3.0)
    assert np.abs(loop[:50]).min() > 0.1
    assert np.abs(loop[-RATE // 4 :]).max() < 1e-6
