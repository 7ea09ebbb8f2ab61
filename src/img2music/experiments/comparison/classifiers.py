"""Genre classifiers trained by their recipes on the same covers and tested on the same others (paper section 2.1)."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from img2music.errors import OptionError
from img2music.system.files import atomic_write
from img2music.system.json_text import read_json
from img2music.training.classifier.report import REPORT
from img2music.training.classifier.run import train_on_split
from img2music.training.classifier.run_start import check_same_run, check_weights
from img2music.training.common.recipe import ClassifierRecipe, read_recipe
from img2music.training.covers.split import PARTS, CoverSplit, read_cover_split

RECIPES = ("paper-vgg16", "paper-resnet", "paper-convnext", "classifier")
ROWS = "comparison.json"
TABLE = "comparison.md"

_NOTES = """\
{train} covers train, {validation} choose the best epoch and the temperature of the probabilities, {test} test.
Accuracy with its 95 % Wilson interval; time of training with its validations; one forward pass of one picture in
torch on the CPU; weights that the network began with, of which "none" is training from scratch.
{day}, {processor}, {cores} cores."""


@dataclass(frozen=True)
class ClassifierFigures:
    """A classifier among those compared: its recipe, the folder of its run, the weights that it began with, its
    measures on `covers` test covers, how its training went, and its size: `megabytes` of the weights file,
    `milliseconds` for a picture."""

    recipe: str
    run: str
    network: str
    weights: str
    accuracy: float
    macro_f1: float
    top_2: float
    calibration_error: float
    accuracy_95: tuple[float, float]
    covers: int
    train_seconds: float
    steps: int
    ended_by: str
    parameters: int
    megabytes: float
    milliseconds: float


def compare_classifiers(
    covers: Path,
    out: Path,
    recipes: Sequence[str] = RECIPES,
    fold: int = 0,
    limit: int | None = None,
    epochs: int | None = None,
    minutes: float | None = None,
    weights: str = "auto",
    start: Path | None = None,
    split_file: Path | None = None,
) -> list[ClassifierFigures]:
    """Train a classifier by each of `recipes` in `out/NAME`, and return a row of figures for each.

    `limit` takes only so many covers of each genre; `epochs` is in place of the recipes' own; `minutes` ends
    the training of each (reading covers, storing views and the test come on top); `weights` as in
    `train_on_split`; `start` is a distilled body for recipes of `lite2_convnext`; `split_file` is in place of a
    fold. What was finished before is not done again, what was interrupted goes on. Writes `comparison.json` and
    `comparison.md` after each.

    Raises `OptionError` for an unknown recipe or a folder that holds other runs, `PictureError` for covers
    that cannot be split, `ModelError` for networks or weights that cannot be had.
    """
    check_weights(weights)
    wanted = _read_recipes(recipes, epochs)
    split = read_cover_split(covers, fold, limit, split_file)
    rows = []
    for name, recipe in wanted.items():
        run = out / name
        report = _finished(run, recipe, split, minutes)
        if report is None:
            body = start if recipe.network == "lite2_convnext" else None
            report = train_on_split(recipe, split, out=run, start=body, weights=weights, minutes=minutes).to_json()
        rows.append(_figures(name, run, report))
        _write(rows, split, out)
    return rows


def _read_recipes(names: Sequence[str], epochs: int | None) -> dict[str, ClassifierRecipe]:
    """Every recipe before anything is trained, so that a slip in the last one shows at once."""
    if not names:
        raise OptionError("there is no recipe to compare; name one or more.")
    recipes: dict[str, ClassifierRecipe] = {}
    for name in names:
        recipe, stem = read_recipe(ClassifierRecipe, name), Path(name).stem
        if stem in recipes:
            raise OptionError(f"two recipes are called {stem}; name each once.")
        recipes[stem] = recipe if epochs is None else replace(recipe, epochs=epochs)
    return recipes


def _figures(recipe: str, run: Path, report: Mapping[str, Any]) -> ClassifierFigures:
    """The row of a run, from what its `report.json` says."""
    names = [field.name for field in fields(ClassifierFigures) if field.name not in ("recipe", "run", "accuracy_95")]
    low, high = report["accuracy_95"]
    return ClassifierFigures(recipe, str(run), accuracy_95=(low, high), **{name: report[name] for name in names})


def _finished(run: Path, recipe: ClassifierRecipe, split: CoverSplit, minutes: float | None) -> dict[str, Any] | None:
    """What `report.json` says of a run that has no training left to do."""
    if not (run / REPORT).is_file():
        return None
    check_same_run(run, recipe, split)
    report = read_json(run / REPORT, OptionError, "remove that run and compare again")
    has_time_left = report["ended_by"] == "time" and (minutes is None or minutes > report["minutes"])
    is_same = read_recipe(ClassifierRecipe, run / "recipe.yaml") == recipe
    return report if is_same and not has_time_left else None


def _write(rows: Sequence[ClassifierFigures], split: CoverSplit, out: Path) -> None:
    sizes = {part: len(split.indices[part]) for part in PARTS}
    notes = _NOTES.format(**sizes, day=date.today().isoformat(), processor=platform.machine(), cores=os.cpu_count())
    cells = table_cells(rows)
    lines = [" | ".join(row) for row in (cells[0], ["---"] * len(cells[0]), *cells[1:])]
    texts = {
        ROWS: json.dumps([asdict(row) for row in rows], indent=1),
        TABLE: "\n".join(["# Classifiers compared", "", *(f"| {line} |" for line in lines), "", notes, ""]),
    }
    for name, text in texts.items():
        with atomic_write(out / name, force=True) as temporary:
            temporary.write_text(text, encoding="utf-8")


def table_cells(rows: Sequence[ClassifierFigures]) -> list[list[str]]:
    """Rows of `compare_classifiers` as text, the headings first."""
    heading = ["recipe", "network", "weights", "accuracy", "95 %", "macro F1", "top-2", "calibration error"]
    heading += ["training", "ended by", "parameters", "MB", "ms"]
    cells = [heading]
    for row in rows:
        low, high = row.accuracy_95
        line = [row.recipe, row.network, row.weights, f"{row.accuracy:.3f}", f"{max(low, 0):.2f} to {high:.2f}"]
        line += [f"{measure:.3f}" for measure in (row.macro_f1, row.top_2, row.calibration_error)]
        line += [_duration(row.train_seconds), row.ended_by, f"{row.parameters / 1e6:.1f} M"]
        cells.append([*line, f"{row.megabytes:.0f}", f"{row.milliseconds:.0f}"])
    return cells


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
