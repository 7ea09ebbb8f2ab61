"""Two channels at 44.1 kHz: their features, and sound from them."""

from __future__ import annotations

import numpy as np
import pytest

from img2music.audio import stft as spectrogram
from img2music.audio.resampling import resample
from img2music.stereo import image, transform, treble
from img2music.stereo.bands import IMAGE_EDGES, TREBLE_EDGES
from img2music.stereo.features import features
from img2music.stereo.synthesis import middle_of, synthesise

SECONDS = 2


@pytest.fixture(scope="module")
def random() -> np.random.Generator:
    return np.random.default_rng(5)


def chord(rate: int = transform.RATE, seconds: float = SECONDS) -> np.ndarray:
    """Three tones with a few partials, `(T,)`."""
    t = np.arange(int(seconds * rate)) / rate
    tones = [np.sin(2 * np.pi * hertz * k * t) / k for hertz in (220.0, 277.2, 330.0) for k in (1, 2, 3, 5)]
    return (0.1 * np.sum(tones, axis=0)).astype(np.float32)


def noise(random: np.random.Generator) -> np.ndarray:
    return (0.1 * random.standard_normal(SECONDS * transform.RATE)).astype(np.float32)


def wide(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.stack([left, right], axis=1)


def rebuilt(samples: np.ndarray) -> np.ndarray:
    """Samples through their own image and treble, with the phases of their middle kept."""
    left, right = transform.stft(samples[:, 0]), transform.stft(samples[:, 1])
    middle = (left + right) / 2
    shape = image.analyse(left, right).shape
    middle[:, transform.LOWER :] = treble.noise(treble.levels(middle))
    return wide(*(transform.istft(frames) for frames in image.channels(middle, shape)))


def test_frames_give_the_samples_again(random: np.random.Generator) -> None:
    samples = noise(random)
    again = transform.istft(transform.stft(samples))
    assert np.abs(again[: len(samples)] - samples[: len(again)]).max() < 1e-5


def test_the_lower_bins_are_those_at_half_the_rate() -> None:
    samples = chord()
    here = np.abs(transform.stft(samples))[:, : transform.LOWER]
    there = spectrogram.magnitude(resample(samples, transform.RATE, spectrogram.RATE))
    frames = slice(4, min(len(here), len(there)) - 4)
    np.testing.assert_allclose(here[frames, :480], there[frames, :480], atol=0.02)


def test_bands_cover_what_they_are_for() -> None:
    hertz = transform.RATE / transform.WINDOW
    assert TREBLE_EDGES[0] * hertz == pytest.approx(11_025, abs=30)
    assert TREBLE_EDGES[-1] * hertz == pytest.approx(20_000, abs=30)
    assert IMAGE_EDGES[0] == 0
    assert IMAGE_EDGES[-1] == TREBLE_EDGES[-1]
    assert np.diff(IMAGE_EDGES).min() >= 3


def test_a_sound_on_one_side_stays_there(random: np.random.Generator) -> None:
    samples = wide(noise(random), np.zeros(SECONDS * transform.RATE, np.float32))
    answer = rebuilt(samples)
    left, right = np.sqrt(np.mean(answer**2, axis=0))
    assert right < 0.1 * left


def test_alike_channels_stay_alike() -> None:
    answer = rebuilt(wide(chord(), chord()))
    difference = answer[:, 0] - answer[:, 1]
    assert np.sqrt(np.mean(difference**2)) < 0.05 * np.sqrt(np.mean(answer**2))


def test_independent_channels_stay_wide(random: np.random.Generator) -> None:
    answer = rebuilt(wide(noise(random), noise(random)))
    assert abs(np.corrcoef(answer[4000:-4000].T)[0, 1]) < 0.2
    level = np.sqrt(np.mean(answer**2, axis=0))
    assert level[0] == pytest.approx(level[1], rel=0.1)


def test_levels_above_11_khz_come_back(random: np.random.Generator) -> None:
    frames = transform.stft(noise(random))
    wanted = treble.levels(frames)
    made = np.zeros_like(frames)
    made[:, transform.LOWER :] = treble.noise(wanted)
    again = treble.levels(transform.stft(transform.istft(made)))
    count = min(len(wanted), len(again)) - 4
    assert np.abs(wanted[4:count] - again[4:count]).mean() * 8.69 < 1.5


def test_a_hit_above_11_khz_stays_short() -> None:
    wanted = np.full((40, 24), np.log(2e-3), np.float32)
    wanted[20] = 1.0
    made = np.zeros((40, transform.BINS), np.complex64)
    made[:, transform.LOWER :] = treble.noise(wanted)
    again = treble.levels(transform.stft(transform.istft(made))).mean(1)
    assert again[20] > -0.5
    assert again[[16, 24]].max() < -4


def test_long_sound_is_heard_and_made_in_parts_without_seams(random: np.random.Generator) -> None:
    samples = wide(*(0.1 * random.standard_normal((2, 25 * transform.RATE))).astype(np.float32))
    found = features(samples)
    left, right = transform.stft(samples[:, 0]), transform.stft(samples[:, 1])
    level = found.magnitudes.mean() / np.abs((left + right)[:, : transform.LOWER] / 2).mean()
    expected = level * np.abs((left + right)[:, : transform.LOWER] / 2)
    np.testing.assert_allclose(found.magnitudes, expected, rtol=1e-2, atol=1e-3)
    np.testing.assert_allclose(found.image, image.analyse(level * left, level * right).shape, atol=0.02)
    steps = slice(900, 1100)  # with the end of a part
    magnitudes, above = (rows[2 * steps.start : 2 * steps.stop] for rows in (found.magnitudes, found.treble))
    answer = synthesise(magnitudes, above, found.image[steps])
    np.testing.assert_allclose(answer.mean(1), middle_of(magnitudes, above), atol=1e-4)


def test_features_do_not_depend_on_the_level(random: np.random.Generator) -> None:
    samples = wide(noise(random), noise(random))
    one, other = features(samples), features(np.float32(0.01) * samples)
    np.testing.assert_allclose(one.magnitudes, other.magnitudes, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(one.image, other.image, atol=0.02)


@pytest.mark.parametrize("kind", ["silence", "one silent", "opposite", "constant", "clipped", "short"])
def test_odd_recordings_have_features_and_sound(kind: str) -> None:
    tone = chord(seconds=0.5)
    silent = np.zeros_like(tone)
    samples = {
        "silence": wide(silent, silent),
        "one silent": wide(tone, silent),
        "opposite": wide(tone, -tone),
        "constant": wide(silent + 0.5, silent + 0.5),
        "clipped": np.clip(wide(tone, tone) * 50, -1, 1),
        "short": wide(tone, tone)[:4500],
    }[kind]
    found = features(samples)
    answer = synthesise(found.magnitudes, found.treble, found.image)
    assert answer.shape == ((len(found.magnitudes) - 1) * transform.HOP, 2)
    assert np.isfinite(answer).all()
    if kind == "silence":
        assert np.abs(answer).max() < 1e-3
    elif kind != "constant":
        assert np.sqrt(np.mean(answer**2)) > 0.02


def test_opposite_channels_are_heard() -> None:
    tone = chord(seconds=0.5)
    alone, opposite = features(wide(tone, tone)), features(wide(tone, -tone))
    np.testing.assert_allclose(opposite.magnitudes, alone.magnitudes, rtol=0.01, atol=0.01)


def test_cues_of_known_images() -> None:
    shape = np.zeros((1, image.WIDTH), np.float32)
    shape[:, 20:] = image.LEAST
    level, correlation = image.cues(shape)
    assert np.abs(level).max() < 0.01
    assert correlation.min() > 0.99


def test_a_band_of_noise_below_11_khz_is_turned_down() -> None:
    magnitudes = np.full((60, 513), 0.1, np.float32)
    magnitudes[::2] *= 3  # the rhythm stays
    loud = magnitudes.copy()
    loud[:, 490:] *= 8
    above = np.full((60, 24), np.log(0.8), np.float32)
    even, levels = treble.evened(loud, above)
    np.testing.assert_array_equal(even[:, :470], loud[:, :470])
    below, there = (
        20 * np.log10(np.sqrt(np.square(even[:, part]).mean())) for part in (slice(440, 470), slice(495, 513))
    )
    assert there == pytest.approx(below, abs=2.5)
    np.testing.assert_allclose(even[0] / even[1], 3, rtol=1e-4)
    assert np.exp(levels).max() < 10 ** (below / 20)
    quiet = np.full((60, 24), np.log(0.05), np.float32)
    for again, given in zip(treble.evened(magnitudes, quiet), (magnitudes, quiet), strict=True):
        np.testing.assert_allclose(again[:, :470], given[:, :470], rtol=1e-5)
