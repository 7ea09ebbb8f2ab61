"""`generate --midi`, `--stems` and `--score`: files that musicians go on working with, and a score of their own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import mido
import numpy as np
import pytest

from conftest import Run, hear
from img2music import Img2Music, Wishes, compose
from img2music.audio.stft import RATE
from img2music.errors import OptionError
from img2music.synthesis.stems import NAMES
from songs import check_refused, write_song
from tiny_models import seal


@pytest.fixture(scope="module")
def composing(score_models: Path) -> Img2Music:
    return Img2Music(score_models)


def _whole_numbers(path: Path) -> np.ndarray:
    return np.rint(hear(path)[0] * 32768).astype(int)


def test_the_midi_beside_the_music_is_the_score_of_compose(run: Run, cover: Path, score_models: Path) -> None:
    assert run("generate", cover, "--midi", "--seconds", 3, models=score_models)[0] == 0
    assert cover.with_suffix(".mid").read_bytes() == compose(cover, seconds=3, models=score_models).to_midi()


def test_the_files_beside_the_music_are_named(run: Run, cover: Path, score_models: Path) -> None:
    wanted = ["generate", cover, "--midi", "--stems", "--seconds", 1, "--force"]
    names = ["cover.mid", *(f"cover-{name}.wav" for name in NAMES)]
    assert f"beside it: {', '.join(names)}" in run(*wanted, models=score_models)[1]
    facts = json.loads(run(*wanted, "--json", models=score_models)[1])
    assert [Path(place).name for place in facts["beside"]] == names
    assert all(Path(place).is_file() for place in facts["beside"])


def test_each_genre_has_a_score_of_its_own(run: Run, cover: Path, score_models: Path) -> None:
    assert run("generate", cover, "--midi", "--seconds", 3, "--top-n", 2, models=score_models)[0] == 0
    for genre in ("classical", "hiphop"):
        expected = compose(cover, seconds=3, genre=genre).to_midi()
        assert cover.with_name(f"cover-{genre}.mid").read_bytes() == expected


@pytest.mark.parametrize("more", [[], ["--loop"]])
@pytest.mark.parametrize("format", ["wav", "flac"])
def test_stems_add_up_to_the_music(run: Run, cover: Path, score_models: Path, format: str, more: list[str]) -> None:
    wanted = ["--genre", "jazz", "--instruments", "piano,double bass,drums", "--seconds", 4, "--format", format]
    assert run("generate", cover, "--stems", *wanted, *more, models=score_models)[0] == 0
    mix = _whole_numbers(cover.with_suffix(f".{format}"))
    stems = {name: _whole_numbers(cover.with_name(f"cover-{name}.{format}")) for name in NAMES}
    assert np.abs(sum(stems.values()) - mix).max() <= len(NAMES) // 2 + 1  # each is rounded by up to a half
    assert all(len(stem) == len(mix) for stem in stems.values())
    assert stems["drums"].any() and stems["bass"].any()


def test_stems_without_notes_are_silent(composing: Img2Music, cover: Path) -> None:
    snippet = composing.generate(cover, wishes=Wishes(instruments="flute,piano"), seconds=3)
    stems = composing.stems(snippet)
    assert list(stems) == list(NAMES)
    assert not stems["drums"].samples.any()
    assert stems["melody"].samples.any()
    np.testing.assert_allclose(sum(stem.samples for stem in stems.values()), snippet.samples, atol=1e-5)


def test_stems_of_a_film_are_sounds(run: Run, cover: Path, score_models: Path) -> None:
    pytest.importorskip("av")
    assert run("generate", cover, "--stems", "--seconds", 1, "--format", "mp4", models=score_models)[0] == 0
    assert {path.name for path in cover.parent.glob("cover-*")} == {f"cover-{name}.wav" for name in NAMES}


def test_what_plays_no_score_has_no_stems(composing: Img2Music, cover: Path) -> None:
    with pytest.raises(OptionError, match="choose the engine compose"):
        composing.stems(composing.generate(cover, seconds=1, engine="flow"))


def test_models_without_stems_say_so_first(run: Run, cover: Path, score_models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(score_models, tmp_path / "without"))
    (folder / "stems.onnx").unlink()
    seal(folder)
    check_refused(run("generate", cover, "--stems", models=folder), "no model stems.onnx")
    assert run("generate", cover, "--midi", "--seconds", 1, models=folder)[0] == 0


@pytest.mark.parametrize("there", ["cover.mid", "cover-bass.wav", "cover.wav", "cover.json"])
def test_nothing_is_replaced_without_force(run: Run, cover: Path, score_models: Path, there: str) -> None:
    cover.with_name(there).write_bytes(b"mine")
    wanted = ["generate", cover, "--midi", "--stems", "--sidecar", "--seconds", 1]
    check_refused(run(*wanted, models=score_models), f"{there} exists")
    assert {path.name for path in cover.parent.iterdir()} == {"cover.png", there}
    assert cover.with_name(there).read_bytes() == b"mine"
    assert run(*wanted, "--force", models=score_models)[0] == 0
    assert cover.with_name(there).read_bytes() != b"mine"


@pytest.mark.parametrize("in_the_way", ["cover.mid", "cover-bass.wav", "cover-melody.wav", "cover.wav"])
def test_all_files_are_written_or_none(run: Run, cover: Path, score_models: Path, in_the_way: str) -> None:
    cover.with_name(in_the_way).mkdir()
    wanted = ["generate", cover, "--midi", "--stems", "--seconds", 1, "--force"]
    check_refused(run(*wanted, models=score_models), in_the_way)
    assert {path.name for path in cover.parent.iterdir()} == {"cover.png", in_the_way}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--midi", "--engine", "flow"], "--midi needs the engine compose"),
        (["--stems", "--engine", "perturb"], "--stems needs the engine compose"),
        (["--midi", "-o", "-"], "leave out --top-n, --sidecar, --midi and --stems"),
        (["--score", "song.mid", "--bpm", 90], "has its notes already; leave out bpm"),
        (["--score", "song.mid", "--blend"], "has its notes already; leave out blend"),
        (["--score", "song.mid", "--engine", "flow"], "score needs the engine compose"),
        (["--score", "song.mid"], "song.mid: no such file"),
        (["--score", "cover.png"], "cover.png is no MIDI file"),
        (["--score", "."], "folder"),
    ],
)
def test_what_cannot_be_is_one_line(run: Run, cover: Path, score_models: Path, options: list, words: str) -> None:
    check_refused(run("generate", cover, *options, models=score_models), words)
    assert {path.name for path in cover.parent.iterdir()} == {"cover.png"}


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Eight beats at 120 bpm."""
    (tmp_path / "song.mid").write_bytes(write_song())
    return tmp_path / "song.mid"


