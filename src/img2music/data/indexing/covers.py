"""`data covers`: which covers of a folder can be used, which belong together, and how they are split."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from img2music.data.common.layout import find_genre_level, is_there
from img2music.data.common.tables import relative_name, write_table
from img2music.data.covers.cover import Cover, grouped_folds, list_covers, parts_of
from img2music.data.covers.perceptual_hash import BITS, SAME, alike_pairs
from img2music.data.indexing.duplicates import clusters, contradictions, equal_pairs, repetitions
from img2music.data.indexing.facts import gather
from img2music.data.indexing.measures import VERSION, CoverFacts, measure_cover
from img2music.data.indexing.report import MEMORY, Report, check_genres, open_index, write_problems
from img2music.data.indexing.verdicts import Verdicts
from img2music.data.splits import cover_split, write_split
from img2music.errors import PictureError
from img2music.genres import GENRES
from img2music.vision.picture import SUFFIXES

INDEX = "covers.csv"
FOLDS = 5


def index_covers(
    folder: Path,
    out: Path,
    genres: Sequence[str] = GENRES,
    folds: int = FOLDS,
    seed: int = 0,
    keep_contradictions: bool = False,
) -> Report:
    """Check the covers of `genres` below `folder`, and write `covers.csv`, `problems.csv` and splits to `out`.

    Pictures that cannot be read are left out, and so are repetitions in a genre but the first. Pictures that
    several genres share are left out altogether, or with `keep_contradictions` kept and called ambiguous.
    Those that look alike get one group, which no split divides. `out` remembers what was measured.

    Raises `OptionError` when a genre has no cover left, `PictureError` when there are too few to split, and
    `OutputError` when `out` cannot be written.
    """
    root = folder if is_there(folder / INDEX) else find_genre_level(folder, genres, SUFFIXES)
    open_index(out, INDEX, (folder, root))
    listing = list_covers(root, genres)
    covers = listing.items
    paths = [cover.path for cover in covers]
    facts = gather(
        paths, measure_cover, make=CoverFacts, memory=out / MEMORY, version=VERSION, description="checking covers"
    )
    verdicts = Verdicts(covers, root)
    kept = _sort_out(verdicts, covers, facts, keep_contradictions)
    write_problems(out, verdicts.problems())
    counts = verdicts.counts(genres, ("unusable", "contradictory", "repeated"))
    check_genres(counts, folder, out)

    kept = sorted((replace(cover, path=out / relative_name(cover.path, out)) for cover in kept), key=lambda c: c.path)
    splits = _write_splits(out, kept, folds, seed)
    rows = [(relative_name(c.path, out), c.genre, c.source, c.group, int(c.ambiguous)) for c in kept]
    write_table(out / INDEX, ("file", "genre", "source", "group", "ambiguous"), rows)
    for genre, numbers in counts.items():
        numbers["groups"] = len({cover.group for cover in kept if cover.genre == genre})
    return Report(
        root, out, seed=seed, genres=counts, splits=splits, problems=verdicts.problems(), notes=listing.notes(root)
    )


def _sort_out(
    verdicts: Verdicts[Cover], covers: Sequence[Cover], facts: Sequence[CoverFacts], keep_contradictions: bool
) -> list[Cover]:
    """The covers that are kept, with their groups. A faulty one has no hashes and so resembles none."""
    verdicts.leave_out({i: found.fault for i, found in enumerate(facts) if found.fault}, "unusable")
    genres = [cover.genre for cover in covers]
    exact = equal_pairs([found.content for found in facts]) + equal_pairs([found.pixels for found in facts])
    alike = sorted(alike_pairs([found.phash for found in facts]), key=lambda pair: pair[2])
    same = [(i, j) for i, j, distance in alike if distance <= SAME]

    contradictory = contradictions(clusters(len(covers), exact + same), genres)
    shared = {i: f"shows the same as {verdicts.name(other)}" for i, other in contradictory.items()}
    if keep_contradictions:
        verdicts.remark({i: f"{text}; kept as ambiguous" for i, text in shared.items()})
    else:
        verdicts.leave_out(shared, "contradictory")
    repeated = repetitions(clusters(len(covers), exact), genres)
    verdicts.leave_out({i: f"is the same picture as {verdicts.name(j)}" for i, j in repeated.items()}, "repeated")

    kept = verdicts.kept
    usable = set(kept)
    nearest: dict[int, str] = {}
    for i, j, distance in alike:
        if {i, j} <= usable:
            nearest.setdefault(j, f"looks like {verdicts.name(i)} ({distance} of {BITS} bits differ); one group")
    verdicts.remark(nearest)
    groups = clusters(
        len(covers), exact + [(i, j) for i, j, _ in alike] + equal_pairs([cover.group for cover in covers])
    )
    return [
        replace(covers[i], group=covers[groups[i]].group, ambiguous=covers[i].ambiguous or i in contradictory)
        for i in kept
    ]


def _write_splits(out: Path, covers: Sequence[Cover], folds: int, seed: int) -> dict[str, dict[str, int]]:
    """Write the first `folds` of the five splits; returns the number of covers in each of their parts."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sources with fewer covers than folds are no fault
            tenths = grouped_folds(covers, 10, seed)
    except ValueError as problem:
        raise _too_few(covers) from problem
    splits = {cover_split(fold): parts_of(tenths, fold) for fold in range(folds)}
    if not all(len(members) for parts in splits.values() for members in parts.values()):
        raise _too_few(covers)
    for name, parts in splits.items():
        write_split(out, name, covers, parts)
    for fold in range(folds, FOLDS):
        (out / cover_split(fold)).unlink(missing_ok=True)
    return {Path(name).stem: {part: len(members) for part, members in parts.items()} for name, parts in splits.items()}


def _too_few(covers: Sequence[Cover]) -> PictureError:
    return PictureError(f"{len(covers)} covers are too few to split; ten or more groups of a genre are needed.")
