"""How pictures look, over many: `python benchmarks/appearance.py COVERS [--most N]` prints the quantiles by which
`img2music.vision.appearance` places a picture among album covers."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np

from img2music.errors import PictureError
from img2music.vision.appearance import SHARES, measure
from img2music.vision.picture import load_picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("covers", type=Path, help="folder of pictures, sub-folders included")
    parser.add_argument("--most", type=int, default=3000)
    options = parser.parse_args()
    paths = sorted(
        path for path in options.covers.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp")
    )
    random.Random(0).shuffle(paths)
    rows = []
    for path in paths[: options.most]:
        try:
            rows.append(measure(load_picture(path)))
        except PictureError as error:
            print(f"left out: {error}")
    for name in rows[0]:
        quantiles = np.quantile([row[name] for row in rows], SHARES)
        print(f'    "{name}": ({", ".join(f"{value:.4f}" for value in quantiles)}),')


if __name__ == "__main__":
    main()
