"""What the bundled models make of the example pictures: `python -m tests.generation.goldens` writes it down anew.

A change of it is a change of what users hear, and needs a reason in CHANGELOG.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from img2music import Img2Music
from img2music.stereo.transform import BINS, stft
from img2music.system.files import atomic_write

FILE = Path(__file__).parent / "goldens.npz"
PICTURES = sorted((Path(__file__).parents[2] / "examples").glob("*.png"))
CASES = {"perturb": 0, "flow": 1, "compose": 2}
"""Engines and the seeds they are heard with."""
_BANDS = np.unique(np.round(np.geomspace(1, BINS, 28)).astype(int))
_FRAMES = 43
"""Frames that are averaged, half a second."""
_FLOOR = 1e-6


def hear(img2music: Img2Music) -> dict[str, np.ndarray]:
    """Level in dB of each band in each half second, `(C, T, B)`, of every picture and engine.

    The genre is the one that a picture was drawn for.
    """
    return {
        f"{picture.stem}-{engine}": _levels(
            img2music.generate(picture, genre=picture.stem, engine=engine, seed=seed, seconds=6).samples
        )
        for picture in PICTURES
        for engine, seed in CASES.items()
        if engine in img2music.engines
    }


def _levels(samples: np.ndarray) -> np.ndarray:
    power = np.stack([np.square(np.abs(stft(np.ascontiguousarray(channel)))) for channel in samples.T])
    count = power.shape[1] // _FRAMES
    power = power[:, : count * _FRAMES].reshape(len(power), count, _FRAMES, BINS).mean(2)
    bands = np.add.reduceat(power, _BANDS[:-1], axis=2) / np.diff(_BANDS)
    return (10 * np.log10(bands + _FLOOR)).astype(np.float16)


def main() -> int:
    """Write the goldens of the bundled models."""
    heard = hear(Img2Music())
    with atomic_write(FILE, force=True) as temporary:
        np.savez_compressed(temporary, **heard)
    print(f"{FILE}: {FILE.stat().st_size} bytes; say in CHANGELOG.md why")
    return 0


if __name__ == "__main__":
    sys.exit(main())
