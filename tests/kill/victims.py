"""What is killed: each victim fills or changes a folder, and finishes it when it is run there again."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

from img2music.cli import main as cli
from img2music.training.classifier.run import train_classifier
from img2music.training.export.run import export_runs, replace_banks, replace_classifier, replace_flow, replace_music
from img2music.training.flow.run import train_flow
from img2music.training.spectrogram_vae.run import train_vae

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
    models = ["--models", str(inputs / "models")]
    _command("batch", str(inputs / "covers" / "pop"), "--out", str(out), "--seconds", "2", *models)


def _two_pieces(inputs: Path, out: Path) -> None:
    out.mkdir()
    _add_pieces(inputs, out, 0, 1)


def _change_bank(inputs: Path, out: Path) -> None:
    _add_pieces(inputs, out, 2)
    _command("bank", "remove", "own", "--genre", "pop", "--title", "song-0")


def _add_pieces(inputs: Path, out: Path, *numbers: int) -> None:
    os.environ["IMG2MUSIC_DATA"] = str(out)
    songs = [str(inputs / "music" / "Pop" / f"song-{number}.wav") for number in numbers]
    _command("bank", "add", *songs, "--genre", "pop", "--models", str(inputs / "models"))


def _command(*words: str) -> None:
    sys.argv = ["img2music", *words]
    with suppress(SystemExit), redirect_stdout(io.StringIO()):
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
    "replace-banks": Victim(
        lambda i, out: replace_banks([i / "music"], out / "models", "new", 2, False), _copy_exported, True
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
    "bank": Victim(_change_bank, _two_pieces),
}
