"""Leave-one-source-out as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table


def left_out_tables(report: Mapping[str, Any]) -> list[Table]:
    """What `source_report` says: all covers of left-out sources together, then source by source."""
    together = report["together"]
    measures = Table("measure", "value", title="each source left out once")
    measures.add_row("recall, balanced over genres, mean over sources", f"{report['balanced']:.3f}")
    measures.add_row("the same, worst source", f"{report['worst']:.3f}")
    for name in ("macro_f1", "top_2", "calibration_error", "accuracy"):
        measures.add_row(name.replace("_", " "), f"{together[name]:.3f}")
    genres = Table("genre", "recall", "precision", "said", "true")
    for genre, facts in together["genres"].items():
        shares = (f"{report[name][genre]:.0%}" for name in ("said", "true"))
        genres.add_row(genre, f"{facts['recall']:.3f}", f"{facts['precision']:.3f}", *shares)
    sources = Table("left-out source", "covers", "recall, balanced")
    for name, facts in report["sources"].items():
        sources.add_row(name, str(facts["covers"]), f"{facts['balanced']:.3f}")
    return [measures, genres, sources]
