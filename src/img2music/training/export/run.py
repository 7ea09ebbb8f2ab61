"""`export`: the trained runs of a folder become a models folder."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from img2music.data.clips.clip import Clip
from img2music.errors import ModelError, OutputError
from img2music.generation.codec import Encoder
from img2music.models.folder import (
    BANK,
    DECODER,
    ENCODER,
    FLOW_NETWORK,
    SCORE,
    SCORE_FLOW,
    SIDE_ENCODER,
    SIDE_PREDICTOR,
    STEMS,
    STEREO_DECODER,
    STYLES,
    TEXTURE,
    TRUNK,
    Models,
)
from img2music.models.manifest import MANIFEST
from img2music.system.files import exchange_folder
from img2music.training.export.bank import TrainedEncoder, write_bank
from img2music.training.export.classifier import write_classifier
from img2music.training.export.models import export_flow, export_vae, write_manifest
from img2music.training.export.recorded_figures import still_true
from img2music.training.export.trained_vae import is_trained, load_trained
from img2music.training.flow.run import check_flow_genres, load_flow
from img2music.training.spectrogram_vae.run import CLIPS, summary, training_clips

_MUSIC = (
    *(ENCODER, TRUNK, DECODER, BANK, FLOW_NETWORK, SCORE, SCORE_FLOW, STYLES, TEXTURE, STEMS),
    *(SIDE_ENCODER, SIDE_PREDICTOR, STEREO_DECODER),
)
"""What depends on the encoder, and the encoder."""


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
        report = write_classifier(runs / "classifier", covers, folder)
        trained_on: dict[str, object] = {"classifier": f"{report['network']} on covers, split {report['fold']}"}
        genres = tuple(report["genres"])
        clips = training_clips(music, None, only_shippable, genres=genres)
        served = _served(runs, vae, single, [genre for genre in genres if any(clip.genre == genre for clip in clips)])
        export_vaes(served, clips, folder, bank_size)
        write_manifest(
            folder,
            version,
            trained_on=trained_on | _trained_on(served, clips),
            figures={"classifier_split": report},
            genres=genres,
        )
        if out.is_dir() and any(out.iterdir()):
            exchange_folder(folder, out)
        else:
            folder.replace(out)
    return out


def replace_music(
    runs: Path,
    music: Sequence[Path],
    models: Path,
    version: str,
    bank_size: int,
    only_shippable: bool,
    vae: str = "vae",
) -> Path:
    """Put the VAEs `runs/VAE-GENRE` and banks of `music` into the folder `models` in place of its own.

    Returns `models`, whose classifier stays; a latent flow, networks that play scores and those of two channels are
    taken out, since they know other embeddings, and figures of the music before are forgotten. Raises `ModelError` when
    a run or the models are missing.
    """
    (trained_on, figures), genres = known_facts(models), Models(models).classes
    with renewed(models) as folder:
        served, clips = _served(runs, vae, False, genres), training_clips(music, None, only_shippable, genres=genres)
        for place in (folder, *(folder / genre for genre in genres)):
            for old in _MUSIC:
                (place / old).unlink(missing_ok=True)
        export_vaes(served, clips, folder, bank_size)
        others = {name: facts for name, facts in trained_on.items() if name not in (*genres, "flow", "score")}
        write_manifest(
            folder,
            version,
            trained_on=others | _trained_on(served, clips),
            figures=still_true(figures, "music"),
            genres=genres,
        )
    return models


def replace_banks(music: Sequence[Path], models: Path, version: str, bank_size: int, only_shippable: bool) -> Path:
    """Put banks of `music`, encoded by their own VAEs, into the folder `models` in place of its own; returns `models`.

    Networks stay, figures of the music before are forgotten. Raises `ModelError` when the models are missing or were
    exported without what their encoders know of their noise, and `AudioError` when a genre has no clip that fills a
    bank.
    """
    (trained_on, figures), found = known_facts(models), Models(models)
    clips = training_clips(music, None, only_shippable, genres=found.genres)
    with renewed(models) as folder:
        for genre in found.genres:
            own = [clip for clip in clips if clip.genre == genre]
            write_bank(Encoder(found, genre), own, folder / genre / BANK, bank_size)
            trained_on |= {genre: trained_on.get(genre, {}) | {"bank": asdict(summary(own))}}
        write_manifest(
            folder, version, trained_on=trained_on, figures=still_true(figures, "music"), genres=found.classes
        )
    return models


def known_facts(models: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the manifest of a models folder says of training and of figures. Raises `ModelError`."""
    manifest = Models(models).manifest
    trained_on, figures = manifest.json.get("trained_on"), manifest.json.get("figures")
    if not isinstance(trained_on, dict) or not isinstance(figures, dict):
        raise ModelError(f"{models / MANIFEST} does not say what the models were trained on; export them anew.")
    return trained_on, figures


