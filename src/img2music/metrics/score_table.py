"""Scores of a folder of audio as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.table import Table

_COUNTS = {
    "clips": "clips scored",
    "patches": "their patches",
    "skipped": "files left out",
    "reference_clips": "clips to compare with",
    "reference_patches": "their patches",
    "genre": "share that sounds like its folder's genre",
    "nearest": "cosine similarity to the nearest training clip, median; 1 is a copy",
    "log_spectral": "mean difference of log magnitudes to the original, dB",
}
_DISTANCES = {
    "raw": ("frechet", "Fréchet audio distance of raw embeddings, what FAD means today"),
    "whitened": ("frechet, whitened", "of principal components of unit variance, {whitening}"),
    "quantised": ("frechet, 8 bit", "of those in steps from 0 to 255, as AudioSet publishes them"),
    "per_clip": (
        "frechet, per clip",
        "of each clip's whitened embeddings alone, averaged; the paper: 393 to 657",
    ),
    "infinity": ("frechet, infinity", "FAD∞: raw, extrapolated to endlessly many patches"),
    "infinity_fit": ("  R² of the fit", "1: a straight line; far below, chance outweighs what is corrected"),
    "kad": ("kad", "kernel audio distance × 100, Gaussian; fit for few clips"),
    "kernel": ("kernel", "kernel distance × 1000, cubic; fit for few clips"),
}


def score_tables(scores: Mapping) -> Iterator[Table]:
    """Tables of what `img2music.evaluation.audio.score_folder` returns: counts and shares, then the distances of all
    clips and those of each genre."""
    yield _count_table(scores)
    yield _distance_table(scores, f"distances on {scores['embedder']}", "\n".join(scores["warnings"]))
    for genre, facts in scores["by_genre"].items():
        counts = f"{facts['clips']} clips against {facts['reference_clips']}"
        yield _distance_table({**facts, "whitening": scores["whitening"]}, f"{genre}: {counts}")


def _count_table(scores: Mapping) -> Table:
    table = Table("measure", "value", "meaning")
    table.columns[1].justify = "right"
    shares = {genre: (facts["heard"], _share_remark(facts)) for genre, facts in scores["genres"].items()}
    errors = {genre: (error, "") for genre, error in scores.get("log_spectral_genres", {}).items()}
    parts = {"genre": shares, "log_spectral": errors}
    for name, meaning in _COUNTS.items():
        if name in scores:
            table.add_row(name, _cell(scores[name]), meaning)
            for genre, (value, remark) in parts.get(name, {}).items():
                table.add_row(f"  {genre}", _cell(value), remark)
    return table


def _share_remark(facts: Mapping) -> str:
    count = f"of {facts['clips']} clips"
    return count if facts["reference"] is None else f"{count}; {facts['reference']:.3f} of the reference"


def _distance_table(scores: Mapping, title: str, caption: str = "") -> Table:
    table = Table("distance", "value", "floor", "ceiling", "meaning; less is better", title=title, caption=caption)
    for column in table.columns[1:4]:
        column.justify = "right"
        column.no_wrap = True
    table.columns[0].no_wrap = True
    for name, (label, meaning) in _DISTANCES.items():
        places = scores["distances"][name]
        whitening = {"published": "as published", "fitted": "fitted to the reference"}[scores["whitening"]]
        cells = (_cell(places[place]) for place in ("value", "floor", "ceiling"))
        table.add_row(label, *cells, meaning.format(whitening=whitening))
    return table


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}" if abs(value) < 1000 else f"{value:.0f}"
