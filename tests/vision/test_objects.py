"""What is in a picture, from the last layer of an ImageNet network, and files that hold no such layer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from conftest import Run
from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.vision.objects import INSTRUMENTS, OBJECTS, ObjectClassifier
from tiny_models import seal

NAMES = ["cornet", "crane", "crane"]


def _tensors(**changes: np.ndarray) -> dict[str, np.ndarray]:
    """Three classes told from two numbers."""
    facts = {
        "weights": np.int8([[10, 0], [0, 10], [0, -10]]),
        "scale": np.float32([0.1, 0.1, 0.2]),
        "bias": np.float32([0, 0, 0]),
    }
    return facts | changes


def _write(models: Path, tensors: dict[str, np.ndarray], names: object = NAMES) -> None:
    save_file(tensors, models / OBJECTS, {"names": json.dumps(names)})
    seal(models)


def test_names_have_probabilities_and_two_classes_of_a_name_share_one(own_models: Path) -> None:
    _write(own_models, _tensors(bias=np.float32([0, 0, 1])))
    found = ObjectClassifier.load(Models(own_models))(np.float32([2, 0.5]))
    powers = np.exp([2.0, 0.5, -1.0 + 1.0])
    assert found == pytest.approx(
        {"cornet": powers[0] / powers.sum(), "crane": (powers[1] + powers[2]) / powers.sum()}, rel=1e-5
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": np.zeros((2, 2), np.int8)},
        {"weights": np.zeros(3, np.int8)},
        {"weights": np.float32([[np.nan, 0], [0, 0], [0, 0]])},
        {"scale": np.float32([1, 1])},
        {"scale": np.float32([1, 1, np.inf])},
        {"bias": np.float32([1, 1])},
        {"bias": np.float32([1, 1, np.nan])},
    ],
)
def test_numbers_that_do_not_fit_together_are_refused(own_models: Path, changes: dict[str, np.ndarray]) -> None:
    _write(own_models, _tensors(**changes))
    with pytest.raises(ModelError, match="names no objects; export it again"):
        ObjectClassifier.load(Models(own_models))


@pytest.mark.parametrize("names", [NAMES[:2], [], "cornet", 3, None])
def test_names_that_do_not_fit_are_refused(own_models: Path, names: object) -> None:
    _write(own_models, _tensors(), names)
    with pytest.raises(ModelError, match="names no objects"):
        ObjectClassifier.load(Models(own_models))


@pytest.mark.parametrize("lacking", list(_tensors()))
def test_a_layer_that_lacks_something_is_refused(own_models: Path, lacking: str) -> None:
    _write(own_models, {name: values for name, values in _tensors().items() if name != lacking})
    with pytest.raises(ModelError, match="names no objects"):
        ObjectClassifier.load(Models(own_models))


def test_a_layer_without_names_is_refused(own_models: Path) -> None:
    save_file(_tensors(), own_models / OBJECTS)
    seal(own_models)
    with pytest.raises(ModelError, match="names no objects"):
        ObjectClassifier.load(Models(own_models))


@pytest.mark.parametrize("data", [b"", b"no safetensors", b"\xff" * 64])
def test_a_damaged_file_is_one_line(run: Run, own_models: Path, cover: Path, data: bytes) -> None:
    (own_models / OBJECTS).write_bytes(data)
    seal(own_models)
    status, out, line = run("classify", cover, models=own_models)
    assert (status, out) == (2, "")
    assert line == f"img2music: {own_models / OBJECTS} names no objects; export it again.\n"


def test_a_damaged_layer_of_drawings_is_one_line(run: Run, own_models: Path, cover: Path) -> None:
    (own_models / INSTRUMENTS).write_bytes(b"no safetensors")
    seal(own_models)
    status, out, line = run("classify", cover, models=own_models)
    assert (status, out) == (2, "")
    assert line == f"img2music: {own_models / INSTRUMENTS} names no instruments; export it again.\n"


def test_a_layer_that_does_not_fit_the_network_is_refused(own_models: Path) -> None:
    _write(own_models, _tensors())
    with pytest.raises(ModelError, match="does not fit the classifier; export the models again"):
        ObjectClassifier.load(Models(own_models))(np.zeros(3, np.float32))
