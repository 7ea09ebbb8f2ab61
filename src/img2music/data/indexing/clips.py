"""`data music`: which clips of a folder can be used, which belong together, and how they are split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from img2music.audio.files.io import SUFFIXES
from img2music.data.clips.clip import Clip, hold_out, list_clips
from img2music.data.clips.fingerprint import from_text, matching_pairs
from img2music.data.clips.gtzan import is_faulty, song
from img2music.data.common.layout import find_genre_level, is_there
from img2music.data.common.tables import relative_name, write_table
from img2music.data.indexing.duplicates import clusters, contradictions, equal_pairs, repetitions
from img2music.data.indexing.facts import gather
from img2music.data.indexing.measures import VERSION, ClipFacts, measure_clip
from img2music.data.indexing.report import MEMORY, Report, check_genres, open_index, write_problems
from img2music.data.indexing.verdicts import Verdicts
from img2music.data.splits import CLIP_SPLIT, write_split
from img2music.genres import GENRES
from img2music.options import CLIP_SECONDS

INDEX = "music.csv"
HELD_OUT = 0.2


def index_music(
    folder: Path,
    out: Path,
    genres: Sequence[str] = GENRES,
    seed: int = 0,
    min_seconds: float = CLIP_SECONDS,
    keep_faulty: bool = False,
) -> Report:
    """Check the clips of `genres` below `folder`, and write `music.csv`, `problems.csv` and a split to `out`.

    Clips that cannot be read, are silent or shorter than `min_seconds` are left out, and so are repetitions
    in a genre but the first, recordings that several genres share and, without `keep_faulty`, excerpts of
    GTZAN that are known to be faulty. Clips of one recording or song become one work, which no split
    divides. `out` remembers what was measured.

    Raises `OptionError` when a genre has no clip left, and `OutputError` when `out` cannot be written.
    """
    indexed = any(is_there(folder / name) for name in (INDEX, "manifest.json"))
    root = folder if indexed else find_genre_level(folder, genres, SUFFIXES)
    open_index(out, INDEX, (folder, root))
    listing = list_clips(root, genres)
    clips = listing.items
    paths = [clip.path for clip in clips]
    facts = gather(
        paths, measure_clip, make=ClipFacts, memory=out / MEMORY, version=VERSION, description="checking clips"
    )
    verdicts = Verdicts(clips, root)
    _leave_out_unusable(verdicts, clips, facts=facts, min_seconds=min_seconds, keep_faulty=keep_faulty)
    kept = _sort_out(verdicts, clips, facts)
    write_problems(out, verdicts.problems())
    counts = verdicts.counts(genres, ("unusable", "faulty", "contradictory", "repeated"))
    check_genres(counts, folder, out)

    kept = sorted((replace(clip, path=out / relative_name(clip.path, out)) for clip in kept), key=lambda c: c.path)
    splits = {"split": _write_split(out, kept, seed)}
    notes = [*listing.notes(root), *_without_test(kept, seed)]
    rows = [(relative_name(c.path, out), c.genre, c.title, c.licence, int(c.may_ship), c.origin, c.work) for c in kept]
    write_table(out / INDEX, ("file", "genre", "title", "licence", "may_ship", "origin", "work"), rows)
    for genre, numbers in counts.items():
        numbers["works"] = len({clip.work for clip in kept if clip.genre == genre})
    return Report(root, out, seed=seed, genres=counts, splits=splits, problems=verdicts.problems(), notes=notes)


def _leave_out_unusable(
    verdicts: Verdicts[Clip],
    clips: Sequence[Clip],
    facts: Sequence[ClipFacts],
    min_seconds: float,
    keep_faulty: bool,
) -> None:
    """Leave out what no training can use and what is known to be faulty; remark unusual sampling rates."""
    verdicts.leave_out({i: found.fault for i, found in enumerate(facts) if found.fault}, "unusable")
    short = {i: found.seconds for i, found in enumerate(facts) if found.seconds < min_seconds}
    verdicts.leave_out({i: f"is only {s:g} s long, less than {min_seconds:g} s" for i, s in short.items()}, "unusable")
    faulty = [i for i, clip in enumerate(clips) if is_faulty(clip.path)]
    if keep_faulty:
        verdicts.remark(dict.fromkeys(faulty, "is not in GTZAN's fault-filtered division; kept as asked"))
    else:
        verdicts.leave_out(dict.fromkeys(faulty, "is not in GTZAN's fault-filtered division"), "faulty")
    rates = Counter(facts[i].rate for i in verdicts.kept)
    for usual, _ in rates.most_common(1):
        odd = {i: found.rate for i, found in enumerate(facts) if found.rate != usual}
        text = f"most have {usual} Hz; resampled when loaded"
        verdicts.remark({i: f"has a rate of {rate} Hz, {text}" for i, rate in odd.items()})


def _sort_out(verdicts: Verdicts[Clip], clips: Sequence[Clip], facts: Sequence[ClipFacts]) -> list[Clip]:
    """The clips that are kept, with their works. One left out has no hashes any more and resembles none."""
    usable = set(verdicts.kept)
    facts = [found if i in usable else ClipFacts() for i, found in enumerate(facts)]
    genres = [clip.genre for clip in clips]
    exact = equal_pairs([found.content for found in facts]) + equal_pairs([found.samples for found in facts])
    alike = sorted(matching_pairs([from_text(found.sound) for found in facts]), key=lambda pair: pair[2])
    matches = [(i, j) for i, j, _ in alike]

    contradictory = contradictions(clusters(len(clips), exact + matches), genres)
    verdicts.leave_out(
        {i: f"is the same recording as {verdicts.name(other)}" for i, other in contradictory.items()}, "contradictory"
    )
    repeated = repetitions(clusters(len(clips), exact), genres)
    verdicts.leave_out({i: f"is the same clip as {verdicts.name(j)}" for i, j in repeated.items()}, "repeated")

    kept = set(verdicts.kept)
    nearest: dict[int, str] = {}
    for i, j, share in alike:
        if {i, j} <= kept:
            nearest.setdefault(j, f"sounds like {verdicts.name(i)} ({share:.0%} of the bits differ); one work")
    verdicts.remark(nearest)
    known = equal_pairs([(clip.genre, clip.work) for clip in clips]) + equal_pairs([song(clip.path) for clip in clips])
    works = clusters(len(clips), exact + matches + known)
    return [replace(clips[i], work=clips[works[i]].work) for i in sorted(kept)]


def _without_test(clips: Sequence[Clip], seed: int) -> list[str]:
    """A line about each genre of which no clip is in the test part, since it has too few works to give one away."""
    _, outside = hold_out(clips, HELD_OUT, seed)
    tested = {clip.genre for clip in outside}
    works = Counter(genre for genre, _ in {(clip.genre, clip.work) for clip in clips})
    return [
        f"no clip of {genre} is in the test part: {count} {'work is' if count == 1 else 'works are'} too few, three or "
        "more are needed"
        for genre, count in works.items()
        if genre not in tested
    ]


def _write_split(out: Path, clips: Sequence[Clip], seed: int) -> dict[str, int]:
    """Write the split that training with the same seed and share makes; returns the number of clips in its parts."""
    _, outside = hold_out(clips, HELD_OUT, seed)
    held = {clip.path for clip in outside}
    parts = {
        "train": np.array([i for i, clip in enumerate(clips) if clip.path not in held], np.int64),
        "test": np.array([i for i, clip in enumerate(clips) if clip.path in held], np.int64),
    }
    write_split(out, CLIP_SPLIT, clips, parts)
    return {part: len(members) for part, members in parts.items()}
