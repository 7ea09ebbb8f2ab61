"""Batch normalisation after convolutions, folded into their weights.

Runtimes do that when they load a network, once for each place where a convolution is applied. Here it is done once for
all places, which saves time and memory where a network looks at several crops.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper, numpy_helper

_EPSILON = 1e-5
"""The default of ONNX."""


@dataclass(frozen=True)
class _Folded:
    """The names of the weights and the bias that a convolution takes with its normalisation."""

    weights: str
    bias: str


def fold_batch_norms(graph: onnx.GraphProto) -> None:
    """Fold in place, where nothing else takes what the convolution gives.

    Weights stay as they are stored; the factors are applied to them when the network is loaded.
    """
    constants = _constants(graph)
    taken = [name for node in graph.node for name in node.input] + [output.name for output in graph.output]
    makers = {name: node for node in graph.node for name in node.output}
    folded: dict[tuple[str, ...], _Folded] = {}
    products: list[onnx.NodeProto] = []
    for norm in [node for node in graph.node if node.op_type == "BatchNormalization"]:
        convolution = makers.get(norm.input[0])
        if convolution is None or convolution.op_type != "Conv" or taken.count(norm.input[0]) != 1:
            continue
        parameters = [*convolution.input[2:], *norm.input[1:]]
        if not all(name in constants for name in parameters):
            continue
        weights = convolution.input[1]
        key = (weights, *parameters, str(_epsilon(norm)))
        if key not in folded:
            bias = constants[convolution.input[2]] if len(convolution.input) > 2 else np.float32(0)
            folded[key] = _fold(graph, weights, bias, norm, [constants[name] for name in norm.input[1:]])
            products.append(
                helper.make_node("Mul", [weights, f"{folded[key].weights}.factor"], [folded[key].weights])
            )
        convolution.input[1:] = [folded[key].weights, folded[key].bias]
        convolution.output[0] = norm.output[0]
        graph.node.remove(norm)
    casts = [node for node in graph.node if node.op_type == "Cast" and node.output[0] in constants]
    others = [node for node in graph.node if node not in casts]
    del graph.node[:]
    graph.node.extend(casts + products + others)
    _drop_unused(graph)


def _fold(
    graph: onnx.GraphProto, weights: str, bias: np.ndarray | np.float32, norm: onnx.NodeProto, values: list[np.ndarray]
) -> _Folded:
    scale, shift, mean, variance = values
    factor = scale / np.sqrt(variance + np.float32(_epsilon(norm)))
    name = f"{weights}.{norm.output[0]}"
    rank = len(next(entry.dims for entry in graph.initializer if entry.name in (weights, f"{weights}.float16")))
    graph.initializer.append(numpy_helper.from_array(factor.reshape(-1, *[1] * (rank - 1)), f"{name}.factor"))
    graph.initializer.append(numpy_helper.from_array((bias - mean) * factor + shift, f"{name}.bias"))
    return _Folded(name, f"{name}.bias")


def _constants(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """Values that are stored, also those that are stored as float16, by name."""
    stored = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    casts = {
        node.output[0]: stored[node.input[0]].astype(np.float32)
        for node in graph.node
        if node.op_type == "Cast" and node.input[0] in stored
    }
    return stored | casts


def _epsilon(norm: onnx.NodeProto) -> float:
    return next((entry.f for entry in norm.attribute if entry.name == "epsilon"), _EPSILON)


def _drop_unused(graph: onnx.GraphProto) -> None:
    """Take out casts and stored values that nothing takes any more."""
    taken = {name for node in graph.node if node.op_type != "Cast" for name in node.input}
    taken |= {output.name for output in graph.output}
    nodes = [node for node in graph.node if node.op_type != "Cast" or node.output[0] in taken]
    taken |= {name for node in nodes for name in node.input}
    weights = [entry for entry in graph.initializer if entry.name in taken]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(weights)
