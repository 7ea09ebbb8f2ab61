"""What decoding a picture in a process of its own costs: `python benchmarks/decoding.py [--runs N] [--json]`.

Prints, for JPEG and PNG from 0.1 to 48 megapixels, medians of milliseconds in this process and in another one that is
warm, on the clock and of all processors. Both take turns, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
from PIL import Image

from img2music.vision.decoding.apart import Decoders
from img2music.vision.decoding.pixels import decode

MEGAPIXELS = (0.1, 1, 2, 12, 24, 48)
"""Above 24 pictures come out at half their sides."""
FORMATS: dict[str, dict[str, int]] = {"JPEG": {"quality": 90}, "PNG": {"compress_level": 1}}


def measure(data: bytes, runs: int) -> dict[str, float]:
    """Medians in ms for a picture file: here and apart, on the clock and of the processors.

    How much processor time the other process takes is known only when it has ended: that is a mean.
    """
    here: list[tuple[float, float]] = []
    apart: list[tuple[float, float]] = []
    once = _of_a_first_picture(data)
    decoders = Decoders()
    decoders.decode(data)
    before = _seconds(resource.RUSAGE_CHILDREN)
    for _ in range(runs):
        here.append(_timed(lambda: decode(data)))
        apart.append(_timed(lambda: decoders.decode(data)))
    decoders.close()
    others = max(0.0, _seconds(resource.RUSAGE_CHILDREN) - before - once) / runs
    clocks = {"here": _median(here, 0), "apart": _median(apart, 0), "more": _median(apart, 0) - _median(here, 0)}
    return clocks | {"here_cpu": _median(here, 1), "apart_cpu": _median(apart, 1) + 1e3 * others}


def picture(megapixels: float, format: str) -> bytes:
    """A picture file, four to three, with edges, areas and some noise."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 256, (30, 40, 3), dtype=np.uint8))
    image = coarse.resize((width, width * 3 // 4), Image.Resampling.BICUBIC)
    noise = Image.fromarray(rng.integers(0, 16, (512, 512, 3), dtype=np.uint8))
    for top in range(0, image.height, 1024):
        for left in range(0, width, 1024):
            image.paste(noise, (left, top))
    buffer = io.BytesIO()
    image.save(buffer, format, **FORMATS[format])
    return buffer.getvalue()


def _of_a_first_picture(data: bytes) -> float:
    """Processor time in s of a process that starts, decodes one picture, and ends."""
    before = _seconds(resource.RUSAGE_CHILDREN)
    decoders = Decoders()
    decoders.decode(data)
    decoders.close()
    return _seconds(resource.RUSAGE_CHILDREN) - before


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """How long something takes on the clock and of this process's processor time, s."""
    clock, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - used


def _median(times: list[tuple[float, float]], which: int) -> float:
    return 1e3 * statistics.median(each[which] for each in times)


def _seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--only", type=float, nargs="*", default=MEGAPIXELS, help="megapixels")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for format in FORMATS:
        for megapixels in options.only:
            data = picture(megapixels, format)
            times = {name: round(value, 1) for name, value in measure(data, options.runs).items()}
            if options.json:
                print(json.dumps({"format": format, "megapixels": megapixels, "bytes": len(data)} | times), flush=True)
            else:
                shown = "  ".join(f"{name} {value:7.1f}" for name, value in times.items())
                print(f"{format:4} {megapixels:4} MP {len(data) / 1e6:5.1f} MB  {shown}", flush=True)


if __name__ == "__main__":
    main()
