"""Public-domain scores: which of music21's corpus may be used, and their notes, read from MusicXML.

Only pitches, durations and transpositions are read: the composition itself, nothing of the edition.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

# Composers of the corpus whose works are in the public domain everywhere (all died before 1900).
COMPOSERS = {
    "bach": "J. S. Bach",
    "beethoven": "L. van Beethoven",
    "cpebach": "C. P. E. Bach",
    "handel": "G. F. Handel",
    "haydn": "J. Haydn",
    "mozart": "W. A. Mozart",
    "schumann_robert": "R. Schumann",
}
# A score whose encoder states any right is left out, however generous it is.
_CLAIM = re.compile(r"<rights|copyright|©|commercial|licen[cs]e", re.IGNORECASE)
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True)
class Event:
    """A written note: start and length in quarter notes, MIDI pitch, and the part (0 is the top one)."""

    start: float
    length: float
    pitch: int
    part: int


def corpus_folder() -> Path:
    """Where music21 keeps its scores; found without the slow import of music21."""
    spec = find_spec("music21")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("music21 is needed for its corpus of scores: pip install music21")
    return Path(spec.origin).parent / "corpus"


def read_xml(path: Path) -> str:
    """The MusicXML text of a score, compressed (.mxl) or not."""
    data = path.read_bytes()
    if path.suffix == ".mxl":
        with zipfile.ZipFile(path) as archive:
            name = next(n for n in archive.namelist() if n.endswith("xml") and not n.startswith("META-INF"))
            data = archive.read(name)
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    return data.decode("utf-16" if wide else "utf-8-sig", errors="replace")


@lru_cache
def works() -> tuple[Path, ...]:
    """The scores that may be used: composers of ``COMPOSERS``, and no rights statement in the file."""
    folder = corpus_folder()
    found = (p for name in COMPOSERS for p in sorted((folder / name).rglob("*")) if p.suffix in (".mxl", ".xml"))
    return tuple(p for p in found if not _CLAIM.search(read_xml(p)))


def title(path: Path) -> str:
    """Composer and work from a path of the corpus, such as ``J. Haydn, op. 74 no. 1, movement 2``."""
    parts = path.relative_to(corpus_folder()).with_suffix("").parts
    text = ", ".join(parts[1:]).replace("_", " ")
    text = re.sub(r"opus(\d+)(?:no(\d+))?", lambda m: f"op. {m[1]}" + (f" no. {m[2]}" if m[2] else ""), text)
    text = re.sub(r"\b(bwv|k|h)(?=\d)", lambda m: {"bwv": "BWV ", "k": "K. ", "h": "H. "}[m[1]], text)
    return f"{COMPOSERS[parts[0]]}, {re.sub(r'movement(?=[0-9])', 'movement ', text)}"


@dataclass(frozen=True)
class Notes:
    """The notes of a score in order of time, and where its bars begin in quarter notes."""

    events: tuple[Event, ...]
    bars: tuple[float, ...]


@lru_cache(maxsize=8)
def read(path: Path) -> Notes:
    """What is written in a score; ties joined, grace notes and repeats left out."""
    events: list[Event] = []
    bars: list[float] = []
    for part, element in enumerate(ElementTree.fromstring(read_xml(path)).iter("part")):
        found, bars = _read_part(element, part)
        events += found
    return Notes(tuple(sorted(events, key=lambda e: (e.start, e.part, e.pitch))), tuple(bars))


def _read_part(element: ElementTree.Element, part: int) -> tuple[list[Event], list[float]]:
    events: list[Event] = []
    bars: list[float] = []
    tied: dict[int, int] = {}  # pitch: index of the note that it prolongs
    measure_start = now = onset = 0.0
    divisions, transpose = 1.0, 0
    for measure in element.iter("measure"):
        now = end = measure_start
        bars.append(measure_start)
        for item in measure:
            length = float(item.findtext("duration") or 0) / divisions
            if item.tag == "attributes":
                divisions = float(item.findtext("divisions") or divisions)
                shift = item.find("transpose")
                if shift is not None:
                    octaves = int(shift.findtext("octave-change") or 0)
                    transpose = int(float(shift.findtext("chromatic") or 0)) + 12 * octaves
            elif item.tag in ("backup", "forward"):
                now += length if item.tag == "forward" else -length
            elif item.tag == "note" and item.find("grace") is None:
                if item.find("chord") is None:
                    onset, now = now, now + length
                pitch = item.find("pitch")
                if pitch is not None and length > 0:
                    alter = int(float(pitch.findtext("alter") or 0))
                    octave = int(pitch.findtext("octave") or 4)
                    number = 12 * (octave + 1) + _STEPS[pitch.findtext("step") or "C"] + alter + transpose
                    ties = {t.get("type") for t in item.findall("tie")}
                    if "stop" in ties and number in tied:
                        index = tied[number]
                        first = events[index]
                        events[index] = Event(first.start, onset + length - first.start, number, part)
                    else:
                        events.append(Event(onset, length, number, part))
                        tied[number] = len(events) - 1
                    if "start" not in ties:
                        tied.pop(number, None)
            end = max(end, now)
        measure_start = end
    return events, bars
