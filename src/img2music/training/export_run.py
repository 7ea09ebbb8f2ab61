"""`export`: the trained runs of a folder become a models folder."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image
from rich.progress import track
from safetensors.torch import load_file

from img2music.data.clips import Clip
from img2music.data.covers import read_covers
from img2music.errors import ModelError, OutputError
from img2music.genres import GENRES
from img2music.models import MANIFEST
from img2music.training.backbones import backbone
from img2music.training.bank_export import write_bank
from img2music.training.classifier_run import REPORT, load_pictures
from img2music.training.classifier_run import WEIGHTS as CLASSIFIER
from img2music.training.cover_split import readable
from img2music.training.export import ExportedClassifier, export_classifier, export_vae, write_manifest
from img2music.training.genre_classifier import GenreClassifier
from img2music.training.recipe import ClassifierRecipe, read_recipe
from img2music.training.trained_vae import VAE, is_trained, load_trained
from img2music.training.vae_run import training_clips
from img2music.training.views import EvaluationView, to_float

STATISTICS_FROM = 600
"""Covers from which the features' mean and deviation are taken; more change them little."""


def export_runs(
    runs: Path,
    music: Sequence[Path],
    covers: Path,
    out: Path,
    version: str,
    bank_size: int,
    only_shippable: bool,
    vae: str = "vae",
    single: bool = False,
) -> Path:
    """Export `runs/classifier` and every `runs/VAE-GENRE` to the models folder `out`; returns `out`.

    `vae` is what the names of the VAEs' runs begin with; either kind is recognised by its weights. With `single`
    the one in `runs/VAE-all` serves every genre that there are clips of, each with a bank of its own.

    The folder appears only when everything in it is complete; models that were there are replaced. Raises
    `ModelError` when a run is missing, `OutputError` when `out` holds anything but models, and `OSError` when
    the folder cannot be written.
    """
    _check_replaceable(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as name:
        folder = Path(name) / "models"
        report = _classifier(runs / "classifier", covers, folder)
        trained_on: dict[str, object] = {"classifier": f"{report['network']} on covers, split {report['fold']}"}
        known = training_clips(music, None, only_shippable)
        for genre in GENRES:
            run = runs / f"{vae}-{'all' if single else genre}"
            clips = [clip for clip in known if clip.genre == genre]
            if is_trained(run) and (clips or not single):
                export_genre(load_trained(run), clips, folder / genre, bank_size)
                trained_on[genre] = {"clips": len(clips), "licences": sorted({clip.licence for clip in clips})}
        if len(trained_on) == 1:
            wanted = f"{vae}-{'all' if single else 'GENRE'}"
            raise ModelError(f"{runs} holds no trained VAE {wanted}; run `img2music train vae` first.")
        write_manifest(folder, version, trained_on, {"classifier_split": report})
        if out.exists():
            shutil.rmtree(out)
        folder.rename(out)
    return out


def _check_replaceable(out: Path) -> None:
    others = (path for path in out.rglob("*") if path.is_file() and path.name != MANIFEST)
    if any(path.suffix not in (".onnx", ".safetensors") for path in others):
        raise OutputError(f"{out} holds other files; choose a new folder or the folder of earlier models.")


def _classifier(run: Path, covers: Path, folder: Path) -> dict[str, object]:
    if not (run / CLASSIFIER).is_file():
        raise ModelError(f"{run} holds no trained classifier; run `img2music train classifier` first.")
    recipe = read_recipe(ClassifierRecipe, run / "recipe.yaml")
    report = json.loads((run / REPORT).read_text(encoding="utf-8"))
    classifier = GenreClassifier(backbone(recipe.network), recipe)
    classifier.load_state_dict(load_file(run / CLASSIFIER))
    known = read_covers(covers)
    some = known[:: max(1, len(known) // STATISTICS_FROM)]
    mean, deviation = _feature_statistics(classifier, load_pictures(readable(some)), recipe.size)
    exported = ExportedClassifier(classifier, float(report["temperature"]), mean, deviation)
    export_classifier(exported, recipe.size, folder)
    return report


@torch.inference_mode()
def _feature_statistics(
    classifier: GenreClassifier, pictures: Sequence[Image.Image], size: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation of the features of pictures, each `(D,)`."""
    view = EvaluationView(size)
    classifier.eval()
    batches = [pictures[start : start + 32] for start in range(0, len(pictures), 32)]
    features = torch.cat(
        [
            classifier.network(to_float(torch.stack([view(picture) for picture in batch])))
            for batch in track(batches, "reading features", transient=True)
        ]
    )
    return features.mean(0), features.std(0).clamp(min=1e-4)


def export_genre(vae: VAE, clips: Sequence[Clip], folder: Path, bank_size: int) -> None:
    """Write the networks of one genre and the bank of its clips to `folder`."""
    export_vae(vae, folder)
    write_bank(vae, clips, folder / "bank.safetensors", bank_size)
