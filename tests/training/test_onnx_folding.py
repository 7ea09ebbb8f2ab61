"""Factors, summands and hard swishes around convolutions are folded away, and nothing comes out otherwise."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import numpy as np
import pytest

from img2music.models.session import onnxruntime

onnx = pytest.importorskip("onnx", reason="onnx is not installed")

from onnx import TensorProto, helper, numpy_helper

from img2music.training.export.onnx_folding import folded


def _swish(taken: str, given: str) -> list[onnx.NodeProto]:
    return [
        helper.make_node("Add", [taken, "three"], [f"{given}.1"]),
        helper.make_node("Clip", [f"{given}.1", "zero", "six"], [f"{given}.2"]),
        helper.make_node("Mul", [taken, f"{given}.2"], [f"{given}.3"]),
        helper.make_node("Div", [f"{given}.3", "six"], [given]),
    ]


def _affine(taken: str, given: str) -> list[onnx.NodeProto]:
    return [
        helper.make_node("Mul", ["factor", taken], [f"{given}.1"]),
        helper.make_node("Add", [f"{given}.1", "summand"], [given]),
    ]


def _convolution(taken: str, given: str, size: int, groups: int = 1) -> onnx.NodeProto:
    sizes = {"kernel_shape": [size, size], "pads": [size // 2] * 4, "group": groups}
    return helper.make_node("Conv", [taken, f"{given}.w", f"{given}.b"], [given], **sizes)


def _relu(taken: str, given: str) -> onnx.NodeProto:
    return helper.make_node("Relu", [taken], [given])


def _network(nodes: list[onnx.NodeProto], given: str) -> onnx.ModelProto:
    """A network on four channels, with random weights."""
    random = np.random.default_rng(3)
    weights = {"three": 3.0, "zero": 0.0, "six": 6.0, "factor": [1.7], "summand": [0.4]}
    for node in nodes:
        if node.op_type == "Conv":
            sizes = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
            weights[node.input[1]] = random.normal(size=(4, 4 // sizes["group"], *sizes["kernel_shape"]))
            weights[node.input[2]] = random.normal(size=4)
    arrays = [numpy_helper.from_array(np.array(values, np.float32), name) for name, values in weights.items()]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", 4, "H", "W"]) for name in ("in", given)]
    graph = helper.make_graph(nodes, "tiny", ends[:1], ends[1:], arrays)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 12)], ir_version=8)


def _answer(model: onnx.ModelProto) -> np.ndarray:
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"in": np.random.default_rng(4).normal(size=(2, 4, 9, 7)).astype(np.float32) * 3})[0]


def _kinds(model: onnx.ModelProto) -> list[str]:
    """The operations on what passes through, in order; those on weights alone are done once."""
    passing, kinds = {"in"}, []
    for node in model.graph.node:
        if passing.intersection(node.input):
            passing.update(node.output)
            kinds.append(node.op_type)
    return kinds


@pytest.mark.parametrize(
    ("nodes", "given", "kinds"),
    [
        ([_convolution("in", "a", 3), *_affine("a", "b"), _relu("b", "c")], "c", ["Conv", "Relu"]),
        ([*_swish("in", "a"), _relu("a", "b")], "b", ["HardSwish", "Relu"]),
        ([_convolution("in", "a", 1), *_affine("a", "b")], "b", ["Conv"]),
        ([*_swish("in", "a")], "a", ["HardSwish"]),
        ([*_affine("in", "a"), _convolution("a", "b", 1)], "b", ["Conv"]),
        (
            [
                *(_convolution("in", "a", 3), *_affine("a", "b"), *_swish("b", "c"), *_affine("c", "d")),
                *(_convolution("d", "e", 1), _convolution("d", "f", 1), helper.make_node("Add", ["e", "f"], ["g"])),
            ],
            "g",
            ["Conv", "HardSwish", "Mul", "Add", "Conv", "Conv", "Add"],
        ),
    ],
)
def test_folding_leaves_fewer_operations_and_the_same_answer(
    nodes: list[onnx.NodeProto], given: str, kinds: list[str]
) -> None:
    model = _network(nodes, given)
    before = _answer(model)
    model = folded(model)
    assert _kinds(model) == kinds
    np.testing.assert_allclose(_answer(model), before, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(
    ("nodes", "given"),
    [
        # padding with zeros comes after them
        ([*_affine("in", "a"), _convolution("a", "b", 5, 4)], "b"),
        # what something else takes too must stay
        ([_convolution("in", "a", 1), *_affine("a", "b"), helper.make_node("Add", ["a", "b"], ["c"])], "c"),
        # no hard swish
        (
            [
                helper.make_node("Add", ["in", "three"], ["a"]),
                helper.make_node("Clip", ["a", "zero", "six"], ["b"]),
                helper.make_node("Mul", ["in", "b"], ["c"]),
                helper.make_node("Div", ["c", "three"], ["d"]),
            ],
            "d",
        ),
    ],
)
def test_what_cannot_be_folded_stays(nodes: list[onnx.NodeProto], given: str) -> None:
    model = _network(nodes, given)
    kinds, before = _kinds(model), _answer(model)
    model = folded(model)
    assert _kinds(model) == kinds
    np.testing.assert_array_equal(_answer(model), before)
