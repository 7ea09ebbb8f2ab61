"""What the runtime computes is what it was: no level, threshold, weight, fade or size changes unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from .comparison import TOLERANCE, differences, read
from .subjects import SUBJECTS, numbers_of

_TOLERANCES = {"pipeline": 1e-3, "reading": 2e-3}
"""Networks add up what processors round differently."""


@pytest.mark.parametrize("subject", SUBJECTS)
def test_numbers_are_what_they_were(subject: str, tiny_models: Path) -> None:
    changed = differences(numbers_of(subject, tiny_models), read()[subject], _TOLERANCES.get(subject, TOLERANCE))
    hint = "after a change on purpose: python -m tests.pinned, and a line in CHANGELOG.md"
    assert not changed, "\n".join([*changed, hint])
