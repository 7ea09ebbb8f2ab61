"""`train classifier`: fine-tuning on labelled covers, measured on covers that were held out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint
from PIL import Image
from rich.progress import track
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset

from img2music.data.covers import Cover, grouped_split, labels, read_covers
from img2music.evaluation.classification import classification_report, fit_temperature
from img2music.picture import load_picture
from img2music.training.backbones import backbone
from img2music.training.genre_classifier import (
    CoverPictures,
    GenreClassifier,
    StoredCovers,
    balanced_sampler,
    predict,
    stem_outputs,
)
from img2music.training.recipe import ClassifierRecipe
from img2music.training.runs import fit
from img2music.training.view_cache import build_view_cache, open_view_cache
from img2music.training.views import EvaluationView, training_view

WEIGHTS = "classifier.safetensors"
REPORT = "report.json"


def train_classifier(
    recipe: ClassifierRecipe,
    covers: Path,
    out: Path,
    fold: int = 0,
    start: Path | None = None,
    imagenet: bool = False,
    views: Path | None = None,
) -> dict[str, object]:
    """Train on split `fold` (0..4) of the covers and return the report on its test part.

    `start` is a distilled body's weights file; `imagenet` takes timm's weights from the internet; `views`
    is the folder of stored views, which several splits can share (`out/views` by default). Leaves
    `classifier.safetensors`, `report.json` and `predictions.npz` (labels, probabilities and sources of the
    test covers) in `out`.
    """
    torch.manual_seed(recipe.seed + fold)
    known = read_covers(covers)
    split = grouped_split(known, fold)
    network = backbone(recipe.network, imagenet, recipe.drop_path)
    if start is not None:
        network.body.load_state_dict(load_file(start))
    module = GenreClassifier(network, recipe)
    validation, test = (_seen(module, [known[i] for i in split[part]]) for part in ("validation", "test"))
    train = _training_data(module, known, split["train"], views or out / "views")
    targets = labels(known)
    _fit(
        module,
        train,
        balanced_sampler([known[i] for i in split["train"]], recipe.balance),
        TensorDataset(validation[0], torch.from_numpy(targets[split["validation"]])),
        out,
    )
    save_file({key: value.contiguous() for key, value in module.state_dict().items()}, out / WEIGHTS)
    test_covers = [known[i] for i in split["test"]]
    return _measure(module, validation, targets[split["validation"]], test, test_covers, out, fold)


def _measure(
    module: GenreClassifier,
    validation: Tensor,
    validation_targets: np.ndarray,
    test: Tensor,
    test_covers: Sequence[Cover],
    out: Path,
    fold: int,
) -> dict[str, object]:
    """Calibrate on the validation part, report on the test part, and keep report and predictions in `out`."""
    temperature = fit_temperature(predict(module, validation), validation_targets)
    probabilities, targets = cool(predict(module, test), temperature), labels(test_covers)
    sources = np.array([cover.source for cover in test_covers])
    report = classification_report(probabilities, targets, sources.tolist())
    report |= {"fold": fold, "temperature": temperature, "network": module.recipe.network, "size": module.recipe.size}
    np.savez(out / "predictions.npz", targets=targets, probabilities=probabilities, sources=sources)
    (out / REPORT).write_text(json.dumps(report, indent=1), encoding="utf-8")
    return report


def _seen(module: GenreClassifier, covers: Sequence[Cover]) -> Tensor:
    return stem_outputs(module.network, load_pictures(covers), EvaluationView(module.recipe.size))


def _training_data(module: GenreClassifier, covers: Sequence[Cover], part: np.ndarray, views: Path) -> Dataset:
    """Stored views when the recipe asks for some, otherwise new ones in every epoch."""
    recipe, targets = module.recipe, labels(covers)[part]
    if recipe.views == 0:
        pictures = load_pictures([covers[i] for i in part])
        return CoverPictures(pictures, targets, training_view(recipe.training_size))
    build_view_cache(module.network.stem, covers, views, recipe.views, recipe.training_size)
    inputs, _ = open_view_cache(views)
    return StoredCovers(inputs, part, targets)


def _fit(
    module: GenreClassifier, train: Dataset, sampler: torch.utils.data.Sampler, validation: Dataset, out: Path
) -> None:
    recipe = module.recipe
    best = ModelCheckpoint(out, "best", monitor="validation_loss", enable_version_counter=False)
    stop = EarlyStopping("validation_loss", patience=recipe.patience)
    loaders = (
        DataLoader(train, recipe.batch, sampler=sampler, drop_last=True),
        DataLoader(validation, 2 * recipe.batch),
    )
    fit(module, out, recipe, *loaders, callbacks=(best, stop), epochs=recipe.epochs)
    module.load_state_dict(torch.load(best.best_model_path, weights_only=True)["state_dict"])


def load_pictures(covers: Sequence[Cover]) -> list[Image.Image]:
    """Every cover's picture, decoded once."""
    return [load_picture(cover.path) for cover in track(covers, "reading covers", transient=True)]


def cool(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities `(N, 4)` at another temperature."""
    scaled = np.log(np.maximum(probabilities, 1e-9)) / temperature
    scaled = np.exp(scaled - scaled.max(1, keepdims=True))
    return scaled / scaled.sum(1, keepdims=True)
