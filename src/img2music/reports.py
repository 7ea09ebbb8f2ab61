"""What a command says of the sound it made."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from img2music.errors import printable
from img2music.streams import STANDARD

if TYPE_CHECKING:
    from img2music.snippet import Snippet


def report(path: Path, snippet: Snippet, as_json: bool) -> None:
    """Say what was made: on standard error where the sound itself is on standard output."""
    out = sys.stderr if path == STANDARD else sys.stdout
    if as_json:
        facts = {"file": str(path), "genre": snippet.genre, "probabilities": snippet.probabilities}
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
