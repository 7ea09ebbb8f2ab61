"""Scores are note for note what they were: whoever changes one on purpose renews the digests and says so."""

from __future__ import annotations

import builtins
import json
import math
from collections.abc import Iterable

import pytest

from score_digests import FILE, digest, subjects

_DIGESTS: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
_RENEW = "after a change on purpose: python -m tests.composition.score_digests, and a line in CHANGELOG.md"


def test_every_style_has_a_digest() -> None:
    assert list(_DIGESTS) == subjects(), _RENEW


@pytest.mark.parametrize("subject", _DIGESTS)
def test_scores_are_what_they_were(subject: str) -> None:
    assert digest(subject) == _DIGESTS[subject], _RENEW


def test_scores_do_not_hang_on_how_floats_are_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python 3.12 on, `sum` of floats carries what rounding loses."""
    plain = sum

    def exact(values: Iterable[float], start: float = 0) -> float:
        listed = list(values)
        return (
            math.fsum([*listed, start]) if any(isinstance(value, float) for value in listed) else plain(listed, start)
        )

    monkeypatch.setattr(builtins, "sum", exact)
    for subject in ("classical", "hiphop", "pop", "jazz"):
        assert digest(subject) == _DIGESTS[subject]
