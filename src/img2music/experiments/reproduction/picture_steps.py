"""The classifiers of section 2.1, trained alike, and the one that ships (paper sections 2.1 and 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from img2music.data.covers.cover import labels
from img2music.errors import OptionError
from img2music.evaluation.paper import ACCURACY, CLASSES, VGG_ACCURACY, accuracy_interval
from img2music.experiments.comparison.classifiers import RECIPES, ClassifierFigures, compare_classifiers
from img2music.experiments.reproduction.place import Workplace
from img2music.experiments.reproduction.section import Cell, Figure, Section, Table
from img2music.genres import GENRES
from img2music.metrics.classification import ClassificationReport, classification_report
from img2music.models.folder import Models
from img2music.pipeline import Img2Music
from img2music.plotting.confusion import confusion_matrices
from img2music.plotting.gallery import draw_figures
from img2music.plotting.style import save_figure
from img2music.system.json_text import read_json
from img2music.training.covers.split import read_cover_split

_COLUMNS = [
    "recipe",
    "weights",
    "accuracy",
    "95 %",
    "macro F1",
    "top-2",
    "calibration error",
    "training s",
    "parameters",
]
_COVERS_A_MINUTE = 22  # of each genre: what VGG16 can be tested on beside a step of training, without a GPU
_FEWEST = 20
_MOST_COVERS = 400  # of the test part that the shipped classifier reads; the paper's test set has as many


def classifiers(place: Workplace, minutes: float | None) -> Section:
    """Train every recipe for an equal part of `minutes`, and put them beside the paper's Table 1 and Figure 5."""
    share = None if minutes is None else minutes / len(RECIPES)
    limit = None if share is None else max(_FEWEST, round(_COVERS_A_MINUTE * share))
    rows = compare_classifiers(place.cover_index, place.classifier_runs, RECIPES, limit=limit, minutes=share)
    runs = [Path(row.run) for row in rows]
    draw_figures(place.figures, runs=runs, force=True)
    low, high = accuracy_interval()
    table: list[list[Cell]] = [
        ["the paper: VGG16", "imagenet", f"at most {VGG_ACCURACY:.2f}", None, None, None, None, None, None],
        [
            "the paper: ConvNeXt",
            "imagenet",
            ACCURACY,
            f"{low:.2f} to {high:.2f}",
            float(np.mean(list(CLASSES.values()))),
            None,
            None,
            None,
            None,
        ],
        *map(_row, rows),
    ]
    best = max(rows, key=lambda row: row.accuracy)
    report = read_json(Path(best.run) / "report.json", OptionError, "remove that run and reproduce again")
    return Section(
        "Classifiers",
        [
            "Batch 50, Adam, learning rate 1e-4, weight decay 0.005, reduced on plateaus, early stopping with patience "
            "5, 224 × 224, the paper's four augmentations; each recipe is a file. Within a budget a whole network that "
            "starts from nothing learns little: without ImageNet weights and hours of training these figures say what "
            "the budget allows, not what the network could do.",
            *(
                []
                if limit is None
                else [f"The budget allows {limit} covers of each genre; {rows[0].covers} of them test."]
            ),
        ],
        [Table("Classifiers on the same test covers", _COLUMNS, table), class_table(report["genres"], best.recipe)],
        [
            Figure("curves-classifiers.png", "Training curves."),
            Figure(
                f"figure-5-confusion-{runs[rows.index(best)].name}.png",
                "Figure 5: confusion, counts and log-normalised.",
            ),
            Figure(f"calibration-{runs[rows.index(best)].name}.png", "Confidence against accuracy."),
        ],
    )


def shipped_classifier(place: Workplace, minutes: float | None) -> Section:
    """What the bundled classifier makes of the test covers, and what was measured when it was made."""
    covers = read_cover_split(place.cover_index).part("test")[:_MOST_COVERS]
    img2music = Img2Music()
    read = [img2music.classify(cover.path).probabilities for cover in track(covers, "reading covers", transient=True)]
    probabilities = np.array([[found[genre] for genre in GENRES] for found in read])
    report = classification_report(probabilities, labels(covers), [cover.source for cover in covers])
    name = "shipped-confusion.png"
    save_figure(confusion_matrices(report.confusion, GENRES, "the classifier that ships"), place.figures / name, True)
    recorded = Models().manifest.figures.get("classifier")
    tables = [class_table(report.to_json()["genres"], "the classifier that ships"), _measures(report, recorded)]
    return Section(
        "The classifier that ships",
        [
            "Read here on this split's test covers. It was trained on covers too: where yours are among them, these "
            "figures flatter it. The recorded ones are of five grouped splits, each with a classifier of its own.",
        ],
        tables,
        [Figure(name, "Confusion of the classifier that ships, counts and log-normalised.")],
    )


def class_table(genres: Mapping[str, Mapping[str, float]], name: str) -> Table:
    """Recall, precision and F1 of each genre beside the paper's Table 1, where the three are one figure."""
    rows = [
        [genre, facts["recall"], facts["precision"], facts["f1"], CLASSES.get(genre)] for genre, facts in genres.items()
    ]
    return Table(f"Table 1: {name}", ["genre", "recall", "precision", "F1", "the paper's"], rows)


def _measures(report: ClassificationReport, recorded: Mapping[str, Any] | None) -> Table:
    names = {"accuracy": "accuracy", "macro_f1": "macro F1", "top_2": "top-2", "calibration_error": "calibration error"}
    rows = [
        [title, getattr(report, key), recorded["measures"][key]["mean"] if recorded else None]
        for key, title in names.items()
    ]
    low, high = report.accuracy_95
    rows.append(["accuracy, 95 %", f"{low:.3f} to {high:.3f}", None])
    return Table(f"The classifier that ships, {report.covers} covers", ["measure", "here", "recorded"], rows)


def _row(row: ClassifierFigures) -> list[Cell]:
    low, high = row.accuracy_95
    return [
        row.recipe,
        row.weights,
        row.accuracy,
        f"{low:.2f} to {high:.2f}",
        row.macro_f1,
        row.top_2,
        row.calibration_error,
        round(row.train_seconds),
        row.parameters,
    ]
