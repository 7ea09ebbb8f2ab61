"""The user's own music: added once, kept whole, chosen from, and never played by models that did not hear it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import Painter, Run
from img2music import Img2Music
from img2music.audio.stft import RATE
from img2music.banks.own_bank import KnownEmbedding, OwnBank
from img2music.banks.store import BankStore
from img2music.errors import ModelError, OptionError
from img2music.generation.bank import Bank, BankEntry
from img2music.generation.bank_format import DIRECTIONS
from img2music.models.folder import Models
from img2music.options import Options
from tiny_models import CHANNELS, STEPS, seal


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's data for each test."""
    monkeypatch.setenv("IMG2MUSIC_DATA", str(tmp_path / "user"))
    return tmp_path / "user"


def _song(path: Path, seconds: float = 16.0, seed: int = 0, rate: int = RATE) -> Path:
    """A tone that swells, of a pitch of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = np.arange(round(seconds * rate)) / rate
    soundfile.write(path, 0.4 * np.sin(2 * np.pi * (200 + 60 * seed) * sound) * (1 + np.sin(3 * sound)) / 2, rate)
    return path


def _known(number: int) -> KnownEmbedding:
    latents = np.random.default_rng(number).standard_normal((CHANNELS, STEPS)).astype(np.float32)
    return KnownEmbedding(BankEntry(f"Song {number}", "o", "l"), latents, f"{number:064}")


def _bank(*numbers: int, encoder: str = "e") -> OwnBank:
    usual = np.ones((4, CHANNELS), np.float32)
    return OwnBank((), usual, encoder).joined_by([_known(number) for number in numbers], usual)


def _refused(result: tuple[int, str, str], words: str) -> None:
    status, out, err = result
    assert (status, out, err.count("\n")) == (2, "", 1), err
    assert err.startswith("img2music: ")
    assert words in err


def test_added_music_is_what_pictures_choose_from(run: Run, cover: Path, own_data: Path) -> None:
    for number in range(2):
        _song(own_data / f"tune {number}.wav", seed=number)
    status, out, err = run("bank", "add", own_data / "tune 0.wav", own_data / "tune 1.wav", "--genre", "Hip-Hop")
    assert (status, out, err) == (0, "hiphop in the bank own: 2 added, 0 there already\n", "")
    assert (own_data / "banks" / "own" / "hiphop.safetensors").is_file()
    status, out, err = run("generate", cover, "--bank", "own", "--seconds", 1, "--json")
    facts = json.loads(out)
    assert facts["genre"] == "hiphop"  # the cover looks classical, which the bank has none of
    assert facts["embeddings"][0]["title"] in ("tune 0", "tune 1")
    assert facts["bank"]["name"] == "own" and len(facts["bank"]["sha256"]) == 64


def test_an_own_piece_is_encoded_as_any_other(run: Run, tiny: Img2Music, own_data: Path, tiny_models: Path) -> None:
    from img2music.audio.files.io import load_audio
    from img2music.generation.codec import Encoder

    song = _song(own_data / "tune.wav", 20)
    assert run("bank", "add", song, "--genre", "jazz")[0] == 0
    bank = BankStore().play("own", "jazz", tiny.models).bank
    wanted = Encoder(tiny.models, "jazz")(load_audio(song, RATE)[: 15 * RATE])
    assert bank.latents.shape == (1, CHANNELS, STEPS)
    np.testing.assert_allclose(bank.latents[0], wanted, atol=np.abs(wanted).max() / 127)
    np.testing.assert_array_equal(bank.directions, Bank.load(tiny.models, "jazz").directions)
    assert bank.entries[0].character is not None


def test_folders_hidden_files_formats_and_pieces(run: Run, own_data: Path) -> None:
    folder = own_data / "songs"
    _song(folder / "a.wav", 47)
    _song(folder / "below" / "b.flac", 16, 1, 44100)
    _song(folder / "c.ogg", 16, 2)
    _song(folder / ".hidden.wav", 16, 3)
    (folder / "notes.txt").write_text("no music")
    status, out, _ = run("bank", "add", folder, "--genre", "pop", "--pieces", 5, "--origin", "me", "--licence", "CC0")
    assert (status, out) == (0, "pop in the bank own: 5 added, 0 there already\n")
    rows = json.loads(run("bank", "list", "--json")[1])
    assert [(row["bank"], row["genre"], row["state"]) for row in rows] == [("own", "pop", "can be played")]
    titles = ["a", "a from 0:15", "a from 0:30", "b", "c"]
    assert sorted(entry["title"] for entry in rows[0]["entries"]) == titles
    assert {(entry["origin"], entry["licence"]) for entry in rows[0]["entries"]} == {("me", "CC0")}


def test_the_same_audio_is_kept_once_whatever_its_file(run: Run, own_data: Path) -> None:
    song = _song(own_data / "a.wav")
    assert run("bank", "add", song, "--genre", "pop")[0] == 0
    before = (own_data / "banks" / "own" / "pop.safetensors").read_bytes()
    samples, rate = soundfile.read(song)
    soundfile.write(own_data / "copy.flac", samples, rate)
    status, out, _ = run("bank", "add", song, own_data / "copy.flac", "--genre", "pop")
    assert (status, out) == (0, "pop in the bank own: 0 added, 2 there already\n")
    assert (own_data / "banks" / "own" / "pop.safetensors").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["short.wav"], "short.wav lasts 3.0 s; choose a recording of at least 15 s"),
        (["silent.wav"], "silent.wav is silent"),
        (["missing.wav"], "missing.wav: no such file"),
        (["cover.png"], "not a recording"),
        (["empty"], "There is no recording in empty"),
        (["good.wav", "--genre", "polka"], "Unknown genre 'polka'"),
        (["good.wav", "--name", "../x"], "A bank cannot be called '../x'"),
        (["good.wav", "--name", "con"], "A bank cannot be called 'con'"),
    ],
)
def test_what_cannot_be_added_is_one_line(
    run: Run, cover: Path, own_data: Path, options: list[str], words: str
) -> None:
    _song(Path("good.wav"))
    _song(Path("short.wav"), 3)
    soundfile.write("silent.wav", np.zeros(16 * RATE), RATE)
    Path("empty").mkdir()
    genre = [] if "--genre" in options else ["--genre", "pop"]
    _refused(run("bank", "add", *options, *genre), words)
    assert not own_data.exists()


def test_good_recordings_are_added_and_bad_ones_named(run: Run) -> None:
    _song(Path("good.wav"))
    _song(Path("short.wav"), 3)
    status, out, err = run("bank", "add", "short.wav", "good.wav", "--genre", "pop")
    assert status == 1
    assert "1 added" in out
    assert err.count("\n") == 1 and "short.wav lasts" in err


def test_the_data_folder_cannot_be_written(run: Run, own_data: Path) -> None:
    own_data.write_text("in the way")
    _refused(run("bank", "add", _song(Path("good.wav")), "--genre", "pop"), "Cannot write into")


def test_two_who_add_at_once_lose_nothing(own_data: Path) -> None:
    def add(number: int) -> None:
        def join(old: OwnBank | None) -> OwnBank:
            time.sleep(0.02)
            return (old or _bank()).joined_by([_known(number)], np.ones((4, CHANNELS), np.float32))

        BankStore().change("own", "pop", join)

    BankStore().change("own", "pop", lambda _: _bank(99))
    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    titles = {one.entry.title for one in BankStore().read("own", "pop")[0].known}
    assert titles == {f"Song {number}" for number in (*range(6), 99)}


def test_processes_that_add_at_once_lose_nothing(tiny_models: Path, own_data: Path, tmp_path: Path) -> None:
    songs = [_song(tmp_path / f"song {number}.wav", seed=number) for number in range(2)]
    command = [sys.executable, "-m", "img2music", "bank", "add", "--genre", "pop", "--models", str(tiny_models)]
    running = [subprocess.Popen([*command, str(song)]) for song in songs]
    assert [one.wait() for one in running] == [0, 0]
    assert len(BankStore().read("own", "pop")[0].known) == 2


def test_a_change_that_fails_leaves_the_bank_as_it_was(own_data: Path) -> None:
    BankStore().change("own", "pop", lambda _: _bank(1))
    before = BankStore().path("own", "pop").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        BankStore().change("own", "pop", _interrupt)
    assert BankStore().path("own", "pop").read_bytes() == before
    assert [path.name for path in BankStore().path("own", "pop").parent.iterdir()] == ["pop.safetensors"]
    BankStore().change("own", "pop", lambda old: old)  # nobody holds the lock any more


def _interrupt(old: OwnBank | None) -> OwnBank:
    raise KeyboardInterrupt


def test_many_pieces_have_directions_of_their_own() -> None:
    few, many = _bank(*range(DIRECTIONS)), _bank(*range(DIRECTIONS + 1))
    assert (few.directions == 1).all()
    assert many.directions.shape == (DIRECTIONS, CHANNELS)
    assert not (many.directions == 1).all()


def test_adding_again_and_again_wears_nothing_out() -> None:
    first = bank = OwnBank.parse(_bank(0, 1).to_bytes(), "bank")
    for _ in range(5):
        bank = OwnBank.parse(bank.joined_by([_known(1)], bank.directions).to_bytes(), "bank")
    np.testing.assert_allclose(bank.bank.latents, first.bank.latents, rtol=1e-6)


def test_other_models_say_to_add_the_music_again(run: Run, cover: Path, own_models: Path) -> None:
    song = _song(Path("tune.wav"))
    assert run("bank", "add", song, "--genre", "pop")[0] == 0
    (own_models / "pop" / "encoder.onnx").write_bytes((own_models / "jazz" / "encoder.onnx").read_bytes())
    seal(own_models)
    words = "made with other models; remove it with `img2music bank remove own --genre pop`"
    _refused(run("generate", cover, "--bank", "own", models=own_models), words)
    _refused(run("bank", "add", song, "--genre", "pop", models=own_models), words)
    assert "pop: made with other models" in run("bank", "list", models=own_models)[1]
    assert run("bank", "remove", "own", "--genre", "pop", models=None)[0] == 0
    assert run("bank", "add", song, "--genre", "pop", models=own_models)[0] == 0


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff" * 100])
def test_a_damaged_bank_is_one_line_and_can_be_removed(run: Run, cover: Path, damage: bytes) -> None:
    BankStore().change("own", "pop", lambda _: _bank(1))
    BankStore().path("own", "pop").write_bytes(damage)
    _refused(run("generate", cover, "--bank", "own"), "pop.safetensors is damaged")
    assert "own, pop: damaged" in run("bank", "list")[1]
    assert run("bank", "remove", "own", models=None)[0] == 0
    assert BankStore().names() == ()


def test_a_bank_without_what_was_asked_for_is_one_line(run: Run, cover: Path) -> None:
    _refused(run("generate", cover, "--bank", "own"), "There is no bank 'own'; make one with")
    BankStore().change("mine", "pop", lambda _: _bank(1))
    _refused(run("generate", cover, "--bank", "own"), "There is no bank 'own'; choose one of mine")
    _refused(run("generate", cover, "--bank", "mine", "--genre", "jazz"), "has no jazz; choose one of pop")
    _refused(run("generate", cover, "--bank", "mine", "--top-n", 2), "choose from 1 to 1")
    _refused(run("generate", cover, "--bank", "a/b"), "cannot be called")
    _refused(run("bank", "remove", "own", models=None), "There is no bank 'own'")
    _refused(run("bank", "remove", "mine", "--genre", "jazz", models=None), "Unknown genre 'jazz'; choose one of pop")
    _refused(run("bank", "remove", "mine", "--title", "x", models=None), "has no 'x'")


def test_music_is_removed_by_title_by_genre_and_whole(run: Run) -> None:
    for genre in ("pop", "jazz"):
        BankStore().change("own", genre, lambda _: _bank(1, 2))
    assert run("bank", "remove", "own", "--title", "Song 1", "--genre", "pop", models=None)[0] == 0
    assert [one.entry.title for one in BankStore().read("own", "pop")[0].known] == ["Song 2"]
    assert run("bank", "remove", "own", "--title", "Song 2", models=None)[0] == 0
    assert BankStore().genres("own") == ("jazz",)
    status, out, _ = run("bank", "remove", "own", models=None)
    assert (status, out) == (0, "removed from the bank own: jazz\n")
    assert not (BankStore().folder / "own").exists()
    assert "There is no bank" in run("bank", "list")[1]


def test_foreign_files_stay_where_a_bank_was(run: Run) -> None:
    BankStore().change("own", "pop", lambda _: _bank(1))
    folder = BankStore().folder / "own"
    (folder / "notes.txt").write_text("mine")
    (folder / ".img2music-folder").mkdir()
    (folder / ".img2music-left.safetensors").touch()
    status, out, err = run("bank", "remove", "own", models=None)
    assert (status, out) == (0, "removed from the bank own: pop\n")
    assert err == f"img2music: {folder} stays: it holds .img2music-folder and 1 more\n"
    assert {path.name for path in folder.iterdir()} == {"notes.txt", ".img2music-folder"}
    _refused(run("bank", "remove", "own", models=None), "There is no bank 'own'")
    assert BankStore().names() == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_bank_that_is_a_pipe_is_not_waited_for(run: Run, cover: Path) -> None:
    path = BankStore().path("own", "pop")
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    _refused(run("generate", cover, "--bank", "own"), "pipe or a device")
    assert "own, pop: damaged" in run("bank", "list")[1]
    _refused(run("bank", "add", _song(Path("one.wav")), "--genre", "pop"), "pipe or a device")
    assert run("bank", "remove", "own", models=None)[0] == 0
    assert not path.parent.exists()


def test_what_a_folder_holds_besides_recordings_is_said(run: Run) -> None:
    _song(Path("songs/a.wav"))
    Path("songs/b.mid").touch()
    status, _, err = run("bank", "add", "songs", "--genre", "pop")
    assert (status, err) == (0, "img2music: 1 file passed over: .mid 1\n")
    Path("songs/a.wav").unlink()
    _refused(run("bank", "add", "songs", "--genre", "pop"), "(1 file passed over: .mid 1)")


def test_a_sidecar_knows_its_bank(run: Run, cover: Path) -> None:
    assert run("bank", "add", _song(Path("one.wav")), "--genre", "pop")[0] == 0
    assert run("generate", cover, "--bank", "own", "--seconds", 1, "--sidecar")[0] == 0
    assert run("again", "cover.json", "-o", "again.wav")[0] == 0
    assert Path("again.wav").read_bytes() == Path("cover.wav").read_bytes()
    assert run("bank", "add", _song(Path("two.wav"), seed=1), "--genre", "pop")[0] == 0
    _refused(run("again", "cover.json", "-o", "other.wav"), "The bank 'own' has changed")
    assert run("bank", "remove", "own", models=None)[0] == 0
    _refused(run("again", "cover.json", "-o", "other.wav"), "There is no bank 'own'")


@pytest.mark.parametrize("name", ["../../x", 3, ""])
def test_a_sidecars_bank_is_not_trusted(run: Run, cover: Path, name: object) -> None:
    assert run("generate", cover, "--seconds", 1, "--sidecar")[0] == 0
    facts = json.loads(Path("cover.json").read_text())
    facts["order"]["bank"] = name
    Path("cover.json").write_text(json.dumps(facts))
    status, _, err = run("again", "cover.json", "-o", "again.wav")
    assert (status, err.count("\n")) == (2, 1)
    assert not Path("again.wav").exists()


def test_a_batch_plays_a_bank(run: Run, paint: Painter) -> None:
    assert run("bank", "add", _song(Path("one.wav")), "--genre", "pop")[0] == 0
    Path("covers").mkdir()
    paint("red", "covers/red.png")
    assert run("batch", "covers", "--out", "music", "--bank", "own", "--seconds", 1)[0] == 0
    sidecar = json.loads(Path("music/red.json").read_text())
    assert (sidecar["order"]["genre"], sidecar["order"]["bank"]) == ("pop", "own")


def test_the_library_plays_a_bank_and_sees_what_is_added(tiny: Img2Music, cover: Path) -> None:
    store, encoder = BankStore(), Models(tiny.models.folder).checksum("pop/encoder.onnx")
    store.change("own", "pop", lambda _: _bank(1, encoder=encoder))
    assert tiny.genres("own") == ("pop",)
    one = tiny.generate(cover, bank="own", seconds=1)
    assert one.provenance.embeddings[0].title == "Song 1"
    assert tiny.play(cover, Options(seconds=1, bank="own", engine="flow")).genre == "pop"
    store.change("own", "pop", lambda _: _bank(2, encoder=encoder))
    assert tiny.generate(cover, bank="own", seconds=1).provenance.embeddings[0].title == "Song 2"
    with pytest.raises(OptionError, match="no bank 'none'"):
        tiny.genres("none")


def test_a_bank_of_genres_that_models_do_not_play_is_refused(own_models: Path, cover: Path) -> None:
    BankStore().change("own", "pop", lambda _: _bank(1))
    (own_models / "pop" / "decoder.onnx").unlink()
    seal(own_models)
    with pytest.raises(OptionError, match="only pop, which these models do not play"):
        Img2Music(own_models).generate(cover, bank="own")


def test_adding_needs_neither_torch_nor_librosa(tiny_models: Path, tmp_path: Path) -> None:
    song = _song(tmp_path / "song.wav")
    code = "import sys; from img2music.cli.main import app; app(sys.argv[1:], standalone_mode=False); "
    code += "sys.exit(len({'torch', 'librosa', 'scipy', 'gradio'} & set(sys.modules)))"
    arguments = ["bank", "add", song, "--genre", "pop", "--models", tiny_models]
    subprocess.run([sys.executable, "-c", code, *map(str, arguments)], check=True)


def test_a_bank_of_ours_is_a_bank_of_the_models(own_data: Path) -> None:
    bank = Bank.parse(_bank(1, 2).to_bytes(), "bank")
    assert [entry.title for entry in bank.entries] == ["Song 1", "Song 2"]
    with pytest.raises(ModelError, match="damaged"):
        OwnBank.parse(Path(Models().folder, "pop", "bank.safetensors").read_bytes(), "bank")
