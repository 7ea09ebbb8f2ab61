"""The corpus: clips rebuilt byte for byte, loud but never clipping, that say where they come from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pretty_midi")
pytest.importorskip("tinysoundfont")
pytest.importorskip("music21")

import pretty_midi
import soundfile
from img2music.corpus.harmony import Chord, find_key, nearest, progression, step, voicing
from img2music.corpus.score import CLIP_SECONDS, Clock

from img2music.corpus import notation
from img2music.corpus.build import COMPOSERS, build_corpus
from img2music.corpus.manifest import read_manifest
from img2music.corpus.mixing import master
from img2music.limiter import true_peak
from img2music.loudness import TARGET, loudness

# The small soundfont comes with pretty_midi, so the test hears the same everywhere.
SOUNDFONT = Path(pretty_midi.__file__).with_name("TimGM6mb.sf2")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of one clip of each genre."""
    out = tmp_path_factory.mktemp("corpus")
    build_corpus(out, clips=1, soundfont=SOUNDFONT, seed=3)
    return out


def test_clips_have_the_length_loudness_and_headroom_of_a_corpus(corpus: Path) -> None:
    for genre in COMPOSERS:
        audio, rate = soundfile.read(corpus / genre / f"{genre}-0000.flac", dtype="float32")
        assert rate == 22_050
        assert audio.shape == (int(CLIP_SECONDS * rate),)
        assert true_peak(audio) <= -0.99
        assert loudness(audio, rate) == pytest.approx(TARGET, abs=0.2)
        assert np.abs(audio[[0, -1]]).max() < 0.01  # no click at either end


def test_manifest_describes_every_clip(corpus: Path) -> None:
    rows = json.loads((corpus / "manifest.json").read_text())
    assert {row["genre"] for row in rows} == set(COMPOSERS)
    for row in rows:
        assert (corpus / row["file"]).is_file()
        assert row["mode"] in ("major", "minor") and 40 <= row["tempo"] <= 240 and row["density"] > 0
        assert row["soundfont"] == SOUNDFONT.name and row["title"] and row["origin"]
        expected = "Public domain score, rendering CC0-1.0" if row["genre"] == "classical" else "CC0-1.0"
        assert row["licence"] == expected


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


@pytest.mark.parametrize("genre", COMPOSERS)
def test_compositions_vary(genre: str) -> None:
    scores = [COMPOSERS[genre](seed) for seed in range(12)]
    assert len({s.title for s in scores}) >= 8
    assert np.ptp([s.tempo for s in scores]) > 15
    assert np.ptp([s.density for s in scores]) > 2
    assert len({s.key for s in scores}) >= 5
    assert len({frozenset((t.program, t.voice) for t in s.tracks) for s in scores}) >= 6
    for score in scores:
        notes = [n for t in score.tracks for n in t.notes]
        assert min(n.start for n in notes) < 2 and max(n.start for n in notes) > CLIP_SECONDS - 3
        assert all(n.start + n.length <= CLIP_SECONDS + 1e-9 for n in notes)


def test_only_old_scores_without_a_rights_statement_are_used() -> None:
    works = notation.works()
    assert len(works) > 50
    assert {w.relative_to(notation.corpus_folder()).parts[0] for w in works} <= set(notation.COMPOSERS)
    assert not any("Greentree" in notation.read_xml(w) or "<rights" in notation.read_xml(w) for w in works)


def test_a_score_is_read_with_its_chords_ties_and_transpositions(tmp_path: Path) -> None:
    def note(step_: str, length: int, extra: str = "", before: str = "") -> str:
        return (
            f"<note>{before}<pitch><step>{step_}</step><octave>4</octave></pitch>"
            f"<duration>{length}</duration>{extra}</note>"
        )

    chord = note("C", 2) + note("E", 2, before="<chord/>") + note("G", 2, '<tie type="start"/>')
    attributes = "<attributes><divisions>2</divisions><transpose><chromatic>-2</chromatic></transpose></attributes>"
    tied = note("G", 4, '<tie type="stop"/>')
    path = tmp_path / "score.xml"
    path.write_text(
        f"<score-partwise><part><measure>{attributes}{chord}</measure><measure>{tied}</measure></part></score-partwise>"
    )
    events = [(e.start, e.length, e.pitch) for e in notation.read(path).events]
    assert events == [(0.0, 1.0, 58), (0.0, 1.0, 62), (1.0, 3.0, 65)]


def test_harmony_names_what_musicians_name() -> None:
    two, five, one = progression("IIm7 V7/2 Imaj7/2", key=0)
    assert (two.root, two.tones, two.beats) == (2, (2, 5, 9, 0), 4.0)
    assert five == Chord(7, "7", 2.0) and one.scale == (0, 2, 4, 5, 7, 9, 11)
    assert nearest([0, 4, 7], 62.6) == 64
    assert step([0, 2, 4, 5, 7, 9, 11], 64, 2) == 67 and step([0, 2, 4, 5, 7, 9, 11], 60, -1) == 59
    first = voicing(two.tones, 62)
    moved = voicing(five.tones, 62, first)
    assert max(min(abs(p - q) for q in first) for p in moved) <= 2  # voices lead
    assert find_key([5, 0, 3, 0, 4, 3, 0, 5, 0, 3, 0, 2]) == (0, "major")
    with pytest.raises(ValueError, match="IVfoo"):
        progression("IVfoo", key=0)


def test_swing_delays_the_off_beat_only() -> None:
    straight, swung = Clock(120, 0.5, offset=0), Clock(120, 2 / 3, offset=0)
    assert [straight(b) for b in (0, 0.5, 1)] == pytest.approx([0, 0.25, 0.5])
    assert [swung(b) for b in (0, 0.5, 1)] == pytest.approx([0, 1 / 3, 0.5])


def test_the_master_tames_what_is_too_loud_or_too_quiet() -> None:
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(22_050)
    noise[5000] = 80.0
    for gain in (0.001, 1.0):
        mixed = master(noise * gain)
        assert true_peak(mixed) <= -0.99
        assert loudness(mixed, 22_050) == pytest.approx(TARGET, abs=0.2)
