"""The tables that `evaluate` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from img2music.errors import printable
from img2music.metrics.left_out_table import left_out_tables


def classifier_tables(summary: Mapping[str, Any]) -> list[Table]:
    """The splits of a classifier put together, after sources left out if they were measured."""
    left_out = summary.get("left_out_sources")
    tables = [] if left_out is None else list(left_out_tables(left_out))
    return [*tables, measure_table(summary), source_table(summary["pooled"]["sources"])]


def relevance_table(facts: Mapping[str, Any]) -> Table:
    """How well each attribute of the music goes with the picture."""
    table = Table("attribute", "rank correlation", "p", caption=f"Snippets: {facts['pictures']}")
    for name, found in facts.items():
        if name != "pictures":
            table.add_row(name, f"{found['correlation']:.3f}", f"{found['p']:.4f}")
    return table


def novelty_table(facts: Mapping[str, Any]) -> Table:
    """How new snippets are."""
    table = Table("measure", "value")
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), f"{value:.3g}" if isinstance(value, float) else str(value))
    return table


def quality_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """What each strength changes and costs."""
    table = Table("engine", "alpha", "change, dB", "Fréchet", "floor")
    for row in rows:
        table.add_row(
            row["engine"], f"{row['alpha']:g}", *(f"{row[name]:.2f}" for name in ("change", "frechet", "floor"))
        )
    return table


def measure_table(summary: Mapping[str, Any]) -> Table:
    """Mean and standard deviation over splits, and the pooled figures."""
    table = Table("measure", "mean", "std", title=f"{summary['splits']} splits")
    for name, facts in summary["measures"].items():
        table.add_row(name, f"{facts['mean']:.3f}", f"{facts['deviation']:.3f}")
    low, high = summary["pooled"]["accuracy_95"]
    table.add_row("accuracy, pooled", f"{summary['pooled']['accuracy']:.3f}", f"95 %: {low:.3f} to {high:.3f}")
    for genre, facts in summary["pooled"]["genres"].items():
        table.add_row(f"  {genre}: F1", f"{facts['f1']:.3f}", f"recall {facts['recall']:.3f}")
    return table


def variety_table(genres: Mapping[str, Any]) -> Table:
    """How varied the clips of each genre are."""
    table = Table(
        "genre", "clips", "works", "tempo, BPM", "notes a second", "keys", "minor", "nearest", "of as many", "real",
        caption="Tempo and density: 10, 50 and 90 %. nearest: similarity to the most alike clip, 1 is the same.",
    )  # fmt: skip
    for genre, facts in genres.items():
        alike = (f"{facts[name]:.3f}" if facts["compared"] else "" for name in ("ours", "real"))
        ranges = (" · ".join(f"{value:g}" for value in facts[name]) for name in ("tempo", "density"))
        table.add_row(escape(printable(genre)), str(facts["clips"]), str(facts["works"]), *ranges, str(facts["keys"]),
                      f"{facts['minor']:.0%}", f"{facts['nearest']:.3f}", *alike)  # fmt: skip
    return table


def source_table(sources: Mapping[str, Any]) -> Table:
    """The accuracy on each source."""
    table = Table("source", "covers", "accuracy")
    for name, facts in sources.items():
        table.add_row(escape(printable(name)), str(facts["covers"]), f"{facts['accuracy']:.3f}")
    return table
