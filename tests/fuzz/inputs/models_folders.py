"""Fuzzing of models folders: manifest, banks and networks, with checksums that fit and without."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from random import Random

import numpy as np
import onnx
import soundfile
from onnx import numpy_helper
from PIL import Image

from img2music import Img2Music
from img2music.cli.main import info
from img2music.genres import GENRES

from ...tiny_models import add_score_networks, write_tiny_models
from ..mutation import mutate, mutate_value
from ..target import Target

_WRONG = (np.nan, np.inf, -np.inf, 3e38, -3e38, 1e20, 0.0)
_MANIFEST = "manifest.json"


class ModelsFolders(Target):
    """A tiny models folder of which one file is mutated; then music is made with it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.models = add_score_networks(write_tiny_models(folder / "models"))
        self.files = {p.relative_to(self.models).as_posix(): p.read_bytes() for p in self.models.rglob("*.*")}
        self.manifest = json.loads(self.files[_MANIFEST])
        self.picture = Image.effect_noise((64, 48), 60).convert("RGB")
        self.clip = folder / "clip.wav"
        soundfile.write(self.clip, 0.1 * np.sin(np.arange(8000) / 9), 22050)
        self.changed, self.genre, self.way = "", "", 0

    def prepare(self, index: int, random: Random) -> None:
        """As `Target`: one file of the folder is changed, and fits its checksum most of the time."""
        if self.changed:
            (self.models / self.changed).write_bytes(self.files[self.changed])
        own = [name for name in self.files if name.startswith(GENRES[0]) or "/" not in name]
        self.changed, self.genre, self.way = random.choice(own), GENRES[0], random.randrange(6)
        data = self._mutated(self.files[self.changed], random)
        (self.models / self.changed).write_bytes(data)
        manifest = self.files[_MANIFEST]
        if self.changed == _MANIFEST:
            manifest = data
        elif random.random() < 0.97:
            facts = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            manifest = json.dumps(self.manifest | {"files": self.manifest["files"] | {self.changed: facts}}).encode()
        (self.models / _MANIFEST).write_bytes(manifest)

    def run(self) -> None:
        """Make music; what comes out is numbers."""
        img2music = Img2Music(self.models)
        if self.way == 0:
            with redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8")):
                info(False, False, self.models)
                info(True, False, self.models)
                info(False, True, self.models)
        if self.way == 1:
            samples = img2music.reconstruct(self.clip, self.genre).samples
        else:
            engine = ("perturb", "flow", "compose")[self.way % 3]
            snippet = img2music.generate(self.picture, genre=self.genre, seconds=1, engine=engine)
            samples = snippet.samples
            if snippet.score is not None:
                samples = np.sum([stem.samples for stem in img2music.stems(snippet).values()], 0)
        if not np.isfinite(samples).all() or len(samples) == 0 or np.abs(samples).max() > 1.5:
            raise AssertionError("the music is not numbers, empty or too loud")

    def _mutated(self, data: bytes, random: Random) -> bytes:
        if random.random() < 0.4:
            return mutate(data, random, 4)
        structured: dict[str, Callable[[bytes, Random], bytes]] = {
            ".json": _mutate_json,
            ".onnx": _mutate_network,
            ".safetensors": _mutate_bank,
        }
        return structured[Path(self.changed).suffix](data, random)


def _mutate_json(data: bytes, random: Random) -> bytes:
    return json.dumps(mutate_value(json.loads(data), random)).encode()


def _mutate_network(data: bytes, random: Random) -> bytes:
    """Other weights, of other shapes, or another operator, name or shape of an output."""
    model = onnx.load_from_string(data)
    graph = model.graph
    kind = random.randrange(5)
    if kind <= 1 and graph.initializer:
        weight = random.choice(graph.initializer)
        values = np.array(numpy_helper.to_array(weight))
        flat = values.reshape(-1)
        with np.errstate(all="ignore"):
            flat[random.randrange(len(flat)) :: random.choice((1, 7, 10**9))] = np.array(random.choice(_WRONG)).astype(
                values.dtype
            )
        if kind:
            values = np.atleast_1d(values)
            values = random.choice((values[:1], values.T, values[None], np.concatenate([values, values]).squeeze()))
        weight.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), weight.name))
    elif kind == 2:
        random.choice(graph.node).op_type = random.choice(("Neg", "Exp", "Log", "Sqrt", "Add", "Shape", "Identity"))
    elif kind == 3:
        port = random.choice([*graph.input, *graph.output])
        dimension = random.choice(port.type.tensor_type.shape.dim)
        dimension.dim_value = random.choice((0, 1, 2, 3, 7, 2**31, -1))
    else:
        node = random.choice(graph.node)
        names = node.output if random.random() < 0.3 else node.input
        names[random.randrange(len(names))] = random.choice([name for n in graph.node for name in n.output])
    return model.SerializeToString()


def _mutate_bank(data: bytes, random: Random) -> bytes:
    """Another header, other entries, or numbers that are none; styles have no entries."""
    length = int.from_bytes(data[:8], "little")
    header, rest = json.loads(data[8 : 8 + length]), bytearray(data[8 + length :])
    kind = random.randrange(3)
    if kind == 0:
        header = mutate_value(header, random)
    elif kind == 1 and "__metadata__" in header:
        entries = mutate_value(json.loads(header["__metadata__"]["entries"]), random)
        header["__metadata__"]["entries"] = json.dumps(entries)
    else:
        place = random.randrange(len(rest) - 4)
        rest[place : place + 4] = np.float32(random.choice(_WRONG)).tobytes()
        if random.random() < 0.5:
            first, last = header["directions"]["data_offsets"]
            rest[first:last] = np.full((last - first) // 4, random.choice(_WRONG), np.float32).tobytes()
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + bytes(rest)
