"""The main job with the models that come with the package."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from img2music import Img2Music
from img2music.audio import stft
from img2music.audio.level import level
from img2music.audio.stft import magnitude
from img2music.cli.main import main
from img2music.generation.bank import Bank
from img2music.genres import GENRES
from img2music.models.folder import SCORE, SCORE_FLOW, STEMS, STYLES, Models
from img2music.stereo.transform import RATE
from places import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.png"))


@pytest.fixture(scope="module")
def img2music() -> Img2Music:
    return Img2Music()


def test_every_genre_is_there_within_65_mb() -> None:
    models = Models()
    assert models.genres == GENRES
    sizes = {name: len(models.read(name)) for name in models.manifest.files}  # checks the checksums too
    playing_scores = sum(sizes.get(name, 0) for name in (SCORE, SCORE_FLOW, STYLES, STEMS))
    assert sum(sizes.values()) - playing_scores <= 65e6  # of which 22 may be the classifier and what reads words
    assert playing_scores <= 25e6


def test_models_do_not_say_where_they_were_made() -> None:
    models = Models()
    assert [name for name in models.manifest.files if b"stack_trace" in models.read(name)] == []


@pytest.mark.parametrize("picture", EXAMPLES, ids=lambda path: path.stem)
def test_a_picture_becomes_15_s_of_sound(img2music: Img2Music, picture: Path) -> None:
    snippet = img2music.generate(picture, seed=3)
    assert snippet.samples.shape == (15 * RATE, 2)
    assert np.isfinite(snippet.samples).all()
    assert -24 < level(snippet.samples) + 3 < -12  # of both channels together
    assert sum(snippet.probabilities.values()) == pytest.approx(1, abs=1e-4)
    # music, neither hiss (white noise has a flatness of 0.85) nor hum: it moves in time
    spectrum = magnitude(snippet.mono(stft.RATE))
    flatness = np.exp(np.log(spectrum + 1e-4).mean(1)) / (spectrum.mean(1) + 1e-4)
    assert np.median(flatness) < 0.6
    assert spectrum.sum(1).std() > 0.05 * spectrum.sum(1).mean()


@pytest.mark.parametrize("picture", EXAMPLES, ids=lambda picture: picture.stem)
def test_an_example_looks_like_the_genre_it_was_drawn_for(img2music: Img2Music, picture: Path) -> None:
    assert img2music.classify(picture).genre == picture.stem


def test_the_same_again_is_the_same_and_another_seed_is_not(img2music: Img2Music) -> None:
    first, again, other = (img2music.generate(EXAMPLES[0], seed=seed).samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_networks_for_scores_are_there_together_or_not_at_all() -> None:
    models = Models()
    there = {name for name in (SCORE, STYLES) if models.has(name)}
    assert there in (set(), {SCORE, STYLES})
    assert ("compose" in models.engines) == bool(there)


@pytest.mark.skipif("compose" not in Models().engines, reason="the bundled models have no networks for scores")
@pytest.mark.parametrize("genre", GENRES)
def test_a_picture_becomes_a_score_that_is_heard(img2music: Img2Music, genre: str) -> None:
    picture = next(path for path in EXAMPLES if path.stem == genre)
    snippet = img2music.generate(picture, engine="compose", genre=genre)
    assert snippet.score is not None
    assert snippet.samples.shape == (15 * RATE, 2)
    assert -24 < level(snippet.samples) + 3 < -12
    spectrum = magnitude(snippet.mono(stft.RATE))
    assert spectrum.sum(1).std() > 0.05 * spectrum.sum(1).mean()  # it moves in time


@pytest.mark.parametrize("genre", GENRES)
def test_known_embeddings_say_where_they_come_from(genre: str) -> None:
    bank = Bank.load(Models(), genre)
    assert len(bank.entries) >= 20
    for entry in bank.entries:
        assert entry.title
        assert entry.origin
        assert entry.licence not in ("", "unknown")


def test_the_credits_are_those_of_the_banks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["img2music", "info", "--credits"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    assert capsys.readouterr().out == (ROOT / "CREDITS").read_text(encoding="utf-8")


def test_a_reconstruction_resembles_the_clip(img2music: Img2Music, tmp_path: Path) -> None:
    """A clip of the bank, encoded again, comes out far nearer to itself than another clip of the genre does."""
    snippets = [img2music.generate(EXAMPLES[0], genre="jazz", alpha=0, seed=seed) for seed in (0, 1)]
    clip = snippets[0].save(tmp_path / "clip.wav")
    answer = img2music.reconstruct(clip, "jazz")
    sounds = (sound.mono(stft.RATE) for sound in (snippets[0], answer, snippets[1]))
    spectra = [np.log(magnitude(samples) + 1e-1) for samples in sounds]
    error, distance = (np.abs(spectra[0] - spectrum).mean() for spectrum in spectra[1:])
    assert error < 0.6 * distance


def test_the_command_writes_a_playable_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.mp3"
    arguments = ["img2music", "generate", str(EXAMPLES[0]), "-o", str(target), "--genre", "pop", "--json"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    facts = json.loads(capsys.readouterr().out)
    samples, rate = soundfile.read(target)
    assert facts["genre"] == "pop"
    assert rate == RATE
    assert len(samples) / rate == pytest.approx(15, abs=0.1)


def test_music_is_in_stereo_wide_and_bright(img2music: Img2Music) -> None:
    """As records are: the side 3 to 30 dB below the middle, neither channel much louder, something above 11 kHz."""
    samples = img2music.generate(EXAMPLES[0], genre="pop", seed=1).samples
    middle, side = level(samples.mean(1)), level((samples[:, 0] - samples[:, 1]) / 2)
    assert 3 < middle - side < 30
    assert abs(level(samples[:, 0]) - level(samples[:, 1])) < 3
    spectrum = np.square(np.abs(np.fft.rfft(samples[:, 0])))
    treble = spectrum[round(11_500 / RATE * len(samples)) :]
    assert 10 * np.log10(treble.sum() / spectrum.sum()) > -60


def test_a_recording_in_mono_stays_in_the_middle(img2music: Img2Music, tmp_path: Path) -> None:
    clip = img2music.generate(EXAMPLES[0], genre="jazz", seconds=4, mono=True).save(tmp_path / "clip.wav")
    answer = img2music.reconstruct(clip, "jazz").samples
    assert level((answer[:, 0] - answer[:, 1]) / 2) < level(answer.mean(1)) - 12


def test_a_silent_channel_stays_softer(img2music: Img2Music, tmp_path: Path) -> None:
    music = img2music.generate(EXAMPLES[0], genre="jazz", seconds=4, mono=True).samples
    soundfile.write(tmp_path / "left.wav", np.stack([music, np.zeros_like(music)], axis=1), RATE)
    left, right = img2music.reconstruct(tmp_path / "left.wav", "jazz").samples.T
    assert level(right) < level(left) - 6
