"""Where trained models are, and the check that they are what their manifest says.

A models folder holds `manifest.json` (what is there, its checksums, what it was trained on, its measured
figures, and the `genres` if they are not the paper's four), `classifier.onnx`, and for each genre a folder with
`encoder.onnx`, `decoder.onnx` and `bank.safetensors`; a network that all genres share lies beside these folders
instead. `trunk.onnx` is what decoders begin with that go on from there. Only ONNX, safetensors and JSON are read:
nothing in such a folder is ever executed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from img2music.errors import ModelError
from img2music.genres import GENRES
from img2music.models.network_file import check_alone
from img2music.options import ENGINES, PERTURB
from img2music.system.memory import lacks_memory
from img2music.system.names import is_plain

if TYPE_CHECKING:
    import numpy as np

    from img2music.models.session import onnxruntime

MANIFEST = "manifest.json"
ENCODER, TRUNK, DECODER, BANK = "encoder.onnx", "trunk.onnx", "decoder.onnx", "bank.safetensors"
FLOW = "flow.onnx"
HIDDEN = "hidden"
"""The tensor between a trunk and what decodes it."""
FORMAT = 1
LARGEST = 512 * 2**20
"""Bytes above which a model file is refused."""
LARGEST_MANIFEST = 8 * 2**20
"""Bytes above which a manifest is refused."""
DEEPEST = 32
"""Lists and dictionaries within each other above which a manifest is refused."""
LARGEST_VALUE = 1e6
"""Size above which a number in a bank, or out of a network, is none that music is made of."""


class Models:
    """A folder of trained models; the ones bundled with the package by default."""

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = Path(str(resources.files("img2music"))) / "bundled" if folder is None else Path(folder)
        self._shared = cache(self.network)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the folder holds. Raises `ModelError` when it is missing or not understood."""
        path = self.folder / MANIFEST
        try:
            if not path.is_file():
                raise FileNotFoundError(path)  # or a pipe, which might never end
            with path.open("rb") as file:
                text = file.read(LARGEST_MANIFEST + 1)
            manifest = json.loads(text) if len(text) <= LARGEST_MANIFEST else None
            json.dumps(manifest, ensure_ascii=False).encode("utf-8")  # half a character could not be shown
        except (OSError, ValueError, RecursionError) as error:
            raise ModelError(f"{path} cannot be read: no trained models there; run `img2music export`.") from error
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not _is_shallow(manifest):
            raise ModelError(f"{path} is not a manifest of format {FORMAT}; export the models again.")
        if not isinstance(manifest.get("files"), dict):
            raise ModelError(f"{path} lists no files; export the models again.")
        return manifest

    @property
    def version(self) -> str:
        """The version of this set of models."""
        return str(self.manifest.get("version", "unknown"))

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The genres that the classifier tells apart, in the order of its outputs; the paper's four where the manifest
        says nothing. Raises `ModelError` when one of them cannot be the name of a folder."""
        names = self.manifest.get("genres", list(GENRES))
        if not isinstance(names, list) or not names or not all(map(is_plain, names)) or len(set(names)) < len(names):
            raise ModelError(f"{self.folder / MANIFEST} names genres that cannot be; export the models again.")
        return tuple(names)

    @property
    def genres(self) -> tuple[str, ...]:
        """Those of the `classes` that these models can play."""
        alone = self.has(DECODER)
        return tuple(genre for genre in self.classes if self.has(f"{genre}/{BANK if alone else DECODER}"))

    @property
    def engines(self) -> tuple[str, ...]:
        """What these models can make music with, the default first."""
        return ENGINES if self.has(FLOW) else (PERTURB,)

    def has(self, name: str) -> bool:
        """Whether the manifest lists the file `name`."""
        return name in self.manifest["files"]

    def checksum(self, name: str) -> str:
        """The SHA-256 that the manifest gives of the file `name`. Raises `ModelError` when it lists no such file."""
        wanted = self.manifest["files"].get(name)
        if not isinstance(wanted, dict) or not isinstance(wanted.get("sha256"), str):
            raise ModelError(f"{self.folder} has no model {name}; export it or choose another models folder.")
        return wanted["sha256"]

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
                raise ModelError(f"{path} is larger than {LARGEST >> 20} MB; this is not one of our models.")
            data = path.read_bytes()
        except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
            raise ModelError(f"{path} cannot be read; install again or export the models again.") from error
        if hashlib.sha256(data).hexdigest() != wanted:
            raise ModelError(f"{path} does not match its checksum; install again or export the models again.")
        return data

    def network_of(self, genre: str, name: str) -> Network:
        """A genre's own network of that name, or the one that all genres share, which is loaded once. Raises
        `ModelError`."""
        place = self.place_of(genre, name)
        return self._shared(place) if place == name else self.network(place)

    def place_of(self, genre: str, name: str) -> str:
        """Where in the folder a genre's own file of that name is, or else the one that all genres share."""
        own = f"{genre}/{name}"
        return name if self.has(name) and not self.has(own) else own

    def network(self, name: str) -> Network:
        """One ONNX file of the manifest, loaded. Raises `ModelError`."""
        from img2music.models.session import onnxruntime

        data = self.read(name)
        check_alone(data, self.folder / name)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # what fails is said in one line, and by us
        # what comes out would depend in its last bit on how many share the work, and they gain little here
        options.intra_op_num_threads = 1
        try:
            session = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"], enable_fallback=False
            )
            return Network(session, self.folder / name)
        except Exception as error:  # onnxruntime raises types of its own for each kind of damage
            if lacks_memory(error):
                raise MemoryError(f"{self.folder / name} takes more memory than there is") from error
            raise ModelError(f"{self.folder / name} is not a working model; export the models again.") from error


