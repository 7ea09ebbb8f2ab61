"""Instruments in drawings are recognised and lead; photographs are read as before, as are models without the layer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from img2music.content.content import content_of
from img2music.content.table import content_table
from img2music.models.folder import Models
from img2music.vision.classifier import Classifier
from img2music.vision.objects import INSTRUMENTS, NOTHING, ObjectClassifier
from tiny_models import seal

EXAMPLES = Path(__file__).parents[2] / "examples"
SIDE = 400


@pytest.fixture(scope="module")
def bundled() -> Classifier:
    return Classifier(Models())


def _piano() -> Image.Image:
    """Some keys of a piano."""
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    pencil = ImageDraw.Draw(picture)
    pencil.rectangle((40, 90, 360, 310), fill="white", outline="black", width=6)
    for key in range(1, 7):
        x = 40 + key * 320 // 7
        pencil.line((x, 90, x, 310), fill="black", width=5)
        if key not in (3,):
            pencil.rectangle((x - 14, 90, x + 14, 220), fill="black")
    return picture


def _drum() -> Image.Image:
    """A red drum with two sticks."""
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    pencil = ImageDraw.Draw(picture)
    pencil.ellipse((60, 240, 340, 350), fill="firebrick", outline="black", width=6)
    pencil.rectangle((60, 180, 340, 295), fill="firebrick")
    pencil.line((60, 180, 60, 295), fill="black", width=6)
    pencil.line((340, 180, 340, 295), fill="black", width=6)
    zigzag = [(60 + 35 * step, 235 if step % 2 else 300) for step in range(9)]
    pencil.line(zigzag, fill="gold", width=6)
    pencil.ellipse((60, 125, 340, 235), fill="oldlace", outline="black", width=6)
    for start, end in (((190, 180), (60, 50)), ((215, 180), (345, 50))):
        pencil.line((*start, *end), fill="peru", width=12)
    return picture


def _saxophone() -> Image.Image:
    """A golden saxophone: a tube that bends up into a bell."""
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    pencil = ImageDraw.Draw(picture)
    gold = (230, 180, 40)
    pencil.polygon([(150, 90), (172, 90), (190, 270), (140, 270)], fill=gold)
    pencil.pieslice((140, 200, 290, 350), 0, 180, fill=gold)
    pencil.pieslice((188, 245, 240, 297), 0, 180, fill="white")
    pencil.polygon([(238, 275), (290, 275), (345, 130), (215, 130)], fill=gold)
    pencil.line([(161, 95), (150, 60), (115, 50), (85, 70)], fill=gold, width=16, joint="curve")
    pencil.line((100, 58, 72, 82), fill="black", width=16)
    for y in range(120, 270, 25):
        pencil.ellipse((155, y, 171, y + 16), fill="oldlace", outline="saddlebrown", width=3)
    return picture


def test_every_drawn_instrument_has_one_row_and_every_row_names_what_the_layer_knows() -> None:
    drawn = [name for row in content_table().instruments for name in row.drawn]
    assert sorted(drawn) == sorted(set(ObjectClassifier.load(Models(), INSTRUMENTS).names) - {NOTHING})


def test_a_drawing_is_seen_where_it_is_sure() -> None:
    content = content_of({"web site": 0.9}, "", {"harp": 0.8, "trumpet": 0.1, NOTHING: 0.1})
    assert [finding.called for finding in content.seen] == ["a harp"]
    assert content.instruments == ("harp",)
    assert not content_of({"web site": 0.9}, "", {"harp": 0.5, NOTHING: 0.5}).seen


def test_what_is_clear_in_a_photograph_is_no_drawing_of_anything_else() -> None:
    photograph = {"acoustic guitar": 0.5}
    assert content_of(photograph, "", {"ukulele": 0.95}) == content_of(photograph, "")


def test_a_drawing_comes_before_what_a_photograph_may_show() -> None:
    content = content_of({"cornet": 0.3, "sax": 0.1}, "", {"trombone": 0.9})
    assert content.instruments == ("trombone", "trumpet")


@pytest.mark.parametrize(("draw", "called"), [(_piano, "a piano"), (_drum, "a drum"), (_saxophone, "a saxophone")])
def test_simple_drawings_are_recognised(bundled: Classifier, draw: object, called: str) -> None:
    assert callable(draw)
    seen = bundled(draw())
    assert content_of(seen.objects, "", seen.instruments).seen[0].called == called


def test_a_trumpet_across_blocks_leads(bundled: Classifier) -> None:
    with Image.open(EXAMPLES / "jazz.png") as picture:
        seen = bundled(picture.convert("RGB"))
    assert content_of(seen.objects, "", seen.instruments).instruments[0] == "trumpet"


@pytest.mark.parametrize("name", ["classical", "hiphop", "pop"])
def test_pictures_of_no_instrument_show_none(bundled: Classifier, name: str) -> None:
    with Image.open(EXAMPLES / f"{name}.png") as picture:
        seen = bundled(picture.convert("RGB"))
    rows = content_table().instruments
    assert not [finding for finding in content_of(seen.objects, "", seen.instruments).seen if finding.row in rows]


def test_models_without_the_layer_see_no_drawings(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(Models().folder, tmp_path / "old"))
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / INSTRUMENTS).unlink()
    seal(folder, **{name: manifest[name] for name in ("version", "genres", "trained_on", "figures")})
    seen = Classifier(Models(folder))(_drum())
    assert seen.objects and not seen.instruments
