"""Lettering: where lines of text are on a picture, and what they say.

Both networks are PaddleOCR's small ones (PP-OCRv4, Apache 2.0), the second cut down to Latin letters.

References: Liao et al., Real-time scene text detection with differentiable binarization, AAAI 2020; Du et al.,
PP-OCR: a practical ultra lightweight OCR system, 2020; Graves et al., Connectionist temporal classification, ICML 2006.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from img2music.models import Models

DETECTOR, RECOGNISER = "lettering/detector.onnx", "lettering/recogniser.onnx"
ALPHABET = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
    "°±²·×ÉËÓÜàáäèéìíòóúüāēīōūǐǒ"
)
"""What the recogniser tells apart, after the blank that comes first in its output."""
MOST_LINES = 8
SIDES = (320, 448)
"""Pixels of the longer side that the detector sees, in one reading and the other. What is barely legible comes and goes
with a pixel in each of them, but seldom in all."""
_STRIDE = 32  # its sides must be multiples of this
_CELL = 2  # pixels to a cell in which lines are told apart
_INK = 0.3  # probability from which a cell is taken for text
_SURE = 0.5  # mean probability from which a line is taken for one
_SWELL = 1.6  # the detector marks the core of a line; its area is swollen back by this
_HEIGHT = 48  # pixels of a line as the recogniser sees it
_WIDTHS = (32, 480)
_LEGIBLE = 0.6  # confidence below which a reading is a guess
_CERTAIN = 0.9  # from which it counts in full
_MEAN = np.array([0.406, 0.456, 0.485], np.float32)  # blue, green, red
_DEVIATION = np.array([0.225, 0.224, 0.229], np.float32)


@dataclass(frozen=True)
class Line:
    """A line of text. `box` is left, top, right, bottom as shares of the picture's width and height."""

    text: str
    confidence: float
    box: tuple[float, float, float, float]

    @property
    def weight(self) -> float:
        """How far the reading is to be trusted, 0 to 1. What is barely legible comes and goes with a pixel: it must
        weigh little when it comes."""
        return min(max((self.confidence - _LEGIBLE) / (_CERTAIN - _LEGIBLE), 0.0), 1.0)


class Lettering:
    """Reads the largest lines of text on a picture; Latin letters, upright or turned by 90°."""

    def __init__(self, models: Models) -> None:
        self._detector = models.network(DETECTOR)
        self._recogniser = models.network(RECOGNISER)

    def __call__(self, picture: Image.Image) -> list[list[Line]]:
        """The legible lines on an RGB picture in each reading, the finest last: largest first, 8 at most."""
        with ThreadPoolExecutor(len(SIDES)) as threads:
            return list(threads.map(lambda side: self._lines(picture, side), SIDES))

    def _lines(self, picture: Image.Image, side: int) -> list[Line]:
        boxes = find_lines(self._ink(picture, side))[:MOST_LINES]
        lines = [Line(*self._read(picture, box), box) for box in boxes]
        return [line for line in lines if line.confidence >= _LEGIBLE]

    def _ink(self, picture: Image.Image, side: int) -> np.ndarray:
        """How likely each pixel of the picture is text, `(H, W)`, when its longer side is `side`."""
        ratio = side / max(picture.size)
        size = tuple(max(_STRIDE, round(length * ratio / _STRIDE) * _STRIDE) for length in picture.size)
        pixels = (_blue_green_red(picture.resize(size, Image.Resampling.BICUBIC)) / 255 - _MEAN) / _DEVIATION
        (ink,) = self._detector(["ink"], picture=pixels.transpose(2, 0, 1)[None])
        if ink.shape != (1, 1, *size[::-1]):
            raise self._detector.misfit()
        return ink[0, 0]

    def _read(self, picture: Image.Image, box: tuple[float, float, float, float]) -> tuple[str, float]:
        line = _cut(picture, box)
        width = round(_HEIGHT * line.width / line.height / 8) * 8
        width = min(max(width, _WIDTHS[0]), _WIDTHS[1])
        pixels = _blue_green_red(line.resize((width, _HEIGHT), Image.Resampling.BICUBIC)) / 127.5 - 1
        (letters,) = self._recogniser(["letters"], line=pixels.transpose(2, 0, 1)[None])
        if letters.ndim != 3 or letters.shape[::2] != (1, 1 + len(ALPHABET)) or letters.size == 0:
            raise self._recogniser.misfit()
        return collapse(letters[0])


