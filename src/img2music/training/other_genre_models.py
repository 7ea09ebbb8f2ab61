"""`export-other-genres`: models learn to say what they do not play, from a classifier of more genres."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import load_file, save

from img2music.errors import ModelError
from img2music.metrics.other_genres import OtherGenresReport, Tests, least_margin, other_genres_report
from img2music.models.folder import Models
from img2music.training.classifier.report import REPORT
from img2music.training.classifier.run import LEFT_OUT
from img2music.training.classifier.run import WEIGHTS as CLASSIFIER
from img2music.training.export.models import write_manifest
from img2music.training.export.run import known_facts, renewed
from img2music.vision.ocr.known_names import NAMES, NO_GENRE
from img2music.vision.ocr.text_classifier import WORDS
from img2music.vision.other_genres import OTHER_GENRES, STANDARDISED

KEPT = 20_000
"""Groups of letters that are kept, those that tell most: more change nothing."""
_STEPS = 127  # of a weight, either way
_EPSILON = 1e-5  # as batch norm has it
Arrays = dict[str, np.ndarray]


def add_other_genres(run: Path, models: Path, version: str) -> Path:
    """Let the models in a folder say what pictures look like that are of none of their genres; returns `models`.

    `run` is one of `train classifier` on the genres of the models, which come first, and others. What it says of
    sources that were left out gives the margin from which another genre is named. Raises `ModelError` when the run or
    the models are missing or do not fit together.
    """
    (trained_on, figures), played = known_facts(models), Models(models).classes
    genres, tests = _genres(run, played), _left_out(run)
    others = genres[len(played) :]
    with renewed(models) as folder:
        centre, spread = _show_last_layer(folder / "classifier.onnx")
        tensors = _picture_part(run, centre, spread)
        tensors |= _word_part(load_file(run / WORDS), load_file(folder / WORDS))
        tensors["genres"] = np.frombuffer("\n".join(genres).encode(), np.uint8)
        tensors["strength"] = load_file(run / NAMES)["strength"]
        tensors["margin"] = np.array([least_margin(tests, len(played))], np.float32)
        _write(tensors, folder / OTHER_GENRES)
        names = _with_others(load_file(folder / NAMES), load_file(run / NAMES), genres, len(played))
        _write(names, folder / NAMES)
        report = other_genres_report(tests, genres, len(played))
        write_manifest(
            folder,
            version,
            trained_on=trained_on | {"other_genres": ", ".join(others)},
            figures=figures | {"other_genres": report.to_json()},
            genres=played,
        )
    return models


def left_out_report(run: Path, played: Sequence[str]) -> OtherGenresReport:
    """How well a run tells other genres from those `played` on sources that it left out. Raises `ModelError` as
    `add_other_genres`."""
    return other_genres_report(_left_out(run), _genres(run, played), len(played))


def _left_out(run: Path) -> Tests:
    """What a run said of each source that it left out in turn. Raises `ModelError` when it says nothing of any."""
    if not (run / LEFT_OUT).is_file():
        raise ModelError(
            f"{run} holds no {LEFT_OUT}; train it with the recipe classifier, on several sources of more than a genre."
        )
    stored = np.load(run / LEFT_OUT, allow_pickle=False)
    members = {str(name): stored["sources"] == name for name in np.unique(stored["sources"])}
    return {name: (stored["probabilities"][own], stored["targets"][own]) for name, own in members.items()}


def _genres(run: Path, played: Sequence[str]) -> tuple[str, ...]:
    """The genres of a run, which must begin with those played and have known names."""
    missing = [name for name in (REPORT, CLASSIFIER, WORDS, NAMES) if not (run / name).is_file()]
    if missing:
        raise ModelError(f"{run} holds no {missing[0]}; train it with the recipe classifier and --names.")
    genres = tuple(json.loads((run / REPORT).read_text(encoding="utf-8"))["genres"])
    if genres[: len(played)] != tuple(played) or len(genres) == len(played):
        wanted = ",".join(played)
        raise ModelError(f"{run} tells {', '.join(genres)} apart; give --genres that begin with {wanted}, and others.")
    return genres


def _show_last_layer(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Let an exported classifier give what its last layer sees; returns with what mean and standard deviation, both
    `(D,)`, that is standardised."""
    model = onnx.load(path)
    graph = model.graph
    stored = {tensor.name.removesuffix(".float16"): tensor for tensor in graph.initializer}
    last = next((node for node in graph.node if node.op_type == "Gemm" and "head.weight" in node.input[1]), None)
    mean, variance = (stored.get(f"network.body.norm.running_{name}") for name in ("mean", "var"))
    if last is None or mean is None or variance is None:
        raise ModelError(f"{path} is no classifier of the recipe classifier; export that first.")
    if STANDARDISED not in {output.name for output in graph.output}:
        graph.node.append(onnx.helper.make_node("Identity", [last.input[0]], [STANDARDISED]))
        kind = onnx.TensorProto.FLOAT
        graph.output.append(onnx.helper.make_tensor_value_info(STANDARDISED, kind, [1, *mean.dims]))
        path.write_bytes(model.SerializeToString())
    centre, square = (numpy_helper.to_array(tensor).astype(np.float64) for tensor in (mean, variance))
    return centre, np.sqrt(square + _EPSILON)


