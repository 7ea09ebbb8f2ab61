"""Small inputs that are the same everywhere."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from img2music.audio.stft import RATE


def tune(seconds: float = 4.0, bpm: float = 120.0, rate: int = RATE, seed: int = 0) -> np.ndarray:
    """Decaying notes on the beats of a C major scale, a thump on each bar, and noise between, `(T,)` float32."""
    time = np.arange(round(seconds * rate)) / rate
    random = np.random.default_rng(seed)
    samples = 0.01 * random.standard_normal(len(time))
    beat = 60 / bpm
    for number in range(int(seconds / beat)):
        since = time - number * beat
        heard = since >= 0
        hertz = 440 * 2 ** (((0, 4, 7, 12, 5, 9, 2, 7)[number % 8] - 9) / 12)
        for partial in range(1, 5):
            samples += heard * 0.2 / partial * np.exp(-4 * since * heard) * np.sin(2 * np.pi * partial * hertz * since)
        if number % 4 == 0:
            samples += heard * 0.5 * np.exp(-20 * since * heard) * np.sin(2 * np.pi * 60 * since)
        samples += heard * 0.2 * np.exp(-60 * since * heard) * random.standard_normal(len(time))
    return samples.astype(np.float32)


def pictures() -> dict[str, Image.Image]:
    """RGB pictures that differ in everything that is measured of them."""
    across, down = np.meshgrid(np.linspace(0, 1, 96), np.linspace(0, 1, 64))
    random = np.random.default_rng(1)
    arrays = {
        "dusk": np.stack([0.4 * across, 0.15 + 0.1 * down, 0.5 - 0.2 * across], 2),
        "dawn": np.stack([0.9 - 0.1 * down, 0.7 - 0.3 * across, 0.3 + 0.2 * down * across], 2),
        "noise": random.random((64, 96, 3)),
        "grey": np.repeat((0.5 + 0.4 * np.sin(20 * across * down))[..., None], 3, 2),
        "stripes": np.stack([across * 8 % 1, down * 6 % 1, (across + down) * 5 % 1], 2),
        "black": np.full((64, 96, 3), 0.01),
    }
    return {name: Image.fromarray(np.rint(255 * array).astype(np.uint8)) for name, array in arrays.items()}


def lettered() -> Image.Image:
    """A sleeve with words on it, upright and turned."""
    picture = Image.new("RGB", (640, 480), (30, 40, 90))
    pencil = ImageDraw.Draw(picture)
    pencil.text((60, 50), "MILES DAVIS", "white", font_size=72)
    pencil.text((90, 180), "Kind of Blue", (240, 200, 80), font_size=48)
    pencil.text((120, 290), "Sinfonia No. 40", (150, 150, 190), font_size=26)
    turned = Image.new("RGB", (150, 40), (30, 40, 90))
    ImageDraw.Draw(turned).text((5, 2), "STEREO", "white", font_size=32)
    picture.paste(turned.rotate(90, expand=True), (20, 300))
    return picture
