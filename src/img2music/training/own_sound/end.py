"""The end of a stereo decoder, which learns, and its beginning, which stays."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper
from torch import Tensor, nn

from img2music.errors import ModelError
from img2music.models.folder import STEREO_DECODER, Models, load_network
from img2music.training.common.exported_weights import exported_stereo_decoder, put_weights
from img2music.training.spectrogram_vae.network import Shape
from img2music.training.stereo.network import StereoDecoder, StereoShape


class DecoderEnd(nn.Module):
    """The last `blocks` of a decoder and what decodes the side: what enters the first of these blocks, `(B, C, S)`, and
    latents `(B, L, S)` to log magnitudes `(B, 2 S, 513)`, treble `(B, 2 S, 24)` and image `(B, S, 40)`."""

    def __init__(self, decoder: StereoDecoder, blocks: int) -> None:
        super().__init__()
        self.decoder = decoder
        self.first = max(len(decoder.core.blocks) - blocks, 0)
        decoder.requires_grad_(False)
        core = decoder.core
        for part in (core.blocks[self.first :], core.norm, core.leave, decoder.side):
            part.requires_grad_(True)

    def forward(self, hidden: Tensor, latents: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        core = self.decoder.core
        answer = core.finished(core.blocks[self.first :](hidden.transpose(1, 2)))
        return answer, *self.decoder.side(latents[:, self.decoder.latent :])

    def learning(self) -> dict[str, nn.Parameter]:
        """What learns, by name."""
        return {name: value for name, value in self.decoder.named_parameters() if value.requires_grad}


@dataclass(frozen=True, eq=False)
class ExportedDecoder:
    """A genre's stereo decoder in a models folder, as ONNX."""

    models: Models
    genre: str

    @property
    def _data(self) -> bytes:
        return self.models.read(self.models.place_of(self.genre, STEREO_DECODER))

    def end(self, blocks: int) -> DecoderEnd:
        """Its end. Raises `ModelError` when it is no decoder that can learn."""
        stored = exported_stereo_decoder(self.models, self.genre)
        try:
            decoder = StereoDecoder(
                _shape_of(stored, self.models.network_of(self.genre, STEREO_DECODER).channels("latents"))
            )
            decoder.load_state_dict(stored)
        except (KeyError, RuntimeError, ValueError) as problem:
            message = f"The stereo decoder in {self.models.folder} is of another kind; choose other models."
            raise ModelError(message) from problem
        return DecoderEnd(decoder, blocks)

    def beginning(self, block: int) -> Beginning:
        """All before a block."""
        return Beginning(onnx.load_from_string(self._data), block, self.models)

    def with_weights(self, weights: dict[str, Tensor]) -> bytes:
        """The bytes of the same network with other weights."""
        model = onnx.load_from_string(self._data)
        put_weights(model.graph, {f"decoder.{name}": value for name, value in weights.items()})
        return model.SerializeToString()


class Beginning:
    """Latents `(L, S)` to what enters a block of the decoder, `(C, S)`."""

    def __init__(self, model: onnx.ModelProto, block: int, models: Models) -> None:
        weight = f"decoder.core.blocks.{block}.depthwise.weight"
        self._output = next(node.input[0] for node in model.graph.node if weight in node.input)
        del model.graph.output[:]
        model.graph.output.append(helper.make_tensor_value_info(self._output, onnx.TensorProto.FLOAT, None))
        self._network = load_network(model.SerializeToString(), models.folder / STEREO_DECODER)

    def __call__(self, latents: np.ndarray) -> np.ndarray:
        """Raises `ModelError` when the network does not fit."""
        return self._network([self._output], latents=latents[None])[0][0]


def _shape_of(stored: dict[str, Tensor], channels: int) -> StereoShape:
    """The sizes of a decoder with such weights, for latents of so many `channels`. Raises `KeyError`."""
    latent, width = stored["core.enter.weight"].shape[1], len(stored["core.norm.weight"])
    blocks = _count(stored, r"core\.blocks\.(\d+)\.scale")
    wide, kernel = len(stored["core.blocks.0.wide.bias"]), stored["core.blocks.0.depthwise.weight"].shape[2]
    vae = Shape(width, wide // width, decoder_blocks=blocks, latent=latent, kernel=kernel)
    side, side_kernel = len(stored["side.norm.weight"]), stored["side.blocks.0.depthwise.weight"].shape[2]
    return StereoShape(vae, channels - latent, side, _count(stored, r"side\.blocks\.(\d+)\.scale"), side_kernel)


def _count(stored: dict[str, Tensor], pattern: str) -> int:
    return sum(re.fullmatch(pattern, name) is not None for name in stored)
