"""`data music`: which clips are left out and why, what sounds alike, GTZAN's faults, and the split by work."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

for _package in ("imagehash", "sklearn"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

from img2music.audio.files.io import READABLE
from img2music.cli.main import main
from img2music.data.clips.clip import hold_out, read_clips
from img2music.data.clips.fingerprint import (
    BANDS,
    OVERLAP,
    RATE,
    SAME_RECORDING,
    fingerprint,
    from_text,
    matching_pairs,
    to_text,
)
from img2music.data.indexing.clips import index_music
from img2music.data.splits import CLIP_SPLIT, read_split
from img2music.errors import AudioError, OptionError

SECONDS = 6
FOLDERS = ("classical", "hiphop", "jazz", "pop")


def tune(seed: int, seconds: float = SECONDS, rate: int = 22050) -> np.ndarray:
    """Notes at random, three at a time, four times a second: a tune like no other, `(T,)` float32."""
    random = np.random.default_rng(seed)
    samples = np.zeros(int(seconds * rate), np.float32)
    since = np.arange(int(0.6 * rate)) / rate
    for start in range(0, len(samples), rate // 4):
        phase = 2 * np.pi * 110 * 2 ** (random.integers(0, 48, (3, 1)) / 12) * since
        notes = np.sin(phase) + 0.5 * np.sin(2 * phase) + 0.3 * np.sin(5 * phase)
        chord = 0.1 * notes.sum(0) * np.exp(-4 * since)
        samples[start : start + len(chord)] += chord[: len(samples) - start]
    return samples


def save(samples: np.ndarray, path: Path, rate: int = 22050) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate)
    return path


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five excerpts of each genre as the set from Kaggle unpacks, with pictures beside them."""
    root = tmp_path_factory.mktemp("gtzan")
    for genre, name in enumerate(FOLDERS):
        for number in range(3, 8):
            save(tune(100 * genre + number), root / f"Data/genres_original/{name}/{name}.{number:05d}.wav")
        picture = root / f"Data/images_original/{name}/{name}00003.png"
        picture.parent.mkdir(parents=True)
        picture.touch()
    return root


@pytest.fixture
def gtzan(master: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(master, tmp_path / "gtzan"))


def excerpt(root: Path, name: str) -> Path:
    genre = name.partition(".")[0]
    return root / f"Data/genres_original/{genre}/{name}"


def problems(out: Path) -> dict[str, str]:
    """What was said of each file; `kept: ` goes before it where the file was kept."""
    with (out / "problems.csv").open(newline="", encoding="utf-8") as file:
        return {row["file"]: ("kept: " if row["kept"] == "1" else "") + row["problem"] for row in csv.DictReader(file)}


# Fingerprints


@settings(deadline=None)
@given(frames=st.integers(0, 40), seed=st.integers(0, 99))
def test_fingerprints_come_back_from_text(frames: int, seed: int) -> None:
    signs = np.random.default_rng(seed).integers(-1, 2, (frames, BANDS), np.int8)
    np.testing.assert_array_equal(from_text(to_text(signs)), signs)


def coded(samples: np.ndarray, form: str, subtype: str) -> np.ndarray:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format=form, subtype=subtype, compression_level=0.8)
    file.seek(0)
    return soundfile.read(file, dtype="float32")[0]


@pytest.mark.parametrize("seed", range(3))
def test_a_recording_is_known_again(seed: int) -> None:
    original = tune(seed, 12, RATE)
    noise = np.random.default_rng(seed).standard_normal(len(original)).astype(np.float32)
    variants = {
        "quieter": 0.1 * original,
        "begins half a hop later": original[512:],
        "begins 4 s later": original[4 * RATE + 300 :],
        "ends 4 s earlier": original[: -4 * RATE],
        "noise at -30 dB": original + 0.03 * original.std() * noise,
        "MP3": coded(original, "MP3", "MPEG_LAYER_III"),
        "Vorbis": coded(original, "OGG", "VORBIS"),
        "clipped": np.clip(original, -0.15, 0.15),
        "after silence": np.concatenate([np.zeros(2 * RATE, np.float32), original]),
    }
    strangers = [tune(seed + other, 12, RATE) for other in (10, 20, 30)]
    prints = [fingerprint(samples) for samples in (original, *variants.values(), *strangers)]
    distances = {(i, j): share for i, j, share in matching_pairs(prints, 1.0)}
    for number, name in enumerate(variants, 1):
        assert distances[0, number] <= SAME_RECORDING, name
    for number in range(len(variants) + 1, len(prints)):
        assert min(share for pair, share in distances.items() if number in pair) > SAME_RECORDING


def test_what_is_too_short_or_silent_matches_nothing() -> None:
    short = fingerprint(tune(1, OVERLAP - 1, RATE))
    silent = fingerprint(np.zeros(8 * RATE, np.float32))
    assert matching_pairs([short, short, silent, silent, fingerprint(np.zeros(10, np.float32))]) == []
    assert matching_pairs([]) == []


