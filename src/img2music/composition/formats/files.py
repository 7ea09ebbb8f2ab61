"""Scores as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from img2music.errors import OptionError
from img2music.system.files import atomic_write

if TYPE_CHECKING:
    from img2music.composition.score import Score

MIDI = ("mid", "midi")
MUSICXML = ("musicxml", "xml")
ENGRAVED = ("pdf", "svg")
FORMATS = MIDI + MUSICXML + ENGRAVED


def score_suffix(path: Path) -> str:
    """The kind of file that a name stands for. Raises `OptionError` when it is none of `FORMATS`."""
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        raise OptionError(f"{path} is no name for a score; let it end in .mid, .musicxml, .pdf or .svg.")
    return suffix


def encoded(score: Score, suffix: str) -> bytes:
    """The bytes of a file of a score, of one of `FORMATS`."""
    if suffix in MIDI:
        return score.to_midi()
    if suffix in MUSICXML:
        from img2music.composition.formats.musicxml import musicxml_bytes

        return musicxml_bytes(score)
    from img2music.composition.formats.engraving import pdf_bytes, svg_bytes

    return pdf_bytes(score) if suffix == "pdf" else svg_bytes(score)


def write(score: Score, path: Path, force: bool = False) -> Path:
    """Write a score and return its path. Raises `OptionError` and `OutputError` as `Score.save` does."""
    data = encoded(score, score_suffix(path))
    with atomic_write(path, force) as temporary:
        temporary.write_bytes(data)
    return path
