"""A picture and the music that came out of it: `python examples/figure.py PICTURE… -o FIGURE`.

Each row shows a picture, the waveform of its snippet and the mel spectrogram.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from img2music import Img2Music, Snippet
from img2music.plotting.sound import draw_mel_spectrogram, draw_waveform
from img2music.plotting.style import name_models, new_figure, save_figure, styled
from img2music.vision.picture import load_picture


def _title(snippet: Snippet) -> str:
    """Of the score that is played, or of the known clip that was moved."""
    return snippet.provenance.embeddings[0].title if snippet.score is None else snippet.score.title


@styled
def pictures_and_music(rows: Sequence[tuple[Path, Snippet]], models: str) -> Figure:
    """Picture, waveform and mel spectrogram side by side, a row for each; `models` is their version."""
    figure = new_figure(2 * len(rows) + 0.3, "Pictures, and waveform and mel spectrogram of their music")
    grid = figure.subplots(len(rows), 3, squeeze=False, width_ratios=[1, 2, 2])
    for (shown, wave, mel), (picture, snippet) in zip(grid, rows, strict=True):
        shown.imshow(load_picture(picture))
        shown.axis("off")
        shown.set_title(f"{picture.name}: {snippet.genre} ({snippet.probabilities[snippet.genre]:.0%})")
        draw_waveform(wave, snippet)
        wave.set(title=_title(snippet), xlabel="time (s)")
        draw_mel_spectrogram(mel, snippet)
    name_models(figure, models)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    img2music = Img2Music()
    rows = [(picture, img2music.generate(picture, seed=options.seed)) for picture in options.pictures]
    save_figure(pictures_and_music(rows, img2music.models.version), options.output, force=True)


if __name__ == "__main__":
    main()
