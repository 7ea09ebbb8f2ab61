"""VAEs compared at toy sizes, as one hears who hears next to nothing."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

for _package in ("torch", "lightning", "librosa", "onnxscript", "yaml"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

from typer.testing import CliRunner

from clocks import Clock, training_clock
from img2music.audio.stft import RATE
from img2music.cli.main import app
from img2music.errors import OptionError
from img2music.experiments.comparison import vae_arrangements
from img2music.experiments.comparison.vae_arrangements import arrangements
from img2music.experiments.comparison.vae_figures import Bounds
from img2music.experiments.comparison.vaes import VAEComparison, VAERow, claims, compare_vaes, table_cells
from img2music.training.common.recipe import WaveformRecipe

TINY = WaveformRecipe(16, 4, 5_000, 1, 10**6, 1e-2, "mse", 1e-3, 0.0, 0.5, 1)
ROW = {
    "kind": "waveform",
    "arrangement": "one per genre",
    "minutes": 1.25,
    "steps": 70,
    "reconstruction_frechet": 100.0,
    "reconstruction_kad": 1.0,
    "generation_frechet": 200.0,
    "generation_kad": 2.0,
    "log_spectral_genres": {"jazz": 9.0},
    "log_spectral": 9.0,
    "error_db": -1.5,
    "speed": 40.0,
    "parameters": 16_200_000,
    "megabytes": 32.4,
}


class Ear:
    """Hears how loud and how bright patches of 3 s are."""

    name = "toy"
    patch_seconds = 3.0

    def embed(self, samples: np.ndarray, rate: int) -> np.ndarray:
        size = int(3 * rate)
        patches = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
        return np.stack([patches.std(1), np.diff(patches).std(1)], axis=1)


def _write_clip(path: Path, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(round(15.1 * RATE)) / RATE
    noise = np.random.default_rng(number).standard_normal(len(time))
    chord = sum(np.sin(2 * np.pi * 110 * (number + k) * time) for k in (1, 2, 3))
    soundfile.write(path, 0.1 * chord * (1 + 0.3 * np.sin(time)) + 0.01 * noise, RATE)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips of two genres, one of which will not be read."""
    folder = tmp_path_factory.mktemp("data") / "music"
    for number in range(10):
        _write_clip(folder / ("jazz", "pop")[number % 2] / f"song-{number}.wav", number)
    return folder


