"""Reports of commands on snippets, pictures and models."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from img2music.cli.common.streams import STANDARD
from img2music.errors import printable

if TYPE_CHECKING:
    from img2music.composition.score import Score
    from img2music.models.folder import Models
    from img2music.output.snippet import Snippet
    from img2music.vision.classifier import Classification


def report(path: Path, snippet: Snippet, as_json: bool, beside: Sequence[Path] = ()) -> None:
    """Print how a snippet was made and what files are `beside` it, on standard error if the sound itself is on standard
    output."""
    out = sys.stderr if path == STANDARD else sys.stdout
    if as_json:
        facts: dict[str, Any] = {"file": str(path), "genre": snippet.genre, "probabilities": snippet.probabilities}
        facts |= {"seconds": snippet.seconds, "rate": snippet.rate} | snippet.provenance.as_dict()
        facts |= {"beside": [str(place) for place in beside]} if beside else {}
        print(json.dumps(facts), file=out)
        return
    print(printable(f"{path}: {snippet.seconds:g} s of {snippet.genre}{_share(snippet)}"), file=out)
    made = snippet.provenance
    if made.looks_like:
        print(printable(f"  looks like {made.looks_like}; plays {snippet.genre}"), file=out)
    if made.sentence:
        print(printable(f"  {made.sentence}"), file=out)
    if snippet.score is not None:
        print(printable(f"  {_words(made.saw)} → {_words(made.asked)}; plays: {describe(snippet.score)}"), file=out)
    elif made.choose == "mood":
        print(printable(f"  {_words(made.saw)} → {_words(made.asked)}; plays: {_words(made.played)}"), file=out)
    for credit in made.embeddings:
        print(printable(f"  from {credit}"), file=out)
    if made.engine:
        print(f"  seed {made.seed}, {made.engine}, alpha {made.alpha:g}", file=out)
    if beside:
        print(printable(f"  beside it: {', '.join(place.name for place in beside)}"), file=out)


def _share(snippet: Snippet) -> str:
    """How likely the genre of a snippet is that of its picture: " (83%)", or " (34%, not sure)" where it is the
    likeliest."""
    from img2music.vision.classifier import SURE

    probability = snippet.probabilities.get(snippet.genre)
    if not probability:
        return ""
    doubtful = max(snippet.probabilities.values()) == probability < SURE
    return f" ({probability:.0%}{', not sure' if doubtful else ''})"


def describe(score: Score) -> str:
    """A score in a line."""
    from img2music.composition.planning.length import counted

    instruments = ", ".join(dict.fromkeys(part.name for part in score.parts))
    length = f"{counted(score.bars)} of {score.metre} at {score.tempo.initial:g} bpm, {score.seconds:.1f} s"
    return f"{score.title}, {length}, for {instruments}"


def _words(words: Sequence[str]) -> str:
    return ", ".join(words) or "nothing that stands out"


def report_classifications(classifications: list[tuple[Path, Classification]], as_json: bool) -> None:
    """Print the classifications of pictures as a JSON list or a table."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if as_json:
        rows = [
            {"picture": str(p), "genre": r.genre, "probabilities": r.probabilities, "words": r.words} | _beyond(r)
            for p, r in classifications
        ]
        print(json.dumps(rows))
        return
    table = Table("picture", *classifications[0][1].probabilities, "words on it")
    for picture, classification in classifications:
        cells = (
            f"[bold]{p:.0%}[/]" if g == classification.genre else f"{p:.0%}"
            for g, p in classification.probabilities.items()
        )
        table.add_row(escape(printable(str(picture))), *cells, escape(printable(_remarks(classification))))
    Console().print(table)


def _beyond(classification: Classification) -> dict[str, str]:
    """What a picture looks like beyond the genres that are played, where it does."""
    return {} if classification.other is None else {"looks_like": classification.other}


def _remarks(classification: Classification) -> str:
    """The text on a picture, known names in it, and a remark if the genre is unsure or none that is played."""
    names = [f"reads {name}" for name in classification.names]
    plain = classification.verdict == classification.genre
    return "\n".join(filter(None, [classification.words, *names, "" if plain else classification.verdict]))


def report_models(models: Models) -> None:
    """Print the files of models, what they were trained on and their figures. Raises `ModelError` when a checksum does
    not match."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from img2music.version import __version__

    table = Table("model", "MB", "sha256")
    for name in models.manifest.files:
        size = len(models.read(name))
        table.add_row(escape(printable(name)), f"{size / 1e6:.1f}", models.checksum(name)[:16])
    console = Console()
    heading = f"img2music {__version__}, models {models.version} in {models.folder}"
    console.print(printable(heading), markup=False, soft_wrap=True)
    console.print(table)
    for part in ("trained_on", "figures"):
        console.print(part.replace("_", " ") + ":", style="bold")
        console.print_json(data=_printable_facts(models.manifest.json.get(part, {})))


def report_credits(models: Models) -> None:
    """Print the credits of the models' banks. Raises `ModelError` when a bank cannot be read."""
    from img2music.generation.bank import Bank

    for genre in models.genres:
        for entry in Bank.load(models, genre).entries:
            print(printable(f"{genre}: {entry.credit}"))


def _printable_facts(facts: Any) -> Any:
    """Facts of a manifest with `printable` names and texts at any depth."""
    if isinstance(facts, dict):
        return {printable(name): _printable_facts(value) for name, value in facts.items()}
    if isinstance(facts, list):
        return [_printable_facts(value) for value in facts]
    return printable(facts) if isinstance(facts, str) else facts
