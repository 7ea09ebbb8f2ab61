"""Folders of trained models, whose files are checked against the manifest.

A models folder holds `manifest.json` (what is there, its checksums, what it was trained on, its measured
figures, and the `genres` if they are not the paper's four), `classifier.onnx`, and for each genre a folder with
`encoder.onnx`, `decoder.onnx` and `bank.safetensors`; a network that all genres share lies beside these folders
instead. `trunk.onnx` holds the first layers that several decoders share. In place of `decoder.onnx` there may be
`stereo-decoder.onnx`, with `stereo-encoder.onnx` and `side-predictor.onnx` for what the other encoder does not hear.
`score.onnx`, `score_flow.onnx`, `stems.onnx`
and `styles.safetensors` play scores. Only ONNX, safetensors and JSON are read: no
code in such a folder is ever executed.
"""

from __future__ import annotations

import hashlib
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from img2music.errors import ModelError
from img2music.models.manifest import MANIFEST, Manifest
from img2music.models.network_file import check_alone
from img2music.options import COMPOSE, ENGINES, FLOW, PERTURB
from img2music.system.memory import lacks_memory

if TYPE_CHECKING:
    import numpy as np

    from img2music.models.session import onnxruntime

ENCODER, TRUNK, DECODER, BANK = "encoder.onnx", "trunk.onnx", "decoder.onnx", "bank.safetensors"
SIDE_ENCODER, SIDE_PREDICTOR, STEREO_DECODER = "stereo-encoder.onnx", "side-predictor.onnx", "stereo-decoder.onnx"
"""Networks of two channels at 44.1 kHz: what hears or guesses the side latents, and what decodes them all."""
FLOW_NETWORK = "flow.onnx"
SCORE, SCORE_FLOW, STEMS = "score.onnx", "score_flow.onnx", "stems.onnx"
STYLES, TEXTURE = "styles.safetensors", "texture.safetensors"
"""Networks that play scores, the styles in which they do, and the texture; flow, stems and texture may be missing."""
HIDDEN = "hidden"
"""The tensor between a trunk and a decoder."""
LARGEST = 512 * 2**20
"""Bytes above which a model file is refused."""
LARGEST_VALUE = 1e6
"""Largest magnitude of the numbers in a bank or out of a network; larger ones come from damaged or foreign models."""


class Models:
    """A folder of trained models; the ones bundled with the package by default."""

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = Path(str(resources.files("img2music"))) / "bundled" if folder is None else Path(folder)
        self._shared = cache(self._load)

    @cached_property
    def manifest(self) -> Manifest:
        """What the folder says about itself. Raises `ModelError` when its manifest is missing or malformed."""
        return Manifest.read(self.folder / MANIFEST)

    @property
    def version(self) -> str:
        """The version of this set of models. Raises `ModelError` as `manifest`."""
        return self.manifest.version

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of the classifier, in the order of its outputs. Raises `ModelError` as `manifest`."""
        return self.manifest.genres

    @property
    def genres(self) -> tuple[str, ...]:
        """The `classes` that these models have music for."""
        shared = self.has(DECODER) or self.has(STEREO_DECODER)
        own = (BANK,) if shared else (DECODER, STEREO_DECODER)
        return tuple(genre for genre in self.classes if any(self.has(f"{genre}/{name}") for name in own))

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that these models have, the default first."""
        needs = {FLOW: (FLOW_NETWORK,), PERTURB: (), COMPOSE: (SCORE, STYLES)}
        return tuple(engine for engine in ENGINES if all(map(self.has, needs[engine])))

    def has(self, name: str) -> bool:
        """Whether the manifest lists the file `name`."""
        return name in self.manifest.files

    def checksum(self, name: str) -> str:
        """The SHA-256 that the manifest gives of the file `name`. Raises `ModelError` when it lists no such file."""
        known = self.manifest.files.get(name)
        if known is None or known.sha256 is None:
            raise ModelError(f"{self.folder} has no model {name}; export it or choose another models folder.")
        return known.sha256

    def read(self, name: str) -> bytes:
        """The bytes of one file of the manifest, checked against its checksum.

        Raises `ModelError` when it is missing, too large or changed.
        """
        wanted, path = self.checksum(name), self.folder / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise ModelError(f"{self.folder} has no model {name}; export it or choose another models folder.")
        try:
            if not path.is_file():
                raise FileNotFoundError(path)  # or a pipe, which might never end
            if path.stat().st_size > LARGEST:
                raise ModelError(f"{path} is larger than {LARGEST >> 20} MB; this is not a model of Img2Music.")
            data = path.read_bytes()
        except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
            raise ModelError(f"{path} cannot be read; install again or export the models again.") from error
        if hashlib.sha256(data).hexdigest() != wanted:
            raise ModelError(f"{path} does not match its checksum; install again or export the models again.")
        return data

    def is_stereo(self, genre: str) -> bool:
        """Whether the music of a genre has two channels at 44.1 kHz, else one at 22.05 kHz."""
        return self.has(self.place_of(genre, STEREO_DECODER))

    def network_of(self, genre: str, name: str) -> Network:
        """A genre's own network of that name, or the one that all genres share. Raises `ModelError`."""
        return self.network(self.place_of(genre, name))

    def place_of(self, genre: str, name: str) -> str:
        """Where in the folder a genre's own file of that name is, or else the one that all genres share."""
        own = f"{genre}/{name}"
        return name if self.has(name) and not self.has(own) else own

    def network(self, name: str) -> Network:
        """One ONNX file of the manifest, loaded; once if it lies beside the folders of the genres. Raises
        `ModelError`."""
        return self._load(name) if "/" in name else self._shared(name)

    def _load(self, name: str) -> Network:
        return load_network(self.read(name), self.folder / name)


