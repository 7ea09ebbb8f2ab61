"""A score engraved: pages of notation as SVG or PDF, drawn by Verovio from MusicXML."""

from __future__ import annotations

import io
import re
from types import ModuleType
from typing import TYPE_CHECKING

from img2music.composition.formats.musicxml import musicxml_bytes
from img2music.errors import OptionError
from img2music.system.extras import needs

if TYPE_CHECKING:
    from img2music.composition.score import Score

_A4: dict[str, object] = {
    "pageWidth": 2100,
    "pageHeight": 2970,
    "scale": 40,
    "adjustPageHeight": False,
    "footer": "none",
}
"""Verovio's measures of a page, in tenths of a millimetre."""
_SCROLL: dict[str, object] = {
    "breaks": "none",
    "adjustPageWidth": True,
    "adjustPageHeight": True,
    "scale": 40,
    "footer": "none",
}
"""Everything on one line, as wide as it is."""


def svg_bytes(score: Score) -> bytes:
    """The whole score as one SVG, on a single line of staves. Raises `OptionError` without the extra `score`."""
    return _pages(score, _SCROLL)[0].encode()


def pdf_bytes(score: Score) -> bytes:
    """The score on pages of A4. Raises `OptionError` without the extra `score`."""
    pages = _pages(score, _A4)
    with needs("score"):
        from pypdf import PdfReader, PdfWriter

        cairosvg = _cairo()
    document = PdfWriter()
    for page in pages:
        drawn = cairosvg.svg2pdf(bytestring=page.encode())
        document.append(PdfReader(io.BytesIO(drawn)))
    document.add_metadata({"/Title": score.title, "/Producer": "Img2Music"})
    found = io.BytesIO()
    document.write(found)
    return found.getvalue()


def _cairo() -> ModuleType:
    """CairoSVG, which needs a library of the system. Raises `OptionError` when that is missing."""
    try:
        import cairosvg
    except OSError as problem:
        raise OptionError("Cairo, which draws PDF, is not installed; install libcairo2 or write .svg.") from problem
    return cairosvg


def _pages(score: Score, options: dict[str, object]) -> list[str]:
    """Each page as SVG."""
    # the note in a metronome mark is in a font that only browsers take from the drawing
    tempo = f"<words>{round(score.tempo.initial)} bpm</words>"
    data = re.sub("<metronome.*?</metronome>", tempo, musicxml_bytes(score).decode(), flags=re.DOTALL)
    with needs("score"):
        import verovio
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(options)
    if not toolkit.loadData(data):
        raise OptionError("This score cannot be engraved; write it as MIDI or MusicXML.")
    return [toolkit.renderToSVG(number) for number in range(1, toolkit.getPageCount() + 1)]
