"""Copies are told from new music."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

pytest.importorskip("librosa")

from img2music.audio.stft import RATE
from img2music.evaluation.novelty import aligned_correlation, novelty
from img2music.evaluation.quality import quality
from img2music.plotting.strengths import strength_chart


class _Spectral:
    """Hears the mean level of bands of each second."""

    name = "spectral"
    patch_seconds = 1.0

    def embed(self, samples: np.ndarray, rate: int) -> np.ndarray:
        seconds = samples[: len(samples) // rate * rate].reshape(-1, rate)
        return np.abs(np.fft.rfft(seconds))[:, : 32 * 40].reshape(len(seconds), 32, 40).mean(2)


def _beeps(seed: int) -> np.ndarray:
    """Five seconds of short tones of random pitches, `(T,)`."""
    random = np.random.default_rng(seed)
    time = np.arange(RATE // 5) / RATE
    tones = [np.sin(2 * np.pi * random.uniform(200, 2000) * time) * np.exp(-9 * time) for _ in range(25)]
    return np.concatenate(tones).astype(np.float32) * 0.5


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    made, known = tmp_path / "made", tmp_path / "known"
    for folder, seeds in ((made, (0, 100)), (known, range(12))):
        folder.mkdir()
        for seed in seeds:
            soundfile.write(folder / f"{seed}.wav", _beeps(seed), RATE)
    return made, known


def test_a_late_copy_correlates_and_other_music_does_not() -> None:
    late = np.concatenate([np.zeros(RATE, np.float32), _beeps(1)])
    assert aligned_correlation(_beeps(1), _beeps(1)) == pytest.approx(1, abs=1e-4)
    assert aligned_correlation(late[RATE // 2 :], _beeps(1)) > 0.8
    assert aligned_correlation(_beeps(1), _beeps(2)) < 0.7


def test_a_sound_in_common_is_no_copy() -> None:
    hum = np.random.default_rng(0).standard_normal(5 * RATE).cumsum().astype(np.float32)
    hum *= 0.1 / np.abs(hum).max()
    assert aligned_correlation(_beeps(1) + hum, _beeps(2) + hum[::-1]) < 0.7


def test_a_copy_among_snippets_is_found(folders: tuple[Path, Path]) -> None:
    facts = asdict(novelty(*folders, _Spectral()))
    assert (facts["snippets"], facts["clips"], facts["copies"]) == (2, 12, 1)
    assert facts["highest"] == pytest.approx(1, abs=1e-3)
    assert facts["above"] == 0.5
    assert facts["clips_correlation"] < 0.9 and facts["limit"] < 1


def test_strengths_are_measured_with_each_engine(
    tiny: object, paint: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from img2music.data.covers.cover import Cover

    heard = []

    def score(folder: Path, reference: Path, per_genre: bool) -> object:
        heard.append(folder.name)
        found = SimpleNamespace(distances={"raw": {"value": 2.0, "floor": 1.0}})
        return SimpleNamespace(overall=found, by_genre={"jazz": found})

    monkeypatch.setattr("img2music.evaluation.quality.score_folder", score)
    cover = Cover(paint(), "jazz", "drawn", "one")
    rows = quality(tiny, [cover], tmp_path, tmp_path / "out", [0.3, 1.0])
    assert heard == ["known", "flow-0.3", "flow-1", "perturb-0.3", "perturb-1"]
    assert [(row.engine, row.alpha) for row in rows] == [
        (engine, alpha) for engine in ("flow", "perturb") for alpha in (0.0, 0.3, 1.0)
    ]
    for first in (0, 3):
        changes = [row.change for row in rows[first : first + 3]]
        assert changes[0] == 0 and changes == sorted(changes)
    assert len(strength_chart(rows).axes) == 1
