"""Time and memory of the main job: `python benchmarks/latency.py [PICTURE] [--runs N] [--json]`.

Cold is a new process from its start to the file on disk; warm is one more snippet in a process that has made
one already. Prints medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent / "examples" / "jazz.png"


def cold(picture: Path, runs: int, engine: str = "perturb") -> tuple[float, float]:
    """Median seconds and the largest peak memory in MB of `img2music generate`."""
    seconds, peaks = [], []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs + 1):
            command = [sys.executable, "-m", "img2music", "generate", str(picture), "-o", f"{folder}/{run}.wav"]
            command += ["--engine", engine]
            started = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            seconds.append(time.perf_counter() - started)
            peaks.append(usage.ru_maxrss / 1024)
            if status:
                raise SystemExit("img2music generate failed")
    return statistics.median(seconds[1:]), max(peaks)


def warm(picture: Path, runs: int, engine: str = "perturb") -> float:
    """Median seconds of one more snippet."""
    from img2music import Img2Music

    img2music = Img2Music()
    seconds = []
    for run in range(runs + 1):
        started = time.perf_counter()
        img2music.generate(picture, seed=run, engine=engine)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cold_seconds, peak = cold(options.picture, options.runs)
    figures = {
        "cold_s": round(cold_seconds, 2),
        "peak_mb": round(peak),
        "warm_s": round(warm(options.picture, options.runs), 3),
        "processors": os.cpu_count(),
    }
    print(json.dumps(figures) if options.json else "\n".join(f"{name:12} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