# What is left out


def test_every_clip_is_checked_and_named(gtzan: Path, tmp_path: Path) -> None:
    excerpt(gtzan, "jazz.00054.wav").write_bytes(b"RIFF, and then nothing")
    excerpt(gtzan, "jazz.00055.wav").touch()
    save(np.full(SECONDS * 22050, 0.2, np.float32), excerpt(gtzan, "pop.00060.wav"))
    save(tune(1, 3), excerpt(gtzan, "pop.00061.wav"))
    save(tune(2, rate=44100), excerpt(gtzan, "pop.00062.wav"), 44100)
    excerpt(gtzan, "._pop.00003.wav").write_bytes(b"resource fork of a Mac")
    report = index_music(gtzan, tmp_path / "index", min_seconds=5)
    found = problems(tmp_path / "index")
    assert set(found) == {f"jazz/jazz.000{n}.wav" for n in (54, 55)} | {f"pop/pop.000{n}.wav" for n in (60, 61, 62)}
    assert found["jazz/jazz.00054.wav"] == f"is not a recording that can be read; choose {READABLE}"
    assert found["jazz/jazz.00055.wav"] == "is empty; choose another recording"
    assert found["pop/pop.00060.wav"] == "is silent: -200 dBFS"
    assert found["pop/pop.00061.wav"] == "is only 3 s long, less than 5 s"
    assert found["pop/pop.00062.wav"] == "kept: has a rate of 44100 Hz, most have 22050 Hz; resampled when loaded"
    assert report.root == gtzan / "Data/genres_original"
    expected = {"found": 8, "unusable": 2, "faulty": 0, "contradictory": 0, "repeated": 0, "kept": 6, "works": 6}
    assert report.genres["pop"] == expected
    assert len(read_clips(tmp_path / "index")) == 21


def test_of_repetitions_in_a_genre_the_first_is_kept(gtzan: Path, tmp_path: Path) -> None:
    shutil.copy(excerpt(gtzan, "pop.00003.wav"), excerpt(gtzan, "pop.00010.wav"))
    samples, rate = soundfile.read(excerpt(gtzan, "pop.00004.wav"), dtype="int16")
    save(samples, excerpt(gtzan, "pop.00011.flac"), rate)
    index_music(gtzan, tmp_path / "index", min_seconds=5)
    assert problems(tmp_path / "index") == {
        "pop/pop.00010.wav": "is the same clip as pop/pop.00003.wav",
        "pop/pop.00011.flac": "is the same clip as pop/pop.00004.wav",
    }


def test_a_recording_of_two_genres_is_left_out(gtzan: Path, tmp_path: Path) -> None:
    save(0.5 * tune(5), excerpt(gtzan, "hiphop.00010.wav"))  # classical.00005, quieter
    report = index_music(gtzan, tmp_path / "index", min_seconds=5)
    assert problems(tmp_path / "index") == {
        "classical/classical.00005.wav": "is the same recording as hiphop/hiphop.00010.wav",
        "hiphop/hiphop.00010.wav": "is the same recording as classical/classical.00005.wav",
    }
    assert [report.genres[genre]["contradictory"] for genre in FOLDERS] == [1, 1, 0, 0]


def test_known_faults_of_gtzan_are_left_out_or_kept_with_their_twins(gtzan: Path, tmp_path: Path) -> None:
    shutil.copy(excerpt(gtzan, "jazz.00003.wav"), excerpt(gtzan, "jazz.00033.wav"))
    excerpt(gtzan, "jazz.00003.wav").rename(excerpt(gtzan, "jazz.00051.wav"))
    save(tune(70), excerpt(gtzan, "pop.00080.wav"))
    save(tune(71), excerpt(gtzan, "pop.00047.wav"))
    report = index_music(gtzan, tmp_path / "index", min_seconds=5)
    text = "is not in GTZAN's fault-filtered division"
    assert problems(tmp_path / "index") == {"jazz/jazz.00033.wav": text, "pop/pop.00047.wav": text}
    assert [report.genres[genre]["faulty"] for genre in FOLDERS] == [0, 0, 1, 1]
    assert "jazz.00051.wav" in {clip.path.name for clip in read_clips(tmp_path / "index")}

    index_music(gtzan, tmp_path / "all", min_seconds=5, keep_faulty=True)
    work = {clip.path.name: clip.work for clip in read_clips(tmp_path / "all")}
    assert work["pop.00047.wav"] == work["pop.00080.wav"]
    assert len(set(work.values())) == len(work) - 1
    assert problems(tmp_path / "all")["jazz/jazz.00051.wav"] == "is the same clip as jazz/jazz.00033.wav"


# What belongs together, and the split


