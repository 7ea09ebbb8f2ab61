"""The lines of text on covers, read by OCR once and kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.progress import track

from img2music.data.covers.cover import Cover
from img2music.models.folder import Models
from img2music.vision.ocr.recognition import OCR, Line, fingerprint, weigh
from img2music.vision.ocr.text_classifier import Lines
from img2music.vision.picture import load_picture

Passes = list[list[Line]]
"""The lines that each OCR pass over a cover found."""


def weighted_lines(covers: Sequence[Cover], folder: Path, models: Path | None = None) -> list[Lines]:
    """The text of the lines on every cover, and what each weighs; as `ocr_passes`."""
    return [weigh(passes) for passes in ocr_passes(covers, folder, models)]


def ocr_passes(covers: Sequence[Cover], folder: Path, models: Path | None = None) -> list[Passes]:
    """The lines on every cover by OCR pass.

    The lines are kept in the folder, and not read again with the same networks and settings. The networks are those
    of `models`, the bundled ones by default.
    """
    networks = Models(models)
    kept = folder / f"lines-{fingerprint(networks)}.jsonl"
    known = _known(kept)
    missing = [cover for cover in covers if str(cover.path) not in known]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        ocr = OCR(networks)
        with kept.open("a", encoding="utf-8") as file:
            file.write("\n" if file.tell() else "")  # what comes does not join a line that was cut short
            for cover in track(missing, "reading the words on covers"):
                passes = ocr(load_picture(cover.path))
                known[str(cover.path)] = passes
                stored = [[(line.text, line.confidence, line.box) for line in lines] for lines in passes]
                file.write(json.dumps([str(cover.path), stored]) + "\n")
                file.flush()
    return [known[str(cover.path)] for cover in covers]


def _known(path: Path) -> dict[str, Passes]:
    """What was read before; a last line that an interruption cut short is read again."""
    known: dict[str, Passes] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                name, passes = json.loads(line)
                known[name] = [[_line(*facts) for facts in lines] for lines in passes]
            except (TypeError, ValueError):
                continue
    return known


def _line(text: str, confidence: float, box: Sequence[float]) -> Line:
    left, top, right, bottom = map(float, box)
    return Line(str(text), float(confidence), (left, top, right, bottom))
