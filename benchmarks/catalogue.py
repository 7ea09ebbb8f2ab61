"""What music for a catalogue of covers costs: `python benchmarks/catalogue.py [COVERS] [--write]`.

Measures seconds a picture by engine, bytes of a snippet by format and bytes of a picture, and prints the table of
docs/scale.md from them; `--write` puts it there. Without COVERS the example pictures are measured.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "scale.md"
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"
SIZES = {"1 million": 10**6, "100 million": 10**8}
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
DAYS = 7
"""In which a catalogue is to be done, for the processors and the network that takes."""


@dataclass(frozen=True)
class Inputs:
    """What is measured: seconds of one processor a picture by engine, bytes of a snippet by format, bytes of a picture
    and of a sidecar."""

    seconds: dict[str, float]
    snippet: dict[str, float]
    picture: float
    sidecar: float


def measure(pictures: list[Path]) -> Inputs:
    """The inputs from some pictures; processor time, so that other programs count little."""
    from img2music import Img2Music
    from img2music.options import ENGINES
    from img2music.output.request import Request
    from img2music.output.sidecar import Sidecar
    from img2music.vision.picture import PictureFile

    img2music = Img2Music()
    seconds, sizes = {}, {name: [] for name in ("wav", "flac", "ogg", "mp3")}
    sidecars = []
    with tempfile.TemporaryDirectory() as folder:
        for engine in ENGINES:
            img2music.generate(pictures[0], engine=engine)
            started = time.process_time()
            for path in pictures:
                img2music.generate(path, engine=engine)
            seconds[engine] = (time.process_time() - started) / len(pictures)
        for number, path in enumerate(pictures):
            picture = PictureFile.read(path)
            snippet = Request().make(img2music, picture)
            for format, found in sizes.items():
                found.append(snippet.save(Path(folder, f"{number}.{format}")).stat().st_size)
            Sidecar.of(snippet, picture, Request()).save(Path(folder, f"{number}.json"))
            sidecars.append(Path(folder, f"{number}.json").stat().st_size)
    means = {format: statistics.mean(found) for format, found in sizes.items()}
    return Inputs(seconds, means, statistics.mean(path.stat().st_size for path in pictures), statistics.mean(sidecars))


def table(inputs: Inputs) -> str:
    """The measured inputs, and what follows from them, as Markdown."""
    lines = ["| measured | |", "|---|---|"]
    lines += [f"| CPU seconds a picture, {engine} | {seconds:.2f} |" for engine, seconds in inputs.seconds.items()]
    lines += [f"| bytes of a snippet of 15 s, {format} | {size:,.0f} |" for format, size in inputs.snippet.items()]
    lines += [f"| bytes of a picture | {inputs.picture:,.0f} |", f"| bytes of a sidecar | {inputs.sidecar:,.0f} |", ""]
    hours = [f"CPU-hours, {engine}" for engine in inputs.seconds]
    stored = [f"out, {format}" for format in inputs.snippet]
    columns = [
        "covers",
        *hours,
        f"processors for {DAYS} days",
        "in",
        *stored,
        "sidecars",
        "network, all in and WAV out",
    ]
    lines += [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join([name, *_costs(count, inputs)])} |" for name, count in SIZES.items()]
    return "\n".join(lines)


def _costs(count: int, inputs: Inputs) -> list[str]:
    hours = [count * seconds / 3600 for seconds in inputs.seconds.values()]
    traffic = count * (inputs.picture + inputs.snippet["wav"] + inputs.sidecar)
    return [
        *(f"{each:,.0f} h" for each in hours),
        " to ".join(f"{math.ceil(each / (24 * DAYS)):,}" for each in sorted(hours)),
        _terabytes(count * inputs.picture),
        *(_terabytes(count * size) for size in inputs.snippet.values()),
        _terabytes(count * inputs.sidecar),
        f"{8e-6 * traffic / (86400 * DAYS):,.0f} Mbit/s",
    ]


def _terabytes(size: float) -> str:
    return f"{size / 1e12:,.2f} TB" if size < 1e13 else f"{size / 1e12:,.1f} TB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("covers", nargs="?", type=Path, default=ROOT / "examples")
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--write", action="store_true", help=f"put the table into {DOCUMENT.relative_to(ROOT)}")
    options = parser.parse_args()
    found = sorted(path for path in options.covers.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not found:
        sys.exit(f"there is no picture in {options.covers}")
    text = table(measure(found[:: -(-len(found) // options.most)]))
    print(text)
    if options.write:
        before, rest = DOCUMENT.read_text(encoding="utf-8").split(BEGIN)
        after = rest.split(END)[1]
        DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
