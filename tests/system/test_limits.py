"""What is just within a limit is taken, and what is just beyond it is refused."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from img2music.audio.files.containers import container_of
from img2music.audio.files.downmix import to_mono
from img2music.audio.files.extent import Extent
from img2music.audio.files.io import load_at_own_rate, load_audio
from img2music.briefing import read_brief
from img2music.errors import AudioError, Img2MusicError, ModelError, OptionError, SidecarError
from img2music.generation.bank import BankEntry
from img2music.models.folder import is_sound
from img2music.models.manifest import Manifest
from img2music.options import Options
from img2music.output.sidecar import Sidecar
from img2music.system.files import read_regular
from img2music.system.json_text import read_json
from img2music.system.names import fitting, is_plain, marked, same_place
from img2music.system.walk import LINKS, describe

MEBI = 2**20


def padded(path: Path, facts: object, size: int) -> Path:
    """A file of JSON of that many bytes."""
    path.write_bytes(json.dumps(facts).encode().ljust(size))
    return path


def sidecar_facts(**changes: object) -> dict[str, object]:
    order = {"alpha": 0.5, "seed": 1, "seconds": 2, "loop": False, "choose": "mood", "engine": "flow", "blend": False}
    facts: dict[str, object] = {
        "sidecar": 1,
        "picture": {"path": "a.png", "sha256": "0" * 64},
        "order": order | {"bank": None, "genre": "pop", "format": "wav", "tags": False},
        "versions": {"img2music": "1", "models": "2"},
        "embeddings": [{"title": "a", "origin": "b", "licence": "c"}],
    }
    return facts | changes


def parse_sidecar(**changes: object) -> Sidecar:
    return Sidecar.parse(json.dumps(sidecar_facts(**changes)).encode(), Path("a.json"))


def test_a_sidecar_of_a_mebibyte_is_read(tmp_path: Path) -> None:
    assert Sidecar.load(padded(tmp_path / "a.json", sidecar_facts(), MEBI)).models == "2"
    with pytest.raises(SidecarError, match="above 1 MiB"):
        Sidecar.load(padded(tmp_path / "a.json", sidecar_facts(), MEBI + 1))


def test_the_texts_of_a_sidecar_have_4096_letters_at_most() -> None:
    assert len(parse_sidecar(versions={"img2music": "1", "models": "x" * 4096}).models) == 4096
    order = sidecar_facts()["order"]
    for changes in (
        {"versions": {"img2music": "1", "models": "x" * 4097}},
        {"versions": {"img2music": "1", "models": "\0"}},
        {"sidecar": 2},
        {"sidecar": 0},
        {"picture": {"path": "a.png", "sha256": "0" * 63}},
        {"picture": {"path": "a.png", "sha256": "0" * 65}},
        {"music": {"sha256": "G" * 64}},
        {"order": order | {"seed": 1.0}},
        {"order": order | {"seconds": "2"}},
        {"order": order | {"alpha": True}},
        {"order": order | {"loop": 0}},
        {"order": order | {"format": "xyz"}},
        {"order": order | {"genre": "../pop"}},
    ):
        with pytest.raises(SidecarError):
            parse_sidecar(**changes)


def nested(levels: int) -> object:
    return {"figures": nested(levels - 1)} if levels > 1 else {}


def test_a_manifest_has_8_mebibytes_and_32_levels_at_most(tmp_path: Path) -> None:
    facts = {"format": 1, "version": "x", "files": {}}
    assert Manifest.read(padded(tmp_path / "a.json", facts, 8 * MEBI)).version == "x"
    assert Manifest.read(padded(tmp_path / "a.json", facts | {"figures": nested(31)}, 0)).figures
    for size, more in (
        (8 * MEBI + 1, {}),
        (0, {"figures": nested(32)}),
        (0, {"format": 2}),
        (0, {"genres": ["a", "a"]}),
    ):
        with pytest.raises(ModelError):
            Manifest.read(padded(tmp_path / "a.json", facts | more, size))


def test_what_a_manifest_leaves_out_is_as_usual(tmp_path: Path) -> None:
    files = {"a": {"sha256": "0", "bytes": 3}, "b": {"sha256": 1, "bytes": "x"}, "c": []}
    found = Manifest.read(padded(tmp_path / "a.json", {"format": 1, "files": files, "trained_on": 3}, 0))
    assert (found.version, found.trained_on, found.figures) == ("unknown", {}, {})
    assert [(file.sha256, file.bytes) for file in found.files.values()] == [("0", 3), (None, 0), (None, 0)]


def test_a_brief_of_a_mebibyte_is_read(tmp_path: Path) -> None:
    assert read_brief(padded(tmp_path / "a.json", {"genre": "pop"}, MEBI)).genre == "pop"
    with pytest.raises(OptionError, match="too large"):
        read_brief(padded(tmp_path / "a.json", {"genre": "pop"}, MEBI + 1))


def test_a_file_of_json_of_64_mebibytes_is_read(tmp_path: Path) -> None:
    path = padded(tmp_path / "a.json", [7], 64)
    assert read_json(path, SidecarError, "make it again") == [7]
    os.truncate(path, 64 * MEBI)
    with pytest.raises(SidecarError, match="is damaged; make it again"):
        read_json(path, SidecarError, "make it again")
    os.truncate(path, 64 * MEBI + 1)
    with pytest.raises(SidecarError, match="above 64 MiB"):
        read_json(path, SidecarError, "make it again")


@pytest.mark.parametrize(("size", "words"), [(3 * MEBI, "3 MiB"), (MEBI, "1 MiB"), (MEBI - 1, "1023 KiB")])
def test_a_file_of_the_largest_size_is_read(size: int, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    os.truncate(path, size)
    assert len(read_regular(path, size, Img2MusicError)) == size
    os.truncate(path, size + 1)
    with pytest.raises(Img2MusicError, match=f"above {words}, too much"):
        read_regular(path, size, Img2MusicError)


def entry(**facts: object) -> BankEntry:
    return BankEntry.read({"title": "a", "origin": "b", "licence": "c"} | facts)


def test_the_entries_of_a_bank_have_texts_and_bars_of_usual_size() -> None:
    assert entry(bars=[-3600, 0.1, 0.150001, 3600.0], title="x" * 4096).bars[-1] == 3600
    for facts in (
        {"bars": [0.1, 0.149]},
        {"bars": [3600.1]},
        {"bars": [-3600.1]},
        {"origin": "x" * 4097},
        {"title": 1},
    ):
        with pytest.raises((ValueError, TypeError)):
            entry(**facts)
    character = {"tempo": 1.0, "major": True, "brightness": 1.0, "density": 1.0, "dynamics": float("nan")}
    with pytest.raises(ValueError, match="descriptor"):
        entry(character=character)


def test_numbers_of_a_million_are_usual() -> None:
    assert is_sound(np.array([-1e6, 1e6])) and is_sound(np.zeros(0, np.int8))
    for values in ([1.0001e6], [-1.0001e6], [np.nan], [np.inf]):
        assert not is_sound(np.array(values))
    assert not is_sound(np.array(["1"])) and not is_sound([1.0]) and not is_sound(np.array([True]))


def test_names_have_32_letters_at_most_and_files_255_bytes() -> None:
    assert all(map(is_plain, ("a", "7", "a-b", "a" * 32, "com", "lpt10", "console")))
    for name in ("", "a" * 33, "-a", "a-", "A", "a_b", "con", "nul", "com0", "com9", "lpt1", "é", 7):
        assert not is_plain(name)
    assert fitting("a" * 250) == "a" * 250
    assert len(fitting("a" * 251)) == 250 and fitting("a" * 251)[:242] == "a" * 241 + "-"
    assert len(os.fsencode(fitting("é" * 200))) == 249 and len(marked("a", "b")) == 10
    assert same_place("É") == same_place("e\u0301") and same_place("a") != same_place("b")


@pytest.mark.parametrize(
    ("options", "good"),
    [
        ({"seconds": 1.0}, True),
        ({"seconds": 0.999}, False),
        ({"seconds": 180.0}, True),
        ({"seconds": 180.1}, False),
        ({"seed": 0}, True),
        ({"seed": -1}, False),
        ({"seed": 2**63 - 1}, True),
        ({"seed": 2**63}, False),
        ({"alpha": 0.0}, True),
        ({"alpha": 10.0}, True),
        ({"alpha": 10.1}, False),
        ({"alpha": -0.1}, False),
        ({"blend": True, "engine": "perturb"}, False),
        ({"blend": True, "engine": "flow"}, True),
    ],
)
def test_options_have_a_range(options: dict[str, object], good: bool) -> None:
    if good:
        Options(**options).check()
    else:
        with pytest.raises(OptionError):
            Options(**options).check()


def test_strengths_are_those_of_engine_and_genre_unless_one_is_asked_for() -> None:
    usual = Options()
    assert [usual.strength("flow", genre) for genre in ("classical", "jazz")] == [0.7, 0.7]
    assert [usual.strength("perturb", genre) for genre in ("classical", "hiphop", "pop", "jazz")] == [0.7, 1, 0.7, 1]
    assert usual.strength("perturb", "polka") == 0.5 and usual.length == 15
    assert Options(alpha=1.0).strength("flow", "pop") == 1 and Options(alpha=3.0).strength("perturb", "pop") == 3
    with pytest.raises(OptionError, match="the flow takes from 0 to 1"):
        Options(alpha=1.01).strength("flow", "pop")


def recording(path: Path, samples: np.ndarray, rate: int = 22050) -> Path:
    soundfile.write(path, samples, rate, subtype="FLOAT")
    return path


def test_a_recording_far_beyond_full_scale_is_brought_to_it(tmp_path: Path) -> None:
    wave = np.sin(np.arange(3000) / 7)
    for largest, heard in ((0.5, 0.5), (4.0, 4.0), (4.01, 1.0), (2.0**31, 1.0), (2.0**32, 1.0)):
        samples = wave * (largest / np.abs(wave.astype(np.float32)).max())
        found = load_audio(recording(tmp_path / "a.wav", samples.astype(np.float32)))
        assert np.abs(found).max() == pytest.approx(heard, rel=1e-6)
    with pytest.raises(AudioError, match="usual size"):
        load_audio(recording(tmp_path / "a.wav", np.full(3000, 2.0**32 * 1.001)))


def test_recordings_are_read_as_far_as_is_asked(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, 11025)
    path = recording(tmp_path / "a.wav", samples, 11025)
    assert len(load_audio(path, beginning=0.5)) == 11025 and len(load_audio(path)) == 22050
    assert len(load_audio(path, max_seconds=1.0)) == 22050 and len(load_audio(path, 8000, beginning=3)) == 8000
    found, rate = load_at_own_rate(path, beginning=0.25)
    assert (len(found), rate) == (2756, 11025)
    np.testing.assert_allclose(load_at_own_rate(path)[0], samples, atol=1e-7)
    with pytest.raises(AudioError, match=r"longer than 0.99 s"):
        load_audio(path, max_seconds=0.99)
    for length, rate in ((1102, 11025), (799, 8000)):
        with pytest.raises(AudioError, match=r"shorter than 0.1 s"):
            load_audio(recording(tmp_path / "a.wav", samples[:length], rate))
    assert len(load_audio(recording(tmp_path / "a.wav", samples[:800], 8000))) == 2205


def test_rates_and_sizes_of_recordings_are_limited() -> None:
    whole, beginning = Extent("a", 600.0, True, 22050), Extent("a", 10.0, False, 22050)
    assert (whole.frames(44100, 2), whole.frames(48000, 2)) == (600 * 44100 + 1, 600 * 48000 + 1)
    assert whole.frames(96000, 2) == 29_000_001 and beginning.frames(22050, 1) == 220500
    assert Extent("a", 10.0, False, None).frames(44100, 1) == 441001 and beginning.frames(44100, 1) == 441000 + 67584
    for rate in (1000, 768_000):
        whole.check_rate(rate)
    for rate in (999, 768_001):
        with pytest.raises(AudioError, match=f"a rate of {rate} Hz"):
            whole.check_rate(rate)
    whole.check_size(600 * 48000, 48000, 2)
    whole.check_size(29_000_000, 96000, 2)
    beginning.check_size(10**9, 44100, 100)
    for frames, rate, channels, words in (
        (600 * 48000 + 1, 48000, 2, "longer than 600 s"),
        (29_000_001, 96000, 2, "too large with 2 channels"),
    ):
        with pytest.raises(AudioError, match=words):
            whole.check_size(frames, rate, channels)
    with pytest.raises(AudioError, match="too large with 200 channels"):
        beginning.check_size(10**9, 44100, 200)


@pytest.mark.parametrize("length", [1000, 2**16, 2**16 + 1, 150_000])
def test_channels_cancel_each_other_when_their_mean_keeps_less_than_a_32nd(length: int) -> None:
    random = np.random.default_rng(0)
    one = random.standard_normal(length)
    other = random.standard_normal(length)
    other -= one * (one @ other) / (one @ one)
    other *= np.linalg.norm(one) / np.linalg.norm(other)
    for kept, cancels in ((0.04, False), (0.035, False), (0.029, True), (0.0, True)):
        # a mean of that share of the power: cos² of half the angle between both
        angle = 2 * np.arccos(np.sqrt(kept))
        channels = np.stack([one, np.cos(angle) * one + np.sin(angle) * other], 1) + np.array([0.5, 3.0])
        channels[:, 1] *= 1.001
        found = to_mono(channels.astype(np.float32))
        expected = channels[:, 1] if cancels else channels.mean(1)
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_what_a_file_begins_with_says_its_container() -> None:
    for head, name in (
        (b"\0\0\0\x18ftypM4A ", "mov"),
        (b"\0\0\0\x18skip", "mov"),
        (b"\xff\xf1\x50", "aac"),
        (b"\xff\xf9\x50", "aac"),
        (b"OggS" + bytes(24) + b"\x7fFLAC", "ogg"),
        (b"OggS" + bytes(24) + b"Speex   ", "ogg"),
        (b"OggS" + bytes(24) + b"\1vorbis", None),
        (b"\x1a\x45\xdf\xa3", "matroska"),
        (b"wvpk", "wv"),
        (b"MAC ", "ape"),
        (b"\xff\xfb", None),
        (b"RIFF", None),
        (b"", None),
    ):
        assert container_of(head) == name


def test_eight_suffixes_are_named_of_what_was_passed_over() -> None:
    some = Counter({f".{letter}": 20 - place for place, letter in enumerate("abcdefgh")})
    assert "others" not in describe(some) and describe(some).startswith("132 files passed over: .a 20, .b 19")
    assert describe(some + Counter({".z": 2, ".y": 1})).endswith(".h 13, others 3")
    assert describe(Counter({"": 1})) == "1 file passed over: without suffix 1"
    assert describe(Counter({LINKS: 1})) == "1 link to a folder not followed"
    assert describe(Counter({LINKS: 2, ".a": 1})) == "1 file passed over: .a 1; 2 links to folders not followed"
    assert describe(Counter()) == ""
