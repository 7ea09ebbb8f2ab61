"""Weights back out of a models folder, so that a training goes on from what was exported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from img2music.errors import ModelError
from img2music.models.folder import DECODER, ENCODER, FLOW_NETWORK, SCORE, STEREO_DECODER, TRUNK, Models

_CAST = ".float16"
_STATISTICS = ("mean", "std", "deviation")  # the last of them in models of 2026.11 and before


def exported_vae(folder: Path, genre: str | None = None) -> dict[str, Tensor]:
    """State dict of the spectrogram VAE in a models folder: that of a genre, or, without one that it has, the
    average over all genres of what is their own. Of a decoder in stereo it has the part for the middle below 11 kHz.

    Raises `ModelError` when the folder holds no such VAE.
    """
    models = Models(folder)
    genres = (genre,) if genre in models.genres else models.genres
    each = [_one(models, genre) for genre in genres]
    if not each or any(found.keys() != each[0].keys() for found in each):
        raise ModelError(f"{folder} holds no spectrogram VAE to begin from; give weights of a run instead.")
    return {name: torch.stack([found[name] for found in each]).mean(0) for name in each[0]}


def exported_flow(folder: Path) -> dict[str, Tensor]:
    """State dict of the latent flow in a models folder. Raises `ModelError` when it holds none."""
    models = Models(folder)
    if not models.has(FLOW_NETWORK):
        raise ModelError(f"{folder} holds no latent flow to begin from; give weights of a run instead.")
    return _stored(models, FLOW_NETWORK)


def exported_score_network(folder: Path) -> dict[str, Tensor]:
    """State dict of the score network in a models folder. Raises `ModelError` when it holds none."""
    models = Models(folder)
    if not models.has(SCORE):
        raise ModelError(f"{folder} holds no score network to begin from; give the folder of a run instead.")
    return {name.removeprefix("network."): value for name, value in _stored(models, SCORE).items()}


def exported_stereo_decoder(models: Models, genre: str) -> dict[str, Tensor]:
    """State dict of a genre's decoder in stereo. Raises `ModelError` when there is none."""
    stored = _weights(models, genre, STEREO_DECODER)
    return {name.removeprefix("decoder."): value for name, value in stored.items() if name.startswith("decoder.")}


def put_weights(graph: onnx.GraphProto, weights: Mapping[str, Tensor]) -> None:
    """Replace weights of an exported network, which have the names in its state dict."""
    turned = _matrix_names(graph)
    stored = {i.name.removesuffix(_CAST): i for i in graph.initializer}
    for name, value in weights.items():
        old = stored[turned.get(name, name)]
        new = value.numpy().T if name in turned else value.numpy()
        kind = numpy_helper.to_array(old).dtype
        old.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(new, kind), old.name))


def _one(models: Models, genre: str) -> dict[str, Tensor]:
    encoder = {f"encoder.{name}": value for name, value in _weights(models, genre, ENCODER).items()}
    if models.is_stereo(genre):
        stereo = _weights(models, genre, STEREO_DECODER)
        return encoder | {
            name.replace("decoder.core.", "decoder."): value
            for name, value in stereo.items()
            if name.startswith("decoder.core.")
        }
    trunk = _weights(models, genre, TRUNK) if models.has(models.place_of(genre, TRUNK)) else {}
    # the end of a decoder that was exported in two parts holds some of its weights under the name of the whole
    decoder = {name.removeprefix("decoder."): value for name, value in _weights(models, genre, DECODER).items()}
    return encoder | {f"decoder.{name}": value for name, value in (trunk | decoder).items()}


def _weights(models: Models, genre: str, name: str) -> dict[str, Tensor]:
    return _stored(models, models.place_of(genre, name))


def _stored(models: Models, place: str) -> dict[str, Tensor]:
    graph = onnx.load_from_string(models.read(place)).graph
    values = {i.name.removesuffix(_CAST): numpy_helper.to_array(i).astype(np.float32) for i in graph.initializer}
    named = {key: value for key, value in values.items() if "." in key or key in _STATISTICS} | _matrices(graph, values)
    return {key: torch.from_numpy(np.array(value)) for key, value in named.items()}


def _matrices(graph: onnx.GraphProto, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Weights of linear layers, which the exporter turns round."""
    return {name: values[stored].T for name, stored in _matrix_names(graph).items() if stored in values}


def _matrix_names(graph: onnx.GraphProto) -> dict[str, str]:
    """Names of the weights of linear layers, each with the number that the exporter calls it by: it is known by the
    bias that is added to its product."""
    products = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMul"}
    found = {}
    for node in graph.node:
        if node.op_type != "Add":
            continue
        for bias, product in (node.input, tuple(reversed(node.input))):
            if bias.endswith(".bias") and product in products:
                found[f"{bias.removesuffix('.bias')}.weight"] = products[product]
    return found
