"""Snippets beside records of their genres, as spectrograms to 20 kHz and goniometers:
`python examples/stereo_sheet.py --music RECORDS -o FIGURE`.

Of ten pairs the left one is composed for a picture of these examples, the right one a record in stereo from the folder.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from img2music import Img2Music
from img2music.audio.files.io import load_stereo
from img2music.data.clips.clip import read_clips
from img2music.data.splits import pick
from img2music.evaluation.production.sheet import stereo_sheet
from img2music.plotting.style import name_models, save_figure
from img2music.stereo.transform import RATE

PAIRS = 10
BEGINNING, SECONDS = 30.0, 8.0
"""Of a record, what is shown, in s."""
COLOURS = 128
PICTURES = Path(__file__).parent


def sounds(img2music: Img2Music, music: Path, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Names and samples `(T, 2)` of snippets and records by turns."""
    records = pick(read_clips(music), -(-PAIRS // 4), seed)
    for number, record in enumerate(records[:PAIRS]):
        snippet = img2music.generate(PICTURES / f"{record.genre}.png", genre=record.genre, seed=seed + number)
        yield f"composed: {record.genre}, seed {seed + number}", snippet.samples
        whole = load_stereo(record.path, RATE, beginning=BEGINNING + SECONDS)
        yield f"record: {record.path.stem.replace('_', ' ')}", whole[-round(SECONDS * RATE) :]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--music", type=Path, required=True, help="folder of records in stereo with one sub-folder per genre"
    )
    parser.add_argument("--models", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    img2music = Img2Music(options.models)
    figure = stereo_sheet(list(sounds(img2music, options.music, options.seed)))
    name_models(figure, img2music.models.version)
    save_figure(figure, options.output, force=True, colours=COLOURS)


if __name__ == "__main__":
    main()
