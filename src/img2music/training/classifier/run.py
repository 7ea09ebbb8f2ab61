"""`train classifier`: fine-tuning on labelled covers, measured on covers that were held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.pytorch.callbacks import EarlyStopping, EMAWeightAveraging, ModelCheckpoint
from PIL import Image
from rich.console import Console
from rich.progress import track
from safetensors.torch import save
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset

from img2music.data.covers.cover import Cover, labels
from img2music.data.names.tables import read_names_of_all
from img2music.genres import GENRES
from img2music.metrics.classification import ClassificationReport, classification_report, fit_temperature
from img2music.metrics.left_out_sources import source_report
from img2music.system.files import atomic_write
from img2music.training.classifier.network import (
    CoverPictures,
    GenreClassifier,
    StoredCovers,
    StoredViews,
    balanced_sampler,
    predict,
    stem_outputs,
)
from img2music.training.classifier.report import REPORT, NetworkSize, RunFacts, TrainingFacts, TrainingReport
from img2music.training.classifier.run_start import check_same_run, check_weights, first_network, write_start
from img2music.training.classifier.whole_network import PairedViews, WholeClassifier
from img2music.training.common import distributed
from img2music.training.common.budget import Budget
from img2music.training.common.complexity import latency, parameter_count
from img2music.training.common.recipe import ClassifierRecipe
from img2music.training.common.runs import fit, write_recipe
from img2music.training.covers.split import CoverSplit, read_cover_split, with_others
from img2music.training.covers.view_cache import build_view_cache, open_stem_outputs
from img2music.training.covers.views import EvaluationView, to_float, training_view
from img2music.training.text_classifier.names_index import names_index, save_names
from img2music.training.text_classifier.network import known_words, save_words
from img2music.training.text_classifier.reader_run import CONVEX, gather_evidence, train_reader
from img2music.training.text_classifier.run import join_words
from img2music.vision.ocr.known_names import NAMES
from img2music.vision.ocr.text_classifier import WORDS
from img2music.vision.picture import load_picture

WEIGHTS = "classifier.safetensors"
LEFT_OUT = "left_out.npz"
"""What was said of each source that was left out in turn: probabilities, genres and sources of its covers."""
BEST = "best.ckpt"


def train_classifier(
    recipe: ClassifierRecipe,
    covers: Path,
    out: Path,
    fold: int = 0,
    start: Path | None = None,
    weights: str = "none",
    views: Path | None = None,
    split: Path | None = None,
    genres: tuple[str, ...] = GENRES,
    names: Path | None = None,
) -> TrainingReport:
    """Train on split `fold` (0..4) of the covers of `genres`, or on that of the file `split`, and return the report on
    its test part.

    As `train_on_split`, which says what is left in `out`.
    """
    distributed.alone("A classifier")
    chosen = read_cover_split(covers, fold, file=split, genres=genres)
    return train_on_split(recipe, chosen, out=out, start=start, weights=weights, views=views, names=names)


def train_on_split(
    recipe: ClassifierRecipe,
    split: CoverSplit,
    out: Path,
    start: Path | None = None,
    weights: str = "none",
    views: Path | None = None,
    minutes: float | None = None,
    names: Path | None = None,
) -> TrainingReport:
    """Train on one part of the covers, choose the best epoch on another, and return the report on the third.

    `start` is a distilled body's weights file; `weights` is `imagenet` for timm's from the internet, `auto` for
    these if they can be had, a file or folder of weights, or `none`; `views` is the folder of stored views, which
    several splits can share (`out/views` by default); `names` is a folder of tables of names, from which words
    learn, too. After `minutes` of training it ends with the best epoch so far. Leaves `classifier.safetensors`,
    `report.json`, `predictions.npz` (labels, probabilities and sources of the test covers), `split.csv` and
    `log/metrics.csv` (losses and accuracies of every epoch) in `out`; a run that was interrupted goes on.

    Raises `OptionError` when `out` holds a run of another recipe or on other covers.
    """
    check_weights(weights)
    check_same_run(out, recipe, split)
    torch.manual_seed(recipe.seed + split.fold)
    network, begun_from = first_network(recipe, start, weights, out)
    write_start(out, split, begun_from)
    (out / REPORT).unlink(missing_ok=True)
    taught = with_others(split) if recipe.others else split
    kind = WholeClassifier if recipe.whole else GenreClassifier
    module = kind(network, recipe, len(split.genres), len(taught.genres) - len(split.genres))
    views = views or out / "views"
    if recipe.optimizer == CONVEX:
        return _train_reader(module, split, views=views, out=out, names=names, begun_from=begun_from)
    train = _training_data(module, taught, views)
    validation, test = (_seen(module, split, part, views) for part in ("validation", "test"))
    targets = labels(split.part("validation"), split.genres)
    training = _fit(
        module,
        train,
        sampler=balanced_sampler(taught.part("train"), recipe.balance),
        validation=TensorDataset(validation[0], torch.from_numpy(targets)),
        out=out,
        minutes=minutes,
    )
    size = _keep(module, out)
    module.to(distributed.device())
    temperature = fit_temperature(predict(module, validation), targets)
    likely = {"validation": cool(predict(module, validation), temperature)}
    likely["test"] = cool(predict(module, test), temperature)
    if recipe.words:
        likely["test"] = join_words(split, likely, views, out / WORDS)
    run = RunFacts(
        split.fold,
        begun_from,
        minutes=minutes,
        network=recipe.network,
        size=recipe.size,
        words=recipe.words,
        temperature=temperature,
    )
    report = TrainingReport(_test_figures(likely["test"], split, out), training, size, run)
    report.write(out)
    return report


def _keep(module: GenreClassifier, out: Path) -> NetworkSize:
    """Write a trained network's weights; returns how large and how fast it is."""
    with atomic_write(out / WEIGHTS, force=True) as temporary:
        temporary.write_bytes(save({key: value.contiguous() for key, value in module.state_dict().items()}))
    megabytes = (out / WEIGHTS).stat().st_size / 1e6
    return NetworkSize(parameter_count(module), megabytes, latency(module, module.recipe.size))


