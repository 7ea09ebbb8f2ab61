"""What the commands say of the sounds they made, of pictures and of models."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from img2music.cli.common.streams import STANDARD
from img2music.errors import printable

if TYPE_CHECKING:
    from img2music.models.folder import Models
    from img2music.output.snippet import Snippet
    from img2music.vision.classifier import Reading


def report(path: Path, snippet: Snippet, as_json: bool) -> None:
    """Say what was made: on standard error where the sound itself is on standard output."""
    out = sys.stderr if path == STANDARD else sys.stdout
    if as_json:
        facts: dict[str, Any] = {"file": str(path), "genre": snippet.genre, "probabilities": snippet.probabilities}
        facts |= {"seconds": snippet.seconds, "rate": snippet.rate} | snippet.provenance
        print(json.dumps(facts), file=out)
        return
    probability = snippet.probabilities.get(snippet.genre)
    share = f" ({probability:.0%})" if probability else ""
    print(printable(f"{path}: {snippet.seconds:g} s of {snippet.genre}{share}"), file=out)
    if snippet.provenance.get("choose") == "mood":
        heard = f"{_words(snippet, 'asked')}; plays: {_words(snippet, 'played')}"
        print(printable(f"  {_words(snippet, 'saw')} → {heard}"), file=out)
    for embedding in snippet.provenance.get("embeddings", []):
        print(printable("  from {title}; {origin}; {licence}".format(**embedding)), file=out)
    if "seed" in snippet.provenance:
        print("  seed {seed}, {engine}, alpha {alpha:g}".format(**snippet.provenance), file=out)


def _words(snippet: Snippet, name: str) -> str:
    return ", ".join(snippet.provenance[name]) or "nothing that stands out"


def report_readings(readings: list[tuple[Path, Reading]], as_json: bool) -> None:
    """Say what is seen in each picture: as a JSON list, or as a table."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if as_json:
        rows = [
            {"picture": str(p), "genre": r.genre, "probabilities": r.probabilities, "words": r.words}
            for p, r in readings
        ]
        print(json.dumps(rows))
        return
    table = Table("picture", *readings[0][1].probabilities, "words on it")
    for picture, reading in readings:
        cells = (f"[bold]{p:.0%}[/]" if g == reading.genre else f"{p:.0%}" for g, p in reading.probabilities.items())
        table.add_row(escape(printable(str(picture))), *cells, escape(printable(_remarks(reading))))
    Console().print(table)


def _remarks(reading: Reading) -> str:
    """The words on a picture, the known names among them, and whether the genre is in doubt."""
    names = [f"reads {name}" for name in reading.names]
    return "\n".join(filter(None, [reading.words, *names, "" if reading.sure else reading.verdict]))


def report_models(models: Models) -> None:
    """List the files of models, what they were trained on and their figures. Raises `ModelError` when a file does not
    have its checksum."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from img2music.version import __version__

    table = Table("model", "MB", "sha256")
    for name, facts in models.manifest["files"].items():
        size = len(models.read(name))
        table.add_row(escape(printable(name)), f"{size / 1e6:.1f}", facts["sha256"][:16])
    console = Console()
    heading = f"img2music {__version__}, models {models.version} in {models.folder}"
    console.print(printable(heading), markup=False, soft_wrap=True)
    console.print(table)
    for part in ("trained_on", "figures"):
        console.print(part.replace("_", " ") + ":", style="bold")
        console.print_json(data=_printable_facts(models.manifest.get(part, {})))


def report_credits(models: Models) -> None:
    """List the music in the banks of models. Raises `ModelError` when one cannot be read."""
    from img2music.generation.bank import Bank

    for genre in models.genres:
        for entry in Bank.load(models, genre).entries:
            print(printable(f"{genre}: {entry.title}; {entry.origin}; {entry.licence}"))


def _printable_facts(facts: Any) -> Any:
    """Facts of a manifest with `printable` names and texts at any depth."""
    if isinstance(facts, dict):
        return {printable(name): _printable_facts(value) for name, value in facts.items()}
    if isinstance(facts, list):
        return [_printable_facts(value) for value in facts]
    return printable(facts) if isinstance(facts, str) else facts
