"""A whole network learns from pairs of looks at covers, other genres' too, and then knows those that were asked for."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

for _package in ("torch", "torchvision", "lightning", "timm", "sklearn", "onnxscript", "yaml"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

import torch
from safetensors.torch import load_file

from conftest import draw_cover
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.training.classifier.crops import random_crops
from img2music.training.classifier.run import train_classifier
from img2music.training.classifier.whole_network import PairedViews, divergence
from img2music.training.covers.split import read_cover_split, with_others
from img2music.training.covers.view_cache import open_stem_outputs
from img2music.training.export.classifier import write_classifier
from img2music.training.export.models import write_manifest
from img2music.vision.picture import load_picture, to_input
from tiny_training import TINY_CLASSIFIER

WHOLE = replace(
    TINY_CLASSIFIER,
    whole=True,
    others=True,
    views=2,
    augmentation="stored",
    training_size=32,
    size=48,
    batch=4,
    optimizer="adamw",
    mixup=0.0,
    mirror=False,
    consistency=2.0,
    average=0.5,
)


@pytest.fixture(scope="module")
def covers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten covers of each of the paper's genres and of two more; one of the latter is by an artist who made jazz."""
    folder = tmp_path_factory.mktemp("data") / "covers"
    rows = ["file,genre,source,group,ambiguous"]
    for genre, colour in ({**dict.fromkeys(GENRES, "navy"), "metal": "black", "blues": "teal"}).items():
        (folder / genre).mkdir(parents=True)
        for number in range(10):
            draw_cover(colour, (60 + number, 60)).save(folder / genre / f"{number}.png")
            group = f"jazz {number}" if genre == "blues" else f"{genre} {number}"
            rows.append(f"{genre}/{number}.png,{genre},shop,{group},0")
    (folder / "covers.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture(scope="module")
def run(covers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "classifier"
    train_classifier(WHOLE, covers, out)
    return out


def test_other_genres_teach_and_are_forgotten(run: Path) -> None:
    report = json.loads((run / "report.json").read_text())
    assert (list(report["genres"]), report["covers"], report["ended_by"]) == (list(GENRES), 4, "epochs")
    assert load_file(run / "classifier.safetensors")["head.weight"].shape[0] == len(GENRES)
    assert open_stem_outputs(run / "views").shape == (2, 60, 3, 48, 48)
    names = (run / "log" / "metrics.csv").read_text().splitlines()[0].split(",")
    assert {"divergence", "train_loss", "validation_loss"} <= set(names)


def test_the_first_stored_view_is_the_cover_as_it_will_be_read(run: Path, covers: Path) -> None:
    stored = open_stem_outputs(run / "views")
    for place, cover in enumerate(read_cover_split(covers).covers[:3]):
        np.testing.assert_allclose(stored[0, place] / 255, to_input(load_picture(cover.path), 48)[0], atol=0.5 / 255)
        assert np.abs(stored[1, place].astype(int) - stored[0, place]).mean() < 20  # all of it, stored again


def test_what_is_exported_reads_as_the_whole_network_does(run: Path, covers: Path, tmp_path: Path) -> None:
    write_classifier(run, covers, tmp_path)
    write_manifest(tmp_path, "toy", {}, {})
    test = read_cover_split(covers).part("test")
    likely = [
        Models(tmp_path).network("classifier.onnx")(["probabilities"], picture=to_input(load_picture(c.path), 48))[0]
        for c in test
    ]
    np.testing.assert_allclose(np.concatenate(likely), np.load(run / "predictions.npz")["probabilities"], atol=5e-3)


def test_nobody_who_is_held_out_teaches_by_another_genre(covers: Path) -> None:
    split = read_cover_split(covers)
    more = with_others(split)
    held_out = {cover.group for part in ("validation", "test") for cover in split.part(part)}
    assert not held_out & {cover.group for cover in more.part("train")}
    assert len(more.part("train")) == len(split.part("train")) + 10 + 8  # two of blues are by the jazz held out
    assert more.genres == (*GENRES, "blues", "metal")
    for part in ("validation", "test"):
        assert more.part(part) == split.part(part)
    # a store of views serves every split
    assert with_others(read_cover_split(covers, 1)).covers == more.covers


def test_a_pair_is_of_one_cover() -> None:
    pictures = np.broadcast_to(np.arange(5, dtype=np.uint8)[None, :, None, None, None], (3, 5, 3, 2, 2))
    pairs = PairedViews(pictures, np.array([4, 1]), np.array([0, 2])).__getitems__([1, 0, 1])
    assert [genre for _, genre in pairs] == [2, 0, 2]
    assert [pair.unique().tolist() for pair, _ in pairs] == [[1], [4], [1]]
    assert pairs[0][0].shape == (2, 3, 2, 2)


def test_looks_are_parts_of_the_picture() -> None:
    torch.manual_seed(0)
    halves = torch.zeros(64, 3, 40, 40, dtype=torch.uint8)
    halves[..., 20:] = 200
    looks = random_crops(halves, 24)
    assert looks.shape == (64, 3, 24, 24)
    assert looks.dtype == torch.float32
    assert 0 <= looks.min() <= looks.max() <= 1
    left, right = looks[..., :4].mean((1, 2, 3)), looks[..., -4:].mean((1, 2, 3))
    mirrored = (left > right).float().mean()
    assert 0.3 < mirrored < 0.7
    assert len({tuple(look.flatten()[::97].tolist()) for look in looks}) == 64
    assert (random_crops(torch.zeros(3, 3, 8, 8, dtype=torch.uint8), 8) == 0).all()


def test_divergence_by_hand() -> None:
    same, sure = torch.tensor([[[1.0, 2.0]] * 2]), torch.tensor([[[50.0, -50.0], [-50.0, 50.0]]])
    assert divergence(same).item() == pytest.approx(0, abs=1e-6)
    assert divergence(sure).item() == pytest.approx(math.log(2))
    likely = torch.tensor([[[0.8, 0.2], [0.4, 0.6]]])
    mean = likely.mean(1, keepdim=True)
    by_hand = (likely * (likely / mean).log()).sum(2).mean()
    assert divergence(likely.log()).item() == pytest.approx(by_hand.item(), abs=1e-6)
