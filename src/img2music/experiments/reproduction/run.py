"""`reproduce`: every experiment of the paper within a budget of time, and the report of what came out."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from rich.console import Console

from img2music.errors import Img2MusicError
from img2music.experiments.reproduction.place import Workplace
from img2music.experiments.reproduction.report import write_html, write_markdown
from img2music.experiments.reproduction.section import Section
from img2music.models.folder import Models

HTML = "report.html"
MARKDOWN = "reproduction.md"


@dataclass(frozen=True)
class Step:
    """One part of the paper. `share` is its part of the budget; `run` takes the minutes that it may use; `of_bundled`
    says that it is about the bundled models, and is done again when these change."""

    name: str
    share: float
    run: Callable[[Workplace, float | None], Section]
    of_bundled: bool = False


def reproduce(
    place: Workplace, steps: Sequence[Step], minutes: float | None = None, clock: Callable[[], float] = monotonic
) -> Path:
    """Run the steps that are not done yet, within `minutes` together (None: as long as the recipes say), and
    write `report.html` and `reproduction.md` after each of them; returns the page.

    What a step leaves unused is shared out among those after it. A step that cannot be done is named in the
    report with its reason, and is tried again the next time. A step done with another budget is done again, and one
    about the bundled models when these are others. `clock` says what time it is, in s.
    """
    place.figures.mkdir(parents=True, exist_ok=True)
    done: list[Section] = []
    end = None if minutes is None else clock() + 60 * minutes
    for number, step in enumerate(steps):
        left = None if end is None else max(0.0, end - clock()) / 60
        share = step.share / sum(later.share for later in steps[number:])
        done.append(_section(place, step, number=number, share=None if left is None else left * share, minutes=minutes))
        write_html(done, place.figures, sounds=place.sounds, conditions=conditions(), path=place.out / HTML)
        write_markdown(done, conditions(), place.out / MARKDOWN)
    return place.out / HTML


def conditions() -> str:
    """The version of the bundled models, processor, cores and accelerator in a few words."""
    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    machine = f"{os.cpu_count()} CPU cores ({platform.machine()}), {device}, Python {platform.python_version()}"
    return f"models {Models().version}, {machine}"


def _section(place: Workplace, step: Step, number: int, share: float | None, minutes: float | None) -> Section:
    kept = place.out / "sections" / f"{number}-{step.name}-{_key(place, step, minutes)}.json"
    console = Console(stderr=True)
    if kept.is_file():
        console.print(f"{step.name}: done before")
        return Section.load(kept)
    console.print(f"{step.name}…" if share is None else f"{step.name}, {share:.1f} minutes…")
    try:
        section = step.run(place, share)
    except Img2MusicError as problem:
        return Section(step.name.capitalize(), [f"This could not be done: {problem}"])
    kept.parent.mkdir(exist_ok=True)
    section.save(kept)
    return section


def _key(place: Workplace, step: Step, minutes: float | None) -> str:
    """Changes with what would change a section: the data, the budget, and the bundled models if it is about them."""
    facts: list[object] = [str(place.covers.resolve()), str(place.music.resolve()), place.seed, minutes]
    if step.of_bundled:
        facts.append({name: file.sha256 for name, file in Models().manifest.files.items()})
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:8]
