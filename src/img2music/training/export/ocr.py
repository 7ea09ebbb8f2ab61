"""The networks of `img2music.vision.ocr.recognition`, made from those of PaddleOCR.

They come with the package `rapidocr-onnxruntime` (PP-OCRv4, Apache 2.0). Here the recogniser is cut down to Latin
letters, which leaves out three quarters of its last layer's work, and both are folded and stored as float16.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from img2music.errors import ModelError
from img2music.training.export.onnx import store
from img2music.training.export.onnx_folding import folded
from img2music.vision.ocr.recognition import ALPHABET, DETECTOR, RECOGNISER

PACKAGE = "rapidocr_onnxruntime"


def export_ocr(folder: Path) -> None:
    """Write both networks to a models folder. Raises `ModelError` when their package is not installed."""
    models = _package() / "models"
    (folder / DETECTOR).parent.mkdir(parents=True, exist_ok=True)
    detector = _load(models / "ch_PP-OCRv4_det_infer.onnx")
    _write(detector, "picture", "ink", folder / DETECTOR)
    recogniser = _load(models / "ch_PP-OCRv4_rec_infer.onnx")
    _keep_alphabet(recogniser)
    _write(recogniser, "line", "letters", folder / RECOGNISER)


def _package() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModelError("the networks that read text are missing; pip install --no-deps rapidocr-onnxruntime")
    return Path(found.origin).parent


def _load(path: Path) -> onnx.ModelProto:
    """A network whose constants are initializers, as `store` expects weights."""
    model = onnx.load(str(path))
    constants = [node for node in model.graph.node if node.op_type == "Constant"]
    for node in constants:
        weight = node.attribute[0].t
        weight.name = node.output[0]
        model.graph.initializer.append(weight)
        model.graph.node.remove(node)
    return model


def _keep_alphabet(model: onnx.ModelProto) -> None:
    """Leave of the last layer, whose outputs are the blank and 6,624 characters, those of `ALPHABET`."""
    listed = next(entry.value for entry in model.metadata_props if entry.key == "character")
    characters = ["", *listed.split("\n"), " "]
    kept = [0, *map(characters.index, ALPHABET)]
    multiply, add = (next(n for n in reversed(model.graph.node) if n.op_type == kind) for kind in ("MatMul", "Add"))
    names = {multiply.input[1], add.input[1]}
    for weight in model.graph.initializer:
        if weight.name in names:
            values = np.ascontiguousarray(numpy_helper.to_array(weight)[..., kept])
            weight.CopyFrom(numpy_helper.from_array(values, weight.name))
    model.graph.output[0].type.tensor_type.shape.dim[-1].dim_value = len(kept)


def _write(model: onnx.ModelProto, taken: str, given: str, path: Path) -> None:
    """Store a network whose input and output are called so, in as few operations as it needs."""
    _rename(model, taken, given)
    store(folded(model), path)


def _rename(model: onnx.ModelProto, taken: str, given: str) -> None:
    """Name the network's input and output."""
    names = {model.graph.input[0].name: taken, model.graph.output[0].name: given}
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    model.graph.input[0].name, model.graph.output[0].name = taken, given
