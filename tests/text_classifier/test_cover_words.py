"""The words on covers are read once by each way of reading, and what an interruption cut short again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from img2music.data.covers.cover import Cover
from img2music.training.text_classifier.cover_lines import weighted_lines
from img2music.vision.ocr import recognition


@pytest.fixture
def covers(tmp_path: Path) -> list[Cover]:
    drawn = []
    for word in ("SONATA", "QUARTET"):
        picture = Image.new("RGB", (300, 300), "navy")
        ImageDraw.Draw(picture).text((30, 100), word, "white", ImageFont.load_default(40))
        picture.save(tmp_path / f"{word}.png")
        drawn.append(Cover(tmp_path / f"{word}.png", "classical", "drawn", word))
    return drawn


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows by one with each picture that is read."""
    pictures: list[None] = []
    call = recognition.OCR.__call__

    def counted(self: recognition.OCR, picture: Image.Image) -> list[list[recognition.Line]]:
        pictures.append(None)
        return call(self, picture)

    monkeypatch.setattr(recognition.OCR, "__call__", counted)
    return pictures


def test_words_are_read_once(covers: list[Cover], tmp_path: Path, read: list[None]) -> None:
    first = weighted_lines(covers, tmp_path / "kept")
    assert [{text for text, _ in lines} for lines in first] == [{"SONATA"}, {"QUARTET"}]
    assert weighted_lines(covers, tmp_path / "kept") == first
    assert len(read) == 2


def test_a_line_that_was_cut_short_is_read_again(covers: list[Cover], tmp_path: Path, read: list[None]) -> None:
    first = weighted_lines(covers, tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_bytes(kept.read_bytes()[:-20])
    assert weighted_lines(covers, tmp_path / "kept") == first
    assert len(read) == 3
    assert weighted_lines(covers, tmp_path / "kept") == first
    assert len(read) == 3


def test_another_manner_of_reading_is_another_reading(
    covers: list[Cover], tmp_path: Path, read: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    weighted_lines(covers, tmp_path / "kept")
    monkeypatch.setattr(recognition, "SIDES", (320,))
    alone = weighted_lines(covers, tmp_path / "kept")
    assert len(read) == 4
    assert all(sum(weight for _, weight in lines) <= 1 for lines in alone)