class Network:
    """A loaded ONNX file of a models folder.

    `shapes` are the shapes of inputs and outputs by their names, `input_shape` that of the first input; axes of any
    length have a name or none. Raises `UnicodeDecodeError` or `IndexError` when the file has no such names or no input.
    """

    def __init__(self, session: onnxruntime.InferenceSession, path: Path) -> None:
        self._session = session
        self._path = path
        inputs: list[onnxruntime.NodeArg] = session.get_inputs()
        self.shapes: dict[str, list[int | str | None]] = {
            node.name: node.shape for node in (*inputs, *session.get_outputs())
        }
        self.input_shape: list[int | str | None] = inputs[0].shape

    def misfit(self) -> ModelError:
        """The error to raise when the network is not what its place asks for."""
        return ModelError(f"{self._path} does not fit the other models; export the models again.")

    def __call__(self, outputs: list[str], **inputs: np.ndarray) -> list[np.ndarray]:
        """The named outputs, finite numbers of usual size. Raises `ModelError` when the network has other inputs or
        outputs."""
        try:
            answers = self._session.run(outputs, inputs)
        except Exception as error:  # as above; a ValueError when a name is missing
            if lacks_memory(error):
                raise MemoryError(f"{self._path} takes more memory than there is") from error
            raise self.misfit() from error
        if not all(is_sound(answer) for answer in answers):
            raise self.misfit()
        return answers


def _is_shallow(facts: object) -> bool:
    """Whether no more than `DEEPEST` lists and dictionaries are within each other."""
    level = [facts]
    for _ in range(DEEPEST):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return True
    return False


def _parts(whole: object) -> Iterable[object]:
    if isinstance(whole, dict):
        return whole.values()
    return whole if isinstance(whole, list) else ()


def is_sound(values: object) -> bool:
    """Whether all values of an array are finite numbers of at most `LARGEST_VALUE`."""
    import numpy as np

    if not isinstance(values, np.ndarray) or values.dtype.kind not in "fi":
        return False
    # compared, and not asked for: the largest of numbers among which is none is no number either
    return float(np.abs(values).max(initial=0)) <= LARGEST_VALUE
