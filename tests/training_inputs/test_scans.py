"""Views of covers as other scanners and cameras give them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch", reason="torch is not installed")

import torch

from img2music.training.covers.scans import RandomScan
from img2music.training.covers.views import training_view


def _cover(size: tuple[int, int] = (200, 160)) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), np.uint8)
    return Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC, (0, 0, 20, 16))


def test_without_effects_a_scan_is_the_picture() -> None:
    assert np.array_equal(RandomScan(0.0)(_cover()), _cover())


@pytest.mark.parametrize("seed", range(8))
def test_a_scan_shows_the_same_picture_otherwise(seed: int) -> None:
    random.seed(seed)
    scan = RandomScan(1.0)(_cover())
    assert scan.mode == "RGB" and all(0.7 < ratio < 1.3 for ratio in np.divide(scan.size, _cover().size))
    again, before = (np.asarray(picture.resize((32, 32)), float)[4:-4, 4:-4] for picture in (scan, _cover()))
    assert not np.array_equal(again, before)
    assert np.corrcoef(again.ravel(), before.ravel())[0, 1] > 0.3


def test_scans_are_repeated_by_the_seeds() -> None:
    def scan() -> torch.Tensor:
        random.seed(3)
        torch.manual_seed(3)
        return training_view("scanned", 64)(_cover())

    first = scan()
    assert first.shape == (3, 64, 64) and first.dtype == torch.uint8
    assert torch.equal(first, scan())
