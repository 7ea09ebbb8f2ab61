"""What is read costs no more than 400 MiB and 5 s of processor time, whatever its numbers claim."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from hostile_pictures import HOSTILE, bmp, encoded, gif, png, scans, zeros
from img2music.errors import PictureError
from img2music.vision.picture import load_picture
from places import ROOT

MEASURES = ROOT / "tests" / "hostile_costs.py"
MEMORY, SECONDS = 400 * 2**20, 5.0
_SLOW = (
    *("64 MP", "50 MP", "48 MP", "40 MP", "32 MP", "25 MP", "16 MP", "webp: 24", "avif: 24", "scans in colour"),
    *(
        "a million notes",
        "a million chunks",
        "a byte at a time",
        "bomb of a profile",
        "empty segments",
        "jpeg: comments",
    ),
    *("intervals", "tables of codes", "junk", "literal runs"),
)
_SLOW_AND_TELLING = ("png: 64 MP RGB", "jpeg: 64 MP", "tiff: 64 MP grey of 16 bits", "webp: 24 MP")
QUICK = [name for name in HOSTILE if name in _SLOW_AND_TELLING or not any(part in name for part in _SLOW)]
"""`python tests/hostile_costs.py` measures all of them."""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures with /proc of Linux")
def test_hostile_pictures_cost_little() -> None:
    ran = subprocess.run([sys.executable, str(MEASURES), *QUICK], capture_output=True, text=True, check=True)
    costs = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [cost["name"] for cost in costs] == QUICK
    assert not [cost for cost in costs if cost["memory"] > MEMORY or cost["seconds"] > SECONDS]
    assert all(cost["bytes"] < 20 * 10**6 for cost in costs)


@pytest.mark.parametrize(
    "name",
    [
        *("png: bombs of text", "png: a million unknown chunks", "png: bombs of XMP"),
        *("png: Exif that claims its bytes often", "png: Exif that begins over and over", "png: a million palettes"),
        *("jpeg: 400,000 blocks of Exif", "jpeg: Photoshop's blocks", "jpeg: several pictures in one", "jpeg: padding"),
        *("jpeg: tables", "gif: a comment of blocks", "gif: comments", "gif: controls"),
        *("tiff: in circles", "tiff: fractions", "tiff: a million strips, 8 rows", "webp: 100,000 frames"),
        *("webp: Exif that claims its bytes often", "bmp: a long header"),
    ],
)
def test_metadata_stops_no_picture(name: str) -> None:
    picture = load_picture(HOSTILE[name]())
    assert max(picture.size) <= 64


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("png: a side of 64 million", "a side above 32,768 pixels"),
        ("png: a claimed size", "megapixels"),
        ("jpeg: a claimed size", "above 64 megapixels; make it smaller"),
        ("jpeg: a claimed size in scans", "57 megapixels, the most of a JPEG picture of its kind"),
        ("jpeg: 2000 scans", "above 100 scans"),
        ("jpeg: 17 MB of empty segments", "above a million segments"),
        ("gif: a frame beyond the screen", "64 megapixels"),
        ("bmp: run lengths that skip", "16 megapixels"),
        ("bmp: runs without pixels", "run lengths"),
        ("bmp: a claimed size", "64 megapixels"),
        ("tiff: entries that claim the same bytes", "4,096 entries"),
        ("tiff: a million strips at one place", "too many strips or tiles"),
        ("tiff: a claimed size", "strips or tiles"),
        ("webp: a canvas of 256 MP", "24 megapixels"),
        ("webp: a canvas of 16 million", "24 megapixels"),
    ],
)
def test_what_would_cost_much_is_named(name: str, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        load_picture(HOSTILE[name]())


def test_a_frame_that_grows_the_screen_counts() -> None:
    with pytest.raises(PictureError, match="megapixels"):
        load_picture(gif(left=65000, top=65000))


def test_sides_and_pixels_are_limited_each() -> None:
    assert load_picture(encoded(Image.new("1", (32_768, 2)), "PNG")).size == (32_768, 2)
    for size in ((32_769, 1), (1, 32_769)):
        with pytest.raises(PictureError, match="side"):
            load_picture(encoded(Image.new("1", size), "PNG"))


def test_run_lengths_of_a_usual_picture_are_read() -> None:
    picture = load_picture(bmp(200, 100, 8, 1, b"\xc8\x07\0\0" * 100 + b"\0\1"))
    assert picture.size == (200, 100)
    assert picture.getpixel((0, 0)) == (3, 248, 7)


def test_a_few_scans_of_a_large_picture_are_read() -> None:
    assert load_picture(scans(1000, 20)).size == (1000, 1000)


def test_a_large_picture_comes_out_at_half_its_sides() -> None:
    board = png(6001, 4001, 1, 0, zeros(751 * 4001 + 4001))
    assert load_picture(board).size == (3001, 2001)
    ramp = Image.linear_gradient("L").resize((6000, 4200))
    halved = load_picture(encoded(ramp.convert("RGB"), "PNG", compress_level=1))
    assert halved.tobytes() == ramp.convert("RGB").reduce(2).tobytes()
