"""What numbers are pinned of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import audio, generation, networks, synthesis, vision
from .comparison import Numbers, pinned

SUBJECTS: dict[str, Callable[[Path], dict[str, object]]] = {
    "audio": lambda _: audio.values(),
    "generation": generation.values,
    "vision": lambda _: vision.values(),
    "reading": lambda _: networks.reading(),
    "pipeline": networks.pipeline,
    "synthesis": lambda _: synthesis.values(),
}


def numbers_of(subject: str, models: Path) -> Numbers:
    """The numbers of a subject, some of which the tiny `models` give."""
    return pinned(SUBJECTS[subject](models))
