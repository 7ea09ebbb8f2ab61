"""Known faults of GTZAN in the four genres, by the excerpts' numbers.

B. L. Sturm listened to the whole set ("An Analysis of the GTZAN Music Genre Dataset", MIRUM 2012; "The GTZAN
dataset: its contents, its faults, their effects on evaluation, and its future use", arXiv:1306.1461, 2013).
Only what can be checked in published files is said here; exact repetitions and unreadable files, such as
jazz.00054 of the copy on Kaggle, are found by measuring.
"""

from __future__ import annotations

import re
from pathlib import Path

FAULTY: dict[str, frozenset[int]] = {
    "classical": frozenset({42}),
    "hiphop": frozenset({1, 39, 46, 47, 48, 49, 50, 76}),
    "jazz": frozenset({33, 34, 35, 36, 37, 38, 39, 40, 42, 43, 44, 45, 46}),
    "pop": frozenset({15, 21, 22, 30, 37, 45, 47, 48, 51, 52, 54, 56, 57, 67, 68, 87}),
}
"""Excerpts in no part of the fault-filtered division of C. Kereliuk, B. L. Sturm and J. Larsen, "Deep Learning
and Music Adversaries" (IEEE Transactions on Multimedia 17(11), 2015; github.com/coreyker/dnn-mgr, `gtzan/`)."""

SONGS: dict[str, tuple[tuple[int, ...], ...]] = {
    "classical": ((0, 1, 2), (42, 53), (44, 48), (51, 80)),
    "hiphop": ((1, 42), (2, 32), (20, 36), (39, 45), (46, 65), (47, 67), (48, 68), (49, 69), (50, 72), (76, 78)),
    "jazz": (
        *((33, 51), (34, 53), (35, 55), (36, 58), (37, 60), (38, 62), (39, 65)),
        *((40, 67), (42, 68), (43, 69), (44, 70), (45, 71), (46, 72)),
    ),
    "pop": (
        *((10, 14), (15, 21, 22, 37), (16, 17), (30, 31), (45, 46), (47, 48, 51, 80), (52, 54, 57, 60)),
        *((56, 59), (67, 71), (68, 73), (75, 82), (87, 90), (88, 89), (93, 94)),
    ),
}
"""Excerpts to which Sturm's index of artists and titles (2012) gives the same title."""

_NAME = re.compile(r"(classical|hiphop|jazz|pop)\.(\d{5})")


def is_faulty(path: Path) -> bool:
    """Whether a file is named like one of the `FAULTY` excerpts."""
    genre, number = _excerpt(path)
    return number in FAULTY.get(genre, ())


def song(path: Path) -> str:
    """A name for the song of an excerpt that shares it with others; empty for any other file."""
    genre, number = _excerpt(path)
    return next((f"{genre}.{together[0]:05d}" for together in SONGS.get(genre, ()) if number in together), "")


def _excerpt(path: Path) -> tuple[str, int]:
    match = _NAME.fullmatch(path.stem)
    return (match[1], int(match[2])) if match else ("", -1)
