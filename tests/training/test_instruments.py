"""A layer learns instruments from drawings by several hands, becomes part of models, and is measured."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("lightning", reason="lightning is not installed")

import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw

from conftest import Run
from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.training.instruments.drawings import read_drawings
from img2music.training.instruments.export import add_instruments
from img2music.training.instruments.layouts import laid_out
from img2music.training.instruments.run import FEATURES, REPORT, Features, fit, unseen_hands
from img2music.vision.objects import INSTRUMENTS, NOTHING, ObjectClassifier
from tiny_models import seal

HANDS = ("ann", "ben")
COLOURS = {"trumpet": "red", "drum": "blue", NOTHING: "green"}


@pytest.fixture
def models(own_models: Path) -> Path:
    """Models whose classifier sees the mean colour of a picture."""
    model = onnx.load(own_models / "classifier.onnx")
    model.graph.initializer.append(numpy_helper.from_array(np.float32(20), "twenty"))
    model.graph.node.append(helper.make_node("Mul", ["colour", "twenty"], ["objects"]))
    model.graph.output.append(helper.make_tensor_value_info("objects", TensorProto.FLOAT, [1, 3]))
    onnx.save(model, own_models / "classifier.onnx")
    seal(own_models)
    return own_models


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Squares by one hand and discs by the other: red trumpets, blue drums, and green ones on white of nothing."""
    folder = tmp_path / "pictures"
    for number, hand in enumerate(HANDS):
        for instrument, colour in COLOURS.items():
            place = folder / hand / instrument
            place.mkdir(parents=True)
            for size in (46, 50, 54):
                drawing = Image.new("RGB", (64, 64), "white") if instrument == NOTHING else Image.new("RGBA", (64, 64))
                pencil = ImageDraw.Draw(drawing)
                (pencil.ellipse if number else pencil.rectangle)((5, 5, 5 + size, 5 + size), fill=colour)
                drawing.save(place / f"{size}.png")
    return folder


def test_margins_are_cut_and_pictures_are_sorted_by_hand(pictures: Path) -> None:
    drawings = read_drawings(pictures)
    assert {(drawing.hand, drawing.instrument) for drawing in drawings} == {(h, i) for h in HANDS for i in COLOURS}
    assert sorted({drawing.load().size for drawing in drawings}) == [(47, 47), (51, 51), (55, 55), (64, 64)]


def test_drawings_are_learnt_exported_and_recognised(run: Run, models: Path, pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    learnt = run("train", "instruments", "--pictures", pictures, "--out", out, "--layouts", 0, models=models)
    assert learnt[:2] == (0, f"{out}\n")
    report = json.loads((out / REPORT).read_text())
    assert report["hands"] == list(HANDS)
    assert report["pictures"] == {"drum": 6, NOTHING: 6, "trumpet": 6}
    assert {"least", "recognised", "mistaken", "claimed"} == set(report["unseen_hands"][0])
    exported = run("export-instruments", "--run", out, "--version", "2", models=models)
    assert exported[:2] == (0, f"{models}\n")
    assert Models(models).manifest.json["trained_on"]["instruments"] == {"hands": list(HANDS), "pictures": 18}
    assert (models / INSTRUMENTS).stat().st_size < 300_000
    status, text, _ = run("evaluate", "instruments", pictures / "ben", "--json", models=models)
    found = json.loads(text)
    assert (status, found["pictures"], found["others"]) == (0, 6, 3)
    assert found["recognised"] == 6 and found["claimed"] == 0 and found["mistaken"] == 0


def test_what_was_read_is_kept_for_the_next_time(run: Run, models: Path, pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    run("train", "instruments", "--pictures", pictures, "--out", out, "--layouts", 0, models=models)
    (out / INSTRUMENTS).unlink()
    status, _, _ = run("train", "instruments", "--pictures", tmp_path / "gone", "--out", out, models=models)
    assert status == 0
    assert (out / INSTRUMENTS).is_file()


def test_hands_are_judged_by_layers_that_have_not_seen_them() -> None:
    """What two hands draw alike is recognised, what they draw contrarily is mistaken."""
    shown = np.array(["trumpet", "drum", NOTHING] * 2)
    hands = np.repeat(HANDS, 3)
    alike = Features(np.tile(20 * np.eye(3, dtype=np.float32), (2, 1)), hands, shown)
    contrary = Features(np.vstack([20 * np.eye(3), 20 * np.eye(3)[[1, 0, 2]]]).astype(np.float32), hands, shown)
    assert all(found.recognised == 1 and found.mistaken == 0 for found in unseen_hands(alike)[:3])
    assert all(found.recognised == 0 and found.mistaken == 1 for found in unseen_hands(contrary)[:3])


def test_weights_in_eight_bits_say_the_same(models: Path) -> None:
    generator = np.random.default_rng(0)
    shown = np.array(["trumpet", "drum", NOTHING] * 20)
    values = np.float32(np.tile(np.arange(3), 20)[:, None] + generator.normal(0, 0.2, (60, 5)))
    layer = fit(Features(values, np.repeat(HANDS, 30), shown))
    (models / INSTRUMENTS).write_bytes(layer.to_bytes())
    seal(models)
    said = ObjectClassifier.load(Models(models), INSTRUMENTS)(values[0])
    assert list(said.values()) == pytest.approx(layer(values[:1])[0].tolist(), abs=0.02)


def test_a_drawing_is_laid_out_in_many_ways_and_stays_visible() -> None:
    drawing = Image.new("RGBA", (40, 20), "red")
    chance = random.Random(1)
    pictures = [laid_out(drawing, chance, [drawing], [Image.new("RGB", (9, 9), "blue")]) for _ in range(40)]
    assert {picture.size for picture in pictures} == {(320, 320)} and {picture.mode for picture in pictures} == {"RGB"}
    assert min(np.ptp(np.asarray(picture.convert("L"), int)) for picture in pictures) > 20
    assert len({picture.tobytes() for picture in pictures}) == 40


@pytest.mark.parametrize("lacking", ["ann", NOTHING])
def test_folders_that_lack_something_are_one_line(run: Run, pictures: Path, tmp_path: Path, lacking: str) -> None:
    for place in sorted(pictures.rglob(lacking)):
        place.rename(tmp_path / f"{place.parent.name} {place.name}")
    status, _, line = run("train", "instruments", "--pictures", pictures, "--out", tmp_path / "run")
    assert status == 2
    assert "needs pictures HAND/INSTRUMENT/NAME.png" in line


def test_models_that_see_no_objects_are_refused(run: Run, pictures: Path, tmp_path: Path) -> None:
    status, _, line = run("train", "instruments", "--pictures", pictures, "--out", tmp_path / "run")
    assert (status, "sees no objects" in line) == (2, True)


def test_a_run_without_a_layer_is_refused(models: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="train instruments"):
        add_instruments(tmp_path, models, "2")


def test_a_folder_of_no_instrument_is_refused(run: Run, pictures: Path) -> None:
    status, _, line = run("evaluate", "instruments", pictures)
    assert (status, "'ann' is no instrument" in line) == (2, True)


def test_features_are_kept_in_half_precision(tmp_path: Path) -> None:
    features = Features(np.float32([[0.1, 0.2]]), np.array(["ann"]), np.array(["drum"]))
    features.save(tmp_path / FEATURES)
    assert Features.load(tmp_path / FEATURES).values == pytest.approx(features.values, rel=1e-3)