def _picture_part(run: Path, centre: np.ndarray, spread: np.ndarray) -> Arrays:
    """The run's linear layer, for what is standardised with another mean and standard deviation, both `(D,)`."""
    stored = {name: values.astype(np.float64) for name, values in load_file(run / CLASSIFIER).items()}
    own_centre = stored["network.body.norm.running_mean"]
    if own_centre.shape != centre.shape:
        raise ModelError(f"{run} sees {len(own_centre)} numbers of a picture, the models {len(centre)}; train it anew.")
    per_unit = stored["head.weight"].T / np.sqrt(stored["network.body.norm.running_var"] + _EPSILON)[:, None]
    return {
        "matrix": (spread[:, None] * per_unit).astype(np.float16),
        "bias": (stored["head.bias"] + (centre - own_centre) @ per_unit).astype(np.float32),
    }


def _word_part(words: Mapping[str, np.ndarray], main: Mapping[str, np.ndarray]) -> Arrays:
    """The most telling groups of letters of a run's word classifier, for values that the `main` one gives them."""
    rarity, usual = (values["rarity"].astype(np.float32) for values in (words, main))
    weights = words["weights"].astype(np.float32) * (rarity / np.where(usual > 0, usual, 1))[:, None]
    telling = np.where(usual > 0, np.abs(weights).max(1) * usual, 0)
    kept = np.sort(np.argsort(-telling, kind="stable")[:KEPT])
    scale = np.maximum(np.abs(weights[kept]).max(0) / _STEPS, 1e-9)
    return {
        "buckets": kept.astype(np.uint32),
        "weights": np.round(weights[kept] / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "word_bias": words["bias"].astype(np.float32),
        "shares": words["shares"].astype(np.float32),
        "offset": words["offset"].astype(np.float32),
    }


def _with_others(names: Arrays, wider: Mapping[str, np.ndarray], genres: Sequence[str], played: int) -> Arrays:
    """The models' index of names, in which those of no genre have the other genre that they have in a wider index."""
    of_others = {
        name: number for name, number in zip(_names_in(wider), wider["genre"].tolist(), strict=True) if number >= played
    }
    numbers = [
        own if own < played else of_others.get(name, NO_GENRE)
        for name, own in zip(_names_in(names), names["genre"].tolist(), strict=True)
    ]
    others = np.frombuffer("\n".join(genres[played:]).encode(), np.uint8)
    return names | {"genre": np.array(numbers, np.uint8), "others": others}


def _write(tensors: Arrays, path: Path) -> None:
    path.write_bytes(save({name: np.ascontiguousarray(values) for name, values in tensors.items()}))


def _names_in(index: Mapping[str, np.ndarray]) -> list[str]:
    return bytes(index["names"]).decode("utf-8").split("\n")
