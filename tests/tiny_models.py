"""A models folder whose networks are a few matrices, so that what surrounds them is tested in milliseconds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

from img2music.audio.stft import BINS
from img2music.generation.flow import CONDITIONS
from img2music.genres import GENRES
from img2music.stereo.bands import IMAGE_BANDS, TREBLE_BANDS
from img2music.stereo.image import WIDTH as WIDTH_OF_IMAGE
from img2music.synthesis.conditions import PART_CONDITIONS, PIECE_CONDITIONS
from img2music.synthesis.piano_roll import WIDTH
from img2music.synthesis.stems import NAMES as STEM_NAMES

SIZE = 32
CHANNELS = 8
SIDE = 2
USUAL_WIDTH = -1.0
STEPS = 647
ENTRIES = 3
BAR = 1.6  # s
BARS = [round(0.1 + BAR * bar, 3) for bar in range(10)]
_FOLD = 2 * BINS


def write_tiny_models(folder: Path) -> Path:
    """Write a complete models folder and return it.

    Red pictures are classical, green ones hiphop, blue ones pop and dark ones jazz. Every genre has
    random matrices and a random bank of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _save(_classifier(), folder / "classifier.onnx")
    _save(_flow(np.random.default_rng(9)), folder / "flow.onnx")
    for number, genre in enumerate(GENRES):
        random = np.random.default_rng(number)
        (folder / genre).mkdir(exist_ok=True)
        _save(_encoder(random), folder / genre / "encoder.onnx")
        _save(_decoder(random), folder / genre / "decoder.onnx")
        write_bank(
            folder / genre / "bank.safetensors",
            random.standard_normal((ENTRIES, CHANNELS, STEPS)).astype(np.float16),
            0.5 * random.standard_normal((4, CHANNELS)).astype(np.float32),
        )
    seal(folder)
    return folder


def write_bank(path: Path, latents: np.ndarray, directions: np.ndarray) -> None:
    """Write a bank with one named entry for each row of `latents`."""
    entries = [
        {
            "title": f"Piece {number} of {path.parent.name}",
            "origin": f"shelf {number}",
            "licence": "CC0-1.0",
            "bars": BARS,
            "character": {
                "tempo": 60.0 + 40 * number,
                "major": number % 2 == 1,
                "brightness": 500.0 + 500 * number,
                "density": 1.0 + number,
                "dynamics": 4.0,
            },
        }
        for number in range(len(latents))
    ]
    save_file({"latents": latents, "directions": directions}, path, {"entries": json.dumps(entries)})


def seal(folder: Path, **changes: object) -> None:
    """Write the manifest that fits the files in `folder`, with `changes` to it."""
    files = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".onnx", ".safetensors")
    }
    facts = {"format": 1, "version": "tiny", "trained_on": {"clips": ENTRIES}, "figures": {"accuracy": 0.5}}
    manifest = facts | {"files": files} | changes
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def add_score_networks(folder: Path, channels: int = CHANNELS) -> Path:
    """Put networks that play scores and take stems apart into a folder of tiny models, and return it.
    They give latents of so many channels."""
    random = np.random.default_rng(10)
    _save(_score(random, channels), folder / "score.onnx")
    _save(_score_flow(channels), folder / "score_flow.onnx")
    _save(_stems(channels), folder / "stems.onnx")
    styles = {
        "offset": 0.1 * random.standard_normal(2 * channels).astype(np.float32),
        "directions": 0.5 * random.standard_normal((3, 2 * channels)).astype(np.float32),
    }
    save_file(styles, folder / "styles.safetensors")
    seal(folder)
    return folder


def add_stereo_networks(folder: Path) -> Path:
    """Put a decoder of two channels, and what gives its side latents, into a folder of tiny models in place of its
    decoders of one, and return it. The side latents are pan and width of all bands, around 0."""
    random = np.random.default_rng(11)
    _save(_stereo_decoder(random), folder / "stereo-decoder.onnx")
    _save(_side_encoder(), folder / "stereo-encoder.onnx")
    _save(_side_predictor(), folder / "side-predictor.onnx")
    for decoder in folder.glob("*/decoder.onnx"):
        decoder.unlink()
    seal(folder)
    return folder


