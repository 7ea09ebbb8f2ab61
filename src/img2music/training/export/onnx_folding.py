"""Constant factors and summands around the convolutions of a network, folded into these.

PP-LCNetV3 has a factor and a summand of its own after every convolution and every activation, and its hard swish comes
as four operations. Each of them passes over all activations; together they take as long as the convolutions.

References: Cui et al., PP-LCNet: a lightweight CPU convolutional neural network, 2021; Howard et al., Searching for
MobileNetV3, ICCV 2019 (hard swish).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper


def fold(model: onnx.ModelProto) -> None:
    """Fold in place; weights must be initializers. What comes out differs by rounding alone.

    Weights stay as they are: what becomes of them is computed from them when the network is loaded.
    """
    graph = _Graph(model.graph)
    for clip in graph.nodes("Clip"):
        _fuse_hard_swish(graph, clip)
    factors = graph.nodes("Mul")
    for convolution in graph.nodes("Conv"):
        _take_in(graph, convolution)
    for factor in factors:
        _pass_on(graph, factor)
    graph.write()


class _Graph:
    """A graph to be changed: its nodes in order, and who takes what."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph
        self._nodes = list(graph.node)
        self._weights = {weight.name: weight for weight in graph.initializer}
        self._channels = {node.output[0]: self._taken(node) for node in self.nodes("Conv")}
        self._given = {output.name for output in graph.output}

    def nodes(self, kind: str) -> list[onnx.NodeProto]:
        return [node for node in self._nodes if node.op_type == kind]

    def _taken(self, convolution: onnx.NodeProto) -> int:
        groups = next((entry.i for entry in convolution.attribute if entry.name == "group"), 1)
        return self._weights[convolution.input[1]].dims[1] * groups

    def maker(self, value: str) -> onnx.NodeProto | None:
        return next((node for node in self._nodes if value in node.output), None)

    def takers(self, value: str) -> list[onnx.NodeProto]:
        """The nodes that take a value; none when the network gives it, since then it must stay."""
        return [] if value in self._given else [node for node in self._nodes if value in node.input]

    def taker(self, value: str, kind: str) -> onnx.NodeProto | None:
        """The node of that kind that takes a value, if nothing else does."""
        takers = self.takers(value)
        return takers[0] if len(takers) == 1 and takers[0].op_type == kind else None

    def number(self, node: onnx.NodeProto | None) -> str | None:
        """The input of a node that is a single number, by its name."""
        names = node.input if node else ()
        return next((name for name in names if name in self._weights and np.prod(self._weights[name].dims) == 1), None)

    def value(self, number: str | None) -> float | None:
        return float(numpy_helper.to_array(self._weights[number]).item()) if number in self._weights else None

    def channels(self, taker: onnx.NodeProto) -> int | None:
        """How many channels a node takes, if it is a convolution."""
        return self._channels.get(taker.output[0])

    def add_weight(self, name: str, values: np.ndarray) -> str:
        self._weights[name] = numpy_helper.from_array(values, name)
        return name

    def add(self, before: onnx.NodeProto, kind: str, *inputs: str, **attributes: Any) -> str:
        """A new node ahead of another; returns the name of what it gives."""
        name = f"fold.{kind}.{len(self._nodes)}.{inputs[0]}"
        self._nodes.insert(self._nodes.index(before), helper.make_node(kind, inputs, [name], **attributes))
        return name

    def replace(self, chain: list[onnx.NodeProto], value: str) -> None:
        """Take a chain of nodes out; `value` stands for what its last one gave."""
        given = chain[-1].output[0]
        self._nodes = [node for node in self._nodes if node not in chain]
        for node in self.takers(given):
            node.input[:] = [value if name == given else name for name in node.input]

    def write(self) -> None:
        used = {name for node in self._nodes for name in node.input}
        weights = [weight for name, weight in self._weights.items() if name in used]
        del self._graph.node[:], self._graph.initializer[:]
        self._graph.node.extend(self._nodes)
        self._graph.initializer.extend(weights)


