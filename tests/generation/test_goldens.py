"""The bundled models sound as they did, and the same picture gives the same bytes whatever the process does besides."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from goldens import FILE, PICTURES, hear
from img2music import Img2Music

MEAN, MOST = 0.5, 3.0
"""How far levels may be off, dB: on average, and but for one in a hundred. Processors round differently."""
_SCRIPT = """
import hashlib, sys
from img2music.models.session import onnxruntime
from img2music import Img2Music

class Options(onnxruntime.SessionOptions):
    def __init__(self):
        super().__init__()
        self.intra_op_num_threads = int(sys.argv[1])

onnxruntime.SessionOptions = Options
img2music = Img2Music()
for engine in img2music.engines:
    samples = img2music.generate(sys.argv[2], seed=5, seconds=15, engine=engine).samples
    print(engine, hashlib.sha256(samples.tobytes()).hexdigest())
"""


def test_the_models_sound_as_they_did() -> None:
    heard = hear(Img2Music())
    with np.load(FILE) as file:
        goldens = dict(file)
    assert heard.keys() == goldens.keys(), "write them anew: python -m tests.generation.goldens"
    for name, golden in goldens.items():
        off = np.abs(heard[name].astype(np.float32) - golden.astype(np.float32))
        assert off.mean() <= MEAN, name
        assert np.quantile(off, 0.99) <= MOST, name


def test_goldens_tell_pictures_and_seeds_apart() -> None:
    with np.load(FILE) as file:
        goldens = [golden.astype(np.float32) for golden in dict(file).values()]
    apart = [np.abs(a - b).mean() for number, a in enumerate(goldens) for b in goldens[:number]]
    assert min(apart) > 2 * MEAN


@pytest.mark.parametrize("picture", PICTURES[:1], ids=lambda path: path.stem)
def test_bytes_do_not_depend_on_processes_or_threads(picture: Path) -> None:
    def digests(threads: int, omp: int) -> str:
        environment = os.environ | {"OMP_NUM_THREADS": str(omp), "OPENBLAS_NUM_THREADS": str(omp)}
        command = [sys.executable, "-c", _SCRIPT, str(threads), str(picture)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    first = digests(1, 1)
    assert len(first.splitlines()) == len(Img2Music().engines)
    assert digests(1, 1) == first
    assert digests(2, 1) == first
    assert digests(2, 2) == first
