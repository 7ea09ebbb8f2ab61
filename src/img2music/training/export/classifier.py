"""From a run of `train classifier` to the files of a models folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from rich.progress import track
from safetensors.torch import load_file

from img2music.data.covers.cover import Cover, read_covers
from img2music.errors import ModelError
from img2music.models.folder import Models
from img2music.training.backbones.backbones import backbone
from img2music.training.classifier.network import GenreClassifier
from img2music.training.classifier.report import REPORT
from img2music.training.classifier.run import WEIGHTS as CLASSIFIER
from img2music.training.classifier.run import load_pictures
from img2music.training.common.recipe import ClassifierRecipe, read_recipe
from img2music.training.covers.split import readable
from img2music.training.covers.views import EvaluationView, to_float
from img2music.training.export.kept_features import kept_statistics
from img2music.training.export.models import ExportedClassifier, export_classifier
from img2music.training.export.ocr import export_ocr
from img2music.training.text_classifier.network import load_words, save_words
from img2music.vision.ocr.known_names import NAMES
from img2music.vision.ocr.recognition import DETECTOR, RECOGNISER
from img2music.vision.ocr.text_classifier import WORDS
from img2music.vision.other_genres import OTHER_GENRES

STATISTICS_FROM = 600
"""Covers from which the features' mean and standard deviation are taken; more change them little."""


def write_classifier(run: Path, covers: Path, folder: Path) -> dict[str, Any]:
    """Write the classifier of a run of `train classifier` to `folder`, with what reads words if it does; returns the
    run's report, whose `genres` are in the order of the outputs. Raises `ModelError` when the run is missing.

    The feature vector stays what it is by the classifier that is in `folder`, where both see the same; music that was
    measured with it sounds as before. Otherwise it is standardised over some of the `covers`.
    """
    if not (run / CLASSIFIER).is_file():
        raise ModelError(f"{run} holds no trained classifier; run `img2music train classifier` first.")
    recipe = read_recipe(ClassifierRecipe, run / "recipe.yaml")
    report = json.loads((run / REPORT).read_text(encoding="utf-8"))
    classifier = GenreClassifier(backbone(recipe.network, whole=recipe.whole), recipe, len(report["genres"]))
    classifier.load_state_dict(load_file(run / CLASSIFIER))
    before = folder / "classifier.onnx"
    kept = kept_statistics(before, classifier.network) if before.is_file() else None
    mean, std = kept or _feature_statistics(classifier, read_covers(covers, tuple(report["genres"])), recipe.size)
    exported = ExportedClassifier(classifier, float(report["temperature"]), mean, std)
    export_classifier(exported, recipe.size, folder)
    if recipe.words:
        save_words(load_words(run / WORDS), folder / WORDS)
        _write_ocr(folder)
        for name in (NAMES, OTHER_GENRES):  # those of the classifier before
            (folder / name).unlink(missing_ok=True)
        if (run / NAMES).is_file():
            shutil.copyfile(run / NAMES, folder / NAMES)
    return report


def _write_ocr(folder: Path) -> None:
    """The networks that read words: the bundled ones, or made anew where these are missing."""
    bundled = Models()
    if not bundled.has(DETECTOR):
        export_ocr(folder)
        return
    for name in (DETECTOR, RECOGNISER):
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(bundled.read(name))


def _feature_statistics(
    classifier: GenreClassifier, covers: Sequence[Cover], size: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation of the feature vectors of some of the covers, each `(D,)`."""
    some = covers[:: max(1, len(covers) // STATISTICS_FROM)]
    features = _features(classifier, load_pictures(readable(some)), size)[:, : classifier.network.steering]
    return features.mean(0), features.std(0).clamp(min=1e-4)


@torch.inference_mode()
def _features(classifier: GenreClassifier, pictures: Sequence[Image.Image], size: int) -> torch.Tensor:
    """The features of pictures, `(N, D)`."""
    view = EvaluationView(size)
    classifier.eval()
    batches = [pictures[start : start + 32] for start in range(0, len(pictures), 32)]
    return torch.cat(
        [
            classifier.network(to_float(torch.stack([view(picture) for picture in batch])))
            for batch in track(batches, "reading features", transient=True)
        ]
    )
