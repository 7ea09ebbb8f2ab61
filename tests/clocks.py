"""Clocks that tests move themselves, so that no verdict depends on how busy the machine is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest


class Clock:
    """A clock that shows `step` seconds more each time somebody looks at it."""

    def __init__(self, step: float) -> None:
        self.now = 0.0
        self._step = step

    def __call__(self) -> float:
        self.now += self._step
        return self.now


@contextmanager
def training_clock(step: float = 0.1) -> Iterator[None]:
    """While trainings are timed by such a clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lightning.pytorch.callbacks.timer.time", SimpleNamespace(monotonic=Clock(step)))
        yield