def _classifier() -> ModelProto:
    """Genres by mean colour; features are the picture in 4 x 4 pixels, around 0."""
    weights = {
        "towards": 8 * np.eye(3, 4, dtype=np.float32),
        "dark": np.float32([0, 0, 0, 2.4]),
        "half": np.float32(0.5),
    }
    nodes = [
        helper.make_node("GlobalAveragePool", ["picture"], ["pixel"]),
        helper.make_node("Flatten", ["pixel"], ["colour"]),
        helper.make_node("Gemm", ["colour", "towards", "dark"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        helper.make_node("AveragePool", ["picture"], ["small"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Flatten", ["small"], ["pixels"]),
        helper.make_node("Sub", ["pixels", "half"], ["features"]),
    ]
    outputs = {"probabilities": [1, 4], "features": [1, 48]}
    return _model(nodes, {"picture": [1, 3, SIZE, SIZE]}, outputs, weights)


def _flow(random: np.random.Generator) -> ModelProto:
    """A velocity towards noise that grows with time, and away from what the condition asks for."""
    weights = {"told": random.standard_normal((CONDITIONS, CHANNELS)).astype(np.float32), "steps": np.int64([2])}
    nodes = [
        helper.make_node("MatMul", ["condition", "told"], ["asked"]),
        helper.make_node("Unsqueeze", ["asked", "steps"], ["everywhere"]),
        helper.make_node("Mul", ["latents", "time"], ["away"]),
        helper.make_node("Sub", ["away", "everywhere"], ["velocity"]),
    ]
    latents = [1, CHANNELS, "steps"]
    return _model(
        nodes, {"latents": latents, "time": [1], "condition": [1, CONDITIONS]}, {"velocity": latents}, weights
    )


def _score(random: np.random.Generator, channels: int) -> ModelProto:
    """Each key and drum adds latents of its own, and the style code shifts them all."""
    weights = {
        "first": np.int64([0]),
        "last": np.int64([2]),
        "keys": 2 * random.standard_normal((WIDTH, channels)).astype(np.float32),
        "shifts": 0.2 * random.standard_normal((2 * channels + 1, channels)).astype(np.float32),
    }
    nodes = [
        helper.make_node("ReduceSum", ["rolls", "first"], ["played"], keepdims=1),
        helper.make_node("MatMul", ["played", "keys"], ["codes"]),
        helper.make_node("Transpose", ["codes"], ["notes"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["style", "shifts"], ["shift"]),
        helper.make_node("Unsqueeze", ["shift", "last"], ["everywhere"]),
        helper.make_node("Add", ["notes", "everywhere"], ["means"]),
        helper.make_node("Identity", ["notes"], ["known"]),
    ]
    inputs = {
        "rolls": ["parts", "steps", WIDTH],
        "instruments": ["parts"],
        "parts": ["parts", PART_CONDITIONS],
        "piece": [1, PIECE_CONDITIONS],
        "style": [1, 2 * channels + 1],
    }
    latents = [1, channels, "steps"]
    return _model(nodes, inputs, {"means": latents, "known": latents}, weights)


def _score_flow(channels: int) -> ModelProto:
    """A little of the noise is left on the means."""
    weights = {"little": np.float32(0.1)}
    nodes = [
        helper.make_node("Mul", ["remainders", "time"], ["velocity"]),
        helper.make_node("Mul", ["remainders", "little"], ["grain"]),
        helper.make_node("Add", ["means", "grain"], ["latents"]),
    ]
    latents = [1, channels, "steps"]
    inputs = {
        "remainders": latents,
        "time": [1],
        "means": latents,
        "known": latents,
        "piece": [1, PIECE_CONDITIONS],
        "style": [1, 2 * channels + 1],
    }
    return _model(nodes, inputs, {"velocity": latents, "latents": latents}, weights)


def _stems(channels: int) -> ModelProto:
    """The louder stems are at a moment, the more of everything they get."""
    weights = {
        "first": np.int64([0]),
        "last": np.int64([2]),
        "sides": np.int64([1, 2]),
        "rest": np.float32(0.01),
        "all": np.ones((1, _FOLD), np.float32),
        "frames": np.int64([len(STEM_NAMES), -1, BINS]),
    }
    nodes = [
        helper.make_node("ReduceSum", ["rolls", "last"], ["played"], keepdims=1),
        helper.make_node("Add", ["played", "rest"], ["heard"]),
        helper.make_node("Unsqueeze", ["present", "sides"], ["there"]),
        helper.make_node("Mul", ["heard", "there"], ["weights"]),
        helper.make_node("ReduceSum", ["weights", "first"], ["sum"], keepdims=1),
        helper.make_node("Div", ["weights", "sum"], ["shares"]),
        helper.make_node("MatMul", ["shares", "all"], ["wide"]),
        helper.make_node("Reshape", ["wide", "frames"], ["masks"]),
    ]
    inputs = {
        "rolls": [len(STEM_NAMES), "steps", WIDTH],
        "latents": [1, channels, "steps"],
        "present": [len(STEM_NAMES)],
    }
    return _model(nodes, inputs, {"masks": [len(STEM_NAMES), "frames", BINS]}, weights)


def _encoder(random: np.random.Generator) -> ModelProto:
    weights = {
        "pairs": np.int64([1, -1, _FOLD]),
        "matrix": random.standard_normal((_FOLD, CHANNELS)).astype(np.float32) / _FOLD,
    }
    nodes = [
        helper.make_node("Reshape", ["magnitudes", "pairs"], ["steps"]),
        helper.make_node("MatMul", ["steps", "matrix"], ["codes"]),
        helper.make_node("Transpose", ["codes"], ["latents"], perm=[0, 2, 1]),
    ]
    shapes = {"magnitudes": [1, "frames", BINS]}, {"latents": [1, CHANNELS, "steps"]}
    return _model(nodes, *shapes, weights)


def _decoder(random: np.random.Generator) -> ModelProto:
    weights = {
        "frames": np.int64([1, -1, BINS]),
        "matrix": random.standard_normal((CHANNELS, _FOLD)).astype(np.float32),
    }
    nodes = [
        helper.make_node("Transpose", ["latents"], ["codes"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["codes", "matrix"], ["levels"]),
        helper.make_node("Softplus", ["levels"], ["positive"]),
        helper.make_node("Reshape", ["positive", "frames"], ["magnitudes"]),
    ]
    shapes = {"latents": [1, CHANNELS, "steps"]}, {"magnitudes": [1, "frames", BINS]}
    return _model(nodes, *shapes, weights)


def _stereo_decoder(random: np.random.Generator) -> ModelProto:
    both = CHANNELS + SIDE
    image, middle = np.zeros((both, WIDTH_OF_IMAGE), np.float32), np.zeros(WIDTH_OF_IMAGE, np.float32)
    image[CHANNELS, :IMAGE_BANDS] = image[CHANNELS + 1, IMAGE_BANDS:] = 1
    middle[IMAGE_BANDS:] = USUAL_WIDTH
    heard = random.standard_normal((both, _FOLD)).astype(np.float32)
    heard[CHANNELS:] = 0
    weights = {
        "frames": np.int64([1, -1, BINS]),
        "bands": np.int64([1, -1, TREBLE_BANDS]),
        "matrix": heard,
        "upwards": 0.1 * random.standard_normal((both, 2 * TREBLE_BANDS)).astype(np.float32),
        "places": image,
        "usual": middle,
    }
    nodes = [
        helper.make_node("Transpose", ["latents"], ["codes"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["codes", "matrix"], ["levels"]),
        helper.make_node("Softplus", ["levels"], ["positive"]),
        helper.make_node("Reshape", ["positive", "frames"], ["magnitudes"]),
        helper.make_node("MatMul", ["codes", "upwards"], ["above"]),
        helper.make_node("Reshape", ["above", "bands"], ["treble"]),
        helper.make_node("MatMul", ["codes", "places"], ["moved"]),
        helper.make_node("Add", ["moved", "usual"], ["image"]),
    ]
    outputs = {
        "magnitudes": [1, "frames", BINS],
        "treble": [1, "frames", TREBLE_BANDS],
        "image": [1, "steps", WIDTH_OF_IMAGE],
    }
    return _model(nodes, {"latents": [1, both, "steps"]}, outputs, weights)


def _side_encoder() -> ModelProto:
    """Pan and width of the lower bands, averaged."""
    first, some = 2 * TREBLE_BANDS, IMAGE_BANDS // 2
    heard = first + WIDTH_OF_IMAGE + IMAGE_BANDS
    matrix = np.zeros((heard, SIDE), np.float32)
    matrix[first : first + some, 0] = matrix[first + IMAGE_BANDS : first + IMAGE_BANDS + some, 1] = 1 / some
    weights = {"matrix": matrix, "usual": np.float32([0, -USUAL_WIDTH]), "channels": np.int64([1])}
    nodes = [
        helper.make_node("MatMul", ["heard", "matrix"], ["seen"]),
        helper.make_node("Add", ["seen", "usual"], ["codes"]),
        helper.make_node("Transpose", ["codes"], ["latents"], perm=[0, 2, 1]),
        helper.make_node("Mul", ["latents", "latents"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "channels"], ["nats"], keepdims=0),
    ]
    outputs = {"latents": [1, SIDE, "steps"], "nats": [1, "steps"]}
    return _model(nodes, {"heard": [1, "steps", heard]}, outputs, weights)


def _side_predictor() -> ModelProto:
    """The middle, at the usual width, moved by what is drawn."""
    weights = {
        "matrix": np.zeros((CHANNELS, SIDE), np.float32),
        "last": np.int64([2]),
        "little": np.float32(0.3),
    }
    nodes = [
        helper.make_node("Transpose", ["latents"], ["codes"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["codes", "matrix"], ["nothing"]),
        helper.make_node("Transpose", ["nothing"], ["middle"], perm=[0, 2, 1]),
        helper.make_node("Unsqueeze", ["draw", "last"], ["everywhere"]),
        helper.make_node("Mul", ["everywhere", "little"], ["away"]),
        helper.make_node("Add", ["middle", "away"], ["side"]),
    ]
    inputs = {"latents": [1, CHANNELS, "steps"], "draw": [1, SIDE]}
    return _model(nodes, inputs, {"side": [1, SIDE, "steps"]}, weights)


def _model(nodes: list[NodeProto], inputs: dict, outputs: dict, weights: dict[str, np.ndarray]) -> ModelProto:
    def describe(shapes: dict) -> list:
        kinds = {"instruments": TensorProto.INT64}
        return [
            helper.make_tensor_value_info(name, kinds.get(name, TensorProto.FLOAT), shape)
            for name, shape in shapes.items()
        ]

    constants = [numpy_helper.from_array(np.asarray(array), name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, "tiny", describe(inputs), describe(outputs), constants)
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])


def _save(model: ModelProto, path: Path) -> None:
    path.write_bytes(model.SerializeToString())
