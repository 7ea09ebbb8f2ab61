"""What `evaluate` measures, as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from img2music.errors import printable

if TYPE_CHECKING:
    from img2music.evaluation.audio import FolderScores, GenreShare, SetScores
    from img2music.evaluation.novelty import Novelty
    from img2music.evaluation.quality import StrengthFigures
    from img2music.evaluation.relevance import Relevance
    from img2music.evaluation.splits import SplitSummary
    from img2music.evaluation.synthesis.run import SynthesisFigures
    from img2music.evaluation.variety import Variety
    from img2music.metrics.classification import SourceFigures
    from img2music.metrics.left_out_sources import LeftOutReport
    from img2music.metrics.log_spectral import LogSpectralErrors
    from img2music.metrics.other_genres import OtherGenresReport

_DISTANCES = {
    "raw": ("frechet", "Fréchet audio distance of raw embeddings, what FAD means today"),
    "whitened": ("frechet, whitened", "of principal components of unit variance, {whitening}"),
    "quantised": ("frechet, 8 bit", "of those in steps from 0 to 255, as AudioSet publishes them"),
    "per_clip": ("frechet, per clip", "of each clip's whitened embeddings alone, averaged; the paper: 393 to 657"),
    "infinity": ("frechet, infinity", "FAD∞: raw, extrapolated to endlessly many patches"),
    "infinity_fit": ("  R² of the fit", "1: a straight line; far below, chance outweighs what is corrected"),
    "kad": ("kad", "kernel audio distance × 100, Gaussian; fit for few clips"),
    "kernel": ("kernel", "kernel distance × 1000, cubic; fit for few clips"),
}
_WHITENING = {"published": "as published", "fitted": "fitted to the reference"}


def score_tables(scores: FolderScores, errors: LogSpectralErrors | None = None) -> Iterator[Table]:
    """Counts and shares, with the log-spectral `errors` where they were measured; then the distances of all clips and
    those of each genre."""
    yield _count_table(scores, errors)
    caption = "\n".join(scores.warnings)
    yield _distance_table(scores.overall, scores.whitening, f"distances on {scores.embedder}", caption)
    for genre, found in scores.by_genre.items():
        counts = f"{found.clips} clips against {found.reference_clips}"
        yield _distance_table(found, scores.whitening, f"{genre}: {counts}")


def _count_table(scores: FolderScores, errors: LogSpectralErrors | None) -> Table:
    table = Table("measure", "value", "meaning")
    table.columns[1].justify = "right"
    table.add_row("clips", str(scores.overall.clips), "clips scored")
    table.add_row("patches", str(scores.overall.patches), "their patches")
    table.add_row("skipped", str(scores.skipped), "files left out")
    table.add_row("reference_clips", str(scores.overall.reference_clips), "clips to compare with")
    table.add_row("reference_patches", str(scores.overall.reference_patches), "their patches")
    table.add_row("genre", _cell(scores.genre), "share that sounds like its folder's genre")
    for genre, share in scores.genres.items():
        table.add_row(f"  {genre}", _cell(share.heard), _share_remark(share))
    nearest = "cosine similarity to the nearest training clip, median; 1 is a copy"
    table.add_row("nearest", _cell(scores.nearest), nearest)
    if errors is not None:
        meaning = "mean difference of log magnitudes to the original, dB"
        table.add_row("log_spectral", _cell(errors.log_spectral), meaning)
        for genre, error in errors.log_spectral_genres.items():
            table.add_row(f"  {genre}", _cell(error))
    return table


def _share_remark(share: GenreShare) -> str:
    count = f"of {share.clips} clips"
    return count if share.reference is None else f"{count}; {share.reference:.3f} of the reference"


def _distance_table(scores: SetScores, whitening: str, title: str, caption: str = "") -> Table:
    table = Table("distance", "value", "floor", "ceiling", "meaning; less is better", title=title, caption=caption)
    for column in table.columns[1:4]:
        column.justify = "right"
        column.no_wrap = True
    table.columns[0].no_wrap = True
    for name, (label, meaning) in _DISTANCES.items():
        placed = scores.distances[name]
        cells = (_cell(placed[place]) for place in ("value", "floor", "ceiling"))
        table.add_row(label, *cells, meaning.format(whitening=_WHITENING[whitening]))
    return table


def split_tables(summary: SplitSummary) -> Iterator[Table]:
    """Leave-one-source-out where it was asked for, then the measures of splits, then the sources of their covers."""
    if summary.left_out_sources is not None:
        yield from left_out_tables(summary.left_out_sources)
    yield _measure_table(summary)
    yield _source_table(summary.pooled.sources or {})


def _measure_table(summary: SplitSummary) -> Table:
    table = Table("measure", "mean", "standard deviation", title=f"{summary.splits} splits")
    for name, spread in summary.measures.items():
        table.add_row(name, f"{spread.mean:.3f}", f"{spread.std:.3f}")
    low, high = summary.pooled.accuracy_95
    table.add_row("accuracy, pooled", f"{summary.pooled.accuracy:.3f}", f"95 %: {low:.3f} to {high:.3f}")
    for genre, found in summary.pooled.genres.items():
        table.add_row(f"  {genre}: F1", f"{found.f1:.3f}", f"recall {found.recall:.3f}")
    return table


def _source_table(sources: Mapping[str, SourceFigures]) -> Table:
    table = Table("source", "covers", "accuracy")
    for name, found in sources.items():
        table.add_row(_text(name), str(found.covers), f"{found.accuracy:.3f}")
    return table


def left_out_tables(report: LeftOutReport) -> Iterator[Table]:
    """All covers of left-out sources together, then each genre, then each source."""
    together = report.together
    measures = Table("measure", "value", title="each source left out once")
    measures.add_row("recall, balanced over genres, mean over sources", f"{report.balanced:.3f}")
    measures.add_row("the same, worst source", f"{report.worst:.3f}")
    for name in ("macro_f1", "top_2", "calibration_error", "accuracy"):
        measures.add_row(name.replace("_", " "), f"{getattr(together, name):.3f}")
    if report.naming is not None:
        measures.add_row("source named by what is seen", f"{report.naming.right:.3f}")
        measures.add_row("the largest source", f"{report.naming.largest:.3f}")
    yield measures
    genres = Table("genre", "recall", "precision", "said", "true")
    for genre, found in together.genres.items():
        shares = (f"{share[genre]:.0%}" for share in (report.said, report.true))
        genres.add_row(genre, f"{found.recall:.3f}", f"{found.precision:.3f}", *shares)
    yield genres
    sources = Table("left-out source", "covers", "recall, balanced")
    for name, source in report.sources.items():
        sources.add_row(_text(name), str(source.covers), f"{source.balanced:.3f}")
    yield sources


def other_genres_tables(report: OtherGenresReport) -> Iterator[Table]:
    """What is called another genre on left-out sources: of covers whose genre is played, and of the others."""
    false = Table(
        "left-out source", "called another genre", title=f"genres that are played; margin {report.margin:.2f}"
    )
    for name, share in (report.false_calls | {"together": report.false_together}).items():
        false.add_row(_text(name), f"{share:.1%}")
    yield false
    called = Table("genre", "called another genre", title=f"other genres; {report.called_right:.0%} the right one")
    for name, share in report.called.items():
        called.add_row(name, f"{share:.0%}")
    yield called


def relevance_tables(found: Relevance) -> list[Table]:
    """How well the music follows each attribute of the picture's mood, and how it does so over time, which is steered;
    and apart from that what an independent judge hears."""
    table = Table("steered", "rank correlation", "p", caption=f"Snippets: {found.pictures}")
    for name, agreement in found.attributes.items():
        table.add_row(name, f"{agreement.correlation:.3f}", f"{agreement.p:.4f}")
    tables = [table]
    if found.over_time:
        over_time = Table("over time", "own contour", "others'", caption="median rank correlations within snippets")
        for name, follows in found.over_time.items():
            over_time.add_row(name, f"{follows.own:.3f}", f"{follows.others:.3f}")
        tables.append(over_time)
    if found.judged:
        heard = list(next(iter(found.judged.values())))
        judge = Table("independent judge", *heard, caption="rank correlations of looks with what it hears")
        for look, agreements in found.judged.items():
            judge.add_row(look, *(f"{agreements[name].correlation:.3f}" for name in heard))
        tables.append(judge)
    if found.matched is not None:
        matched = Table("the right picture among the first tenth", "p", "snippets")
        matched.add_row(f"{100 * found.matched.share:.0f} %", f"{found.matched.p:.4f}", str(found.matched.snippets))
        tables.append(matched)
    return tables


def novelty_table(found: Novelty) -> Table:
    """Whether snippets are new."""
    table = Table("measure", "value")
    for name, value in vars(found).items():
        table.add_row(name.replace("_", " "), f"{value:.3g}" if isinstance(value, float) else str(value))
    return table


def quality_table(rows: Sequence[StrengthFigures]) -> Table:
    """What each engine does at each strength."""
    table = Table("engine", "alpha", "change, dB", "Fréchet", "floor")
    for row in rows:
        cells = (_cell(value, 2) for value in (row.change, row.frechet, row.floor))
        table.add_row(row.engine, f"{row.alpha:g}", *cells)
    return table


def variety_table(genres: Mapping[str, Variety]) -> Table:
    """How varied the clips of each genre are."""
    table = Table(
        "genre", "clips", "works", "tempo, BPM", "notes a second", "keys", "minor", "nearest", "of as many", "real",
        caption="Tempo and density: 10, 50 and 90 %. nearest: similarity to the most alike clip, 1 is the same.",
    )  # fmt: skip
    for genre, found in genres.items():
        alike = ("" if value is None else f"{value:.3f}" for value in (found.ours, found.real))
        ranges = (" · ".join(f"{value:g}" for value in values) for values in (found.tempo, found.density))
        table.add_row(_text(genre), str(found.clips), str(found.works), *ranges, str(found.keys),
                      f"{found.minor:.0%}", f"{found.nearest:.3f}", *alike)  # fmt: skip
    return table


def _text(value: str) -> str:
    """A name from a file as the terminal may show it."""
    return escape(printable(value))


def _cell(value: float | None, places: int = 3) -> str:
    if value is None:
        return "-"
    return f"{value:.{places}f}" if abs(value) < 1000 else f"{value:.0f}"


def synthesis_tables(rows: Sequence[SynthesisFigures], ear: str) -> Iterator[Table]:
    """How well each way from a score to sound plays it, by which judges; and how well stems are taken apart."""
    from img2music.evaluation.synthesis.judges import KEY, NOTES, PULSE

    caption = (
        "F1: of the notes; kept, pulse and bars as shares of the render's; cents: how far notes are off; "
        "alike: F1 against the most alike other music; floors: Fréchet beside that of halves of the renders; heard: "
        "share that sounds like its genre. "
        f"Judges: {NOTES} for notes, {PULSE} for rhythm, {ear} for the rest."
    )
    names = ("F1", "kept", "cents", "pulse", "bars", "alike", "Fréchet", "floors", "heard")
    whole = Table("sound", "genre", *names, caption=caption)
    caption = (
        "tempo within 2 %; octave: by another pulse; mode: rank correlation of asked and heard, and its p. Judges: "
        f"{PULSE} for tempo, {KEY} for keys."
    )
    table = Table("sound", "genre", "tempo", "octave", "key", "mode", "p", caption=caption)
    for row in rows:
        sound = (row.nearest, row.frechet, row.floors, row.genre_heard)
        figures = (row.note_f1, row.kept, row.cents, row.pulse, row.bars, *sound)
        whole.add_row(row.variant, row.genre, *map(_two_digits, figures))
        p = "" if row.mode_p is None else f"{row.mode_p:.1g}"
        table.add_row(row.variant, row.genre, *map(_two_digits, (row.tempo, row.octave, row.key, row.mode)), p)
    yield whole
    yield table
    apart = [row for row in rows if row.stems]
    if apart:
        from img2music.evaluation.synthesis.run import SUM
        from img2music.synthesis.stems import NAMES

        caption = "sum: the worst of what stems lack of the mix; gain in SI-SDR over the mix, against the true stems."
        stems = Table("sound", "genre", "sum, dB", *(f"{name}, dB" for name in NAMES), caption=caption)
        for row in apart:
            stems.add_row(row.variant, row.genre, *(_two_digits(row.stems.get(name)) for name in (SUM, *NAMES)))
        yield stems


def _two_digits(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2f}"
