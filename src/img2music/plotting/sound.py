"""Waveforms and mel spectrograms (Figure 6 of the paper)."""

from __future__ import annotations

from collections.abc import Sequence

import librosa
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from img2music.output.snippet import Snippet
from img2music.plotting.style import genre_colour, new_figure, styled

RANGE = 80.0
"""Dynamic range of spectrograms, dB."""
_HOP = 512
_BANDS = 128
_COLUMNS = 800
_HIGHEST = 20_000
_HERTZ = (0, 500, 1000, 2000, 4000, 8000, 16000)


@styled
def sound_grid(sounds: Sequence[tuple[str, Snippet]], columns: int = 2, title: str | None = None) -> Figure:
    """Waveform above mel spectrogram of every sound under its name, row by row in `columns` columns.

    A clip of real music is shown as a `Snippet` with neither probabilities nor provenance.
    """
    rows = -(-len(sounds) // columns)
    figure = new_figure(2.45 * rows + 0.5, title or "Waveform and mel spectrogram of each clip")
    grid = figure.subplots(2 * rows, columns, squeeze=False, height_ratios=[1, 2] * rows)
    for axes in grid.flat:
        axes.set_visible(False)
    for number, (name, sound) in enumerate(sounds):
        row, column = divmod(number, columns)
        wave, mel = grid[2 * row : 2 * row + 2, column]
        draw_waveform(wave, sound)
        wave.set(title=name, visible=True)
        wave.tick_params(labelbottom=False)
        image = draw_mel_spectrogram(mel, sound)
        mel.set(visible=True)
    figure.colorbar(image, ax=grid[1::2], label="dB from the loudest", aspect=20 * rows, pad=0.01)
    return figure


def draw_waveform(axes: Axes, sound: Snippet) -> None:
    """The lowest and highest sample of the middle in each of 800 moments, full scale from -1 to 1, over s."""
    samples = sound.mono(sound.rate)
    edges = np.linspace(0, len(samples), min(_COLUMNS, len(samples)), endpoint=False).astype(int)
    low, high = np.minimum.reduceat(samples, edges), np.maximum.reduceat(samples, edges)
    axes.fill_between(edges / sound.rate, low, high, color=genre_colour(sound.genre), linewidth=0.3)
    axes.set(xlim=(0, sound.seconds), ylim=(-1, 1), yticks=(-1, 0, 1), ylabel="amplitude")


def draw_mel_spectrogram(axes: Axes, sound: Snippet) -> AxesImage:
    """Power of 128 mel bands of the middle in dB below the loudest, over s and Hz, up to 20 kHz."""
    highest = min(sound.rate / 2, _HIGHEST)
    power = librosa.feature.melspectrogram(
        y=sound.mono(sound.rate), sr=sound.rate, hop_length=_HOP, n_mels=_BANDS, fmax=highest
    )
    level = librosa.power_to_db(power, ref=np.max, top_db=RANGE)
    image = axes.imshow(
        level, cmap="magma", vmin=-RANGE, vmax=0, aspect="auto", origin="lower", interpolation="nearest",
        extent=(0, sound.seconds, 0, float(librosa.hz_to_mel(highest))),
    )  # fmt: skip
    ticks = [hertz for hertz in _HERTZ if hertz <= highest]
    axes.set_yticks(librosa.hz_to_mel(ticks), [f"{hertz // 1000}k" if hertz >= 1000 else str(hertz) for hertz in ticks])
    axes.set(xlabel="time (s)", ylabel="frequency (Hz)")
    return image