@contextmanager
def renewed(models: Path) -> Iterator[Path]:
    """A copy of a models folder to change, which takes the folder's place when the block succeeds: whoever reads the
    models finds the ones before or the ones after, whole."""
    place = Path(os.path.realpath(models))
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".export-") as name:
        folder = Path(name) / "models"
        shutil.copytree(place, folder)
        yield folder
        exchange_folder(folder, place)


def _trained_on(served: Mapping[str, Path], clips: Sequence[Clip]) -> dict[str, object]:
    """Number and licences of each genre's clips in the bank and, where the run tells, in training."""
    facts: dict[str, object] = {}
    for genre, run in served.items():
        own = [clip for clip in clips if clip.genre == genre]
        record = run / CLIPS
        trained = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else asdict(summary(own))
        facts[genre] = trained | {"bank": asdict(summary(own))}
    return facts


def _served(runs: Path, vae: str, single: bool, genres: Sequence[str]) -> dict[str, Path]:
    """The run of a VAE for every genre that has one."""
    if single:
        served = dict.fromkeys(genres, runs / f"{vae}-all")
    else:
        served = {genre: runs / f"{vae}-{genre}" for genre in genres}
    trained = {genre: run for genre, run in served.items() if is_trained(run)}
    if not trained:
        wanted = f"{vae}-{'all' if single else 'GENRE'}"
        raise ModelError(f"{runs} holds no trained VAE {wanted}; run `img2music train vae` first.")
    return trained


def replace_classifier(run: Path, covers: Path, models: Path, version: str) -> Path:
    """Put the classifier of `run` into the folder `models` in place of its own; returns `models`.

    Figures that the classifier before had a part in are forgotten. Raises `ModelError` when the run or the models are
    missing or their genres differ.
    """
    (trained_on, figures), genres = known_facts(models), Models(models).classes
    with renewed(models) as folder:
        report = write_classifier(run, covers, folder)
        if tuple(report["genres"]) != genres:
            raise ModelError(f"{run} tells {', '.join(report['genres'])} apart, {models} {', '.join(genres)}.")
        trained_on = trained_on | {"classifier": f"{report['network']} on covers, split {report['fold']}"}
        others = still_true(figures, "classifier")
        write_manifest(
            folder, version, trained_on=trained_on, figures=others | {"classifier_split": report}, genres=genres
        )
    return models


def replace_flow(run: Path, models: Path, version: str) -> Path:
    """Put the latent flow of `run` into the folder `models`, whose VAEs it learnt from; returns `models`.

    Figures that the flow before had a part in are forgotten. Raises `ModelError` when the run or the models are
    missing.
    """
    trained_on, figures = known_facts(models)
    check_flow_genres(Models(models))
    flow, learnt_from = load_flow(run), json.loads((run / CLIPS).read_text(encoding="utf-8"))
    with renewed(models) as folder:
        export_flow(flow, folder)
        write_manifest(folder, version, trained_on | {"flow": learnt_from}, still_true(figures, "flow"))
    return models


def _check_replaceable(out: Path) -> None:
    others = (path for path in out.rglob("*") if path.is_file() and path.name != MANIFEST)
    if any(path.suffix not in (".onnx", ".safetensors") for path in others):
        raise OutputError(f"{out} holds other files; choose a new folder or the folder of earlier models.")


def export_vaes(runs: Mapping[str, Path], clips: Sequence[Clip], folder: Path, bank_size: int) -> None:
    """Write `folder/GENRE` for every genre of `runs`: the bank of its clips and the networks of its run, which lie
    beside these folders where all genres share them. Raises `AudioError` when a genre has no clip that fills a bank."""
    for genre, run in runs.items():
        vae, place = load_trained(run), folder / genre
        export_vae(vae, place)
        own = [clip for clip in clips if clip.genre == genre]
        write_bank(TrainedEncoder(vae), own, place / BANK, bank_size)
    for name in (ENCODER, TRUNK, DECODER):
        _share([path for genre in runs if (path := folder / genre / name).is_file()])


def _share(paths: Sequence[Path]) -> None:
    """Keep a network that is the same in all genres once, beside their folders."""
    if len({path.read_bytes() for path in paths}) == 1 < len(paths):
        paths[0].rename(paths[0].parents[1] / paths[0].name)
        for path in paths[1:]:
            path.unlink()
