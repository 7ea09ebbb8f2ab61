"""Recipes: YAML files with every hyper-parameter of one training run."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import MISSING, dataclass, fields
from importlib import resources
from pathlib import Path
from textwrap import shorten
from typing import Annotated, Any, TypeVar

import msgspec
import yaml

from img2music.errors import OptionError
from img2music.system.files import read_regular

_FOLDER = Path(str(resources.files("img2music.training"))) / "recipes"
RECIPES = {path.stem: path for path in _FOLDER.rglob("*.yaml")}
"""The recipes that come with the package, by name."""
LARGEST = 2**16
"""Bytes above which a recipe is refused."""
_OLD_NAMES = {"forget": "condition_dropout", "longest_stride": "longest_step"}
"""Names in recipes of runs of earlier versions."""
_SHOWN = 60  # characters of what is wrong


_IN_RANGE = msgspec.Meta(ge=0, le=2**63 - 1)
_REAL_IN_RANGE = msgspec.Meta(ge=0, lt=2.0**63)
_KINDS: dict[str, Any] = {
    "int": Annotated[int, _IN_RANGE],
    "int | None": Annotated[int, _IN_RANGE] | None,
    "float": Annotated[float, _REAL_IN_RANGE],
    "str": str,
    "bool": bool,
}
"""What values may be, by the types of hyper-parameters."""


@dataclass(frozen=True)
class VAERecipe:
    """Training of a spectrogram VAE. What follows `seed` may be left out of a recipe."""

    width: int
    expansion: int
    encoder_blocks: int
    decoder_blocks: int
    latent: int
    kernel: int
    frames: int
    batch: int
    steps: int
    steps_per_epoch: int
    learning_rate: float
    weight_decay: float
    beta: float
    warmup_steps: int
    mel_weight: float
    held_out: float
    seed: int
    own_blocks: int | None = None
    slope_weight: float = 0.0


@dataclass(frozen=True)
class WaveformRecipe:
    """Training of a waveform VAE."""

    width: int
    latent: int
    samples: int
    batch: int
    epochs: int
    learning_rate: float
    likelihood: str
    kl_weight: float
    clip: float
    held_out: float
    seed: int


@dataclass(frozen=True)
class FlowRecipe:
    """Training of a latent flow. What follows `seed` may be left out of a recipe."""

    width: int
    expansion: int
    blocks: int
    kernel: int
    steps_per_crop: int
    versions: int
    batch: int
    steps: int
    steps_per_epoch: int
    learning_rate: float
    weight_decay: float
    condition_dropout: float
    held_out: float
    seed: int
    patch: int = 4
    attention: int = 0
    longest_step: float = 0.0


@dataclass(frozen=True)
class _CropRecipe:
    """What trainings on random crops have in common. A crop is so many latent steps long."""

    steps_per_crop: int
    batch: int
    steps: int
    steps_per_epoch: int
    learning_rate: float
    weight_decay: float
    seed: int


@dataclass(frozen=True)
class StereoRecipe(_CropRecipe):
    """Training of a stereo VAE."""

    core: float
    beta: float
    augmented: float
    kept: float


@dataclass(frozen=True)
class PredictorRecipe(_CropRecipe):
    """Training of a side predictor."""


@dataclass(frozen=True)
class _LatentRecipe(_CropRecipe):
    """What trainings on pairs of scores and latents have in common."""

    width: int
    expansion: int
    blocks: int
    kernel: int


@dataclass(frozen=True)
class ScoreRecipe(_LatentRecipe):
    """Training of the network from a score to the mean of its latents."""

    part_width: int
    condition_dropout: float


@dataclass(frozen=True)
class ScoreFlowRecipe(_LatentRecipe):
    """Training of the flow on top of a score network."""

    patch: int
    condition_dropout: float


@dataclass(frozen=True)
class StemRecipe(_LatentRecipe):
    """Training of the masks that take the sound of a score apart."""


@dataclass(frozen=True)
class DistillationRecipe:
    """Training of a backbone on the teacher's features."""

    network: str
    passes: int
    epochs: int
    batch: int
    size: int
    learning_rate: float
    weight_decay: float
    class_weight: float
    seed: int