@pytest.fixture(scope="module")
def compared(music: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """A finished comparison of one kind."""
    out = tmp_path_factory.mktemp("out") / "compared"
    with training_clock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("img2music.experiments.comparison.vae_figures.perf_counter", Clock(0.001))
        result = compare_vaes([music], out, 0.04, per_genre=2, recipes={"waveform": TINY}, embedder=Ear())
    return out, result.to_json()


def test_both_arrangements_get_the_same_time_and_are_measured(compared: tuple[Path, dict]) -> None:
    out, result = compared
    single, own = sorted(result["rows"], key=lambda row: row["parameters"])
    assert (single["arrangement"], own["arrangement"]) == ("single", "one per genre")
    assert own["parameters"] == 2 * single["parameters"]
    assert own["megabytes"] == pytest.approx(2 * single["megabytes"], rel=0.02)
    for row in (single, own):
        assert 0.02 <= row["minutes"] < 0.2
        assert row["steps"] > 1
        assert row["speed"] > 1
        for measure in ("reconstruction_frechet", "generation_frechet", "log_spectral"):
            assert 0 < row[measure] < 1000
        assert set(row["log_spectral_genres"]) == {"jazz", "pop"}
        assert -30 < row["error_db"] <= 0.01
    assert {path.name for path in (out / "runs").iterdir()} == {"waveform-jazz", "waveform-pop", "waveform-all"}
    assert result["bounds"]["ceiling"] > 0
    assert len(result["claims"]) == 1
    assert json.loads((out / "vaes.json").read_text()) == result


def test_the_clips_heard_were_not_trained_on(compared: tuple[Path, dict]) -> None:
    out, _ = compared
    split = [line.split(",") for line in (out / "clips.csv").read_text().splitlines()[1:]]
    parts = {part: {Path(file).stem for _, which, file in split if which == part} for part in ("train", "test")}
    assert (len(parts["train"]), len(parts["test"])) == (8, 2)
    heard = {path.stem for path in (out / "audio" / "waveform-single" / "reconstructed").rglob("*.wav")}
    assert heard == parts["test"]
    assert len(list((out / "audio" / "waveform-single" / "snippets" / "jazz").iterdir())) == 2


def test_the_table_says_how_it_was_made(compared: tuple[Path, dict]) -> None:
    text = (compared[0] / "vaes.md").read_text()
    assert text.count("| waveform |") == 2
    for words in ("one VAE per genre beats a single one", "8 clips train", "0.0 minutes", "random pictures", "Floor"):
        assert words in text


def test_what_is_finished_is_not_done_again(
    compared: tuple[Path, dict], music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, result = compared

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(vae_arrangements, "train_waveform_vae", refuse)
    again = compare_vaes([music], out, 0.04, per_genre=2, recipes={"waveform": TINY}, embedder=Ear()).to_json()
    assert again["rows"] == result["rows"]
    with pytest.raises(AssertionError, match="trained again"):
        compare_vaes([music], out, 60, per_genre=2, recipes={"waveform": TINY}, embedder=Ear())
    with pytest.raises(OptionError, match="comparison of other clips"):
        compare_vaes([music], out, 0.04, limit=4, recipes={"waveform": TINY}, embedder=Ear())


def test_all_kinds_train_alike() -> None:
    wanted = arrangements()
    assert [(one.kind, one.single) for one in wanted] == [
        (kind, single) for kind in ("waveform", "waveform-sigma", "spectrogram") for single in (False, True)
    ]
    assert {(one.recipe.held_out, one.recipe.seed) for one in wanted} == {(0.2, 0)}
    assert arrangements({"mine": TINY})[0].recipe == replace(TINY, held_out=0.2, seed=0)


@pytest.mark.parametrize(
    ("worse", "words"),
    [
        (("reconstruction_frechet", "log_spectral", "generation_frechet"), "refuted: worse in every measure"),
        ((), "confirmed: better in every measure"),
        (("log_spectral",), "undecided: better in 2 of 3 measures"),
    ],
)
def test_the_papers_claim_is_judged(worse: tuple[str, ...], words: str) -> None:
    measures = ("reconstruction_frechet", "log_spectral", "generation_frechet")
    single = ROW | {"arrangement": "single"} | {name: ROW[name] + (-1 if name in worse else 1) for name in measures}
    (sentence,) = claims([VAERow.from_json(ROW), VAERow.from_json(single)])
    assert words in sentence
    assert sentence.startswith("waveform: ")
    assert "reconstruction Fréchet 100.00 against " in sentence
    assert claims([VAERow.from_json(ROW)]) == []


def test_the_table_holds_every_figure() -> None:
    heading, line = table_cells([VAERow.from_json(ROW)])
    assert len(heading) == len(line)
    assert " ".join(line) == "waveform one per genre 1.2 70 100.0 1.00 9.00 -1.5 200.0 2.00 40 16.2 M 32"


def test_too_few_clips_are_refused(music: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="too few clips"):
        compare_vaes([music], tmp_path, 0.01, limit=2, recipes={"waveform": TINY}, embedder=Ear())


def test_the_command_passes_everything_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told: dict[str, object] = {}

    def stand_in(*arguments: object, **named: object) -> VAEComparison:
        told.update(named, arguments=arguments)
        rows = [VAERow.from_json(ROW | {"arrangement": which}) for which in ("one per genre", "single")]
        return VAEComparison(tuple(rows), Bounds(1.0, 1.0, 9.0, 9.0), "- a note")

    monkeypatch.setattr("img2music.experiments.comparison.vaes.compare_vaes", stand_in)
    options = ["--music", "m", "--music", "n", "--out", str(tmp_path), "--minutes", "30", "--limit", "5"]
    result = CliRunner().invoke(app, ["compare", "vaes", *options, "--covers", "c", "--per-genre", "3"])
    assert result.exit_code == 0, result.output
    named = {"minutes": 30.0, "limit": 5, "covers": Path("c"), "per_genre": 3}
    assert told == named | {"arguments": ([Path("m"), Path("n")], tmp_path)}
    assert "waveform: that one VAE per genre beats a single one is" in result.stdout
    assert "16.2 M" in result.stdout
    result = CliRunner().invoke(app, ["compare", "vaes", *options, "--json"])
    assert json.loads(result.stdout)["rows"][0] == ROW
