"""Two processes that train together give what one gives with batches twice as large, and only the first writes."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from places import ROOT

for _package in ("torch", "lightning", "librosa", "sklearn", "yaml"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

import torch
import yaml
from safetensors.torch import load_file

from img2music.training.common import runs
from img2music.training.spectrogram_vae.network import SpectrogramVAE
from img2music.training.spectrogram_vae.run import shape_of, train_vae
from tiny_training import TINY_VAE, write_clips

if not torch.distributed.is_available():
    pytest.skip("torch has no torch.distributed", allow_module_level=True)

VAE = replace(TINY_VAE, slope_weight=0.5)
TOLERANCE = 1e-3
"""Of a weight: sums in another order round differently."""
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
TOGETHER = (*TORCHRUN, str(ROOT / "tests" / "training" / "in_float32.py"))


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clips(tmp_path_factory.mktemp("data") / "music", 3)


def _train_together(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [*TOGETHER, "train", *map(str, arguments)], capture_output=True, text=True, timeout=900, env=environment
    )


def test_two_processes_are_one_with_batches_twice_as_large(
    music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "has_bfloat16", lambda: False)
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(yaml.safe_dump(asdict(VAE)), encoding="utf-8")
    ended = _train_together("vae", "--music", music, "--out", tmp_path / "two", "--recipe", recipe)
    assert ended.returncode == 0, ended.stderr
    alone = load_file(train_vae(replace(VAE, batch=2 * VAE.batch), [music], tmp_path / "one"))
    together = load_file(tmp_path / "two" / "vae.safetensors")
    torch.manual_seed(VAE.seed)
    untrained = dict(SpectrogramVAE(shape_of(VAE)).named_parameters())
    assert together.keys() == alone.keys()
    apart = _length(together[name] - alone[name] for name in untrained)
    moved = _length(untrained[name] - alone[name] for name in untrained)
    # another order of additions; AdamW makes whole steps of gradients that are next to nothing
    assert apart < TOLERANCE * moved
    assert {path.name for path in (tmp_path / "two").iterdir()} == {path.name for path in (tmp_path / "one").iterdir()}


def _length(tensors: Iterable[torch.Tensor]) -> float:
    return torch.cat([tensor.detach().flatten() for tensor in tensors]).norm().item()


def test_what_trains_alone_says_so(tmp_path: Path) -> None:
    ended = _train_together("classifier", "--covers", tmp_path, "--out", tmp_path / "run")
    assert ended.returncode != 0
    assert "img2music: " in ended.stderr
    assert "run it without torchrun" in ended.stderr
    assert not (tmp_path / "run").exists()
