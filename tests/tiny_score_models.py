"""Networks for scores that are a few matrices, beside the tiny models: every key has latents of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import ModelProto, helper
from safetensors.numpy import save_file

from img2music.audio.stft import BINS
from img2music.synthesis.conditions import PART_CONDITIONS, PIECE_CONDITIONS
from img2music.synthesis.piano_roll import WIDTH
from img2music.synthesis.stems import NAMES as STEM_NAMES
from tiny_models import CHANNELS, FOLD, model_of, save_model, seal


def add_score_networks(folder: Path) -> Path:
    """Put networks that play scores and take stems apart into a folder of tiny models, and return it."""
    random = np.random.default_rng(10)
    save_model(_score(random), folder / "score.onnx")
    save_model(_score_flow(), folder / "score_flow.onnx")
    save_model(_stems(), folder / "stems.onnx")
    styles = {
        "offset": 0.1 * random.standard_normal(2 * CHANNELS).astype(np.float32),
        "directions": 0.5 * random.standard_normal((3, 2 * CHANNELS)).astype(np.float32),
    }
    save_file(styles, folder / "styles.safetensors")
    seal(folder)
    return folder


def _score(random: np.random.Generator) -> ModelProto:
    """Each key and drum adds latents of its own, and the style code shifts them all."""
    weights = {
        "first": np.int64([0]),
        "last": np.int64([2]),
        "keys": 2 * random.standard_normal((WIDTH, CHANNELS)).astype(np.float32),
        "shifts": 0.2 * random.standard_normal((2 * CHANNELS + 1, CHANNELS)).astype(np.float32),
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
        "style": [1, 2 * CHANNELS + 1],
    }
    latents = [1, CHANNELS, "steps"]
    return model_of(nodes, inputs, {"means": latents, "known": latents}, weights)


def _score_flow() -> ModelProto:
    """A little of the noise is left on the means."""
    weights = {"little": np.float32(0.1)}
    nodes = [
        helper.make_node("Mul", ["remainders", "time"], ["velocity"]),
        helper.make_node("Mul", ["remainders", "little"], ["grain"]),
        helper.make_node("Add", ["means", "grain"], ["latents"]),
    ]
    latents = [1, CHANNELS, "steps"]
    inputs = {
        "remainders": latents,
        "time": [1],
        "means": latents,
        "known": latents,
        "piece": [1, PIECE_CONDITIONS],
        "style": [1, 2 * CHANNELS + 1],
    }
    return model_of(nodes, inputs, {"velocity": latents, "latents": latents}, weights)


def _stems() -> ModelProto:
    """The louder stems are at a moment, the more of everything they get."""
    weights = {
        "first": np.int64([0]),
        "last": np.int64([2]),
        "sides": np.int64([1, 2]),
        "rest": np.float32(0.01),
        "all": np.ones((1, FOLD), np.float32),
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
        "latents": [1, CHANNELS, "steps"],
        "present": [len(STEM_NAMES)],
    }
    return model_of(nodes, inputs, {"masks": [len(STEM_NAMES), "frames", BINS]}, weights)
