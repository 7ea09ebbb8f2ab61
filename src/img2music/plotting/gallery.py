"""The figures that can be drawn from folders of covers, music and training runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image
from rich.console import Console
from rich.progress import track
from torchvision.transforms import v2

from img2music.audio.files.io import load_audio
from img2music.audio.stft import RATE
from img2music.data.clips.clip import read_clips
from img2music.data.covers.cover import read_covers
from img2music.data.splits import pick
from img2music.errors import ModelError, OptionError, OutputError
from img2music.evaluation.paper import CLASSES
from img2music.options import CLIP_SECONDS
from img2music.output.snippet import Snippet
from img2music.pipeline import Img2Music
from img2music.plotting.augmentations import augmented_cover
from img2music.plotting.calibration import reliability_diagram
from img2music.plotting.confusion import MEASURES, class_table, confusion_matrices
from img2music.plotting.covers import sample_covers
from img2music.plotting.curves import LOG, Curves, read_curves, training_curves
from img2music.plotting.sound import sound_grid
from img2music.plotting.style import name_models, save_figure
from img2music.training.covers.views import paper_augmentations
from img2music.vision.picture import load_picture

PER_GENRE = 8
SECONDS = round(CLIP_SECONDS)
_SIZE = 224
_DRAWS = 8
_KINDS = {
    "validation_accuracy": "classifiers",
    "nll": "spectrogram VAEs",
    "error_db": "waveform VAEs",
    "feature_loss": "backbones",
}
"""What a kind of run logs and no other does."""

Plans = dict[str, Callable[[], Figure]]
"""Figures by name, drawn when called."""


def draw_figures(
    out: Path,
    covers: Path | None = None,
    music: Path | None = None,
    runs: Sequence[Path] = (),
    models: Path | None = None,
    seed: int = 0,
    format: str = "png",
    force: bool = False,
) -> list[Path]:
    """Write the figures that the given folders allow to `out`, and return their paths.

    `covers` gives Figures 3 and 4 of the paper; `music` gives Figure 6, and the same clips through `models`
    (the bundled ones by default); `runs` gives training curves and, for classifiers, Figure 5, Table 1 and
    the reliability diagram. `format` is png or svg. Another `seed` picks other covers and clips.

    Raises `OptionError` when there is nothing to draw, and what the readers of the folders raise; with
    neither, an existing figure is replaced only with `force`, else it is an `OutputError`.
    """
    plans: Plans = {}
    if covers is not None:
        plans |= _cover_plans(covers, seed)
    if music is not None:
        plans |= _music_plans(music, models, seed)
    if runs:
        plans |= _run_plans(runs)
    if not plans:
        raise OptionError("There is nothing to draw; give --covers, --music or --runs.")
    targets = {out / f"{name}.{format}": draw for name, draw in plans.items()}
    for path in targets:
        if path.exists() and not force:
            raise OutputError(f"{path} exists; choose another folder with --out or replace it with --force.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror or error}.") from error
    console = Console(stderr=True)
    steps = track(targets.items(), "drawing", console=console, transient=True, disable=not console.is_terminal)
    return [save_figure(draw(), path, force) for path, draw in steps]


def _cover_plans(folder: Path, seed: int) -> Plans:
    covers = read_covers(folder)
    chosen = pick(covers, PER_GENRE, seed)
    return {
        "figure-3-covers": lambda: sample_covers(chosen),
        "figure-4-augmentations": lambda: _augmentations(load_picture(chosen[0].path), seed),
    }


def _augmentations(picture: Image.Image, seed: int) -> Figure:
    """Of 8 random views by each of the paper's augmentations the one furthest from the cover, so that each
    is seen to do something."""
    square = v2.functional.pil_to_tensor(v2.CenterCrop(min(picture.size))(picture).resize((_SIZE, _SIZE)))
    views = {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for name, augment in paper_augmentations(_SIZE).items():
            drawn = [augment(square) for _ in range(_DRAWS)]
            views[name] = max(drawn, key=lambda view: float((view.float() - square.float()).abs().mean())).numpy()
    return augmented_cover(v2.functional.to_pil_image(square), views)


def _music_plans(folder: Path, models: Path | None, seed: int) -> Plans:
    clips = pick(read_clips(folder), 1, seed)

    def originals() -> list[tuple[str, Snippet]]:
        return [(c.genre, _start(Snippet(load_audio(c.path, RATE), RATE, c.genre))) for c in clips]

    def pairs() -> Figure:
        img2music = Img2Music(models)
        sounds = []
        for clip, (genre, original) in zip(clips, originals(), strict=True):
            reconstructed = _start(img2music.reconstruct(clip.path, clip.genre))
            sounds += [(f"{genre}: original", original), (f"{genre}: reconstruction", reconstructed)]
        figure = sound_grid(sounds, title="A clip of each genre and its reconstruction")
        name_models(figure, img2music.models.version)
        return figure

    return {
        "figure-6-sound": lambda: sound_grid(originals(), title="Waveform and mel spectrogram of a clip of each genre"),
        "reconstructions": pairs,
    }


def _start(sound: Snippet) -> Snippet:
    """The first 15 s."""
    return Snippet(sound.samples[: SECONDS * sound.rate], sound.rate, sound.genre)


def _run_plans(runs: Sequence[Path]) -> Plans:
    curves = [read_curves(run) for run in runs if _was_trained_in_epochs(run)]
    names = [run.resolve().name for run in runs]
    for name in names:
        if names.count(name) > 1:
            raise OptionError(f"Two runs are called {name}; give folders of different names.")
    plans: Plans = {}
    for kind, members in _by_kind(curves).items():
        plans[f"curves-{kind.replace(' ', '-')}"] = partial(training_curves, members, f"Training of {kind}")
    for run, name in zip(runs, names, strict=True):
        if (run / "predictions.npz").is_file():
            plans |= _classifier_plans(run, name)
    return plans


def _was_trained_in_epochs(run: Path) -> bool:
    """False for a classifier whose weights were found in one go, which has results and no curves."""
    return (run / LOG).is_file() or not (run / "predictions.npz").is_file()


def _by_kind(curves: Sequence[Curves]) -> dict[str, list[Curves]]:
    """Runs that measure the same things together, others apart, as their scales differ."""
    kinds: dict[str, list[Curves]] = {}
    for run in curves:
        kind = next((name for metric, name in _KINDS.items() if metric in run.metrics), "others")
        kinds.setdefault(kind, []).append(run)
    return kinds


def _classifier_plans(run: Path, name: str) -> Plans:
    try:
        report = json.loads((run / "report.json").read_text(encoding="utf-8"))
        confusion, genres = report["confusion"], report["genres"]
        with np.load(run / "predictions.npz", allow_pickle=False) as stored:
            probabilities, targets = stored["probabilities"], stored["targets"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{run} holds no complete results; run `img2music train classifier` again.") from error
    paper = {genre: dict.fromkeys(MEASURES, value) for genre, value in CLASSES.items()}
    return {
        f"figure-5-confusion-{name}": lambda: confusion_matrices(confusion, tuple(genres), name),
        f"table-1-{name}": lambda: class_table(genres, paper, name),
        f"calibration-{name}": lambda: reliability_diagram(probabilities, targets, name=name),
    }
