"""All benchmarks in one command, a line of JSON for each, and their history as a picture.

python -m benchmarks --out benchmarks/results.jsonl [--only NAME]… [--music MUSIC] [--paper-vae RUN]
python -m benchmarks plot [--results FILE] [--picture FILE]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.rows import ROOT, append, row

RESULTS = ROOT / "benchmarks" / "results.jsonl"
PICTURE = ROOT / "docs" / "pictures" / "benchmarks.png"
ENGINES = ("perturb", "flow")


def _latency(options: argparse.Namespace) -> dict[str, object]:
    from benchmarks.latency import EXAMPLE, cold, warm

    figures: dict[str, object] = {}
    for engine in ENGINES:
        seconds, peak = cold(EXAMPLE, options.runs, engine)
        figures |= {f"{engine}_cold_s": round(seconds, 2), f"{engine}_peak_mb": round(peak)}
        figures[f"{engine}_warm_s"] = round(warm(EXAMPLE, options.runs, engine), 3)
    return figures


def _throughput(options: argparse.Namespace) -> dict[str, object]:
    from benchmarks.throughput import load_seconds, throughput

    figures: dict[str, object] = {"load_s": round(load_seconds(), 2), "pictures": options.pictures}
    for jobs in (1, 2):
        figures[f"jobs_{jobs}_per_s"] = round(throughput(options.pictures, jobs), 2)
    return figures


def _page(options: argparse.Namespace) -> dict[str, object]:
    from benchmarks.page_load import page_load

    return page_load(options.visitors, each=3)


def _training(options: argparse.Namespace) -> dict[str, object]:
    if options.music is None:
        return {"skipped": "no --music is given"}
    from benchmarks.training_steps import training_steps

    return training_steps(options.music, options.steps)


def _fidelity(options: argparse.Namespace) -> dict[str, object]:
    if options.music is None:
        return {"skipped": "no --music is given"}
    from benchmarks.fidelity import fidelity

    return dict(fidelity(options.music, options.per_genre, options.paper_vae))


BENCHMARKS: dict[str, Callable[[argparse.Namespace], dict[str, object]]] = {
    "latency": _latency,
    "throughput": _throughput,
    "page": _page,
    "training": _training,
    "fidelity": _fidelity,
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Benchmarks as lines of JSON.")
    parser.add_argument("what", nargs="?", choices=("measure", "plot"), default="measure")
    parser.add_argument("--out", "--results", dest="out", type=Path, default=RESULTS, help="file of JSON lines")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="where plot draws")
    parser.add_argument("--only", action="append", choices=tuple(BENCHMARKS), help="repeatable; all when left out")
    parser.add_argument("--music", type=Path, help="folder of clips for training and fidelity")
    parser.add_argument("--paper-vae", type=Path, help="run of `img2music train waveform-vae`")
    for name, default in (("runs", 5), ("pictures", 20), ("visitors", 10), ("steps", 10), ("per-genre", 6)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args(arguments)
    if options.what == "plot":
        from benchmarks.history import plot

        print(plot(options.out, options.picture))
        return
    for name in options.only or BENCHMARKS:
        measured = row(name, BENCHMARKS[name](options))
        append([measured], options.out)
        print(name, measured["figures"])


if __name__ == "__main__":
    main(sys.argv[1:])
