"""OCR: text detection, then text recognition of each line that was found.

Both networks are the mobile ones of PaddleOCR (PP-OCRv4, Apache 2.0), the recogniser cut down to Latin letters.

References: Du et al., PP-OCR: a practical ultra lightweight OCR system, 2020; Graves et al., Connectionist temporal
classification, ICML 2006.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from img2music.models.folder import Models
from img2music.vision.ocr.detection import MOST_BOXES, Box, find_boxes

DETECTOR, RECOGNISER = "lettering/detector.onnx", "lettering/recogniser.onnx"
ALPHABET = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
    "°±²·×ÉËÓÜàáäèéìíòóúüāēīōūǐǒ"
)
"""The classes of the recogniser after the blank, which is class 0."""
SIDES = (288, 352, 416)
"""The longer side of the picture in each reading, pixels. Barely legible text comes and goes with a pixel in any single
reading, but seldom in all of them."""
_STRIDE = 32  # both sides of the detector's input must be multiples of this
_MARGIN = 16  # pixels of grey around the picture: the detector misses text close to an edge
_HEIGHT = 48  # height of a line in the recogniser's input, pixels
_WIDTHS = (32, 480)
_LEGIBLE = 0.6  # confidence below which a reading is a guess
_CERTAIN = 0.9  # from which it counts in full
_MEAN = np.array([0.406, 0.456, 0.485], np.float32)  # blue, green, red
_STD = np.array([0.225, 0.224, 0.229], np.float32)


@dataclass(frozen=True)
class Line:
    """A line of text."""

    text: str
    confidence: float
    box: Box

    @property
    def weight(self) -> float:
        """How much the line counts, 0 to 1: rising with its confidence, since barely legible text comes and goes."""
        return min(max((self.confidence - _LEGIBLE) / (_CERTAIN - _LEGIBLE), 0.0), 1.0)


class OCR:
    """Reads the largest lines of text on a picture; Latin letters, upright or turned by 90°."""

    def __init__(self, models: Models) -> None:
        self._detector = models.network(DETECTOR)
        self._recogniser = models.network(RECOGNISER)

    def __call__(self, picture: Image.Image) -> list[list[Line]]:
        """The legible lines on an RGB picture in each reading, the finest last: largest first, 8 at most."""
        with ThreadPoolExecutor(len(SIDES)) as threads:
            return list(threads.map(lambda side: self._lines(picture, side), SIDES))

    def _lines(self, picture: Image.Image, side: int) -> list[Line]:
        boxes = find_boxes(self._text_probability(picture, side))
        lines = [Line(*self._read(picture, box), box) for box in boxes]
        return [line for line in lines if line.confidence >= _LEGIBLE]

    def _text_probability(self, picture: Image.Image, side: int) -> np.ndarray:
        """The text probability `(H, W)` of each pixel of the picture, whose longer side is resized to `side`."""
        ratio = side / max(picture.size)
        width, height = (max(_STRIDE, round(length * ratio / _STRIDE) * _STRIDE) for length in picture.size)
        pixels = (_blue_green_red(picture.resize((width, height), Image.Resampling.BICUBIC)) / 255 - _MEAN) / _STD
        margin = (_MARGIN, _MARGIN)
        framed = np.pad(pixels.transpose(2, 0, 1), ((0, 0), margin, margin))[None]
        (probability,) = self._detector(["ink"], picture=framed)
        if probability.shape != (1, 1, *framed.shape[2:]):
            raise self._detector.misfit()
        return probability[0, 0, _MARGIN:-_MARGIN, _MARGIN:-_MARGIN]

    def _read(self, picture: Image.Image, box: Box) -> tuple[str, float]:
        pixels = _blue_green_red(_cut(picture, box)) / 127.5 - 1
        (letters,) = self._recogniser(["letters"], line=pixels.transpose(2, 0, 1)[None])
        if letters.ndim != 3 or letters.shape[::2] != (1, 1 + len(ALPHABET)) or letters.size == 0:
            raise self._recogniser.misfit()
        return collapse(letters[0])


def fingerprint(models: Models) -> str:
    """A fingerprint of the networks and settings: lines that were read with the same one need not be read again."""
    settings = (SIDES, _MARGIN, _LEGIBLE, _CERTAIN, MOST_BOXES, *map(models.checksum, (DETECTOR, RECOGNISER)))
    return hashlib.sha256(repr(settings).encode()).hexdigest()[:8]


def weigh(readings: Sequence[Sequence[Line]]) -> list[tuple[str, float]]:
    """The lines of all readings of a picture with their weights: a line counts in full if every reading has it."""
    return [(line.text, line.weight / len(readings)) for lines in readings for line in lines]


def collapse(letters: np.ndarray) -> tuple[str, float]:
    """Text and mean confidence from the probabilities `(S, 1 + letters)` of each step: the likeliest letter of every
    step, repetitions and blanks left out."""
    best = letters.argmax(1)
    kept = (best != 0) & (best != np.concatenate([[0], best[:-1]]))
    text = "".join(ALPHABET[index - 1] for index in best[kept])
    return text, float(letters.max(1)[kept].mean()) if kept.any() else 0.0


def _cut(picture: Image.Image, box: Box) -> Image.Image:
    """The line in a box as the recogniser sees it; one that runs downwards is turned."""
    left, right = (share * picture.width for share in box[::2])
    top, bottom = (share * picture.height for share in box[1::2])
    upright = bottom - top > 1.5 * (right - left)
    length, height = (bottom - top, right - left) if upright else (right - left, bottom - top)
    width = min(max(round(_HEIGHT * length / height / 8) * 8, _WIDTHS[0]), _WIDTHS[1])
    size = (_HEIGHT, width) if upright else (width, _HEIGHT)
    line = picture.resize(size, Image.Resampling.BICUBIC, (left, top, right, bottom))
    return line.transpose(Image.Transpose.ROTATE_90) if upright else line


def _blue_green_red(picture: Image.Image) -> np.ndarray:
    """`(H, W, 3)` float32 in 0..255, in the order that the networks were trained with."""
    return np.asarray(picture.convert("RGB"), np.float32)[:, :, ::-1]
