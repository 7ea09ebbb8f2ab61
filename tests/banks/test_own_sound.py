"""The sound of the user's own music: learnt from songs, kept with their bank, and heard when it is played."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import soundfile
import torch

from conftest import Run
from img2music import Img2Music
from img2music.banks.own_bank import KnownEmbedding, OwnBank
from img2music.banks.store import BankStore
from img2music.errors import AudioError, ModelError
from img2music.generation.bank import BankEntry
from img2music.models.folder import ENCODER, Models
from img2music.stereo.codec import StereoEncoder
from img2music.training.own_sound import run as own_sound_run
from img2music.training.own_sound.end import ExportedDecoder
from img2music.training.own_sound.run import Learning, LearningRecipe
from img2music.training.own_sound.songs import Listener, check_enough, held_out
from img2music.training.side_predictor.export import export_predictor
from img2music.training.side_predictor.network import PredictorShape, SidePredictor
from img2music.training.spectrogram_vae.network import Shape
from img2music.training.stereo.export import export_stereo
from img2music.training.stereo.network import StereoShape, StereoVAE
from tiny_models import CHANNELS, STEPS, seal, write_tiny_models

RATE = 44_100
TINY = StereoShape(Shape(16, 2, 1, 2, 64, 3, None), extra=4, side=16, blocks=1, kernel=3)
RECIPE = LearningRecipe(steps=6, batch=2, crop=16, blocks=1)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny models with the bundled encoder and a decoder in stereo that can learn."""
    folder = write_tiny_models(tmp_path_factory.mktemp("models"))
    for old in (*folder.glob("*/encoder.onnx"), *folder.glob("*/decoder.onnx")):
        old.unlink()
    (folder / ENCODER).write_bytes(Models().read(ENCODER))
    torch.manual_seed(1)
    vae = StereoVAE(TINY)
    with torch.no_grad():
        for value in vae.parameters():  # the exporter keeps weights that are alike once
            value.add_(0.01 * torch.randn_like(value))
    export_stereo(vae, folder)
    export_predictor(SidePredictor(PredictorShape.for_vae(vae.shape)), folder)
    seal(folder)
    return folder


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMG2MUSIC_DATA", str(tmp_path / "user"))
    monkeypatch.setenv("IMG2MUSIC_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six songs of 16 s: chords that swell, with noise on the right."""
    folder = tmp_path_factory.mktemp("songs")
    time = np.arange(16 * RATE) / RATE
    for number in range(6):
        tones = sum(np.sin(2 * np.pi * 110 * (number + k) * time) for k in (2, 3, 4)) * (1 + np.sin(5 * time))
        noise = 0.02 * np.random.default_rng(number).standard_normal((len(time), 2)) * [0.3, 1]
        soundfile.write(folder / f"song {number}.flac", 0.1 * tones[:, None] + noise, RATE)
    return folder


def own_files(tmp_path: Path) -> list[str]:
    """What there is of banks, and of learning that was not ended."""
    places = tmp_path / "user", tmp_path / "cache"
    return sorted(path.name for place in places for path in place.rglob("*") if path.is_file() and path.name != ".lock")


def test_a_bank_is_decoded_by_what_was_learnt_from_it(
    run: Run, models: Path, songs: Path, cover: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # so many steps on a machine of any speed
    monkeypatch.setattr(own_sound_run, "LearningRecipe", partial(LearningRecipe, steps=60, batch=4, crop=32))
    wish = ("--genre", "jazz", "--name", "mine")
    assert run("bank", "add", songs, *wish, models=models)[0] == 0
    before = Img2Music(models).generate(cover, bank="mine", engine="perturb", seconds=2)
    status, out, err = run("learn", songs, *wish, models=models)
    assert (status, err) == (0, "")
    first, second = out.splitlines()
    assert first == "jazz in the bank mine: 0 added, 6 there already"
    assert second.startswith("Fréchet distance of the songs held out: ")
    old, new = (float(word) for word in second.split() if word[0].isdigit())
    assert new < old
    bank, _ = BankStore().read("mine", "jazz")
    assert own_files(tmp_path) == [f"jazz.{str(bank.decoder)[:16]}.onnx", "jazz.safetensors"]
    after = Img2Music(models).generate(cover, bank="mine", engine="perturb", seconds=2)
    assert after.samples.shape == before.samples.shape
    assert np.abs(after.samples - before.samples).max() > 0.01
    assert after.provenance.bank != before.provenance.bank  # the checksum of the bank covers its decoder
    assert run("bank", "remove", "mine", "--title", "song 0", models=None)[0] == 0
    assert BankStore().read("mine", "jazz")[0].decoder == bank.decoder
    assert run("learn", songs, *wish, "--minutes", 0.02, "--held-out", 0, models=models)[:2] == (
        0,
        "jazz in the bank mine: 1 added, 5 there already\n",
    )
    assert len(own_files(tmp_path)) == 2
    assert run("bank", "remove", "mine", models=None)[0] == 0
    assert own_files(tmp_path) == []


def test_learning_goes_on_from_where_it_was_interrupted(models: Path, songs: Path, tmp_path: Path) -> None:
    known, decoder = Models(models), ExportedDecoder(Models(models), "jazz")
    heard = [Listener(known, "jazz")(songs / "song 0.flac", 5.0)]

    def learning(mark: str, file: str) -> Learning:
        end = decoder.end(RECIPE.blocks)
        return Learning(end, decoder.beginning(end.first), heard, RECIPE, tmp_path / file, mark)

    def interrupt(share: float) -> None:
        if share >= 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learning("a", "state.pt").run(interrupt)
    assert learning("other songs", "state.pt").share == 0
    again, whole = learning("a", "state.pt"), learning("a", "whole.pt")
    assert again.share == 0.5
    for one in (again, whole):
        one.run(lambda share: None)
    for name, value in whole.weights.items():
        torch.testing.assert_close(again.weights[name], value, atol=1e-4, rtol=1e-3)


def test_only_the_end_of_a_decoder_changes(models: Path, songs: Path, tmp_path: Path) -> None:
    decoder = ExportedDecoder(Models(models), "jazz")
    end = decoder.end(1)
    assert not [name for name in end.learning() if name.startswith(("core.blocks.0", "core.enter"))]
    song = Listener(Models(models), "jazz")(songs / "song 1.flac", 4.0)
    both, _ = soundfile.read(songs / "song 1.flac", frames=4 * RATE, dtype="float32")
    np.testing.assert_allclose(song.latents, StereoEncoder(Models(models), "jazz")(both), atol=0.05)
    hidden = decoder.beginning(end.first)(song.latents)
    with torch.no_grad():
        answer = end.eval()(torch.from_numpy(hidden)[None], torch.from_numpy(song.latents)[None])
    network = Models(models).network_of("jazz", "stereo-decoder.onnx")
    wanted = network(["magnitudes", "treble", "image"], latents=song.latents[None])
    np.testing.assert_allclose((answer[0].exp() - 1e-3).clamp(min=0).numpy(), wanted[0], atol=1e-3, rtol=1e-3)
    for found, known in zip(answer[1:], wanted[1:], strict=True):
        np.testing.assert_allclose(found.numpy(), known, atol=1e-3, rtol=1e-3)


def test_every_third_of_six_songs_judges() -> None:
    songs = [Path(f"{number}") for number in range(7)]
    assert held_out(songs, 3) == ([songs[i] for i in (0, 1, 3, 4, 6)], [songs[2], songs[5]])
    assert held_out(songs, 0) == (songs, [])
    assert held_out(songs[:5], 3) == (songs[:5], [])
    with pytest.raises(AudioError, match="only 59 s"):
        check_enough(59)


def test_what_cannot_be_learnt_leaves_nothing(
    run: Run, models: Path, tiny_models: Path, songs: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "damaged.flac").write_bytes(b"fLaC")
    cases = [
        (tmp_path / "empty", models, "no recording"),
        (tmp_path / "damaged.flac", models, "damaged.flac"),
        (songs / "song 0.flac", models, "music to learn from"),
        (songs, tiny_models, "no stereo decoder"),
    ]
    for place, folder, words in cases:
        status, out, err = run("learn", place, "--genre", "jazz", models=folder)
        assert (status, out, err.count("\n")) == (2, "", 1), err
        assert words in err
        assert own_files(tmp_path) == []


def test_a_changed_decoder_is_refused(run: Run, models: Path, songs: Path, cover: Path, tmp_path: Path) -> None:
    assert run("learn", songs, "--genre", "jazz", "--minutes", 0.01, "--held-out", 0, models=models)[0] == 0
    file = next((tmp_path / "user").rglob("*.onnx"))
    whole = file.read_bytes()
    for data in (whole[:-1], b"", whole[:-1] + bytes([whole[-1] ^ 1])):
        file.write_bytes(data)
        with pytest.raises(ModelError, match="damaged"):
            Img2Music(models).generate(cover, bank="own", engine="perturb", seconds=1)
    file.unlink()
    status, _, err = run("generate", cover, "--bank", "own", "--engine", "perturb", models=models)
    assert (status, err.count("\n")) == (2, 1)


def test_the_mark_of_a_decoder_is_a_checksum() -> None:
    latents = np.random.default_rng(0).standard_normal((CHANNELS, STEPS)).astype(np.float32)
    known = KnownEmbedding(BankEntry("Song", "o", "l"), latents, "0" * 64)
    directions = np.ones((4, CHANNELS), np.float32)
    assert OwnBank.parse(OwnBank((known,), directions, "e", "a" * 64).to_bytes(), "bank").decoder == "a" * 64
    with pytest.raises(ModelError, match="damaged"):
        OwnBank.parse(OwnBank((known,), directions, "e", "../../elsewhere").to_bytes(), "bank")
