"""From a picture to music: the same for the same wishes, as long as asked for, and never broken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from conftest import Painter, draw_cover
from img2music import Img2Music, __version__
from img2music.audio.level import level
from img2music.audio.limiter import true_peak
from img2music.audio.loudness import SNIPPET_LOUDNESS, loudness
from img2music.audio.stft import RATE, magnitude
from img2music.errors import AudioError, ModelError, OptionError, PictureError
from img2music.generation.bank import Bank
from img2music.generation.codec import Decoder
from img2music.generation.continuation import join
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.options import Options
from img2music.output.snippet import Snippet
from tiny_models import BAR, ENTRIES, seal, write_bank

NAN, INF = float("nan"), float("inf")
CEILING = 10 ** (-1 / 20)


def _distance(one: Snippet, two: Snippet) -> float:
    """How far two snippets' magnitudes lie apart."""
    return float(np.linalg.norm(magnitude(one.samples) - magnitude(two.samples)))


def _indices(snippet: Snippet, bank: Bank) -> list[int]:
    titles = [entry.title for entry in bank.entries]
    return [titles.index(embedding.title) for embedding in snippet.provenance.embeddings]


def test_the_same_wishes_give_the_same_bytes(tiny_models: Path, cover: Path, tmp_path: Path) -> None:
    paths = [tmp_path / "one.wav", tmp_path / "two.wav"]
    for path in paths:
        Img2Music(tiny_models).generate(cover, seed=5, seconds=1).save(path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_new_process_gives_the_same_bytes(tiny: Img2Music, tiny_models: Path, cover: Path, tmp_path: Path) -> None:
    here = tiny.generate(cover, seed=5, seconds=2).save(tmp_path / "here.wav")
    code = "import sys; from img2music import Img2Music; m, p, o = sys.argv[1:]; "
    code += "Img2Music(m).generate(p, seed=5, seconds=2).save(o)"
    there = tmp_path / "there.wav"
    subprocess.run([sys.executable, "-c", code, tiny_models, cover, there], check=True)
    assert there.read_bytes() == here.read_bytes()


def test_a_picture_is_taken_as_path_text_bytes_and_image(tiny: Img2Music, cover: Path) -> None:
    with Image.open(cover) as image:
        sources = [cover, str(cover), cover.read_bytes(), image]
        snippets = [tiny.generate(source, seconds=1) for source in sources]
    for snippet in snippets[1:]:
        np.testing.assert_array_equal(snippet.samples, snippets[0].samples)


def test_seeds_choose_among_the_known_embeddings(tiny: Img2Music, cover: Path) -> None:
    snippets = [tiny.generate(cover, seed=seed, seconds=1, choose="random") for seed in range(12)]
    by_title = {snippet.provenance.embeddings[0].title: snippet for snippet in snippets}
    assert len(by_title) == ENTRIES
    one, two, *_ = by_title.values()
    assert _distance(one, two) > 0.1 * np.linalg.norm(magnitude(one.samples))


def test_another_picture_of_the_genre_gives_other_music(tiny: Img2Music, cover: Path, paint: Painter) -> None:
    other = paint("red", "red.png")
    assert tiny.classify(other).genre == tiny.classify(cover).genre
    assert not np.array_equal(tiny.generate(other, seconds=1).samples, tiny.generate(cover, seconds=1).samples)


@pytest.mark.parametrize("colour", ["orange", "navy"])
@pytest.mark.parametrize("seconds", [2, 40])
def test_alpha_0_is_the_known_embedding_whatever_the_picture(
    tiny: Img2Music, tiny_models: Path, paint: Painter, colour: str, seconds: float
) -> None:
    models = Models(tiny_models)
    bank = Bank.load(models, "pop")
    snippet = tiny.generate(paint(colour), alpha=0, seconds=seconds, genre="pop", seed=3)
    decoder = Decoder(models, "pop")
    pieces = (bank.segment(index, decoder.steps_per_second) for index in _indices(snippet, bank))
    known = decoder(join(pieces, decoder.steps_for(seconds))[0].latents)
    inside = slice(round(0.02 * RATE), round((seconds - 0.3) * RATE))  # apart from the fades
    played, known = snippet.samples[inside], known[inside]
    gain = np.dot(played, known) / np.dot(known, known)
    assert gain > 0
    np.testing.assert_allclose(played, gain * known, atol=1e-6)


def test_pictures_choose_among_the_known_embeddings(tiny: Img2Music) -> None:
    colours = ["red", "orange", "navy", "teal", "white", "black", "gold", "plum"]
    snippets = [tiny.generate(draw_cover(colour), genre="jazz", alpha=0, seconds=1) for colour in colours]
    assert len({snippet.provenance.embeddings[0].title for snippet in snippets}) > 1


def test_a_picture_stored_anew_keeps_its_music(tiny: Img2Music, paint: Painter) -> None:
    moved = {"engine": "perturb", "alpha": 0.5, "seconds": 1}
    for seed in range(5):
        one, two = (tiny.generate(paint("black", name=name), seed=seed, **moved) for name in ("a.png", "a.jpg"))
        assert one.provenance.embeddings == two.provenance.embeddings
        assert _distance(one, two) < 0.1 * np.linalg.norm(magnitude(one.samples))


def test_a_larger_alpha_moves_the_music_further(tiny: Img2Music, cover: Path) -> None:
    known, *moved = [tiny.generate(cover, alpha=alpha, engine="perturb", seconds=2) for alpha in (0, 0.1, 0.3, 1, 3)]
    distances = [_distance(snippet, known) for snippet in moved]
    assert distances[0] > 0
    assert distances == sorted(distances)


@pytest.mark.parametrize("seconds", [1, 1.00003, 15, 40, 120])
def test_a_snippet_is_as_long_as_asked_for(tiny: Img2Music, cover: Path, seconds: float) -> None:
    snippet = tiny.generate(cover, seconds=seconds)
    assert snippet.samples.shape == (round(seconds * RATE),)
    assert snippet.rate == RATE


def test_a_snippet_lasts_15_s_by_default(tiny: Img2Music, cover: Path) -> None:
    assert tiny.generate(cover).seconds == 15


@pytest.mark.parametrize(("alpha", "seconds"), [(0, 1), (0.5, 15), (1, 3)])
def test_a_snippet_can_be_played(tiny: Img2Music, cover: Path, alpha: float, seconds: float) -> None:
    samples = tiny.generate(cover, alpha=alpha, seconds=seconds).samples
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= CEILING * 1.000001
    assert level(samples) > -30
    assert np.abs(samples[[0, -1]]).max() < 1e-3
    middle = level(samples[RATE // 4 : -RATE // 4])
    assert level(samples[:20]) < middle - 20
    assert level(samples[-200:]) < middle - 20


def test_a_snippet_has_the_loudness_of_all_snippets(tiny: Img2Music, cover: Path) -> None:
    for genre in GENRES:
        samples = tiny.generate(cover, genre=genre, seconds=5).samples
        assert loudness(samples, RATE) == pytest.approx(SNIPPET_LOUDNESS, abs=0.5)
        assert true_peak(samples) <= -0.99


@pytest.mark.parametrize(("seconds", "bars"), [(15, 8), (6, 2), (40, 24)])
def test_a_loop_is_whole_bars_without_a_seam(tiny: Img2Music, cover: Path, seconds: float, bars: int) -> None:
    snippet = tiny.generate(cover, seconds=seconds, loop=True)
    assert snippet.provenance.loop
    assert snippet.seconds == pytest.approx(bars * BAR, abs=0.05 if seconds > 15 else 1e-3)
    assert loudness(snippet.samples, RATE) == pytest.approx(SNIPPET_LOUDNESS, abs=1)
    steps = np.abs(np.diff(np.concatenate([snippet.samples, snippet.samples])))
    assert steps[len(snippet.samples) - 1] <= np.quantile(steps, 0.999)


def test_a_long_snippet_fades_from_one_embedding_into_others(tiny: Img2Music, cover: Path) -> None:
    titles = [embedding.title for embedding in tiny.generate(cover, seconds=40).provenance.embeddings]
    assert len(titles) == len(set(titles)) == 3
    repeated = [embedding.title for embedding in tiny.generate(cover, seconds=60).provenance.embeddings]
    assert repeated == [*titles, *titles][: len(repeated)]


def test_the_genre_can_be_overridden(tiny: Img2Music, cover: Path) -> None:
    seen = tiny.generate(cover, seconds=1)
    snippet = tiny.generate(cover, seconds=1, genre="Hip-Hop")
    assert (seen.genre, snippet.genre) == ("classical", "hiphop")
    assert snippet.probabilities == seen.probabilities
    assert snippet.provenance.embeddings[0].title.endswith("hiphop")


@pytest.mark.parametrize(
    ("colour", "genre"), [("red", "classical"), ("lime", "hiphop"), ("blue", "pop"), ("black", "jazz")]
)
def test_the_picture_chooses_the_genre(tiny: Img2Music, colour: str, genre: str) -> None:
    picture = Image.new("RGB", (40, 30), colour)
    reading = tiny.classify(picture)
    assert reading.genre == reading.ranking[0] == genre
    assert tuple(reading.probabilities) == GENRES
    assert sum(reading.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert tiny.generate(picture, seconds=1).genre == genre


def test_top_n_plays_the_likeliest_genres_in_their_order(tiny: Img2Music, cover: Path) -> None:
    reading = tiny.classify(cover)
    assert sorted(reading.probabilities.values(), reverse=True) == [reading.probabilities[g] for g in reading.ranking]
    snippets = tiny.play_top(cover, 4, Options(seconds=1, seed=2))
    assert [snippet.genre for snippet in snippets] == reading.ranking == ["classical", "hiphop", "jazz", "pop"]
    assert [snippet.genre for snippet in tiny.play_top(cover, 2, Options(seconds=1))] == reading.ranking[:2]
    for snippet in snippets:
        alone = tiny.generate(cover, genre=snippet.genre, seconds=1, seed=2)
        np.testing.assert_array_equal(alone.samples, snippet.samples)


def test_provenance_says_what_it_takes_to_make_the_music_again(tiny: Img2Music, cover: Path) -> None:
    snippet = tiny.generate(cover, seed=9, alpha=0.25, seconds=1)
    (embedding,) = snippet.provenance.embeddings
    assert embedding.title.startswith("Piece ")
    assert embedding.title.endswith(snippet.genre)
    assert embedding.origin.startswith("shelf ")
    assert embedding.licence == "CC0-1.0"
    words = ("saw", "asked", "played", "sentence", "content")
    rest = {name: value for name, value in snippet.provenance.as_dict().items() if name not in ("embeddings", *words)}
    options = {"seed": 9, "alpha": 0.25, "engine": "flow", "blend": False, "loop": False, "choose": "mood"}
    assert rest == options | {"img2music": __version__, "models": "tiny"}


def test_a_dark_picture_plays_the_slow_piece_and_says_why(tiny: Img2Music, paint: Painter) -> None:
    dark, light = (tiny.generate(paint(colour), genre="pop", seconds=1).provenance for colour in ("black", "orange"))
    assert "dark" in dark.saw and "slow" in dark.asked and "slow" in dark.played
    assert "light" in light.saw and "bright in sound" in light.asked
    assert dark.embeddings != light.embeddings


def test_an_unknown_way_to_choose_is_refused(tiny: Img2Music, cover: Path) -> None:
    with pytest.raises(OptionError, match="mood, random"):
        tiny.generate(cover, choose="best")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"alpha": NAN}, "alpha is nan"),
        ({"alpha": INF}, "alpha is inf"),
        ({"alpha": -0.1}, "alpha is -0.1"),
        ({"alpha": 10.1}, "from 0 to 10"),
        ({"alpha": 1.01, "engine": "flow"}, "from 0 to 1,"),
        ({"blend": True, "engine": "perturb"}, "needs the engine flow"),
        ({"engine": "steam"}, "flow, perturb"),
        ({"seconds": NAN}, "seconds is nan"),
        ({"seconds": INF}, "seconds is inf"),
        ({"seconds": 0.99}, "from 1 to 180 s"),
        ({"seconds": -15}, "seconds is -15"),
        ({"seconds": 180.01}, "seconds is 180.01"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**63}, "from 0 to"),
        ({"genre": "polka"}, "polka"),
        ({"genre": ""}, "classical, hiphop, pop, jazz"),
    ],
)
def test_an_option_out_of_range_is_refused(tiny: Img2Music, cover: Path, options: dict, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        tiny.generate(cover, **options)


@pytest.mark.parametrize("top_n", [-1, 0, 5])
def test_there_is_no_such_number_of_genres(tiny: Img2Music, cover: Path, top_n: int) -> None:
    with pytest.raises(OptionError, match=f"top-n is {top_n}; choose from 1 to 4"):
        tiny.play_top(cover, top_n, Options())


@pytest.mark.parametrize("options", [{"alpha": NAN}, {"seconds": 181}, {"seed": -1}])
def test_top_n_checks_the_options_too(tiny: Img2Music, cover: Path, options: dict) -> None:
    with pytest.raises(OptionError):
        tiny.play_top(cover, 2, Options(**options))


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_the_largest_and_smallest_seeds_play(tiny: Img2Music, cover: Path, seed: int) -> None:
    assert tiny.generate(cover, seed=seed, seconds=1).provenance.seed == seed


def test_a_bad_picture_is_refused(tiny: Img2Music) -> None:
    with pytest.raises(PictureError):
        tiny.generate(b"no picture")


def test_a_genre_without_models_cannot_be_played(own_models: Path, cover: Path) -> None:
    (own_models / "hiphop" / "decoder.onnx").unlink()
    seal(own_models)
    with pytest.raises(ModelError, match="no models of hiphop"):
        Img2Music(own_models).generate(cover, genre="hiphop")
    assert Img2Music(own_models).generate(cover, seconds=1).genre == "classical"


def test_a_bank_for_another_decoder_is_refused(own_models: Path, cover: Path) -> None:
    narrow = np.zeros((2, 5, 100), np.float16), np.ones((3, 5), np.float32)
    write_bank(own_models / "classical" / "bank.safetensors", *narrow)
    seal(own_models)
    with pytest.raises(ModelError):
        Img2Music(own_models).generate(cover, seconds=1)


def _clip(path: Path, seconds: float, gain: float) -> Path:
    noise = np.random.default_rng(0).standard_normal(round(seconds * RATE))
    soundfile.write(path, gain * noise, RATE, subtype="FLOAT")
    return path


@pytest.mark.parametrize("seconds", [0.1, 2.0, 16.03])
def test_a_reconstruction_has_the_length_and_level_of_the_clip(tiny: Img2Music, tmp_path: Path, seconds: float) -> None:
    clip = _clip(tmp_path / "clip.wav", seconds, 0.02)
    snippet = tiny.reconstruct(clip, "Jazz")
    assert snippet.samples.shape == (round(seconds * RATE),)
    assert level(snippet.samples) == pytest.approx(20 * np.log10(0.02), abs=0.3)
    assert snippet.genre == "jazz"
    assert snippet.provenance.as_dict() == {"reconstruction_of": "clip.wav", "img2music": __version__, "models": "tiny"}


def test_a_reconstruction_depends_on_the_clip_and_never_clips(tiny: Img2Music, tmp_path: Path) -> None:
    loud = tiny.reconstruct(_clip(tmp_path / "loud.wav", 1, 0.9), "jazz")
    assert np.abs(loud.samples).max() <= CEILING * 1.000001
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    soundfile.write(tmp_path / "tone.wav", tone, RATE)
    assert _distance(loud, tiny.reconstruct(tmp_path / "tone.wav", "jazz")) > 1


def test_silence_is_reconstructed_without_warnings(tiny: Img2Music, tmp_path: Path) -> None:
    with np.errstate(all="raise"):
        snippet = tiny.reconstruct(_clip(tmp_path / "silence.wav", 1, 0.0), "pop")
    assert level(snippet.samples) < -100


def test_reconstruction_refuses_a_bad_clip_and_an_unknown_genre(tiny: Img2Music, tmp_path: Path) -> None:
    picture = tmp_path / "cover.png"
    draw_cover().save(picture)
    with pytest.raises(AudioError):
        tiny.reconstruct(picture, "pop")
    with pytest.raises(OptionError, match="polka"):
        tiny.reconstruct(_clip(tmp_path / "clip.wav", 1, 0.1), "polka")
