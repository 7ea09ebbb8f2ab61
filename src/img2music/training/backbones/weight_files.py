"""Pretrained weights from a file of the user's, under the names that timm or torchvision give them."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from img2music.errors import ModelError

SUFFIXES = (".safetensors", ".pth", ".pt", ".bin")
_WRAPPERS = ("state_dict", "model", "model_state", "model_ema")
"""Names under which training scripts keep the weights beside other things."""
_HEADS = re.compile(r"(head|fc|classifier|pre_logits\.head|head\.fc)\.(weight|bias)")
_BLOCK = {"block.0": "conv_dw", "block.2": "norm", "block.3": "mlp.fc1", "block.5": "mlp.fc2", "layer_scale": "gamma"}
_CONVNEXT = (
    (re.compile(r"features\.0\.([01])\."), lambda found: f"stem.{found[1]}."),
    (
        re.compile(r"features\.([1357])\.(\d+)\.(block\.[0235]|layer_scale)"),
        lambda found: f"stages.{int(found[1]) // 2}.blocks.{found[2]}.{_BLOCK[found[3]]}",
    ),
    (re.compile(r"features\.([246])\.([01])\."), lambda found: f"stages.{int(found[1]) // 2}.downsample.{found[2]}."),
    (re.compile(r"classifier\.0\."), lambda found: "head.norm."),
    (re.compile(r"classifier\.2\."), lambda found: "head.fc."),
)
"""From torchvision's names of a ConvNeXt's layers to timm's."""
_VGG = (
    (re.compile(r"classifier\.0\."), lambda found: "pre_logits.fc1."),
    (re.compile(r"classifier\.3\."), lambda found: "pre_logits.fc2."),
    (re.compile(r"classifier\.6\."), lambda found: "head.fc."),
)


def find_weights(place: Path, name: str) -> Path:
    """The file of weights of the network `name`: `place` itself, or the one in the folder `place` that is called so, or
    the only one there. Raises `ModelError` when there is none or it is not clear which."""
    if place.is_file():
        return place
    if not place.is_dir():
        raise ModelError(f"{place} is no file or folder of weights; give one with {', '.join(SUFFIXES)}.")
    files = sorted(path for path in place.iterdir() if path.suffix in SUFFIXES and path.is_file())
    family = name.split(".")[0]
    for called in (name, family):
        named = [path for path in files if path.stem == called or path.stem.startswith(f"{called}-")]
        if named:
            return named[0]
    if len(files) != 1:
        raise ModelError(f"{place} holds {len(files)} files of weights and none called {family}; give the file itself.")
    return files[0]


def load_weights(network: nn.Module, file: Path) -> str:
    """Put the weights of a file into a network of timm without its last layer; returns whose names the file has: timm's
    or torchvision's. Raises `ModelError` when the file cannot be read or holds another network's weights."""
    stored = {key: value for key, value in _read(file).items() if isinstance(value, Tensor)}
    wanted = network.state_dict()
    kinds = {"timm": stored, "torchvision": _to_timm(stored)}
    names = min(kinds, key=lambda kind: len(_lacking(wanted, kinds[kind])))
    lacking = _lacking(wanted, kinds[names])
    others = [key for key in kinds[names] if key not in wanted and not _HEADS.fullmatch(key)]
    if lacking or others:
        raise ModelError(f"{file} holds other weights: {(lacking or others)[0]} does not fit this network.")
    shaped = {key: _shaped(value, wanted[key]) for key, value in kinds[names].items() if key in wanted}
    try:
        network.load_state_dict(shaped, strict=False)
    except RuntimeError as error:
        raise ModelError(f"{file} holds the weights of a network of another size.") from error
    return names


def _lacking(wanted: Mapping[str, Tensor], stored: Mapping[str, Tensor]) -> list[str]:
    """The weights that a network has and a file has not."""
    return [key for key in wanted if key not in stored and not key.endswith("num_batches_tracked")]


def _read(file: Path) -> Mapping[str, object]:
    try:
        if file.suffix == ".safetensors":
            return load_file(file)
        stored = torch.load(file, map_location="cpu", weights_only=True)
    except (SafetensorError, pickle.UnpicklingError, OSError, EOFError, RuntimeError, ValueError, KeyError) as error:
        raise ModelError(f"{file} cannot be read as weights; give a safetensors file or one of torch.save.") from error
    for wrapper in _WRAPPERS:
        if isinstance(stored, dict) and isinstance(stored.get(wrapper), dict):
            stored = stored[wrapper]
    if not isinstance(stored, dict):
        raise ModelError(f"{file} holds no weights by name; save the network's state_dict().")
    return {str(key).removeprefix("module."): value for key, value in stored.items()}


def _to_timm(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights under timm's names, of a ConvNeXt or a VGG under torchvision's; a ResNet's are the same in both."""
    rules = _CONVNEXT if any(".layer_scale" in key for key in stored) else _VGG
    renamed = {}
    for key, value in stored.items():
        for pattern, name in rules:
            key = pattern.sub(name, key, count=1)
        renamed[key] = value
    return renamed


def _shaped(value: Tensor, wanted: Tensor) -> Tensor:
    """A tensor in the shape that is wanted, where it holds as many numbers: fully connected layers and scales are kept
    as convolutions by some."""
    return value.reshape(wanted.shape) if value.numel() == wanted.numel() else value