@dataclass(frozen=True)
class ClassifierRecipe:
    """Training of a genre classifier. What follows `seed` may be left out of a recipe."""

    network: str
    views: int
    training_size: int
    size: int
    batch: int
    epochs: int
    patience: int
    optimizer: str
    learning_rate: float
    backbone_rate: float
    weight_decay: float
    label_smoothing: float
    mixup: float
    balance: float
    drop_path: float
    seed: int
    augmentation: str = "robust"
    dropout: float = 0.0
    clip: float = 1.0
    mirror: bool = True
    words: bool = False
    whole: bool = False
    others: bool = False
    consistency: float = 0.0
    average: float = 0.0


Recipe = TypeVar(
    "Recipe",
    VAERecipe,
    WaveformRecipe,
    FlowRecipe,
    StereoRecipe,
    PredictorRecipe,
    ScoreRecipe,
    ScoreFlowRecipe,
    StemRecipe,
    DistillationRecipe,
    ClassifierRecipe,
)


class _PlainLoader(yaml.SafeLoader):  # type: ignore[misc]  # yaml has no types
    """YAML without aliases, a few lines of which can stand for more than fits in memory, and without names that occur
    twice, of which one would be passed over."""

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(problem="aliases are not allowed in recipes")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep)
        if len(mapping) < len(node.value):
            raise yaml.constructor.ConstructorError(problem="a name occurs twice")
        return mapping


def read_recipe(kind: type[Recipe], name: str | Path) -> Recipe:
    """A recipe of the package by its name, or of the user by its path.

    Raises `OptionError` when it cannot be read, is above 64 KiB, refers to itself by YAML's aliases, or lacks or
    misnames a hyper-parameter, and when a number is negative or none.
    """
    path = RECIPES.get(str(name), Path(name))
    try:
        values = yaml.load(read_regular(path, LARGEST, OptionError).decode("utf-8"), _PlainLoader)
    # yaml stumbles over a malformed date or number with errors that are not its own
    except (OptionError, yaml.YAMLError, AttributeError, ValueError, OverflowError, RecursionError) as error:
        names = ", ".join(sorted(RECIPES))
        raise OptionError(f"recipe {name} cannot be read; give a YAML file or one of {names}.") from error
    if not isinstance(values, dict):
        raise OptionError(f"recipe {path} is not a list of names and values.")
    known = {field.name: str(field.type) for field in fields(kind)}
    values = {_current_name(name, values): value for name, value in values.items()}
    needed = {field.name for field in fields(kind) if field.default is MISSING}
    wrong = (set(values) - set(known)) | (needed - set(values))
    if wrong:
        shown = sorted(shorten(name, _SHOWN) if isinstance(name, str) else _shown(name) for name in wrong)
        raise OptionError(f"recipe {path}: missing or unknown: {', '.join(shown)}.")
    return kind(**{key: _convert(path, key, value, known[key]) for key, value in values.items()})


def _current_name(name: object, others: Container[object]) -> object:
    """The name of a hyper-parameter today; one that is there under both names stays unknown under the old one."""
    current = _OLD_NAMES.get(name) if isinstance(name, str) else None
    return name if current is None or current in others else current


def _convert(path: Path, key: str, value: object, kind: str) -> Any:
    try:
        return msgspec.convert(value, _KINDS[kind], strict=False)  # YAML takes 1e-3 for a word
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise OptionError(f"recipe {path}: {key} is {_shown(value)}, which is no {kind} from 0 to 2^63.") from error


def _shown(value: object) -> str:
    """What is wrong in a few words: Python writes no number of thousands of digits."""
    try:
        return shorten(repr(value), _SHOWN)
    except (ValueError, RecursionError):
        return "too much to be shown"
