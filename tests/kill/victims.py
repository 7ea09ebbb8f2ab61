"""What is killed: each victim fills or changes a folder, and finishes it when it is run there again."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from img2music import cli
from img2music.training.classifier_run import train_classifier
from img2music.training.export_run import export_runs, replace_classifier, replace_flow, replace_music
from img2music.training.flow_run import train_flow
from img2music.training.vae_run import train_vae

from ..tiny_models import write_tiny_models
from ..tiny_training import write_clips
from .inputs import CLASSIFIER, FLOW, VAE, write_covers


@dataclass(frozen=True)
class Victim:
    """`run(inputs, out)` is what is killed; before, `begin(inputs, out)` puts there what was there already.

    `inputs` is the folder that `make_inputs` filled, with finished runs in it if the victim `needs_runs`.
    """

    run: Callable[[Path, Path], object]
    begin: Callable[[Path, Path], object] = lambda inputs, out: out.mkdir()
    needs_runs: bool = False


def make_inputs(inputs: Path) -> None:
    """Music, covers and models."""
    write_clips(inputs / "music", 15.1)
    write_covers(inputs / "covers")
    write_tiny_models(inputs / "models")


def make_runs(inputs: Path) -> None:
    """Finished runs of all kinds, and what they are exported to."""
    train_vae(VAE, [inputs / "music"], inputs / "runs" / "vae-pop", "pop")
    train_classifier(CLASSIFIER, inputs / "covers", inputs / "runs" / "classifier")
    train_flow(FLOW, [inputs / "music"], inputs / "runs" / "flow", inputs / "models")
    export_runs(inputs / "runs", [inputs / "music"], inputs / "covers", inputs / "exported", "before", 2, False)


def _batch(inputs: Path, out: Path) -> None:
    options = ["--models", str(inputs / "models"), "--seconds", "2"]
    sys.argv = ["img2music", "batch", str(inputs / "covers" / "pop"), "--out", str(out), *options]
    with suppress(SystemExit):
        cli.main()


def _corpus(inputs: Path, out: Path) -> None:
    from img2music.corpus.build import build_corpus  # not all that can be killed needs what renders music

    build_corpus(out, ("classical",), 3)


def _copy_exported(inputs: Path, out: Path) -> None:
    shutil.copytree(inputs / "exported", out / "models")


VICTIMS = {
    "vae": Victim(lambda i, out: train_vae(VAE, [i / "music"], out, "pop")),
    "flow": Victim(lambda i, out: train_flow(FLOW, [i / "music"], out, i / "models")),
    "classifier": Victim(lambda i, out: train_classifier(CLASSIFIER, i / "covers", out)),
    "export": Victim(
        lambda i, out: export_runs(i / "runs", [i / "music"], i / "covers", out / "models", "new", 2, False),
        _copy_exported,
        True,
    ),
    "replace-music": Victim(
        lambda i, out: replace_music(i / "runs", [i / "music"], out / "models", "new", 2, False), _copy_exported, True
    ),
    "replace-flow": Victim(
        lambda i, out: replace_flow(i / "runs" / "flow", out / "models", "new"), _copy_exported, True
    ),
    "replace-classifier": Victim(
        lambda i, out: replace_classifier(i / "runs" / "classifier", i / "covers", out / "models", "new"),
        _copy_exported,
        True,
    ),
    "corpus": Victim(_corpus),
    "batch": Victim(_batch),
}