def _fuse_hard_swish(graph: _Graph, clip: onnx.NodeProto) -> None:
    """Let x · clip(x + 3, 0, 6) / 6 be x · HardSigmoid(x), which runtimes know."""
    shift, multiply = graph.maker(clip.input[0]), graph.taker(clip.output[0], "Mul")
    divide = graph.taker(multiply.output[0], "Div") if multiply else None
    if shift is None or shift.op_type != "Add" or multiply is None or divide is None:
        return
    if not graph.takers(divide.output[0]):
        return
    constants = [graph.value(graph.number(shift)), *map(graph.value, clip.input[1:]), graph.value(divide.input[1])]
    value = next(name for name in shift.input if name != graph.number(shift))
    if constants != [3, 0, 6, 6] or value not in multiply.input or graph.takers(shift.output[0]) != [clip]:
        return
    gate = graph.add(shift, "HardSigmoid", value, alpha=1 / 6, beta=0.5)
    swish = graph.add(shift, "Mul", value, gate)
    graph.replace([shift, clip, multiply, divide], swish)


def _take_in(graph: _Graph, convolution: onnx.NodeProto) -> None:
    """Let a convolution with a bias give what a factor and a summand after it make of it."""
    chain = _affine(graph, graph.taker(convolution.output[0], "Mul"))
    if chain is None or len(convolution.input) != 3:
        return
    multiply, factor, add, summand = chain
    _, weight, bias = convolution.input
    convolution.input[1] = graph.add(convolution, "Mul", weight, factor)
    convolution.input[2] = graph.add(convolution, "Add", graph.add(convolution, "Mul", bias, factor), summand)
    graph.replace([multiply, add], convolution.output[0])


def _pass_on(graph: _Graph, multiply: onnx.NodeProto) -> None:
    """Let the convolutions that take a value expect it without the factor and the summand that it has.

    One that pads with zeros cannot; then both become one operation on channels.
    """
    chain = _affine(graph, multiply)
    if chain is None:
        return
    _, factor, add, summand = chain
    takers = graph.takers(add.output[0])
    value = next(name for name in multiply.input if name != factor)
    channels = next(filter(None, map(graph.channels, takers)), None)
    if all(map(_is_pointwise, takers)):
        for taker in takers:
            _expect_without(graph, taker, factor, summand)
        graph.replace([multiply, add], value)
    elif channels:
        graph.replace(
            [multiply, add],
            _on_channels(graph, multiply, value=value, factor=factor, summand=summand, channels=channels),
        )


def _expect_without(graph: _Graph, convolution: onnx.NodeProto, factor: str, summand: str) -> None:
    """Let a pointwise convolution do itself what a factor and a summand did to its input."""
    _, weight, bias = convolution.input
    added = graph.add(
        convolution, "Mul", graph.add(convolution, "ReduceSum", weight, axes=[1, 2, 3], keepdims=0), summand
    )
    convolution.input[1] = graph.add(convolution, "Mul", weight, factor)
    convolution.input[2] = graph.add(convolution, "Add", bias, added)


def _on_channels(graph: _Graph, before: onnx.NodeProto, value: str, factor: str, summand: str, channels: int) -> str:
    """One operation, ahead of a node, for a factor and a summand; runtimes keep their own order of channels in it."""
    length = graph.add_weight(f"{value}.length", np.array([channels]))
    scale, shift = (graph.add(before, "Expand", number, length) for number in (factor, summand))
    mean = graph.add_weight(f"{value}.mean", np.zeros(channels, np.float32))
    variance = graph.add_weight(f"{value}.variance", np.ones(channels, np.float32))
    return graph.add(before, "BatchNormalization", value, scale, shift, mean, variance, epsilon=0.0)


def _affine(graph: _Graph, multiply: onnx.NodeProto | None) -> tuple[onnx.NodeProto, str, onnx.NodeProto, str] | None:
    """A node that multiplies by a number, the next, which adds one and whose result goes on, and both numbers."""
    add = graph.taker(multiply.output[0], "Add") if multiply else None
    factor, summand = graph.number(multiply), graph.number(add)
    if multiply is None or add is None or not factor or not summand or not graph.takers(add.output[0]):
        return None
    return multiply, factor, add, summand


def _is_pointwise(node: onnx.NodeProto) -> bool:
    """Whether a node is a convolution of single pixels with a bias, without padding."""
    sizes = {entry.name: list(entry.ints) for entry in node.attribute}
    is_biased = node.op_type == "Conv" and len(node.input) == 3
    return is_biased and sizes.get("kernel_shape") == [1, 1] and not any(sizes.get("pads", []))