def _train_reader(
    module: GenreClassifier,
    split: CoverSplit,
    views: Path,
    out: Path,
    names: Path | None,
    begun_from: str,
) -> TrainingReport:
    """As `train_on_split`, for a linear layer on what does not learn, which is found at once."""
    recipe = module.recipe
    tables = None if names is None or not recipe.words else read_names_of_all(names, split.genres)
    write_recipe(recipe, out)
    evidence = gather_evidence(recipe, module.network.stem, split=split, views=views, names=tables)
    known = None if tables is None else known_words(views, tables, split.genres)
    trained = train_reader(evidence, split, recipe.weight_decay, known)
    reader = trained.reader if recipe.words else trained.reader.without_words(trained.join)
    module.take_linear(reader.matrix, reader.bias, reader.mean, reader.std)
    if recipe.words:
        save_words(trained.join.of(reader.words), out / WORDS)
        if tables is not None:
            save_names(names_index(tables, split.genres, trained.join.strength), out / NAMES)
    _keep_left_out(trained.left_out, out)
    training, size = TrainingFacts(0, trained.seconds, "epochs"), _keep(module, out)
    run = RunFacts(
        split.fold,
        begun_from,
        minutes=None,
        network=recipe.network,
        size=recipe.size,
        words=recipe.words,
        temperature=1.0,
    )
    report = TrainingReport(
        _test_figures(trained.likely, split, out),
        training,
        network_size=size,
        run=run,
        left_out_sources=source_report(trained.left_out, split.genres) if trained.left_out else None,
    )
    report.write(out)
    return report


def _keep_left_out(tests: Mapping[str, tuple[np.ndarray, np.ndarray]], out: Path) -> None:
    """Keep in `out` what was said of left-out sources; nothing where there were none."""
    (out / LEFT_OUT).unlink(missing_ok=True)
    if not tests:
        return
    likely, targets = (np.concatenate(parts) for parts in zip(*tests.values(), strict=True))
    sources = np.repeat(list(tests), [len(genres) for _, genres in tests.values()])
    with atomic_write(out / LEFT_OUT, force=True) as temporary, temporary.open("wb") as file:
        np.savez(file, probabilities=likely, targets=targets, sources=sources)


def _test_figures(probabilities: np.ndarray, split: CoverSplit, out: Path) -> ClassificationReport:
    """Figures on the test covers, whose predictions are kept in `out`."""
    covers = split.part("test")
    targets, sources = labels(covers, split.genres), np.array([cover.source for cover in covers])
    with atomic_write(out / "predictions.npz", force=True) as temporary:
        np.savez(temporary, targets=targets, probabilities=probabilities, sources=sources)
    return classification_report(probabilities, targets, sources.tolist(), split.genres)


