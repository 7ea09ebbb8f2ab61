"""Scores produced as stereo records: loud, wide, the same for the same seed, with stems that add up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pretty_midi")
pytest.importorskip("tinysoundfont")

import pretty_midi
import soundfile
from scipy import signal

from img2music.audio.loudness import SNIPPET_LOUDNESS, loudness
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.instruments import INSTRUMENTS
from img2music.composition.score import Part, Role
from img2music.corpus import vocal
from img2music.corpus.sounds import sfz
from img2music.corpus.sounds.drum_samples import DrumKit
from img2music.corpus.studio import effects
from img2music.corpus.studio.build import build_stereo
from img2music.corpus.studio.master import mastered
from img2music.corpus.studio.playing import SYNTHESISERS, Sounds, play
from img2music.corpus.studio.production import Production, produce, roles
from img2music.corpus.synthesis.oscillators import RATE, Array, bandpass, saw
from img2music.corpus.tones import Tone
from img2music.errors import OptionError
from img2music.evaluation.production.energy import energy_measures, quartiles
from img2music.synthesis.desk import BANDS, desk_for

SOUNDS = Sounds((Path(pretty_midi.__file__).with_name("TimGM6mb.sf2"),), drums=Path("nowhere"))
SECONDS = 4.0


@pytest.fixture(scope="module")
def production() -> Production:
    return produce(compose(Brief("pop", seed=4, seconds=SECONDS)), SOUNDS, SECONDS)


def test_a_record_has_two_channels_at_its_loudness_and_does_not_clip(production: Production) -> None:
    record = production.record
    assert record.shape == (int(SECONDS * RATE), 2)
    assert record.dtype == np.float32
    assert np.abs(record).max() < 1
    assert loudness(record, RATE) == pytest.approx(SNIPPET_LOUDNESS, abs=0.3)
    assert np.abs(record[[0, -1]]).max() < 0.01


def test_stems_add_up_to_the_record(production: Production) -> None:
    np.testing.assert_allclose(np.sum(production.stems, axis=0), production.record, atol=1e-5)


def test_stems_by_role_add_up_too(production: Production) -> None:
    score = compose(Brief("pop", seed=4, seconds=SECONDS))
    found = roles(score, production)
    assert set(found) <= {"drums", "bass", "harmony", "melody"}
    np.testing.assert_allclose(np.sum(list(found.values()), axis=0), production.record, atol=1e-5)


def test_a_record_is_wide_but_not_lopsided(production: Production) -> None:
    left, right = np.sqrt(np.mean(production.record**2, axis=0))
    assert 0.6 < left / right < 1.7
    side = production.record[:, 0] - production.record[:, 1]
    assert np.sqrt(np.mean(side**2)) > 0.05 * np.sqrt(np.mean(production.record**2))


def test_the_same_seed_gives_the_same_samples_and_another_mix_others(production: Production) -> None:
    score = compose(Brief("pop", seed=4, seconds=SECONDS))
    np.testing.assert_array_equal(produce(score, SOUNDS, SECONDS).record, production.record)
    assert desk_for(score, 1) != desk_for(score, 0)


def test_a_build_writes_clips_stems_and_manifest_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("img2music.corpus.studio.build.CLIP_SECONDS", 2.0)
    entries = build_stereo(tmp_path, SOUNDS, ["jazz"], clips=1, stems=True)
    assert [entry.file for entry in entries] == ["jazz/jazz-0000.flac"]
    clip = tmp_path / entries[0].file
    sound, rate = soundfile.read(clip)
    assert (rate, sound.shape) == (44_100, (88_200, 2))
    stems = list((tmp_path / "stems/jazz/jazz-0000").glob("*.flac"))
    total = sum(soundfile.read(stem)[0] for stem in stems)
    assert np.abs(total - sound).max() < 5e-4  # 16 bits each
    before = clip.stat().st_mtime_ns
    build_stereo(tmp_path, SOUNDS, ["jazz"], clips=1)
    assert clip.stat().st_mtime_ns == before
    with pytest.raises(ValueError, match="unknown genre"):
        build_stereo(tmp_path, SOUNDS, ["polka"])


@pytest.mark.parametrize("name", SYNTHESISERS)
def test_synthesisers_play_what_they_are_given(name: str) -> None:
    tones = [Tone(0.05, 0.2, 50, 100), Tone(0.3, 0.15, 57, 80, bend=2)]
    sound = SYNTHESISERS[name](tones, RATE // 2, np.random.default_rng(0))
    assert sound.shape == (RATE // 2, 2)
    assert np.isfinite(sound).all()
    assert np.abs(sound[: int(0.04 * RATE)]).max() < 0.05 * np.abs(sound).max()


@pytest.mark.parametrize("name", ["rapper", "singer", "808 bass", "supersaw", "808 drums"])
def test_each_sound_of_an_instrument_is_the_same_everywhere_and_unlike_the_other(name: str) -> None:
    part = Part(INSTRUMENTS[name], Role.MELODY, ())
    pitches = (36, 38, 42) if part.instrument.drums else (50, 53, 57)
    tones = [Tone(0.1 + 0.3 * number, 0.25, pitch, 95) for number, pitch in enumerate(pitches)]
    first, second = (play(part, tones, "pop", SOUNDS, RATE, sound) for sound in range(2))
    start, end = int(0.1 * RATE), int(0.3 * RATE)  # of the first of them, whatever comes after it
    alone = play(part, tones[:1], "hiphop", SOUNDS, RATE, 0)
    same = _apart(first[start:end], alone[start:end])
    assert same < 0.1
    assert _apart(first[start:end], second[start:end]) > 0.03 + 2 * same


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """How far the levels of bands and moments are from each other, as a share: phases do not count."""
    levels = [
        np.abs(np.fft.rfft(sound[: len(sound) // 8 * 8].mean(1).reshape(8, -1))).reshape(8, -1)
        for sound in (one, other)
    ]
    smooth = [np.stack([np.add.reduceat(row, np.arange(0, len(row), 8)) for row in level]) for level in levels]
    return float(np.linalg.norm(smooth[0] - smooth[1]) / np.linalg.norm(smooth[0]))


@pytest.mark.parametrize(("voice", "pitches"), [(vocal.rap, (48, 50)), (vocal.sing, (62, 65))])
def test_vowels_and_consonants_are_those_of_the_score(voice: Callable[..., Array], pitches: tuple[int, int]) -> None:
    """A syllable sounds the same wherever it is; another pitch has another vowel, a louder note a harder consonant."""

    def syllable(pitch: int, velocity: int, start: float) -> np.ndarray:
        first = int(start * vocal.RATE)
        sound = voice([Tone(start, 0.3, pitch, velocity)], 2 * vocal.RATE, np.random.default_rng(0))
        return np.abs(np.fft.rfft(sound[first : first + int(0.1 * vocal.RATE)]))

    same, moved = syllable(pitches[0], 80, 0.1), syllable(pitches[0], 80, 0.9)
    assert np.linalg.norm(same - moved) < 0.25 * np.linalg.norm(same)
    other = syllable(pitches[1], 80, 0.1)
    assert np.linalg.norm(same - other) > 0.5 * np.linalg.norm(same)
    soft, hard = syllable(pitches[0], 70, 0.1), syllable(pitches[0], 110, 0.1) * (70 / 110) ** 1.5
    assert np.linalg.norm(hard - soft) > 0.3 * np.linalg.norm(soft)


def test_a_high_saw_does_not_fold_back() -> None:
    hertz = 3000.0
    wave = saw(np.arange(RATE) * hertz / RATE, hertz)
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(RATE)))
    partials = np.zeros(len(spectrum), bool)
    for number in range(1, 8):
        partials[int(number * hertz) - 5 : int(number * hertz) + 6] = True
    assert spectrum[~partials].max() < 2e-3 * spectrum.max()


def test_a_kit_plays_without_recordings_and_varies_its_hits() -> None:
    kit = DrumKit(np.random.default_rng(1), samples=Path("nowhere"))
    hits = [Tone(0.2 * number, 0.1, pitch, 100) for number, pitch in enumerate((36, 42, 42, 38, 46, 39, 49, 51, 45))]
    sound = kit.play(hits, 2 * RATE)
    assert np.isfinite(sound).all()
    first, second = (sound[int(0.2 * n * RATE) : int((0.2 * n + 0.05) * RATE)] for n in (1, 2))
    assert np.abs(first - second).max() > 0.01


def test_an_sfz_file_is_read_with_groups_macros_and_includes(tmp_path: Path) -> None:
    t = np.arange(RATE) / RATE
    for name in ("soft", "hard"):
        soundfile.write(tmp_path / f"{name} c4.flac", 0.3 * np.sin(2 * np.pi * 261.6 * t), RATE)
    (tmp_path / "map.txt").write_text("<region> lokey=48 hikey=72 pitch_keycenter=60 sample=$DYN c4.$EXT\n")
    (tmp_path / "piano.sfz").write_text(
        "#define $EXT flac\n<global> ampeg_release=0.2 // short\n<group> lovel=1 hivel=60\n#define $DYN soft\n"
        '#include "map.txt"\n<group>\nlovel=61\nhivel=127 volume=-3\n#define $DYN hard\n#include "map.txt"\n'
    )
    instrument = sfz.read_sfz(tmp_path / "piano.sfz")
    assert [region.sample.name for region in instrument.regions] == ["soft c4.flac", "hard c4.flac"]
    assert instrument.region(64, 100).volume == -3
    assert instrument.region(20, 30).sample.name == "soft c4.flac"
    sound = sfz.play([Tone(0.0, 0.5, 72, 100)], instrument, RATE, RATE)
    hertz = np.argmax(np.abs(np.fft.rfft(sound[: RATE // 2, 0]))) * 2
    assert hertz == pytest.approx(523, abs=4)
    (tmp_path / "empty.sfz").write_text("<global> volume=0\n")
    with pytest.raises(ValueError, match="no recordings"):
        sfz.read_sfz(tmp_path / "empty.sfz")


def test_effects_keep_their_promises() -> None:
    random = np.random.default_rng(3)
    sound = 0.2 * random.standard_normal((RATE // 2, 2))
    assert np.abs(sound * effects.limiting(sound, 0.3)).max() <= 0.3 + 1e-9
    assert np.abs(effects.widened(sound, 0.0)[:, 0] - effects.widened(sound, 0.0)[:, 1]).max() < 1e-12
    moved = np.mean(effects.placed(sound, -0.8) ** 2, axis=0)
    assert moved[0] > 2 * moved[1]
    power = np.abs(np.fft.rfft(effects.shelf(sound, 1000, 6.0, high=True)[:, 0])) / np.abs(np.fft.rfft(sound[:, 0]))
    assert 20 * np.log10(np.median(power[5000:])) == pytest.approx(6, abs=0.5)
    assert 20 * np.log10(np.median(power[5:60])) == pytest.approx(0, abs=0.7)


def _levels(record: Array, spans: Iterable[tuple[int, int]]) -> list[float]:
    """The level of each span of Hz relative to all below 11 kHz, dB, of the middle."""
    hertz, power = signal.welch(record.mean(1), RATE, nperseg=4096)
    whole = power[hertz < 11_025].sum()
    return [10 * np.log10(power[(hertz >= low) & (hertz < high)].sum() / whole) for low, high in spans]


@pytest.mark.parametrize("genre", ["pop", "hiphop"])
def test_a_master_has_the_balance_that_its_desk_asks_for(genre: str) -> None:
    white = np.random.default_rng(5).standard_normal((4 * RATE, 2))
    sound = 0.02 * bandpass(signal.lfilter([1], [1, -0.98], white, axis=0), 40)
    desk = desk_for(compose(Brief(genre, seed=1, seconds=SECONDS)))
    record, _ = mastered([sound], desk)
    np.testing.assert_allclose(_levels(record, BANDS.values())[:4], desk.balance[:4], atol=1)
    muddy, _ = mastered([sound], replace(desk, mud=0.0))
    clear, _ = mastered([sound], replace(desk, mud=6.0))
    spans = ((60, 130), (150, 250))
    before, after = (np.subtract(*_levels(each, spans)) for each in (muddy, clear))
    assert 2 < after - before < 6


def test_energy_is_measured_as_it_is() -> None:
    t = np.arange(4 * 22_050) / 22_050
    tone = (0.5 * np.sin(2 * np.pi * 100 * t)).astype(np.float32)
    found = energy_measures(tone)
    assert found["crest"] == pytest.approx(3.01, abs=0.05)
    assert found["bass"] == pytest.approx(0, abs=0.1)
    assert found["air"] < -40
    assert quartiles([found, found])["crest"][1] == pytest.approx(found["crest"])
    with pytest.raises(ValueError, match="3 s"):
        energy_measures(tone[:1000])


def test_the_command_refuses_what_is_no_instrument(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from img2music.cli.main import app

    for wrong in ("piano", "piano=nowhere.sfz", "kazoo=x.sfz"):
        given = ["corpus", "produce", "--out", str(tmp_path / "out"), "--sampled", wrong]
        assert isinstance(CliRunner().invoke(app, given).exception, OptionError)
    assert not (tmp_path / "out").exists()
