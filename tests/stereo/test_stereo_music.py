"""Music in two channels, from pictures and from recordings: with tiny networks, whose image is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import Run
from img2music import Img2Music, Wishes
from img2music.audio.limiter import CEILING, true_peak
from img2music.audio.loudness import SNIPPET_LOUDNESS, loudness
from img2music.stereo.codec import StereoDecoder
from img2music.stereo.predictor import SidePredictor
from img2music.synthesis.stems import NAMES
from tiny_models import CHANNELS, SIDE, add_score_networks, add_stereo_networks, write_tiny_models

RATE = 44_100


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_tiny_models(tmp_path_factory.mktemp("stereo models"))
    return add_stereo_networks(add_score_networks(folder))


@pytest.fixture(scope="module")
def wide(models: Path) -> Img2Music:
    return Img2Music(models)


def power(samples: np.ndarray) -> np.ndarray:
    """Of each channel, in dB."""
    return 10 * np.log10(np.mean(np.square(samples, dtype=np.float64), axis=0) + 1e-12)


def noise(seconds: float, channels: int = 2, rate: int = RATE, seed: int = 0) -> np.ndarray:
    return 0.1 * np.random.default_rng(seed).standard_normal((round(seconds * rate), channels))


@pytest.mark.parametrize("engine", ["flow", "perturb", "compose"])
def test_music_has_two_channels_that_differ(wide: Img2Music, cover: Path, engine: str) -> None:
    snippet = wide.generate(cover, engine=engine, seconds=2)
    assert snippet.rate == RATE
    assert snippet.samples.shape == (2 * RATE, 2)
    assert snippet.samples.dtype == np.float32
    assert not np.allclose(snippet.samples[:, 0], snippet.samples[:, 1])
    assert loudness(snippet.samples, RATE) == pytest.approx(SNIPPET_LOUDNESS, abs=0.5)
    assert true_peak(snippet.samples) <= CEILING + 0.01


def test_mono_is_the_middle_of_both_channels(wide: Img2Music, models: Path, cover: Path) -> None:
    alone = wide.generate(cover, seconds=2, mono=True)
    assert alone.samples.shape == (2 * RATE,)
    assert loudness(alone.samples, RATE) == pytest.approx(SNIPPET_LOUDNESS, abs=0.5)
    assert alone.provenance.as_dict()["mono"] is True
    decoder = StereoDecoder(wide.models, "pop")
    latents = SidePredictor(wide.models, "pop")(np.random.default_rng(0).standard_normal((CHANNELS, 40)), 0)
    np.testing.assert_allclose(decoder.middle(latents), decoder(latents).mean(1), atol=1e-4)


def test_the_image_changes_with_the_seed_alone(wide: Img2Music) -> None:
    latents = np.random.default_rng(0).standard_normal((CHANNELS, 40)).astype(np.float32)
    predict = SidePredictor(wide.models, "pop")
    first, again, other = (predict(latents, seed) for seed in (1, 1, 2))
    assert first.shape == (CHANNELS + SIDE, 40)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[:CHANNELS], other[:CHANNELS])
    assert np.abs(first[CHANNELS:] - other[CHANNELS:]).max() > 0.01
    np.testing.assert_array_equal(predict(first, 7), first)  # those that are there stay


@pytest.mark.parametrize("engine", ["flow", "compose"])
def test_a_loop_has_no_jump_in_level_or_image(wide: Img2Music, cover: Path, engine: str) -> None:
    wishes = Wishes(bars=8, bpm=120) if engine == "compose" else Wishes()
    loop = wide.generate(cover, engine=engine, seconds=None if wishes.bars else 5, loop=True, wishes=wishes).samples
    assert loop.shape[1] == 2
    part = round(0.1 * RATE)
    levels = [power(loop[at : at + part]) for at in range(0, len(loop) - part + 1, part)]
    steps = np.abs(np.diff([*levels, power(loop[-part:]), levels[0]], axis=0)).max(1)
    assert steps[-1] < steps[:-2].max() + 1  # as music has them from one tenth of a second to the next
    image = [level[0] - level[1] for level in (power(loop[-part:]), levels[0], power(loop))]
    assert max(image) - min(image) < 3
    steps = np.abs(np.diff(np.concatenate([loop, loop]), axis=0))
    assert (steps[len(loop) - 1] <= 1.5 * np.quantile(steps, 0.999, axis=0)).all()


def test_stems_add_up_in_both_channels(wide: Img2Music, cover: Path) -> None:
    snippet = wide.generate(cover, engine="compose", seconds=3, genre="pop")
    stems = wide.stems(snippet)
    assert tuple(stems) == NAMES
    assert all(stem.samples.shape == snippet.samples.shape for stem in stems.values())
    np.testing.assert_allclose(sum(stem.samples for stem in stems.values()), snippet.samples, atol=1e-5)
    alone = wide.generate(cover, engine="compose", seconds=3, genre="pop", mono=True)
    parts = wide.stems(alone)
    np.testing.assert_allclose(sum(part.samples for part in parts.values()), alone.samples, atol=1e-5)


def test_a_recording_in_mono_comes_back_in_the_middle(wide: Img2Music, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "mono.wav", noise(2, channels=1), RATE)
    samples = wide.reconstruct(tmp_path / "mono.wav", "jazz").samples
    assert samples.shape == (2 * RATE, 2)
    side, middle = power(samples[:, 0] - samples[:, 1]), power(samples.sum(1))
    assert side < middle - 25


def test_a_channel_that_is_silent_stays_nearly_so(wide: Img2Music, tmp_path: Path) -> None:
    samples = noise(2)
    samples[:, 1] = 0
    soundfile.write(tmp_path / "left.wav", samples, RATE)
    left, right = power(wide.reconstruct(tmp_path / "left.wav", "jazz").samples)
    assert right < left - 15


def test_a_recording_comes_back_as_its_middle_where_one_channel_is_asked_for(
    models: Path, wide: Img2Music, run: Run, tmp_path: Path
) -> None:
    samples = noise(1)
    samples[:, 1] *= 0.1
    soundfile.write(tmp_path / "both.wav", samples, RATE, subtype="FLOAT")
    alone, both = (wide.reconstruct(tmp_path / "both.wav", "pop", mono=mono) for mono in (True, False))
    assert alone.samples.shape == (RATE,)
    assert power(alone.samples) == pytest.approx(power(samples.mean(1)), abs=0.5)
    assert np.corrcoef(alone.samples, both.samples.sum(1))[0, 1] > 0.99
    assert alone.provenance.mono and not both.provenance.mono
    assert run("reconstruct", "both.wav", "--genre", "pop", "--mono", "-o", "alone.wav", models=models)[0] == 0
    assert soundfile.info("alone.wav").channels == 1


@pytest.mark.parametrize("rate", [8000, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_every_rate_comes_back_at_44100_hz(wide: Img2Music, tmp_path: Path, rate: int) -> None:
    soundfile.write(tmp_path / "any.wav", noise(1, rate=rate), rate)
    snippet = wide.reconstruct(tmp_path / "any.wav", "pop")
    assert snippet.rate == RATE
    assert snippet.samples.shape == (RATE, 2)


@pytest.mark.parametrize("kind", ["surround", "opposite", "constant", "clipped", "silence", "quiet"])
def test_odd_recordings_come_back_as_sound(wide: Img2Music, tmp_path: Path, kind: str) -> None:
    both = noise(1)
    samples = {
        "surround": noise(1, channels=6),
        "opposite": np.stack([both[:, 0], -both[:, 0]], axis=1),
        "constant": np.full((RATE, 2), 0.5),
        "clipped": np.clip(50 * both, -1, 1),
        "silence": np.zeros((RATE, 2)),
        "quiet": 1e-4 * both,
    }[kind]
    soundfile.write(tmp_path / "odd.wav", samples, RATE, subtype="FLOAT")
    answer = wide.reconstruct(tmp_path / "odd.wav", "pop").samples
    assert answer.shape == (RATE, 2)
    assert np.isfinite(answer).all()
    assert true_peak(answer) <= CEILING + 0.01
    if kind == "silence":
        assert np.abs(answer).max() < 1e-3
    elif kind != "constant":
        assert power(answer).max() > power(samples).max() - 12


def test_a_bank_of_recordings_keeps_their_image(
    wide: Img2Music, run: Run, models: Path, cover: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMG2MUSIC_DATA", str(tmp_path / "data"))
    samples = noise(16)
    samples[:, 1] *= 0.1
    soundfile.write(tmp_path / "left.wav", samples, RATE)
    assert run("bank", "add", tmp_path / "left.wav", "--genre", "pop", models=models)[0] == 0
    assert "can be played" in run("bank", "list", models=models)[1]
    for engine in ("perturb", "flow"):
        snippet = wide.generate(cover, bank="own", genre="pop", engine=engine, alpha=0, seconds=3)
        assert snippet.samples.shape == (3 * RATE, 2)
        if engine == "perturb":
            left, right = power(snippet.samples)
            assert left > right + 10
    lent = wide.generate(cover, bank="own", genre="pop", engine="compose", seconds=2)
    assert lent.samples.shape == (2 * RATE, 2)


def test_a_bank_of_one_channel_still_plays_and_grows(
    wide: Img2Music, run: Run, models: Path, cover: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMG2MUSIC_DATA", str(tmp_path / "data"))
    before = write_tiny_models(tmp_path / "before")
    for number in range(2):
        soundfile.write(tmp_path / f"{number}.wav", noise(16, seed=number), RATE)
    assert run("bank", "add", tmp_path / "0.wav", "--genre", "pop", models=before)[0] == 0
    old = wide.generate(cover, bank="own", genre="pop", seconds=2)
    assert old.samples.shape == (2 * RATE, 2)
    assert "1 added" in run("bank", "add", tmp_path / "1.wav", "--genre", "pop", models=models)[1]
    assert "0 added, 1 there already" in run("bank", "add", tmp_path / "0.wav", "--genre", "pop", models=models)[1]
    both = {wide.generate(cover, bank="own", genre="pop", seconds=2, seed=seed).samples.tobytes() for seed in (0, 1)}
    assert len(both) == 2


def test_mono_is_written_into_the_sidecar_and_made_again(run: Run, cover: Path, models: Path, tmp_path: Path) -> None:
    wanted = ["generate", cover, "--mono", "--seconds", 1, "--sidecar", "-o", tmp_path / "first.flac"]
    assert run(*wanted, models=models)[0] == 0
    assert run("again", tmp_path / "first.json", "-o", tmp_path / "second.flac", models=models)[0] == 0
    assert (tmp_path / "first.flac").read_bytes() == (tmp_path / "second.flac").read_bytes()
    assert soundfile.info(tmp_path / "first.flac").channels == 1


def test_music_of_other_models_is_refused_in_a_line(run: Run, cover: Path, models: Path, tiny_models: Path) -> None:
    assert run("generate", cover, "--seconds", 1, "--sidecar", models=tiny_models)[0] == 0
    other = models.parent / "other"
    if not other.exists():
        import shutil

        from tiny_models import seal

        shutil.copytree(models, other)
        seal(other, version="later")
    status, _, said = run("again", cover.with_suffix(".json"), "-f", models=other)
    assert status == 2
    assert "made with models tiny, these are later and sound different; give --models" in said