def _seen(module: GenreClassifier, split: CoverSplit, part: str, views: Path) -> Tensor:
    """What the stem makes of the covers of a part, as they will be read: the first stored view where that is it."""
    recipe = module.recipe
    if recipe.views and not recipe.mirror and _stored_size(recipe) == recipe.size:
        stored = open_stem_outputs(views)[0, split.indices[part]]
        return (to_float if recipe.whole else Tensor.float)(torch.from_numpy(stored))[None]
    pictures = load_pictures(split.part(part))
    return stem_outputs(module.network, pictures, EvaluationView(recipe.size), recipe.mirror)


def _training_data(module: GenreClassifier, split: CoverSplit, views: Path) -> StoredViews | CoverPictures:
    """Stored views when the recipe asks for some, otherwise new ones in every epoch."""
    recipe, targets = module.recipe, labels(split.part("train"), split.genres)
    if recipe.views == 0:
        view = training_view(recipe.augmentation, recipe.training_size)
        return CoverPictures(load_pictures(split.part("train")), targets, view)
    stem = None if recipe.whole else module.network.stem
    build_view_cache(
        stem,
        split.covers,
        folder=views,
        passes=recipe.views,
        size=_stored_size(recipe),
        augmentation=recipe.augmentation,
    )
    kind = PairedViews if recipe.whole else StoredCovers
    return kind(open_stem_outputs(views), split.indices["train"], targets)


def _stored_size(recipe: ClassifierRecipe) -> int:
    """Pixels of stored views. A whole network is shown parts of pictures as large as those that it will read."""
    return recipe.size if recipe.whole else recipe.training_size


def _fit(
    module: GenreClassifier,
    train: StoredViews | CoverPictures,
    sampler: torch.utils.data.Sampler[int] | None,
    validation: Dataset[tuple[Tensor, ...]],
    out: Path,
    minutes: float | None,
) -> TrainingFacts:
    """Train and take the weights of the best epoch; returns how long that took and what ended it."""
    recipe = module.recipe
    best = ModelCheckpoint(
        out, Path(BEST).stem, monitor="validation_loss", save_weights_only=True, enable_version_counter=False
    )
    stop = EarlyStopping("validation_loss", patience=recipe.patience)
    averages = (EMAWeightAveraging(decay=recipe.average),) if recipe.average else ()
    budget = Budget(None if minutes is None else max(minutes, 1e-4))  # without a step there would be nothing to test
    count = len(train)
    batch = recipe.batch or count
    loaders = (
        # batch norm can do nothing with a single picture
        DataLoader(train, batch, sampler=sampler, drop_last=count % batch == 1, **_reading()),
        DataLoader(validation, 2 * batch),
    )
    callbacks = (*averages, best, stop, budget)
    trainer = fit(module, out, recipe, *loaders, callbacks=callbacks, epochs=recipe.epochs, clip=recipe.clip)
    module.load_state_dict(torch.load(out / BEST, weights_only=True, map_location="cpu")["state_dict"])
    module.forget_others()
    complete = trainer.current_epoch >= recipe.epochs and trainer.is_last_batch
    ended = "epochs" if complete else "early stopping" if stop.stopped_epoch else "time"
    return TrainingFacts(trainer.global_step, budget.time_elapsed("train"), ended)


def _reading() -> dict[str, Any]:
    """How a loader reads: beside a GPU, so that it waits for nothing; processors are busy anyway."""
    return {"num_workers": 4, "persistent_workers": True, "pin_memory": True} if torch.cuda.is_available() else {}


def load_pictures(covers: Sequence[Cover]) -> list[Image.Image]:
    """Every cover's picture, decoded once."""
    shown = track(covers, "reading covers", console=Console(stderr=True), transient=True)
    return [load_picture(cover.path) for cover in shown]


def cool(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities `(N, G)` at another temperature."""
    scaled = np.log(np.maximum(probabilities, 1e-9)) / temperature
    scaled = np.exp(scaled - scaled.max(1, keepdims=True))
    return scaled / scaled.sum(1, keepdims=True)
