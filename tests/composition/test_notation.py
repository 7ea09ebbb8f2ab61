"""Scores in notation: MusicXML that other programs read, pages, and what is said when the extra is missing."""

from __future__ import annotations

import hashlib
import io
import sys
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import Run
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.formats.files import encoded
from img2music.composition.formats.spelling import key_name, spelt
from img2music.genres import GENRES

_TELLING = {
    *("part-name", "midi-program", "measure", "fifths", "mode", "beats", "beat-type", "sign", "per-minute", "words"),
    *("rest", "chord", "step", "alter", "octave", "display-step", "display-octave", "duration"),
}
"""What music21 takes from a score as it is, in whatever version."""


@pytest.mark.parametrize(
    ("pitch", "key", "minor", "name"),
    [
        (60, 0, False, ("C", 4)),
        (61, 2, False, ("C#", 4)),
        (61, 1, False, ("Db", 4)),
        (66, 7, False, ("F#", 4)),
        (61, 2, True, ("C#", 4)),
        (70, 0, False, ("Bb", 4)),
        (71, 1, False, ("Cb", 5)),
        (60, 1, True, ("B#", 3)),
        (54, 11, True, ("F#", 3)),
    ],
)
def test_pitches_are_spelt_in_their_key(pitch: int, key: int, minor: bool, name: tuple[str, int]) -> None:
    assert spelt(pitch, key, minor) == name


def test_every_pitch_keeps_its_sound_when_it_is_spelt() -> None:
    letters = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
    for key in range(12):
        for minor in (False, True):
            assert len(key_name(key, minor)) <= 2
            for pitch in range(128):
                name, octave = spelt(pitch, key, minor)
                sounds = letters[name[0]] + name.count("#") - name.count("b") + 12 * (octave + 1)
                assert sounds == pitch, (key, minor, name, octave)


@pytest.mark.parametrize("genre", GENRES)
def test_bars_of_musicxml_are_full_and_on_the_grid(genre: str) -> None:
    music21 = pytest.importorskip("music21")
    found = compose(Brief(genre, seed=3, bars=6))
    read = music21.converter.parse(encoded(found, "musicxml"), format="musicxml")
    assert len(read.parts) == len(found.parts)
    for part in read.parts:
        bars = part.getElementsByClass("Measure")
        assert len(bars) == found.bars
        for bar in bars:
            assert bar.duration.quarterLength == pytest.approx(found.metre.beats)
            for element in bar.notesAndRests:
                place = Fraction(element.offset).limit_denominator(48) * 12
                assert place.denominator == 1, (part.partName, element, element.offset)


WRITTEN = {
    "classical": "60b38f7bb8d28b45",
    "hiphop": "3b591878e17c6fe8",
    "pop": "18734effd0e68c6b",
    "jazz": "4af251d53bd5cbdd",
}
"""First digits of the SHA-256 of what is written: a change is one of what users get, and goes to CHANGELOG.md."""


@pytest.mark.parametrize("genre", GENRES)
def test_notes_are_written_as_they_were(genre: str) -> None:
    pytest.importorskip("music21")
    whole = hashlib.sha256()
    for seed in range(3):
        root = ElementTree.fromstring(encoded(compose(Brief(genre, seed=seed, bars=4)), "musicxml"))
        for element in root.iter():
            if element.tag in _TELLING:
                whole.update(f"{element.tag} {(element.text or '').strip()}\n".encode())
    assert whole.hexdigest()[:16] == WRITTEN[genre]


def test_scores_are_engraved(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("verovio")
    pytest.importorskip("music21")
    score = compose(Brief("classical", seed=1, bars=4))
    svg = encoded(score, "svg")
    assert svg.startswith(b"<") and b"</svg>" in svg and score.title.encode() in svg
    assert run("compose", "--genre", "pop", "--bars", "2", "-o", tmp_path / "x.svg", "-q") == (0, "", "")
    assert (tmp_path / "x.svg").read_bytes().count(b"<svg") >= 1
    pypdf = pytest.importorskip("pypdf")
    try:
        import cairosvg  # noqa: F401
    except (ImportError, OSError):
        pytest.skip("there is no Cairo")
    document = pypdf.PdfReader(io.BytesIO(encoded(score, "pdf")))
    assert len(document.pages) >= 1 and document.metadata.title == score.title


@pytest.mark.parametrize(("suffix", "package"), [("musicxml", "music21"), ("svg", "verovio"), ("pdf", "pypdf")])
def test_a_missing_package_is_said_in_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, package: str
) -> None:
    for needed in ("music21", "verovio"):
        if package not in ("music21", needed):
            pytest.importorskip(needed)
    monkeypatch.setitem(sys.modules, package, None)
    status, out, err = run("compose", "--genre", "pop", "--bars", "1", "-o", tmp_path / f"x.{suffix}")
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert "pip install 'img2music[score]'" in err
    assert not list(tmp_path.iterdir())
