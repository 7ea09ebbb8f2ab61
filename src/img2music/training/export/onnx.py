"""Writing torch modules as ONNX files that are small on disk and run in float32."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from img2music.training.export.batch_norms import fold_batch_norms

SMALLEST = 256
"""Weights with fewer numbers stay float32."""


def write_onnx(
    module: nn.Module,
    inputs: dict[str, Tensor],
    path: Path,
    output_names: list[str],
    dynamic: dict[int, torch.export.Dim] | None = None,
    others: Mapping[str, dict[int, torch.export.Dim]] | None = None,
) -> None:
    """Export `module` with example `inputs` by name; `dynamic` are the axes of the first whose length may vary, and
    `others` those of further ones by name.

    Weights are stored as float16 and cast to float32 when the model is loaded.
    """
    axes = {next(iter(inputs)): dynamic, **(others or {})}
    shapes = None if dynamic is None else tuple(axes.get(name) for name in inputs)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            input_names=list(inputs),
            output_names=output_names,
            dynamic_shapes=shapes,
            dynamo=True,
            verbose=False,
        )
    assert program is not None  # dynamo=True gives one
    store(program.model_proto, path)


def store(model: onnx.ModelProto, path: Path) -> None:
    """Write a network with its weights as float16, cast to float32 when it is loaded, and batch norms folded."""
    _store_as_float16(model.graph)
    fold_batch_norms(model.graph)
    _forget_origin(model)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _store_as_float16(graph: onnx.GraphProto) -> None:
    casts = []
    for weight in graph.initializer:
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < SMALLEST:
            continue
        name = weight.name
        half = numpy_helper.to_array(weight).astype(np.float16)
        weight.CopyFrom(numpy_helper.from_array(half, f"{name}.float16"))
        casts.append(helper.make_node("Cast", [weight.name], [name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend(casts + nodes)
    # an initializer that became a cast is no longer described as a value of its own
    del graph.value_info[:]


def _forget_origin(model: onnx.ModelProto) -> None:
    """Drop the stack traces that the exporter leaves: they name files of the machine that it ran on."""
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.initializer):
        del part.metadata_props[:]
        part.ClearField("doc_string")
