"""Waveforms above mel spectrogram over a common time axis, as an SVG image to put into a page."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from img2music.app.drawings.mel import FLOOR, highest, mel_levels, to_mel
from img2music.output.snippet import Snippet

WIDTH, HEIGHT = 480, 250
_LEFT, _RIGHT = 40, 470
_WAVE = (6, 78)
_MEL = (90, 220)
_COLUMNS = _RIGHT - _LEFT
_TICKS = 6
_FREQUENCIES = {250: "250", 1000: "1k", 4000: "4k", 16_000: "16k"}

# From dark blue through red to pale yellow: lightness alone shows the level, also to colour-blind people.
_SHADES = np.array([(8, 8, 32), (64, 24, 110), (150, 44, 110), (226, 86, 74), (252, 168, 82), (252, 246, 190)])


def draw_sound(snippet: Snippet) -> str:
    """Waveforms, left above right, and mel spectrogram of a snippet as an SVG element; its text has the colour of the
    surrounding text."""
    seconds = snippet.seconds
    label = f"Waveform and mel spectrogram of {seconds:g} seconds of {snippet.genre}"
    return "".join(
        [
            f'<svg class="i2m-figure" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">',
            f'<path class="i2m-wave" d="{_waves(snippet.samples)}"/>',
            f'<image x="{_LEFT}" y="{_MEL[0]}" width="{_COLUMNS}" height="{_MEL[1] - _MEL[0]}" '
            f'preserveAspectRatio="none" href="{_mel(snippet)}"/>',
            *(
                _frequency(hertz, name, snippet.rate)
                for hertz, name in _FREQUENCIES.items()
                if hertz < snippet.rate / 2
            ),
            f'<text x="{_LEFT - 8}" y="{_MEL[0] - 4}" text-anchor="end">Hz</text>',
            *(_tick(tick, seconds) for tick in _ticks(seconds)),
            "</svg>",
        ]
    )


def _waves(samples: np.ndarray) -> str:
    """The outlines of the waveforms `(T,)` or `(T, C)` as an SVG path, the first channel above the second."""
    columns = samples.reshape(len(samples), -1).T
    edges = np.linspace(*_WAVE, len(columns) + 1)
    return "".join(_wave(*lane) for lane in zip(columns, edges[:-1], edges[1:], strict=True))


def _wave(samples: np.ndarray, top: float, bottom: float) -> str:
    """The outline of a waveform `(T,)`: along the maxima, then back along the minima."""
    count = min(_COLUMNS, len(samples))
    starts = np.linspace(0, len(samples), count, endpoint=False).astype(int)
    highest, lowest = np.maximum.reduceat(samples, starts), np.minimum.reduceat(samples, starts)
    middle, reach = (top + bottom) / 2, (bottom - top) / 2
    x = np.linspace(_LEFT, _RIGHT, count)
    there = [f"{a:.0f},{middle - reach * b:.1f}" for a, b in zip(x, highest, strict=True)]
    back = [f"{a:.0f},{middle - reach * b + 0.5:.1f}" for a, b in zip(x[::-1], lowest[::-1], strict=True)]
    return "M" + " ".join(there + back) + "Z"


def _mel(snippet: Snippet) -> str:
    """The mel spectrogram as a PNG in a data URL, low frequencies at the bottom."""
    levels = mel_levels(snippet.samples, snippet.rate)
    starts = np.linspace(0, levels.shape[1], min(_COLUMNS, levels.shape[1]), endpoint=False).astype(int)
    columns = np.maximum.reduceat(levels, starts, axis=1)[::-1]
    image = Image.fromarray(np.rint(255 * (1 - columns / FLOOR)).astype(np.uint8), "L").convert("P")
    image.putpalette(_palette())
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _palette() -> list[int]:
    places = np.linspace(0, len(_SHADES) - 1, 256)
    channels = [np.interp(places, range(len(_SHADES)), _SHADES[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, 1)).astype(int).ravel().tolist()


def _frequency(hertz: int, name: str, rate: int) -> str:
    y = _MEL[1] - (_MEL[1] - _MEL[0]) * float(to_mel(hertz) / to_mel(highest(rate)))
    return (
        f'<line x1="{_LEFT - 5}" y1="{y:.1f}" x2="{_LEFT}" y2="{y:.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{name}</text>'
    )


def _ticks(seconds: float) -> list[float]:
    """Round times in s, at most `_TICKS` steps apart."""
    step = next(step for step in (0.2, 0.5, 1, 2, 5, 10, 20, 30) if seconds / step <= _TICKS)
    return [step * number for number in range(int(seconds / step) + 1)]


def _tick(time: float, seconds: float) -> str:
    x = _LEFT + _COLUMNS * time / seconds
    anchor = "end" if x > _RIGHT - 12 else "middle"
    return (
        f'<line x1="{x:.1f}" y1="{_MEL[1]}" x2="{x:.1f}" y2="{_MEL[1] + 5}"/>'
        f'<text x="{x:.1f}" y="{_MEL[1] + 20}" text-anchor="{anchor}">{time:g} s</text>'
    )