def weigh(readings: Sequence[Sequence[Line]]) -> list[tuple[str, float]]:
    """What readings of a picture say together: the text of every line, and what it weighs beside all others."""
    return [(line.text, line.weight / len(readings)) for lines in readings for line in lines]


def find_lines(ink: np.ndarray) -> list[tuple[float, float, float, float]]:
    """Boxes around lines of text, largest first, as shares of width and height.

    `ink` `(H, W)` says how likely each pixel is text; sides are even.
    """
    height, width = ink.shape[0] // _CELL, ink.shape[1] // _CELL
    cells = ink.reshape(height, _CELL, width, _CELL).max((1, 3))
    labels = _label(cells > _INK)
    rows, columns = np.nonzero(labels)
    names, of = np.unique(labels[rows, columns], return_inverse=True)
    if not len(names):
        return []
    sure = np.bincount(of, cells[rows, columns]) / np.bincount(of) >= _SURE
    left, top = _extreme(np.minimum, columns, of), _extreme(np.minimum, rows, of)
    right, bottom = _extreme(np.maximum, columns, of) + 1, _extreme(np.maximum, rows, of) + 1
    reach = (right - left) * (bottom - top) * _SWELL / (2 * (right - left + bottom - top))
    boxes = np.stack([left - reach, top - reach, right + reach, bottom + reach], 1)[sure]
    boxes = (boxes / (width, height, width, height)).clip(0, 1)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return [tuple(map(float, boxes[i])) for i in np.argsort(-areas, kind="stable")]


def collapse(letters: np.ndarray) -> tuple[str, float]:
    """Text and mean confidence from the probabilities `(S, 1 + letters)` of each step: the likeliest letter of every
    step, repetitions and blanks left out."""
    best = letters.argmax(1)
    kept = (best != 0) & (best != np.concatenate([[0], best[:-1]]))
    text = "".join(ALPHABET[index - 1] for index in best[kept])
    return text, float(letters.max(1)[kept].mean()) if kept.any() else 0.0


def _label(mask: np.ndarray) -> np.ndarray:
    """Connected cells of a mask `(H, W)` get one number above 0; corners connect."""
    labels = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        spread = labels
        for axis in (0, 1):
            spread = _highest_neighbour(spread, axis)
        spread = np.where(mask, spread, 0)
        if (spread == labels).all():
            return labels
        # a label is the number of a cell, which may have heard of a higher one by now: far ones are reached by leaps
        known = np.append(0, spread)
        labels = known[spread]


def _highest_neighbour(values: np.ndarray, axis: int) -> np.ndarray:
    """The highest of each value `(H, W)` and those before and after it."""
    reach = [(0, 0), (0, 0)]
    reach[axis] = (1, 1)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(values, reach), 3, axis)
    return np.maximum(np.maximum(around[..., 0], around[..., 1]), around[..., 2])


def _extreme(pick: np.ufunc, places: np.ndarray, of: np.ndarray) -> np.ndarray:
    """The smallest or largest place of each label, `(L,)`."""
    first = np.full(of.max() + 1, places.max() if pick is np.minimum else places.min())
    pick.at(first, of, places)
    return first


def _cut(picture: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    """The line in a box; one that runs downwards is turned."""
    width, height = picture.size
    left, top = int(box[0] * width), int(box[1] * height)
    right, bottom = max(left + 1, int(np.ceil(box[2] * width))), max(top + 1, int(np.ceil(box[3] * height)))
    line = picture.crop((left, top, right, bottom))
    return line.transpose(Image.Transpose.ROTATE_90) if line.height > 1.5 * line.width else line


def _blue_green_red(picture: Image.Image) -> np.ndarray:
    """`(H, W, 3)` float32 in 0..255, in the order that the networks were trained with."""
    return np.asarray(picture.convert("RGB"), np.float32)[:, :, ::-1]
