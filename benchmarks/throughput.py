"""Pictures a second of `img2music batch` in one and two processes, and the time to load the models."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image


def load_seconds() -> float:
    """Seconds from nothing to the first answer of the models, in this process, less the second one's."""
    from benchmarks.latency import EXAMPLE

    from img2music import Img2Music

    started = time.perf_counter()
    img2music = Img2Music()
    img2music.generate(EXAMPLE)
    first = time.perf_counter()
    img2music.generate(EXAMPLE)
    return 2 * first - started - time.perf_counter()


def throughput(pictures: int, jobs: int) -> float:
    """Pictures a second of a batch from its start to its end."""
    with tempfile.TemporaryDirectory() as folder:
        covers = Path(folder, "covers")
        covers.mkdir()
        for number in range(pictures):
            Image.new("RGB", (600, 600), (number * 37 % 256, number * 91 % 256, 128)).save(covers / f"{number}.png")
        command = [sys.executable, "-m", "img2music", "batch", str(covers), "--out", f"{folder}/out"]
        started = time.perf_counter()
        subprocess.run([*command, "--jobs", str(jobs)], check=True, stdout=subprocess.DEVNULL)
        return pictures / (time.perf_counter() - started)
