"""How produced a corpus sounds, beside records.

    python -m benchmarks.energy CORPUS RECORDS [--genre GENRE ...]

Prints of each measure the 25th, 50th and 75th percentile of the records and of the corpus, and whether the median of
the corpus lies between the first and last of the records. Both folders have a sub-folder for each genre; with a
`music.csv` only its recordings count.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from img2music.audio.files.io import load_audio
from img2music.audio.stft import RATE
from img2music.evaluation.production.energy import energy_measures, quartiles

SECONDS = 15


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("--genre", nargs="+", default=["pop", "hiphop"])
    parser.add_argument("--most", type=int, default=60, help="clips of each genre of the corpus")
    options = parser.parse_args()
    records = quartiles(_measures([file for genre in options.genre for file in _files(options.records, genre)]))
    for genre in options.genre:
        corpus = quartiles(_measures(_files(options.corpus, genre)[: options.most]))
        for name, (low, middle, high) in records.items():
            theirs, ours = f"{low:6.1f} {middle:6.1f} {high:6.1f}", " ".join(f"{x:6.1f}" for x in corpus[name])
            inside = "inside" if low <= corpus[name][1] <= high else "outside"
            print(f"{genre:10s} {name:10s} records {theirs}   corpus {ours}   {inside}")


def _files(folder: Path, genre: str) -> list[Path]:
    index = folder / "music.csv"
    if index.is_file():
        with index.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["genre"] == genre and row.get("kind") != "synthetic"]
        return [folder / row["file"] for row in rows]
    return sorted(path for path in (folder / genre).iterdir() if path.suffix in (".flac", ".ogg", ".wav"))


def _measures(files: Sequence[Path]) -> list[dict[str, float]]:
    return [energy_measures(load_audio(file, RATE)[: SECONDS * RATE]) for file in files]


if __name__ == "__main__":
    main()
