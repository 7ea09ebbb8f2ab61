"""What a classifier's run began with: it continues with the same, or not at all."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

from safetensors.torch import load_file

from img2music.data.common.notes import note
from img2music.data.common.tables import read_table, relative_name, write_table
from img2music.errors import ModelError, OptionError
from img2music.genres import GENRES
from img2music.system.files import atomic_write
from img2music.training.backbones.backbones import Backbone, WholeBody, backbone
from img2music.training.backbones.weight_files import find_weights, load_weights
from img2music.training.common.recipe import ClassifierRecipe, read_recipe
from img2music.training.common.runs import CHECKPOINT, START
from img2music.training.covers.split import CoverSplit

SPLIT = "split.csv"
WEIGHTS = ("auto", "imagenet", "none")
MAY_CHANGE = {"epochs", "patience"}
INSTALLED = {
    "lite2": "imagenet",
    "lite2_style": "imagenet",
    "lite2_style_objects": "imagenet",
    "lite2_convnext": "imagenet stem",
}
"""Networks whose weights come with the training packages."""


def check_same_run(out: Path, recipe: ClassifierRecipe, split: CoverSplit) -> None:
    """Raise `OptionError` when the folder `out` holds a run of another recipe or of other covers, whose
    training covers might now be test covers."""
    recipe_file, split_file = out / "recipe.yaml", out / SPLIT
    if recipe_file.is_file():
        earlier, now = asdict(read_recipe(ClassifierRecipe, recipe_file)), asdict(recipe)
        changed = sorted(key for key in now if now[key] != earlier[key] and key not in MAY_CHANGE)
        if changed:
            raise OptionError(f"{out} holds a run with another {', '.join(changed)}; give another folder.")
        if now["epochs"] < earlier["epochs"]:
            raise OptionError(f"{out} holds a run of {earlier['epochs']} epochs; ask for more, or give another folder.")
    if (out / START).is_file():
        genres = json.loads((out / START).read_text(encoding="utf-8")).get("genres", GENRES)
        if tuple(genres) != split.genres:
            raise OptionError(f"{out} holds a run of the genres {', '.join(genres)}; give another folder.")
    if split_file.is_file():
        known = [(row["file"], row["part"]) for row in read_table(split_file, ("file", "part"), OptionError)]
        if known != _rows(split):
            raise OptionError(f"{out} holds a run on other covers or another split of them; give another folder.")


def write_start(out: Path, split: CoverSplit, weights: str) -> None:
    """Keep in the folder `out` which cover is in which part, and from what `weights` the run began."""
    out.mkdir(parents=True, exist_ok=True)
    write_table(out / SPLIT, ("file", "part"), _rows(split))
    with atomic_write(out / START, force=True) as temporary:
        temporary.write_text(json.dumps({"weights": weights, "genres": split.genres}), encoding="utf-8")


def check_weights(weights: str) -> None:
    """Raise `OptionError` unless `weights` is auto, imagenet, none, or a file or folder."""
    if weights not in WEIGHTS and not Path(weights).exists():
        raise OptionError(f"weights {weights} are unknown; choose auto, imagenet, none, or a file or folder.")


def first_network(recipe: ClassifierRecipe, start: Path | None, weights: str, out: Path) -> tuple[Backbone, str]:
    """The network that a run begins with, and whose weights it has: imagenet, imagenet stem, distilled, file or none.

    `start` and `weights` as in `train_on_split`. In a run that goes on these are the weights it began with,
    and the network waits for those of the last checkpoint. Raises `ModelError` when the network is unknown,
    or when `weights` is imagenet or a file and these cannot be had.
    """
    make = partial(backbone, recipe.network, drop_path=recipe.drop_path, dropout=recipe.dropout, whole=recipe.whole)
    if (out / CHECKPOINT).is_file() and (out / START).is_file():
        return make(), json.loads((out / START).read_text(encoding="utf-8"))["weights"]
    if start is not None:
        network = make()
        network.body.load_state_dict(load_file(start))
        return network, "distilled"
    if recipe.network in INSTALLED:
        return make(), INSTALLED[recipe.network]
    if weights not in WEIGHTS:
        network = make()
        file = find_weights(Path(weights), recipe.network)
        names = load_weights(network.body.rest if isinstance(network.body, WholeBody) else network.body, file)
        note(f"{recipe.network} begins with the weights in {file}, under {names}'s names.")
        return network, f"file {file.name}"
    if weights != "none":
        try:
            return make(imagenet=True), "imagenet"
        except ModelError as error:
            if weights == "imagenet":
                raise
            note(f"{error} {recipe.network} is trained from scratch.")
    return make(), "none"


def _rows(split: CoverSplit) -> list[tuple[str, str]]:
    """The name of every cover below the folder of covers, and its part."""
    part_of = {int(index): part for part, indices in split.indices.items() for index in indices}
    return [(relative_name(cover.path, split.root), part_of[index]) for index, cover in enumerate(split.covers)]
