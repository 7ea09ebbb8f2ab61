"""Covers as scanners and cameras give them: turned, framed, yellowed, grainy, under shrink wrap that glares.

A genre's covers often come from few sources, each with its own way of taking pictures. What is random in training
cannot be taken for a genre.
"""

from __future__ import annotations

import random

import numpy as np
from PIL import Image, ImageFilter
from torch import nn

_TURN = 3.0  # degrees, either way
_FRAME = 0.06  # of a side, at most
_CUT = 0.08  # of a side, at most
_GAIN = 0.12  # by how much each channel is brighter or darker, at most
_YELLOW = (0.0, 0.08, 0.3)  # share that old paper takes from red, green and blue, at most
_FADE = 0.2  # how far black may have faded, 1 is white
_GRAIN = 10.0  # standard deviation, of 255 levels, at most
_GLARE = 0.35  # opacity of the brightest reflection
_BLUR = 1.0  # pixels


class RandomScan(nn.Module):
    """A picture as another scanner or camera might have taken it; each effect comes with `probability`."""

    def __init__(self, probability: float = 0.3) -> None:
        super().__init__()
        self.probability = probability

    def forward(self, picture: Image.Image) -> Image.Image:
        """An RGB picture to another of about its size."""
        for change in (_cut, _turn, _frame, _blur):
            if random.random() < self.probability:
                picture = change(picture)
        pixels = np.asarray(picture, np.float32)
        for effect in (_age, _balance, _glare, _grain):
            if random.random() < self.probability:
                pixels = effect(pixels)
        return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def _cut(picture: Image.Image) -> Image.Image:
    left, top, right, bottom = (random.uniform(0, _CUT) for _ in range(4))
    width, height = picture.size
    box = (round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height))
    return picture.crop(box)


def _turn(picture: Image.Image) -> Image.Image:
    angle = random.uniform(-_TURN, _TURN)
    return picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=_table_colour())


def _frame(picture: Image.Image) -> Image.Image:
    """The picture with some of the scanner's lid or the table around it."""
    left, top, right, bottom = (random.uniform(0, _FRAME) for _ in range(4))
    width, height = picture.size
    size = (round(width * (1 + left + right)), round(height * (1 + top + bottom)))
    framed = Image.new("RGB", size, _table_colour())
    framed.paste(picture, (round(width * left), round(height * top)))
    return framed


def _table_colour() -> tuple[int, int, int]:
    grey = random.choice((0, 255, random.randint(0, 255)))
    return grey, grey, grey


def _blur(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(random.uniform(0, _BLUR)))


def _age(pixels: np.ndarray) -> np.ndarray:
    """`(H, W, 3)` in 0..255 as if printed on paper that yellowed, in ink that faded."""
    black = 255 * _FADE * random.random()
    return (black + pixels * (1 - black / 255)) * (1 - random.random() * np.array(_YELLOW, np.float32))


def _balance(pixels: np.ndarray) -> np.ndarray:
    """The same in other light."""
    return pixels * np.array([1 + random.uniform(-_GAIN, _GAIN) for _ in range(3)], np.float32)


def _glare(pixels: np.ndarray) -> np.ndarray:
    """The same with a soft white band across it."""
    height, width = pixels.shape[:2]
    angle, place, breadth = random.uniform(0, np.pi), random.uniform(-0.4, 0.4), random.uniform(0.05, 0.3)
    down, across = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j].astype(np.float32)
    distance = np.cos(angle) * across + np.sin(angle) * down - place
    opacity = random.uniform(0, _GLARE) * np.exp(-np.square(distance / breadth))[:, :, None]
    return pixels * (1 - opacity) + 255 * opacity


def _grain(pixels: np.ndarray) -> np.ndarray:
    """The same with noise that is alike in all three channels, as paper's is."""
    noise = np.random.default_rng(random.getrandbits(32)).standard_normal(pixels.shape[:2], np.float32)
    return pixels + random.uniform(0, _GRAIN) * noise[:, :, None]
