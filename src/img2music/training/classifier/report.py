"""What a training of a classifier leaves behind: its figures on the test covers, and facts of the run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from img2music.metrics.classification import ClassificationReport
from img2music.metrics.left_out_sources import LeftOutReport
from img2music.system.files import atomic_write

REPORT = "report.json"


@dataclass(frozen=True)
class TrainingFacts:
    """How a training went: steps, seconds with validations, and what ended it: epochs, early stopping or time."""

    steps: int
    train_seconds: float
    ended_by: str


@dataclass(frozen=True)
class NetworkSize:
    """Parameters of a network, MB of its weights file, and milliseconds for one picture on the CPU."""

    parameters: int
    megabytes: float
    milliseconds: float


@dataclass(frozen=True)
class RunFacts:
    """What a classifier is: the split that it was trained on, the weights that it began with, the minutes that it was
    given, its backbone, the side of its pictures in pixels, whether it reads words, and the temperature of its
    probabilities."""

    fold: int
    weights: str
    minutes: float | None
    network: str
    size: int
    words: bool
    temperature: float


@dataclass(frozen=True)
class TrainingReport:
    """Everything that is reported of a run of `train classifier`."""

    figures: ClassificationReport
    training: TrainingFacts
    network_size: NetworkSize
    run: RunFacts
    left_out_sources: LeftOutReport | None = None

    def to_json(self) -> dict[str, Any]:
        """The report on one level, as it is written to `report.json`."""
        parts = (asdict(self.training), asdict(self.network_size), asdict(self.run))
        values = self.figures.to_json()
        for part in parts:
            values |= part
        if self.left_out_sources is not None:
            values["left_out_sources"] = self.left_out_sources.to_json()
        return values

    def write(self, run: Path) -> None:
        """Write the report into the folder of its run."""
        text = json.dumps(self.to_json(), indent=1)
        with atomic_write(run / REPORT, force=True) as temporary:
            temporary.write_text(text, encoding="utf-8")
