"""The corpus: clips rebuilt byte for byte, loud but never clipping, that say where they come from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pretty_midi")
pytest.importorskip("tinysoundfont")

import pretty_midi
import soundfile

from img2music.audio.limiter import true_peak
from img2music.audio.loudness import SNIPPET_LOUDNESS, loudness
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.metre import Metre
from img2music.composition.score import ChordSymbol, Note, Score
from img2music.composition.theory.harmony import nearest, progression, realise, scale_over, step, tones
from img2music.composition.theory.voicing import voicing
from img2music.corpus.build import CLIP_SECONDS, build_corpus
from img2music.corpus.manifest import read_manifest
from img2music.corpus.mix import mix_for
from img2music.corpus.mixing import master
from img2music.corpus.render import TAIL, render, stems
from img2music.genres import GENRES

# The small soundfont comes with pretty_midi, so the test hears the same everywhere.
SOUNDFONT = Path(pretty_midi.__file__).with_name("TimGM6mb.sf2")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of one clip of each genre."""
    out = tmp_path_factory.mktemp("corpus")
    build_corpus(out, clips=1, soundfont=SOUNDFONT, seed=3)
    return out


def test_clips_have_the_length_loudness_and_headroom_of_a_corpus(corpus: Path) -> None:
    for genre in GENRES:
        audio, rate = soundfile.read(corpus / genre / f"{genre}-0000.flac", dtype="float32")
        assert rate == 22_050
        assert audio.shape == (int(CLIP_SECONDS * rate),)
        assert true_peak(audio) <= -0.99
        assert loudness(audio, rate) == pytest.approx(SNIPPET_LOUDNESS, abs=0.2)
        assert np.abs(audio[[0, -1]]).max() < 0.01  # no click at either end


def test_manifest_describes_every_clip(corpus: Path) -> None:
    rows = json.loads((corpus / "manifest.json").read_text())
    assert {row["genre"] for row in rows} == set(GENRES)
    for row in rows:
        assert (corpus / row["file"]).is_file()
        assert row["mode"] in ("major", "minor") and 40 <= row["tempo"] <= 240 and row["density"] > 0
        assert row["soundfont"] == SOUNDFONT.name and row["title"] and row["origin"]
        assert row["licence"] == "CC0-1.0"


def test_same_seed_gives_the_same_bytes_and_another_seed_does_not(corpus: Path, tmp_path: Path) -> None:
    # Fewer genres than in the fixture: what was rendered before must not leave a trace.
    build_corpus(tmp_path / "same", ["pop", "jazz"], clips=1, soundfont=SOUNDFONT, seed=3)
    build_corpus(tmp_path / "other", ["jazz"], clips=1, soundfont=SOUNDFONT, seed=4)
    for file in ("pop/pop-0000.flac", "jazz/jazz-0000.flac"):
        assert (tmp_path / "same" / file).read_bytes() == (corpus / file).read_bytes()
    file = "jazz/jazz-0000.flac"
    assert (tmp_path / "other" / file).read_bytes() != (corpus / file).read_bytes()


def test_a_build_goes_on_where_it_stopped(corpus: Path, tmp_path: Path) -> None:
    build_corpus(tmp_path, ["jazz"], clips=1, soundfont=SOUNDFONT, seed=3)
    kept = tmp_path / "jazz/jazz-0000.flac"
    before = kept.stat().st_mtime_ns
    entries = build_corpus(tmp_path, ["jazz"], clips=2, soundfont=SOUNDFONT, seed=3)
    assert kept.stat().st_mtime_ns == before
    assert [e.file for e in entries] == ["jazz/jazz-0000.flac", "jazz/jazz-0001.flac"]
    assert list(read_manifest(tmp_path)) == [e.file for e in entries]
    assert not list(tmp_path.rglob(".*.flac"))  # no half-written files


