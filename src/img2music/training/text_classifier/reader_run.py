"""Training a classifier of covers on stored views and OCR text, judged by leave-one-source-out."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from img2music.data.names.tables import NameTables, read_names_of_all
from img2music.errors import ModelError, OptionError
from img2music.metrics.left_out_sources import LeftOutReport, source_report
from img2music.training.backbones.backbones import backbone
from img2music.training.common.recipe import ClassifierRecipe, read_recipe
from img2music.training.common.runs import START
from img2music.training.covers.split import CoverSplit, read_cover_split
from img2music.training.covers.view_cache import build_view_cache, open_stem_outputs
from img2music.training.text_classifier.cover_lines import ocr_passes
from img2music.training.text_classifier.joining import Join
from img2music.training.text_classifier.names_index import names_index
from img2music.training.text_classifier.network import known_words
from img2music.training.text_classifier.reader import (
    CoverReader,
    Evidence,
    fit_reader,
    join_on,
    joined_on_others,
    left_out_parts,
    name_sources,
)
from img2music.vision.ocr.known_names import KnownNames
from img2music.vision.ocr.recognition import weigh
from img2music.vision.ocr.text_classifier import WordClassifier

CONVEX = "lbfgs"
"""The optimizer of recipes whose last layer alone learns: a convex problem, solved at once."""


@dataclass(frozen=True, eq=False)
class TrainedReader:
    """What a training leaves: the reader, how its answers are joined, what it says of the test covers `(N, G)`, how
    long it took in seconds, and what it says of each source that was left out in turn: probabilities `(N, G)` and
    genres `(N,)` of its covers."""

    reader: CoverReader
    join: Join
    likely: np.ndarray
    seconds: float
    left_out: dict[str, tuple[np.ndarray, np.ndarray]]


def gather_evidence(
    recipe: ClassifierRecipe, stem: torch.nn.Module, split: CoverSplit, views: Path, names: NameTables | None
) -> Evidence:
    """What is seen and read of the covers of a split, kept in the folder `views`, and which names are on them."""
    build_view_cache(
        stem,
        split.covers,
        folder=views,
        passes=recipe.views,
        size=recipe.training_size,
        augmentation=recipe.augmentation,
    )
    seen = open_stem_outputs(views)[: recipe.views, :, :, 0, 0]
    lines = ocr_passes(split.covers, views) if recipe.words else [[] for _ in split.covers]
    named = np.zeros((len(split.covers), len(split.genres)))
    if names is not None:
        index = KnownNames(names_index(names, split.genres), split.genres)
        named = np.stack([index.evidence(index.among(passes)) for passes in lines])
    return Evidence(split.covers, seen, texts=[weigh(passes) for passes in lines], named=named, genres=split.genres)


def train_reader(evidence: Evidence, split: CoverSplit, decay: float, known: WordClassifier | None) -> TrainedReader:
    """Fit a reader on a split; what is `known` of words comes from names.

    Where sources can be left out in turn, its answers are joined and made as sure as they are right on these, and the
    validation covers train, too; otherwise on the validation covers.
    """
    begin = perf_counter()
    validation, test = split.indices["validation"], split.indices["test"]
    places = np.sort(np.concatenate([split.indices["train"], validation]))
    found = left_out_parts(evidence, places, decay, known)
    reader = fit_reader(evidence, places if found else split.indices["train"], decay, known)
    seconds = perf_counter() - begin
    join = join_on(evidence, found or {"validation": (validation, reader.parts(evidence, validation))})
    likely = join(reader.parts(evidence, test), evidence.named[test])
    left_out = joined_on_others(evidence, found)
    return TrainedReader(reader, join, likely=likely, seconds=seconds, left_out=left_out)


def left_out_run(run: Path, covers: Path, views: Path | None, names: Path | None) -> LeftOutReport:
    """Leave-one-source-out with the recipe and the genres of a run of `train classifier`, on all covers below a folder:
    the report of `source_report`, and how far what is seen gives sources away. `views` as in training, by default in
    the run.

    Raises `ModelError` when the run is missing, and `OptionError` when it trained more than a last layer, which would
    take hours for each source, or when there is no source to leave out.
    """
    if not (run / START).is_file():
        raise ModelError(f"{run} holds no run; run `img2music train classifier --out {run}` first.")
    recipe = read_recipe(ClassifierRecipe, run / "recipe.yaml")
    if recipe.optimizer != CONVEX:
        raise OptionError(f"{run} trained more than a last layer; leave-one-source-out takes the recipe classifier.")
    split = read_cover_split(covers, genres=tuple(json.loads((run / START).read_text(encoding="utf-8"))["genres"]))
    tables = None if names is None else read_names_of_all(names, split.genres)
    views = views or run / "left-out-views"
    evidence = gather_evidence(recipe, backbone(recipe.network).stem, split=split, views=views, names=tables)
    known = None if tables is None else known_words(views, tables, split.genres)
    found = left_out_parts(evidence, np.arange(len(split.covers)), recipe.weight_decay, known)
    if not found:
        raise OptionError(f"{covers} holds no source of several genres beside others; there is none to leave out.")
    train = np.concatenate([split.indices["train"], split.indices["validation"]])
    naming = name_sources(evidence, train, split.indices["test"], recipe.weight_decay)
    return replace(source_report(joined_on_others(evidence, found), split.genres), naming=naming)
