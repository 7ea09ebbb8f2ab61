"""How pictures are read, what they are called, and what stays when they are saved again."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from img2music.vision.colours import colour_of
from img2music.vision.contours import contours_of
from img2music.vision.fingerprint import SKETCHES, sketch_of
from img2music.wishes import CENTRE_OUT, LEFT_RIGHT, ORDERS, TOP_DOWN, WHOLE


def _ramp(turned: bool = False) -> Image.Image:
    """Dark on the left and light on the right, or above and below."""
    row = np.linspace(20, 235, 96).astype(np.uint8)
    grey = np.broadcast_to(row, (96, 96))
    return Image.fromarray(np.ascontiguousarray(grey.T if turned else grey)).convert("RGB")


def test_lightness_is_read_in_each_order() -> None:
    across = contours_of(_ramp())[LEFT_RIGHT]
    down = contours_of(_ramp(turned=True))[TOP_DOWN]
    assert across is not None and down is not None
    for points in (across.lightness, down.lightness):
        assert list(points) == sorted(points)
        assert points[0] < 0.2 < 0.8 < points[-1]


def test_what_stands_out_has_a_height_where_it_is() -> None:
    picture = Image.new("RGB", (120, 120), "#203060")
    picture.paste("#f0c020", (10, 80, 40, 110))  # low on the left
    picture.paste("#f0c020", (80, 10, 110, 40))  # high on the right
    contour = contours_of(picture)[LEFT_RIGHT]
    assert contour is not None
    assert max(contour.height[1:5]) < 0.3 < 0.7 < min(contour.height[-5:-1])


def test_from_the_centre_out_the_middle_comes_first() -> None:
    picture = Image.new("RGB", (120, 120), "black")
    picture.paste("white", (45, 45, 75, 75))
    contour = contours_of(picture)[CENTRE_OUT]
    assert contour is not None
    assert contour.lightness[0] > 0.8 > 0.5 > contour.lightness[-1]


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (64, 64)])
def test_plain_pictures_have_no_contour(size: tuple[int, int]) -> None:
    found = contours_of(Image.new("RGB", size, "#8040c0"))
    assert set(found) == set(ORDERS)
    assert not any(found.values())
    assert 0 <= sketch_of(Image.new("RGB", size, "#8040c0")) < SKETCHES


def test_a_whole_has_no_contour() -> None:
    assert contours_of(_ramp())[WHOLE] is None


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000000", "black"),
        ("#ffffff", "white"),
        ("#10205a", "dark blue"),
        ("#d02020", "red"),
        ("#f5e020", "yellow"),
        ("#808080", "grey"),
        ("#20a040", "green"),
    ],
)
def test_colours_have_their_names(colour: str, name: str) -> None:
    assert colour_of(Image.new("RGB", (9, 9), colour)) == name


def test_a_picture_saved_again_keeps_its_sketch_and_contour() -> None:
    rng = np.random.default_rng(5)
    coarse = Image.fromarray(rng.integers(0, 256, (5, 5, 3), np.uint8))
    picture = coarse.resize((300, 300), Image.Resampling.BICUBIC)
    stored = io.BytesIO()
    picture.save(stored, "JPEG", quality=70)
    others = [Image.open(stored).convert("RGB"), picture.resize((150, 150)), picture.crop((3, 3, 297, 297))]
    before = contours_of(picture)[LEFT_RIGHT]
    assert before is not None
    assert all(sketch_of(other) == sketch_of(picture) for other in others)
    for other in others:
        after = contours_of(other)[LEFT_RIGHT]
        assert after is not None
        np.testing.assert_allclose(after.lightness, before.lightness, atol=0.06)
        np.testing.assert_allclose(after.height, before.height, atol=0.1)


def test_pictures_have_different_sketches_and_edges_hardly_count() -> None:
    rng = np.random.default_rng(6)
    framed = 0
    found = set()
    for _ in range(40):
        coarse = Image.fromarray(rng.integers(0, 256, (4, 4, 3), np.uint8))
        picture = coarse.resize((120, 120), Image.Resampling.BICUBIC)
        found.add(sketch_of(picture))
        frame = Image.new("RGB", (120, 120), "white")
        frame.paste(picture.crop((3, 3, 117, 117)), (3, 3))
        framed += sketch_of(frame) == sketch_of(picture)
    assert len(found) >= 12
    assert framed >= 38
