"""The last layer of EfficientNet-Lite2, which names what is in a picture, small enough to be bundled."""

from __future__ import annotations

from timm.data.imagenet_info import ImageNetInfo

from img2music.training.backbones.teacher import load_teacher
from img2music.vision.objects import layer_bytes


def object_classifier() -> bytes:
    """The bytes of `objects.safetensors`."""
    _, _, layer = load_teacher()
    weights, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    known = ImageNetInfo()
    names = [known.index_to_description(number).split(",")[0] for number in range(len(bias))]
    return layer_bytes(weights, bias, names)