class Network:
    """A loaded ONNX file of a models folder.

    `shapes` are the shapes of inputs and outputs by name, `input_shape` is that of the first input; an axis of variable
    length is a name or None. Raises `UnicodeDecodeError` or `IndexError` when the file has no such names or no input.
    """

    def __init__(self, session: onnxruntime.InferenceSession, path: Path) -> None:
        self._session = session
        self._path = path
        inputs: list[onnxruntime.NodeArg] = session.get_inputs()
        self.shapes: dict[str, list[int | str | None]] = {
            node.name: node.shape for node in (*inputs, *session.get_outputs())
        }
        self.input_shape: list[int | str | None] = inputs[0].shape

    def channels(self, name: str) -> int:
        """How many channels an input or output `(B, C, …)` has. Raises `ModelError` where it does not say so."""
        shape = self.shapes.get(name, [])
        channels = shape[1] if len(shape) > 1 else None
        if not isinstance(channels, int):
            raise self.misfit()
        return channels

    def misfit(self) -> ModelError:
        """The error to raise when the network does not have the expected inputs, outputs or values."""
        return ModelError(f"{self._path} does not fit the other models; export the models again.")

    def __call__(self, outputs: list[str], **inputs: np.ndarray) -> list[np.ndarray]:
        """The named outputs. Raises `ModelError` when the network lacks one or an input, or gives absurd values."""
        try:
            answers = self._session.run(outputs, inputs)
        except Exception as error:  # as above; a ValueError when a name is missing
            if lacks_memory(error):
                raise MemoryError(f"{self._path} takes more memory than there is") from error
            raise self.misfit() from error
        if not all(is_sound(answer) for answer in answers):
            raise self.misfit()
        return answers


def load_network(data: bytes, path: Path) -> Network:
    """The network in the bytes of an ONNX file at `path`, which may come from anyone. Raises `ModelError`."""
    from img2music.models.session import onnxruntime

    check_alone(data, path)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # failures become one line of our own
    # with more threads the last bits of the output would depend on their number, for little gain
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"], enable_fallback=False)
        return Network(session, path)
    except Exception as error:  # onnxruntime raises types of its own for each kind of damage
        if lacks_memory(error):
            raise MemoryError(f"{path} takes more memory than there is") from error
        raise ModelError(f"{path} is not a working model; export the models again.") from error


def is_sound(values: object) -> bool:
    """Whether all values of an array are finite numbers of at most `LARGEST_VALUE`."""
    import numpy as np

    if not isinstance(values, np.ndarray) or values.dtype.kind not in "fi":
        return False
    # NaN compares as false
    return float(np.abs(values).max(initial=0)) <= LARGEST_VALUE