def test_wrong_arguments_say_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="polka"):
        build_corpus(tmp_path, ["polka"])
    with pytest.raises(FileNotFoundError, match=r"nowhere\.sf2"):
        build_corpus(tmp_path, clips=1, soundfont=tmp_path / "nowhere.sf2")


def density(score: Score) -> float:
    return sum(len(part.notes) for part in score.parts) / CLIP_SECONDS


@pytest.mark.parametrize("genre", GENRES)
def test_compositions_vary(genre: str) -> None:
    scores = [compose(Brief(genre, seed=seed, seconds=CLIP_SECONDS)) for seed in range(12)]
    assert len({s.title for s in scores}) >= 8
    assert np.ptp([s.tempo.initial for s in scores]) > 15
    assert np.ptp([density(s) for s in scores]) > 2
    assert len({s.key for s in scores}) >= 5
    assert len({frozenset(part.name for part in s.parts) for s in scores}) >= 6
    for score in scores:
        spans = [score.span(note) for _, note in score.notes()]
        # They begin at once and end with a chord that rings, not with a cut.
        assert min(start for start, _ in spans) < 2
        assert CLIP_SECONDS - 4 < max(end for _, end in spans) <= CLIP_SECONDS


def test_a_render_is_as_long_as_its_score_and_the_ringing_of_its_end() -> None:
    score = compose(Brief("hiphop", seed=1, bars=2, bpm=100.0))
    audio = render(score, SOUNDFONT)
    assert audio.shape == (int((score.seconds + TAIL) * 22_050),)
    assert len(mix_for(score).channels) == len(score.parts)
    assert mix_for(score) == mix_for(score) != mix_for(compose(Brief("hiphop", seed=2, bars=2)))


def test_a_part_that_is_not_heard_leaves_the_others_as_they_are() -> None:
    """Here one that enters when the clip is over."""
    score = compose(Brief("pop", seed=0, seconds=6.0))
    last = replace(score.parts[-1], notes=(Note(score.beats - 0.5, 0.5, 60, 80),))
    audio = render(replace(score, parts=(*score.parts[:-1], last)), SOUNDFONT, 2.0)
    assert np.isfinite(audio).all() and np.abs(audio).max() > 0.1


@pytest.mark.parametrize("genre", GENRES)
def test_stems_are_what_the_master_gets(genre: str) -> None:
    score = compose(Brief(genre, seed=1, seconds=4.0))
    parts, mix = stems(score, SOUNDFONT), mix_for(score)
    assert set(parts) == {part.role for part in score.parts if part.notes}
    if not mix.crackle:
        mastered = master(np.sum(list(parts.values()), 0), mix.tilt, mix.drive)
        np.testing.assert_allclose(mastered, render(score, SOUNDFONT), atol=1e-4)


def test_harmony_names_what_musicians_name() -> None:
    two, five, one = realise(progression("IIm7 | V7 Imaj7"), 0, Metre(4, 4))
    assert (two.root, tones(two), two.length) == (2, (2, 5, 9, 0), 4.0)
    assert five == ChordSymbol(4.0, 2.0, 7, "7") and scale_over(one, 0, "major") == (0, 2, 4, 5, 7, 9, 11)
    assert nearest([0, 4, 7], 62.6) == 64
    assert step([0, 2, 4, 5, 7, 9, 11], 64, 2) == 67 and step([0, 2, 4, 5, 7, 9, 11], 60, -1) == 59
    first = voicing(tones(two), 62)
    moved = voicing(tones(five), 62, first)
    assert max(min(abs(p - q) for q in first) for p in moved) <= 2  # voices lead
    with pytest.raises(ValueError, match="IVfoo"):
        progression("IVfoo")


def test_the_master_tames_what_is_too_loud_or_too_quiet() -> None:
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(22_050)
    noise[5000] = 80.0
    for gain in (0.001, 1.0):
        mixed = master(noise * gain)
        assert true_peak(mixed) <= -0.99
        assert loudness(mixed, 22_050) == pytest.approx(SNIPPET_LOUDNESS, abs=0.2)
