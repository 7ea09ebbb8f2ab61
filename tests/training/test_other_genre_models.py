"""Models that learnt from a classifier of more genres say what they do not play, and refuse runs that do not fit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("lightning", reason="lightning is not installed")

import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file, save_file

from img2music.data.names.tables import Name, NameTables
from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.training.classifier.report import REPORT
from img2music.training.classifier.run import LEFT_OUT
from img2music.training.classifier.run import WEIGHTS as CLASSIFIER
from img2music.training.other_genre_models import add_other_genres, left_out_report
from img2music.training.text_classifier.names_index import names_index
from img2music.training.text_classifier.network import fit_words, save_words
from img2music.vision.ocr.known_names import NAMES, KnownNames
from img2music.vision.ocr.text_classifier import WORDS, WordClassifier
from img2music.vision.other_genres import OTHER_GENRES, STANDARDISED, OtherGenres
from tiny_models import SIZE, seal

PLAYED, GENRES = ("pop", "jazz"), ("pop", "jazz", "metal")
CENTRE, SQUARE = np.float32([0.5, 0.4, 0.3]), np.float32([0.04, 0.09, 0.01])
OWN_CENTRE, OWN_SQUARE = np.float32([0.45, 0.35, 0.4]), np.float32([0.05, 0.05, 0.05])
ARTISTS = [Name("Iron Maiden", "metal", 1.0), Name("Miles Davis", "jazz", 1.0), Name("Fela Kuti", "other", 1.0)]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Models whose last layer sees the mean colour of a picture, standardised."""
    folder = tmp_path / "models"
    folder.mkdir()
    weights = {
        "network.body.norm.running_mean": CENTRE,
        "network.body.norm.running_var": SQUARE,
        "ones": np.ones(3, np.float32),
        "zeros": np.zeros(3, np.float32),
        "head.weight": np.zeros((2, 3), np.float32),
        "head.bias": np.zeros(2, np.float32),
    }
    norm = ["colour", "ones", "zeros", "network.body.norm.running_mean", "network.body.norm.running_var"]
    nodes = [
        helper.make_node("GlobalAveragePool", ["picture"], ["pixel"]),
        helper.make_node("Flatten", ["pixel"], ["colour"]),
        helper.make_node("BatchNormalization", norm, ["features"]),
        helper.make_node("Gemm", ["features", "head.weight", "head.bias"], ["logits"], transB=1),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    values = {
        name: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in {"picture": [1, 3, SIZE, SIZE], "probabilities": [1, 2], "features": [1, 3]}.items()
    }
    graph = helper.make_graph(
        nodes,
        "classifier",
        [values["picture"]],
        [values["probabilities"], values["features"]],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.save(model, folder / "classifier.onnx")
    save_words(_words(PLAYED), folder / WORDS)
    save_file(names_index(_names(PLAYED), PLAYED, 2.0), folder / NAMES)
    seal(folder, genres=list(PLAYED))
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of `train classifier` that takes red for pop, green for jazz and blue for metal."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / REPORT).write_text(json.dumps({"genres": GENRES}))
    layer = {
        "head.weight": 4 * np.eye(3, dtype=np.float32),
        "head.bias": np.float32([0.1, 0.2, 0.3]),
        "network.body.norm.running_mean": OWN_CENTRE,
        "network.body.norm.running_var": OWN_SQUARE,
    }
    save_file(layer, folder / CLASSIFIER)
    save_words(_words(GENRES), folder / WORDS)
    save_file(names_index(_names(GENRES), GENRES, 3.0), folder / NAMES)
    targets = np.repeat([0, 1, 2], 60)
    likely = np.full((180, 3), 0.1)
    likely[np.arange(180), targets] = 0.8
    np.savez(folder / LEFT_OUT, probabilities=likely, targets=targets, sources=np.array(["shop", "library"] * 90))
    return folder


def _words(genres: tuple[str, ...]) -> WordClassifier:
    texts = [[(word, 1.0)] for word in ("dance", "trio", "doom")[: len(genres)]] * 8
    words = fit_words(texts, np.array(list(range(len(genres))) * 8), len(genres))
    return WordClassifier(words.weights, words.bias, words.rarity, np.ones(2, np.float32), words.offset)


def _names(genres: tuple[str, ...]) -> NameTables:
    of = [Name(name.text, name.genre if name.genre in genres else "other", 1.0) for name in ARTISTS]
    return NameTables(of, [], [])


def _seen(colour: tuple[float, float, float]) -> np.ndarray:
    return (np.array(colour) - CENTRE) / np.sqrt(SQUARE + 1e-5)


def test_the_models_say_what_the_run_says(models: Path, run: Path) -> None:
    assert add_other_genres(run, models, "newer") == models
    found = Models(models)
    others, words = OtherGenres.load(found), WordClassifier.load(found)
    nothing = words.values([])
    assert others(_seen((0.4, 0.3, 1.0)), nothing, ()) == "metal"
    assert others(_seen((1.0, 0.3, 0.4)), nothing, ()) is None
    assert others(_seen(tuple(OWN_CENTRE)), words.values([("doom", 1.0)]), ()) == "metal"
    assert others(_seen(tuple(OWN_CENTRE)), words.values([("trio", 1.0)]), ()) is None
    assert (found.version, found.classes) == ("newer", PLAYED)
    assert found.manifest.trained_on["other_genres"] == "metal"
    assert found.manifest.figures["other_genres"]["false_together"] == 0


def test_the_network_gives_what_its_last_layer_sees(models: Path, run: Path) -> None:
    picture = np.random.default_rng(0).random((1, 3, SIZE, SIZE), np.float32)
    before = Models(models).network("classifier.onnx")(["probabilities", "features"], picture=picture)
    for _ in range(2):  # a second time changes nothing
        add_other_genres(run, models, "newer")
        outputs = ["probabilities", "features", STANDARDISED]
        *same, seen = Models(models).network("classifier.onnx")(outputs, picture=picture)
        for old, new in zip(before, same, strict=True):
            np.testing.assert_array_equal(old, new)
        np.testing.assert_allclose(seen, before[1])


def test_known_names_get_the_genres_of_the_run(models: Path, run: Path) -> None:
    before = KnownNames.load(Models(models))
    add_other_genres(run, models, "newer")
    after = KnownNames.load(Models(models))
    lines = ["IRON MAIDEN", "MILES DAVIS", "FELA KUTI"]
    assert {name.text: name.genre for name in before(lines)} == {
        "Iron Maiden": None, "Miles Davis": "jazz", "Fela Kuti": None
    }  # fmt: skip
    assert {name.text: name.genre for name in after(lines)} == {
        "Iron Maiden": "metal", "Miles Davis": "jazz", "Fela Kuti": None
    }  # fmt: skip
    assert [str(name) for name in after(["IRON MAIDEN"])] == ["Iron Maiden, metal"]
    np.testing.assert_array_equal(before.evidence(before(lines)), after.evidence(after(lines)))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda run: (run / LEFT_OUT).unlink(), "holds no left_out.npz"),
        (lambda run: (run / NAMES).unlink(), "holds no names.safetensors; train it with the recipe classifier"),
        (lambda run: (run / REPORT).write_text(json.dumps({"genres": PLAYED})), "give --genres that begin with"),
        (lambda run: (run / REPORT).write_text(json.dumps({"genres": GENRES[::-1]})), "give --genres that begin with"),
    ],
)
def test_a_run_that_does_not_fit_is_refused(models: Path, run: Path, spoil, said: str) -> None:
    spoil(run)
    before = (models / "manifest.json").read_bytes()
    with pytest.raises(ModelError, match=said):
        add_other_genres(run, models, "newer")
    with pytest.raises(ModelError, match=said):
        left_out_report(run, PLAYED)
    assert (models / "manifest.json").read_bytes() == before
    assert not (models / OTHER_GENRES).exists()


def test_a_run_that_sees_something_else_is_refused(models: Path, run: Path) -> None:
    layer = load_file(run / CLASSIFIER) | {"network.body.norm.running_mean": np.zeros(5, np.float32)}
    save_file(layer, run / CLASSIFIER)
    with pytest.raises(ModelError, match="sees 5 numbers of a picture, the models 3"):
        add_other_genres(run, models, "newer")
