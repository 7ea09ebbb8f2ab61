"""Folders of music are compared as promised, whatever hears them; musicnn as its makers meant it."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import soundfile
from safetensors import safe_open
from typer.testing import CliRunner

from img2music.audio.level import level
from img2music.audio.stft import RATE
from img2music.cli.evaluation.models import evaluate_app
from img2music.errors import ModelError, OptionError
from img2music.evaluation.audio import score_folder
from img2music.evaluation.embedded_clips import embed_folder, white_noise
from img2music.evaluation.variety import corpus_variety
from img2music.metrics.conventions import conventions
from img2music.metrics.distances import DISTANCES, placed_distances
from img2music.metrics.embedders.registry import EMBEDDERS, load_embedder
from img2music.metrics.embedders.tags import GENRE_TAGS, TAGS, tagged_genre
from img2music.metrics.frechet import floor, frechet_distance
from img2music.metrics.kernels import kernel_audio_distance, kernel_distance
from img2music.metrics.log_spectral import log_spectral_error, log_spectral_errors
from img2music.metrics.similarity import nearest_within
from img2music.metrics.whitening import Whitening
from pitch_embedder import PITCH, PitchEmbedder


class TaglessEmbedder:
    """The same without tags, but with whitening of its own."""

    name = "tagless ear"
    patch_seconds = 1.0
    embed = PitchEmbedder.embed
    whitening = Whitening(np.array([0.3, 0.05, 0.04]), np.diag([10.0, 20.0, 30.0]))


def _tone(hertz: float, seconds: float = 3.0, loudness: float = 0.5, rate: int = RATE) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    return (loudness * np.sin(2 * np.pi * hertz * time) * (1 + 0.3 * np.sin(3 * time))).astype(np.float32)


def _folder(root: Path, count: int = 4, detune: float = 1.0, loudness: float = 0.5) -> Path:
    """Clips of every genre in a folder of its name."""
    for genre, hertz in PITCH.items():
        (root / genre).mkdir(parents=True)
        for i in range(count):
            clip = _tone(hertz * detune * (1 + 0.01 * i), loudness=loudness * (1 - 0.1 * i))
            soundfile.write(root / genre / f"{i}.wav", clip, RATE, subtype="FLOAT")
    return root


def test_the_same_folder_is_no_distance_away_and_a_copy(tmp_path: Path) -> None:
    clips = _folder(tmp_path / "a")
    scores = score_folder(clips, clips, clips, PitchEmbedder()).to_json()
    assert (scores["clips"], scores["patches"], scores["skipped"]) == (16, 48, 0)
    assert (scores["reference_clips"], scores["reference_patches"]) == (16, 48)
    assert scores["frechet"] == pytest.approx(0, abs=1e-9)
    assert scores["kernel"] <= 0 and scores["kad"] <= 0  # unbiased: a set is closer to itself than chance has it
    assert scores["floor"] > 0
    assert scores["nearest"] == pytest.approx(1)
    assert json.loads(json.dumps(scores)) == scores


def test_the_scores_are_those_of_the_embeddings(tmp_path: Path) -> None:
    ours, theirs = _folder(tmp_path / "a", 2, 1.1), _folder(tmp_path / "b", 3)
    scores = score_folder(ours, theirs, embedder=PitchEmbedder()).to_json()
    a, b = ({p: PitchEmbedder().embed(*soundfile.read(p)) for p in sorted(f.rglob("*.wav"))} for f in (ours, theirs))
    sets = np.concatenate(list(a.values())), np.concatenate(list(b.values()))
    assert scores["frechet"] == pytest.approx(frechet_distance(*sets), rel=1e-4)
    assert scores["kernel"] == pytest.approx(kernel_distance(*sets), rel=1e-4)
    assert scores["kad"] == pytest.approx(kernel_audio_distance(*sets), rel=1e-4)
    assert scores["floor"] == pytest.approx(floor({str(p): e for p, e in b.items()}, 0), rel=1e-4)
    assert scores["nearest"] is None


def test_every_distance_comes_with_its_floor_and_the_ceiling_of_noise(tmp_path: Path) -> None:
    ours, theirs = _folder(tmp_path / "a", 2, 1.1), _folder(tmp_path / "b", 3)
    scores = score_folder(ours, theirs, embedder=PitchEmbedder()).to_json()
    assert scores["embedder"] == "ear" and scores["whitening"] == "fitted"
    heard, real = embed_folder(ours, PitchEmbedder(), noise=True), embed_folder(theirs, PitchEmbedder())
    assert scores["distances"] == placed_distances(heard.embeddings(), real.embeddings(), heard.noise())
    assert tuple(scores["distances"]) == DISTANCES
    for old, new in (("frechet", "raw"), ("kernel", "kernel"), ("kad", "kad")):
        assert scores[old] == scores["distances"][new]["value"]
    assert scores["floor"] == scores["distances"]["raw"]["floor"]
    assert scores["distances"]["raw"]["value"] < scores["distances"]["raw"]["ceiling"]
    assert len(scores["warnings"]) == 1 and "24 embeddings against 36" in scores["warnings"][0]


def test_whitening_that_was_published_is_used(tmp_path: Path) -> None:
    ours, theirs = _folder(tmp_path / "a", 2, 1.1), _folder(tmp_path / "b", 3)
    scores = score_folder(ours, theirs, embedder=TaglessEmbedder()).to_json()
    assert scores["whitening"] == "published"
    a, b = (
        TaglessEmbedder.whitening.apply(
            np.concatenate(list(embed_folder(folder, PitchEmbedder()).embeddings().values()))
        )
        for folder in (ours, theirs)
    )
    assert scores["distances"]["whitened"]["value"] == pytest.approx(frechet_distance(a, b))


def test_noise_is_as_long_and_as_loud_as_the_clip(tmp_path: Path) -> None:
    tone = _tone(300, 2, 0.2)
    noise = white_noise(tone, np.random.default_rng(0))
    assert noise.shape == tone.shape and noise.dtype == np.float32
    assert level(noise) == pytest.approx(level(tone), abs=0.01)
    power = np.abs(np.fft.rfft(noise)) ** 2
    assert power[: len(power) // 2].sum() == pytest.approx(power[len(power) // 2 :].sum(), rel=0.05)
    clips = _folder(tmp_path / "a", 2, loudness=0.2)
    heard = embed_folder(clips, PitchEmbedder(), noise=True)
    for name, embeddings in heard.embeddings().items():
        loudness = [np.sqrt((rows[:, 0] ** 2).mean()) for rows in (heard.noise()[name], embeddings)]
        assert loudness[0] == pytest.approx(loudness[1], rel=0.02)
    assert len({heard.noise()[name].tobytes() for name in heard.noise()}) == 8
    assert heard.noise().keys() == heard.embeddings().keys()
    assert embed_folder(clips, PitchEmbedder()).noise() == {}


def test_genres_are_compared_each_with_their_own(tmp_path: Path) -> None:
    ours, theirs = _folder(tmp_path / "a", 2, 1.1), _folder(tmp_path / "b", 4)
    for path in (ours / "pop").iterdir():
        path.unlink()
    assert score_folder(ours, theirs, embedder=PitchEmbedder()).by_genre == {}
    scores = score_folder(ours, theirs, embedder=PitchEmbedder(), per_genre=True).to_json()
    assert list(scores["by_genre"]) == ["classical", "hiphop", "jazz"]
    alone = score_folder(ours / "jazz", theirs / "jazz", embedder=PitchEmbedder()).to_json()
    found = scores["by_genre"]["jazz"]
    assert found == {name: alone[name] for name in found} | {"distances": found["distances"]}
    assert (found["clips"], found["patches"], found["reference_clips"], found["reference_patches"]) == (2, 6, 4, 12)
    for name in ("raw", "infinity", "kernel", "kad"):
        for place in ("value", "floor"):
            assert found["distances"][name][place] == alone["distances"][name][place]
    heard, real = embed_folder(ours, PitchEmbedder()), embed_folder(theirs, PitchEmbedder())
    whole = Whitening.fit(np.concatenate(list(real.embeddings().values())))  # one scale for all genres
    white = conventions(heard.embeddings("jazz"), real.embeddings("jazz"), whole)
    assert {name: found["distances"][name]["value"] for name in white} == white
    with pytest.raises(OptionError, match="--per-genre"):
        score_folder(ours / "jazz", tmp_path / "b" / "pop", embedder=PitchEmbedder(), per_genre=True)


def test_genres_are_those_the_folders_say(tmp_path: Path) -> None:
    clips = _folder(tmp_path / "a", 1)
    (clips / "hiphop").rename(clips / "Hip-Hop")
    soundfile.write(clips / "jazz" / "low.wav", _tone(PITCH["classical"]), RATE)
    soundfile.write(clips / "lost.wav", _tone(PITCH["pop"]), RATE)  # in no genre's folder
    scores = score_folder(clips, clips, embedder=PitchEmbedder()).to_json()
    assert scores["genre"] == pytest.approx(4 / 5)
    assert scores["genres"]["hiphop"] == {"clips": 1, "heard": 1.0, "reference": 1.0}
    assert scores["genres"]["jazz"] == {"clips": 2, "heard": 0.5, "reference": 0.5}


def test_an_ear_without_tags_leaves_genres_open(tmp_path: Path) -> None:
    clips = _folder(tmp_path / "a", 1)
    scores = score_folder(clips, clips, embedder=TaglessEmbedder()).to_json()
    assert scores["genre"] is None and scores["genres"] == {}


def test_the_first_fifteen_seconds_count_and_short_clips_do_not(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.wav", _tone(300, 17.5), RATE)
    soundfile.write(tmp_path / "short.wav", _tone(300, 0.7), RATE)
    (tmp_path / "notes.txt").write_text("no music")
    scores = score_folder(tmp_path, tmp_path, embedder=PitchEmbedder()).to_json()
    assert (scores["clips"], scores["patches"], scores["skipped"]) == (1, 15, 1)
    assert scores["floor"] is None


def test_files_without_music_are_left_out_by_name(tmp_path: Path) -> None:
    clips = _folder(tmp_path / "a", 1)
    expected = score_folder(clips, clips, embedder=PitchEmbedder()).to_json()
    (clips / "jazz" / "bad.ogg").write_bytes(b"not music")
    soundfile.write(clips / "jazz" / "short.wav", _tone(300, 0.7), RATE)
    soundfile.write(clips / "jazz" / "tiny.wav", _tone(300, 0.01), RATE)
    soundfile.write(clips / "pop" / "silent.wav", np.zeros(3 * RATE), RATE)
    scores = score_folder(clips, clips, clips, PitchEmbedder()).to_json()
    names = ("bad.ogg", "short.wav", "tiny.wav", "silent.wav")
    assert len(scores["left_out"]) == 12  # as generated, as reference and as training
    for line, name in zip(scores["left_out"], names * 3, strict=True):
        assert name in line and line.isprintable()
    assert scores["skipped"] == 4
    assert {**scores, "skipped": 0, "left_out": [], "nearest": None} == expected


def test_folders_that_cannot_be_scored_are_refused(tmp_path: Path) -> None:
    clips = _folder(tmp_path / "a", 1)
    with pytest.raises(OptionError, match="not a folder"):
        score_folder(tmp_path / "none", clips, embedder=PitchEmbedder())
    (tmp_path / "empty").mkdir()
    with pytest.raises(OptionError, match="less than"):
        score_folder(clips, tmp_path / "empty", embedder=PitchEmbedder())
    (tmp_path / "empty" / "bad.ogg").write_bytes(b"not music")
    with pytest.raises(OptionError, match=r"bad\.ogg"):
        score_folder(clips, tmp_path / "empty", embedder=PitchEmbedder())


def test_the_log_spectral_error_is_in_decibels() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    assert log_spectral_error(noise, noise) == 0
    assert log_spectral_error(noise, 10 * noise) == pytest.approx(20, abs=0.1)
    assert log_spectral_error(noise, np.append(noise, noise)) == 0
    assert log_spectral_error(noise, noise / 2) == log_spectral_error(noise / 2, noise)
    with pytest.raises(ValueError, match="empty"):
        log_spectral_error(noise, noise[:0])


def test_log_spectral_errors_are_averaged_over_recordings_and_genres(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, RATE).astype(np.float32)
    louder = {"jazz/a.wav": 1.0, "jazz/b.wav": 2.0, "pop/a.wav": 4.0}
    for name, gain in louder.items():
        for folder, samples in (("original", noise), ("reconstructed", gain * noise)):
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(tmp_path / folder / name, samples, RATE, subtype="FLOAT")
    found = asdict(log_spectral_errors(tmp_path / "original", tmp_path / "reconstructed"))
    alone = [log_spectral_error(noise, gain * noise) for gain in louder.values()]
    assert found["log_spectral"] == pytest.approx(np.mean(alone), rel=1e-5)
    assert found["log_spectral_genres"] == pytest.approx({"pop": alone[2], "jazz": alone[1] / 2}, rel=1e-5)
    with pytest.raises(OptionError, match="no WAV files"):
        log_spectral_errors(tmp_path / "original", tmp_path / "none")


def test_the_likeliest_tag_decides_the_genre() -> None:
    for genre, tags in GENRE_TAGS.items():
        for tag in tags:
            assert tagged_genre(np.array([0.9 if t == tag else 0.1 for t in TAGS])) == genre
    assert len(TAGS) == len(set(TAGS)) == 50


def test_only_known_embedders_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OptionError, match="musicnn, vggish"):
        load_embedder("ear")
    monkeypatch.setitem(EMBEDDERS, "ear", PitchEmbedder)
    assert isinstance(load_embedder("ear"), PitchEmbedder)


def test_the_command_prints_tables_or_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EMBEDDERS, "ear", PitchEmbedder)
    monkeypatch.setenv("COLUMNS", "160")
    clips = _folder(tmp_path / "a", 2)
    soundfile.write(clips / "jazz" / "silent.wav", np.zeros(3 * RATE), RATE)
    arguments = ["audio", str(clips), str(clips), "--embedder", "ear"]
    printed = CliRunner().invoke(evaluate_app, [*arguments, "--training", str(clips), "--json"])
    assert printed.exit_code == 0
    assert json.loads(printed.stdout)["nearest"] == pytest.approx(1)
    assert printed.stderr.count("left out: ") == 3 and "silent.wav" in printed.stderr
    tables = CliRunner().invoke(evaluate_app, [*arguments, "--per-genre"])
    assert tables.exit_code == 0
    for word in ("FAD∞", "floor", "ceiling", "kad", "distances on ear", "jazz: 2 clips against 2", "below 1500"):
        assert word in tables.stdout
    unknown = CliRunner().invoke(evaluate_app, [*arguments[:-1], "eye"])
    assert isinstance(unknown.exception, OptionError) and "musicnn, vggish" in str(unknown.exception)


def test_reconstructions_are_measured_in_decibels_too(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("img2music.data.clips.clip")
    monkeypatch.setattr("img2music.evaluation.audio.load_embedder", PitchEmbedder)
    music, out = _folder(tmp_path / "music", 1), tmp_path / "out"
    arguments = ["reconstruction", "--music", music, "--out", out, "--models", tiny_models]
    printed = CliRunner().invoke(evaluate_app, [*map(str, arguments), "--json"])
    assert printed.exit_code == 0, printed.stderr
    scores = json.loads(printed.stdout)
    assert scores["log_spectral"] == pytest.approx(np.mean(list(scores["log_spectral_genres"].values())))
    assert set(scores["log_spectral_genres"]) == set(PITCH)
    assert scores["clips"] == 4


def test_musicnn_refuses_weights_that_are_not_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    musicnn = pytest.importorskip("img2music.metrics.embedders.musicnn", reason="needs torch and librosa")
    monkeypatch.setattr(musicnn, "_WEIGHTS", tmp_path / "musicnn.safetensors")
    with pytest.raises(ModelError, match="damaged"):
        musicnn.Musicnn()
    (tmp_path / "musicnn.safetensors").write_bytes(b"other")
    with pytest.raises(ModelError, match="damaged"):
        musicnn.Musicnn()


def test_the_licence_of_musicnn_comes_with_its_weights() -> None:
    musicnn = pytest.importorskip("img2music.metrics.embedders.musicnn", reason="needs torch and librosa")
    with safe_open(musicnn._WEIGHTS, "numpy") as stored:
        facts = stored.metadata()
    assert "Permission to use, copy, modify, and/or distribute" in facts["licence"]


@pytest.fixture
def musicnn():
    pytest.importorskip("img2music.metrics.embedders.musicnn", reason="needs torch and librosa")
    return load_embedder()


def test_musicnn_hears_whole_patches(musicnn) -> None:
    assert musicnn.embed(_tone(440, 7), RATE).shape == (2, 753)
    assert musicnn.embed(_tone(440, 1), RATE).shape == (0, 753)
    with pytest.raises(ValueError, match="at least"):
        musicnn.tag(_tone(440, 1), RATE)


def test_musicnn_hears_what_another_implementation_of_it_hears(musicnn) -> None:
    time = np.arange(7 * 16_000) / 16_000
    plucks = ((110, 1), (440, 2), (660, 3))  # Hz, how many a second
    music = sum(0.2 * np.sin(2 * np.pi * hertz * time) * np.exp(-4 * (time * pace % 1)) for hertz, pace in plucks)
    embeddings, tags = musicnn.embed(music, 16_000), musicnn.tag(music, 16_000)
    assert (embeddings.mean(), embeddings.std()) == pytest.approx((0.10091, 0.89917), abs=1e-3)
    assert embeddings[0, [561, 625, 689, 752]] == pytest.approx([0.0181, 0.4553, 0.6510, 1.4983], abs=1e-3)
    likeliest = {TAGS[i]: tags[i] for i in np.argsort(-tags)[:3]}
    assert likeliest == pytest.approx({"electronic": 0.6820, "ambient": 0.3147, "electronica": 0.2081}, abs=1e-3)


def _corpus(folder: Path, pitches: list[float]) -> Path:
    """A corpus of pop clips with a manifest."""
    (folder / "pop").mkdir(parents=True)
    rows = []
    for number, hertz in enumerate(pitches):
        file = f"pop/{number}.wav"
        soundfile.write(folder / file, _tone(hertz), RATE)
        facts = {"title": f"Song {number}", "genre": "pop", "seed": number, "tempo": 100 + number, "key": "C"}
        facts |= {"mode": "minor" if number % 2 else "major", "density": 4.0, "licence": "CC0-1.0", "origin": "test"}
        rows.append({"file": file, "soundfont": "none", "bars": [0.0, 2.0]} | facts)
    (folder / "manifest.json").write_text(json.dumps(rows))
    return folder


def test_a_corpus_whose_clips_differ_more_is_more_varied(tmp_path: Path) -> None:
    same = _corpus(tmp_path / "same", [400.0 + i for i in range(10)])
    mixed = _corpus(tmp_path / "mixed", [100.0 * 1.5**i for i in range(10)])
    facts = corpus_variety(same, mixed, PitchEmbedder())["pop"].to_json()
    assert (facts["clips"], facts["works"], facts["keys"], facts["minor"], facts["compared"]) == (10, 10, 1, 0.5, 10)
    assert facts["tempo"] == pytest.approx([100.9, 104.5, 108.1])
    assert facts["ours"] > facts["real"]
    assert facts["ours"] == pytest.approx(facts["nearest"])
    assert corpus_variety(mixed, embedder=PitchEmbedder())["pop"].compared == 0


def test_another_arrangement_of_a_work_is_not_its_neighbour() -> None:
    clips = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_allclose(nearest_within(clips, ["a", "a", "b"]), [0, 0, 0])
    np.testing.assert_allclose(nearest_within(clips, ["a", "b", "c"]), [1, 1, 0])


def test_a_folder_without_a_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="corpus build"):
        corpus_variety(tmp_path, embedder=PitchEmbedder())
