"""Embeddings come out of a bank's file as they went in, to half a step, and what is no such file is refused."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from img2music.errors import ModelError
from img2music.generation import bank_format
from img2music.generation.bank import Bank
from img2music.generation.bank_format import pack, unpack

_DIRECTIONS = np.ones((2, 3), np.float32)


def _latents(count: int, length: int, size: float = 2.0) -> np.ndarray:
    return size * np.random.default_rng(count).standard_normal((count, 3, length)).astype(np.float32)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 5), st.integers(1, 40), st.floats(1e-3, 1e3), st.floats(1e-6, 10))
def test_each_number_comes_back_to_half_a_step(count: int, length: int, size: float, step: float) -> None:
    latents, steps = _latents(count, length, size), np.float32([step, 2 * step, step])
    tensors, metadata = unpack(pack(latents, _DIRECTIONS, {"entries": "[]"}, steps))
    scale = tensors["scale"][:, None]
    assert tensors["latents"].shape == latents.shape
    assert metadata == {"entries": "[]"}
    assert (np.abs(tensors["latents"] * scale - latents) <= 0.501 * scale).all()
    assert (tensors["scale"] >= steps).all()


def test_without_steps_eight_bits_are_used_up() -> None:
    latents = _latents(4, 100)
    tensors, _ = unpack(pack(latents, _DIRECTIONS, {}))
    assert np.abs(tensors["latents"]).max((0, 2)).tolist() == [127] * 3


def test_coarser_steps_make_a_smaller_file() -> None:
    latents = _latents(4, 1000)
    assert len(pack(latents, _DIRECTIONS, {}, np.float32([0.5] * 3))) < 0.6 * len(pack(latents, _DIRECTIONS, {}))


def _bomb(tensors: dict[str, np.ndarray]) -> None:
    bomb = np.frombuffer(zlib.compress(bytes(2 * bank_format.LARGEST_BANK)), np.uint8)
    tensors |= {"latents": bomb, "ends": np.int64([len(bomb)])}


def _set(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[dict[str, np.ndarray]], None]:
    def act(tensors: dict[str, np.ndarray]) -> None:
        tensors[name] = change(tensors[name])

    return act


@pytest.mark.parametrize(
    "damage",
    [
        _bomb,
        _set("latents", np.zeros_like),
        _set("latents", lambda stored: stored[:-20]),
        _set("ends", np.flip),
        _set("ends", lambda ends: ends + 1),
        _set("ends", lambda ends: -ends),
        _set("ends", lambda ends: ends[:1]),
        _set("ends", lambda ends: ends[:0]),
        _set("scale", lambda scale: scale[:2]),
        _set("scale", lambda scale: scale[:0]),
        _set("scale", lambda scale: scale * np.float32(np.nan)),
    ],
    ids=["bomb", "zeros", "cut", "turned", "late", "negative", "one", "none", "two-scales", "no-scale", "nan"],
)
def test_a_damaged_bank_is_refused(damage: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_format, "LARGEST_BANK", 10_000)
    entries = '[{"title": "a", "origin": "b", "licence": "c"}, {"title": "a", "origin": "b", "licence": "c"}]'
    data = pack(_latents(2, 50), _DIRECTIONS, {"entries": entries})
    assert Bank.parse(data, "bank").latents.shape == (2, 3, 50)
    tensors = load(data)
    damage(tensors)
    with pytest.raises(ModelError, match="not a bank"):
        Bank.parse(save(tensors, {"entries": entries}), "bank")
