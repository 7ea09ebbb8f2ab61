"""The arrangements that are compared: kinds of VAE, one for each genre or one for all, trained alike and exported."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from img2music.data.clips.clip import Clip
from img2music.data.splits import pick
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.training.common.budget import spent
from img2music.training.common.recipe import VAERecipe, WaveformRecipe, read_recipe
from img2music.training.export.models import write_manifest
from img2music.training.export.run import export_vaes
from img2music.training.export.trained_vae import is_trained
from img2music.training.spectrogram_vae.run import train_vae
from img2music.training.waveform_vae.run import train_waveform_vae

HELD_OUT = 0.2
"""Share of clips that nothing is trained on, as in the paper's recipe."""
SEED = 0
BANK = 8
"""Known embeddings per genre."""

Recipes = Mapping[str, VAERecipe | WaveformRecipe]


@dataclass(frozen=True)
class Arrangement:
    """VAEs by one recipe: a single one for all genres, or one for each."""

    kind: str
    recipe: VAERecipe | WaveformRecipe
    single: bool

    @property
    def name(self) -> str:
        """Of its files and folders."""
        return f"{self.kind}-{'single' if self.single else 'genres'}"

    @property
    def title(self) -> str:
        """What it is, for people."""
        return f"{self.kind}, {'a single one' if self.single else 'one per genre'}"

    def run(self, folder: Path, genre: str) -> Path:
        """The run below `folder` that serves `genre`."""
        return folder / f"{self.kind}-{'all' if self.single else genre}"

    def runs(self, folder: Path, genres: Sequence[str]) -> list[Path]:
        """All its runs."""
        return list(dict.fromkeys(self.run(folder, genre) for genre in genres))


def arrangements(recipes: Recipes | None = None) -> list[Arrangement]:
    """Both arrangements of each recipe: the paper's, the paper's with its reference [7], and ours by default."""
    known = recipes or {
        "waveform": read_recipe(WaveformRecipe, "waveform-vae"),
        "waveform-sigma": read_recipe(WaveformRecipe, "waveform-sigma-vae"),
        "spectrogram": read_recipe(VAERecipe, "vae"),
    }
    alike = {kind: replace(recipe, held_out=HELD_OUT, seed=SEED) for kind, recipe in known.items()}
    return [Arrangement(kind, recipe, single) for kind, recipe in alike.items() for single in (False, True)]


def train(
    arrangement: Arrangement,
    music: Sequence[Path],
    genres: Sequence[str],
    folder: Path,
    minutes: float | None,
    limit: int | None,
) -> None:
    """Train what is not trained yet, each run for its share of `minutes`."""
    runs = arrangement.runs(folder, genres)
    for run, genre in zip(runs, [None] if arrangement.single else genres, strict=True):
        share = None if minutes is None else minutes / len(runs)
        if share is not None and is_trained(run) and spent(run)[0] >= share:
            continue
        if isinstance(arrangement.recipe, WaveformRecipe):
            train_waveform_vae(arrangement.recipe, music, out=run, genre=genre, limit=limit, minutes=share)
        else:
            train_vae(arrangement.recipe, music, run, genre, limit=limit, minutes=share)


def export(arrangement: Arrangement, runs: Path, clips: Sequence[Clip], folder: Path) -> None:
    """Write a models folder with the bundled network that sees pictures, and banks of some of `clips`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "classifier.onnx").write_bytes(Models().read("classifier.onnx"))
    genres = [genre for genre in GENRES if any(clip.genre == genre for clip in clips)]
    served = {genre: arrangement.run(runs, genre) for genre in genres}
    export_vaes(served, pick(clips, BANK, SEED), folder, BANK)
    write_manifest(folder, arrangement.name, {}, {})