def test_a_score_of_ones_own_is_played(composing: Img2Music, cover: Path, song: Path) -> None:
    snippet = composing.generate(cover, score=song)
    assert snippet.score is not None
    assert [note.pitch for _, note in snippet.score.notes()] == list(range(60, 68))
    assert 4 < snippet.seconds < 4.5
    assert snippet.genre == "classical"
    assert snippet.provenance.brief is None
    assert snippet.provenance.score is not None and snippet.provenance.score.name == "song.mid"
    other = song.with_name("other.mid")
    other.write_bytes(write_song(pitch=48))
    assert not np.array_equal(composing.generate(cover, score=other).samples, snippet.samples)


def test_a_part_of_it_and_a_loop_of_it(composing: Img2Music, cover: Path, song: Path) -> None:
    assert composing.generate(cover, score=song, seconds=1.5).seconds == 1.5
    assert len(composing.generate(cover, score=song, loop=True).samples) == 4 * RATE
    assert len(composing.generate(cover, score=song, loop=True, seconds=3).samples) == 2 * RATE
    with pytest.raises(OptionError, match="1 bar of 4/4"):
        composing.generate(cover, score=song, loop=True, seconds=1.5)


def test_two_hours_of_it_are_three_minutes(composing: Img2Music, cover: Path, song: Path) -> None:
    song.write_bytes(write_song(beats=2 * 60 * 120))
    assert composing.generate(cover, score=song).seconds == 180


def test_it_and_its_stems_are_written(run: Run, cover: Path, score_models: Path, song: Path) -> None:
    assert run("generate", cover, "--score", song, "--midi", "--stems", models=score_models)[0] == 0
    again = mido.MidiFile(cover.with_suffix(".mid"))
    assert [m.note for m in again if m.type == "note_on" and m.velocity] == list(range(60, 68))


def test_the_score_itself_is_not_replaced(run: Run, cover: Path, score_models: Path, song: Path) -> None:
    before = song.read_bytes()
    check_refused(
        run("generate", cover, "--score", song, "--midi", "-o", "song.wav", "--force", models=score_models),
        "is the score itself",
    )
    assert song.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"MThd", write_song()[:30], bytes(5 * 2**20)])
def test_what_is_no_song_is_one_line(run: Run, cover: Path, score_models: Path, song: Path, content: bytes) -> None:
    song.write_bytes(content)
    check_refused(run("generate", cover, "--score", song, models=score_models), "song.mid")
