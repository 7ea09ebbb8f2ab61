"""Spectrograms of every kind of output beside what it comes from:
`python examples/contact_sheet.py --music CORPUS -o FIGURE`.

A column for each genre. From above: a clip; the same through encoder and decoder; a known embedding played (α = 0),
moved a little (0.5) and far (1); a loop, three times; the place where a long snippet goes on with another embedding.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from matplotlib.figure import Figure

from img2music import Img2Music
from img2music.audio.files.io import load_audio
from img2music.audio.stft import RATE, magnitude
from img2music.data.clips.clip import Clip, read_clips
from img2music.data.splits import pick
from img2music.genres import GENRES
from img2music.plotting.style import name_models, new_figure, save_figure, styled

SECONDS = 6.0
"""Of each sound that are shown."""
RANGE = 80.0
"""dB between the loudest and the darkest."""
COLOURS = 128
PICTURES = Path(__file__).parent


def sounds(img2music: Img2Music, clip: Clip, picture: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Name and samples `(T,)` of every kind of sound in the genre of `clip`."""
    original = load_audio(clip.path, RATE)[: round(SECONDS * RATE)]
    yield "clip", original
    with tempfile.TemporaryDirectory() as folder:
        soundfile.write(path := Path(folder) / "clip.wav", original, RATE)
        yield "reconstructed", img2music.reconstruct(path, clip.genre).mono(RATE)
    for alpha in (0.0, 0.5, 1.0):
        yield f"α = {alpha:g}", img2music.generate(picture, genre=clip.genre, alpha=alpha).mono(RATE)
    loop = img2music.generate(picture, genre=clip.genre, seconds=3.5, loop=True).mono(RATE)
    yield f"loop of {len(loop) / RATE:.1f} s", np.tile(loop, 3)
    long = img2music.generate(picture, genre=clip.genre, seconds=30).mono(RATE)
    yield "from 11 s on", long[11 * RATE :]


@styled
def contact_sheet(music: Path, models: Path | None, seed: int) -> Figure:
    """The sheet, of clips picked from the folder `music`."""
    img2music = Img2Music(models)
    clips = pick(read_clips(music), 1, seed)
    rows = [list(sounds(img2music, clip, PICTURES / f"{clip.genre}.png")) for clip in clips]
    figure = new_figure(
        1.6 * len(rows[0]) + 0.5, f"Log-magnitude spectrograms of {SECONDS:g} s, 0 to 11 kHz, {RANGE:g} dB"
    )
    grid = figure.subplots(len(rows[0]), len(rows), squeeze=False)
    for column, (clip, found) in enumerate(zip(clips, rows, strict=True)):
        for axes, (name, samples) in zip(grid[:, column], found, strict=True):
            shown = 20 * np.log10(magnitude(samples[: round(SECONDS * RATE)]) + 1e-6)
            axes.imshow(
                shown.T, origin="lower", aspect="auto", cmap="magma", vmin=shown.max() - RANGE, vmax=shown.max()
            )
            axes.set(title=f"{clip.genre}: {name}", xticks=(), yticks=())
    name_models(figure, img2music.models.version)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--music", type=Path, required=True, help=f"folder of clips of {', '.join(GENRES)}")
    parser.add_argument("--models", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    figure = contact_sheet(options.music, options.models, options.seed)
    save_figure(figure, options.output, force=True, colours=COLOURS)


if __name__ == "__main__":
    main()