def test_excerpts_of_one_recording_are_one_work_that_the_split_does_not_divide(tmp_path: Path) -> None:
    for number in range(5):
        whole = tune(number, 16)
        save(whole[: 11 * 22050], tmp_path / f"set/pop/early {number}.wav")
        save(0.7 * whole[5 * 22050 + 123 :], tmp_path / f"set/pop/{number} late.wav")
    report = index_music(tmp_path / "set", tmp_path / "index", ("pop",), min_seconds=5)
    clips = read_clips(tmp_path / "index")
    work = {clip.path.stem: clip.work for clip in clips}
    assert all(work[f"early {number}"] == work[f"{number} late"] for number in range(5))
    assert report.genres["pop"]["works"] == 5
    split = read_split(tmp_path / "index", CLIP_SPLIT, clips)
    assert (len(split["train"]), len(split["test"])) == (8, 2)
    assert not {clips[i].work for i in split["train"]} & {clips[i].work for i in split["test"]}
    said = problems(tmp_path / "index")
    assert len(said) == 5
    assert all(text.startswith("kept: sounds like pop/") for text in said.values())


@pytest.mark.parametrize("seed", [0, 5])
def test_the_split_file_says_what_training_does_and_brings_it_back(gtzan: Path, tmp_path: Path, seed: int) -> None:
    report = index_music(gtzan, tmp_path / "index", seed=seed, min_seconds=5)
    clips = read_clips(tmp_path / "index")
    split = read_split(tmp_path / "index", CLIP_SPLIT, clips)
    inside, outside = hold_out(clips, 0.2, seed)
    assert [clips[i] for i in split["train"]] == inside
    assert [clips[i] for i in split["test"]] == outside
    assert report.splits == {"split": {"train": 16, "test": 4}}
    jazz = read_clips(tmp_path / "index", ("jazz",))
    _, jazz_outside = hold_out(jazz, 0.2, seed)
    assert [jazz[i] for i in read_split(tmp_path / "index", CLIP_SPLIT, jazz)["test"]] == jazz_outside


def test_titles_and_licences_of_a_corpus_are_kept(tmp_path: Path) -> None:
    entries = []
    for number in range(4):
        file = f"jazz/{number}.flac"
        save(tune(number), tmp_path / "corpus" / file)
        title = f"Rag {number // 2}, arranged for {'a trio' if number % 2 else 'two'}"
        entries.append({"file": file, "genre": "jazz", "title": title, "origin": "here", "licence": "CC0-1.0"})
    (tmp_path / "corpus/manifest.json").write_text(json.dumps(entries))
    report = index_music(tmp_path / "corpus", tmp_path / "index", ("jazz",), min_seconds=5)
    clips = read_clips(tmp_path / "index")
    assert [(c.title, c.licence, c.origin, c.may_ship, c.work) for c in clips] == [
        (entry["title"], "CC0-1.0", "here", True, entry["title"][:5]) for entry in entries
    ]
    assert report.genres["jazz"]["works"] == 2
    (tmp_path / "corpus/manifest.json").write_text('[{"file": "x"}]')
    with pytest.raises(AudioError, match="is no manifest of a corpus"):
        read_clips(tmp_path / "corpus")


def test_a_second_run_measures_only_what_changed(gtzan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = index_music(gtzan, tmp_path / "index", min_seconds=5)
    heard = []
    read = soundfile.SoundFile.read
    monkeypatch.setattr(
        soundfile.SoundFile,
        "read",
        lambda file, *given, **more: (heard.append(file.name), read(file, *given, **more))[1],
    )
    save(tune(80), excerpt(gtzan, "pop.00003.wav"))
    assert index_music(gtzan, tmp_path / "index", min_seconds=5).genres == first.genres
    assert [Path(name).name for name in heard] == ["pop.00003.wav"]


# What cannot work, and the command line


def test_a_genre_without_clips_is_named(gtzan: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"no usable files of classical, hiphop, pop, jazz .*put some there\."):
        index_music(gtzan, tmp_path / "index")  # 6 s are below the usual 15 s
    shutil.rmtree(gtzan / "Data/genres_original/pop")
    with pytest.raises(OptionError, match="no usable files of pop; put some there or leave them out with --genres"):
        index_music(gtzan, tmp_path / "index", min_seconds=5)
    with pytest.raises(OptionError, match="has no folder of classical"):
        index_music(gtzan / "Data/images_original", tmp_path / "index")


def test_the_command_shows_a_table(
    gtzan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    excerpt(gtzan, "jazz.00054.wav").touch()
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "argv", ["img2music", "data", "music", str(gtzan), "--min-seconds", "5"])
    with pytest.raises(SystemExit) as end:
        main()
    out = capfd.readouterr().out
    assert not end.value.code
    heading = ["genre", "found", "unusable", "faulty", "contradictory", "repeated", "kept", "works"]
    table = [line.split() for line in out.splitlines()]
    assert heading in table
    assert ["jazz", "6", "1", "0", "0", "0", "5", "5"] in table
    assert "split: 16 train, 4 test" in out
    assert "left out: jazz/jazz.00054.wav: is empty; choose another recording" in out
    assert len(read_clips(tmp_path / "gtzan-index")) == 20
