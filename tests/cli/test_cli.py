"""What the command line promises: files and lines as told, and one line and status 2 for everything that fails."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from conftest import Painter, Run, draw_cover
from img2music import Img2Music, __version__
from img2music.genres import GENRES
from img2music.output.formats import SOUNDS
from img2music.output.snippet import ENCODINGS
from img2music.vision.picture import load_picture
from tiny_models import CHANNELS, seal, write_bank


def _listing(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def _assert_refused(result: tuple[int, str, str], words: str = "") -> None:
    status, out, err = result
    assert status == 2
    assert out == ""
    assert err.startswith("img2music: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1, err
    assert words in err


def test_generate_writes_15_s_beside_the_picture(run: Run, paint: Painter, tmp_path: Path) -> None:
    (tmp_path / "album").mkdir()
    cover = paint(name="album/my.cover.png")
    status, out, err = run("generate", cover)
    assert (status, err) == (0, "")
    file = tmp_path / "album" / "my.cover.wav"
    facts = soundfile.info(file)
    assert (facts.format, facts.samplerate, facts.channels, facts.frames) == ("WAV", 22050, 1, 330750)
    first, sentence, mood, embedding, last = out.splitlines()
    assert str(file) in first
    assert "15 s of classical (92%)" in first
    assert "picture: classical, " in sentence
    assert " → " in mood and "plays: " in mood
    assert "Piece " in embedding
    assert "; shelf " in embedding
    assert embedding.endswith("; CC0-1.0")
    assert "seed 0" in last
    assert "flow, alpha 0.7" in last
    assert _listing(tmp_path / "album") == {cover, file}


def test_generate_plays_what_the_library_plays(run: Run, tiny: Img2Music, cover: Path, tmp_path: Path) -> None:
    options = ["--alpha", 0.9, "--seed", 11, "--seconds", 2.5, "--genre", "Hip Hop"]
    assert run("generate", cover, "-o", "cli.wav", *options)[0] == 0
    tiny.generate(cover, alpha=0.9, seed=11, seconds=2.5, genre="hiphop").save("library.wav")
    assert (tmp_path / "cli.wav").read_bytes() == (tmp_path / "library.wav").read_bytes()


@pytest.mark.parametrize("format", SOUNDS)
@pytest.mark.parametrize("told_by", ["--format", "suffix", "both"])
def test_generate_writes_every_format(run: Run, cover: Path, tmp_path: Path, format: str, told_by: str) -> None:
    by_name = ["-o", f"tune.{format.upper()}"] if told_by != "--format" else []
    by_option = ["--format", format.upper()] if told_by != "suffix" else []
    assert run("generate", cover, "--seconds", 1, *by_name, *by_option)[0] == 0
    (file,) = _listing(tmp_path) - {cover}
    assert file.suffix == f".{format}"
    assert soundfile.info(file).format == ENCODINGS[format]["format"]


def test_generate_writes_into_a_folder_under_the_pictures_name(run: Run, cover: Path, tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    assert run("generate", cover, "-o", "music", "--seconds", 1)[0] == 0
    assert _listing(tmp_path / "music") == {tmp_path / "music" / "cover.wav"}


def test_top_n_writes_a_snippet_for_each_genre(run: Run, tiny: Img2Music, cover: Path, tmp_path: Path) -> None:
    status, out, _ = run("generate", cover, "--top-n", 3, "--seconds", 1)
    assert status == 0
    genres = ["classical", "hiphop", "jazz"]
    files = [tmp_path / f"cover-{genre}.wav" for genre in genres]
    assert _listing(tmp_path) == {cover, *files}
    places = [out.index(f"of {genre}") for genre in genres]
    assert places == sorted(places)
    for genre, file in zip(genres, files, strict=True):
        tiny.generate(cover, genre=genre, seconds=1).save(tmp_path / "alone.wav", force=True)
        assert file.read_bytes() == (tmp_path / "alone.wav").read_bytes()


@pytest.mark.parametrize("count", [1, 4])
def test_json_is_one_object_per_snippet_and_nothing_else(run: Run, cover: Path, count: int) -> None:
    status, out, err = run("generate", cover, "--top-n", count, "--seconds", 1, "--seed", 3, "--json")
    assert (status, err) == (0, "")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["genre"] for row in rows] == ["classical", "hiphop", "jazz", "pop"][:count]
    for row in rows:
        assert Path(row["file"]).is_file()
        assert (row["seconds"], row["rate"], row["seed"], row["alpha"]) == (1.0, 22050, 3, 0.7)
        assert tuple(row["probabilities"]) == GENRES
        assert (row["img2music"], row["models"]) == (__version__, "tiny")
        assert [set(embedding) for embedding in row["embeddings"]] == [{"title", "origin", "licence"}]


@pytest.mark.parametrize("top_n", [1, 2])
def test_nothing_is_replaced_without_force(run: Run, cover: Path, tmp_path: Path, top_n: int) -> None:
    existing = tmp_path / ("cover.wav" if top_n == 1 else "cover-hiphop.wav")
    existing.write_bytes(b"precious")
    wishes = ["generate", cover, "--seconds", 1, "--top-n", top_n]
    _assert_refused(run(*wishes), "--force")
    assert existing.read_bytes() == b"precious"
    assert _listing(tmp_path) == {cover, existing}
    assert run(*wishes, "--force")[0] == 0
    assert existing.read_bytes()[:4] == b"RIFF"


def test_classify_prints_a_json_list(run: Run, paint: Painter) -> None:
    pictures = [paint("red", "a.png"), paint("blue", "b.jpg")]
    status, out, err = run("classify", *pictures, "--json")
    assert (status, err) == (0, "")
    rows = json.loads(out)
    assert [set(row) for row in rows] == [{"picture", "genre", "probabilities", "words"}] * 2
    assert [(row["picture"], row["genre"]) for row in rows] == [
        (str(pictures[0]), "classical"),
        (str(pictures[1]), "pop"),
    ]
    for row in rows:
        assert set(row["probabilities"]) == set(GENRES)
        assert sum(row["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert json.loads(run("classify", pictures[0], "--json")[1]) == rows[:1]


def test_classify_prints_a_table(run: Run, paint: Painter) -> None:
    status, out, _ = run("classify", paint("red", "a.png"), paint("blue", "b.png"))
    assert status == 0
    header = next(line for line in out.splitlines() if "picture" in line)
    assert all(genre in header for genre in GENRES)
    row = next(line for line in out.splitlines() if "b.png" in line)
    assert [cell.strip() for cell in row.split("│")[2:-1]][2] == "99%"


def _write_clip(path: Path, seconds: float = 1.5) -> Path:
    soundfile.write(path, 0.1 * np.random.default_rng(0).standard_normal(round(seconds * 22050)), 22050)
    return path


def test_reconstruct_writes_beside_the_clip(run: Run, tmp_path: Path) -> None:
    clip = _write_clip(tmp_path / "clip.wav")
    before = clip.read_bytes()
    status, out, err = run("reconstruct", clip, "--genre", "jazz")
    assert (status, err) == (0, "")
    (file,) = _listing(tmp_path) - {clip}
    assert file.suffix == ".wav"
    assert str(file) in out
    assert "jazz" in out
    assert soundfile.info(file).frames == soundfile.info(clip).frames
    assert clip.read_bytes() == before


def test_reconstruct_writes_where_it_is_told(run: Run, tmp_path: Path) -> None:
    clip = _write_clip(tmp_path / "clip.wav")
    assert run("reconstruct", clip, "--genre", "POP", "-o", "there.flac")[0] == 0
    assert soundfile.info("there.flac").format == "FLAC"
    _assert_refused(run("reconstruct", clip, "--genre", "pop", "-o", "there.flac"), "--force")
    _assert_refused(run("reconstruct", clip, "--genre", "pop", "-o", clip), "--force")
    assert run("reconstruct", clip, "--genre", "pop", "-o", "there.flac", "--force")[0] == 0


def test_info_tells_versions_files_and_figures(run: Run) -> None:
    status, out, err = run("info")
    assert (status, err) == (0, "")
    for words in (__version__, "tiny", "classifier.onnx", "jazz/decoder.onnx", "accuracy", "0.5", "clips"):
        assert words in out
    manifest = json.loads(run("info", "--json")[1])
    assert (manifest["img2music"], manifest["version"], manifest["figures"]) == (__version__, "tiny", {"accuracy": 0.5})
    assert len(manifest["files"]) == 14


def test_info_notices_damage(run: Run, own_models: Path) -> None:
    (own_models / "pop" / "bank.safetensors").write_bytes(b"changed")
    _assert_refused(run("info", models=own_models), "bank.safetensors")


@pytest.mark.parametrize("facts", [None, 3, {}, {"sha256": "0"}])
def test_info_refuses_facts_that_say_nothing(run: Run, own_models: Path, facts: object) -> None:
    seal(own_models, files={"classifier.onnx": facts})
    _assert_refused(run("info", models=own_models), "classifier.onnx")


def test_info_refuses_a_checksum_without_a_size(run: Run, own_models: Path) -> None:
    files = json.loads((own_models / "manifest.json").read_text())["files"]
    del files["classifier.onnx"]["bytes"]
    seal(own_models, files=files)
    status, out, err = run("info", models=own_models)
    assert status == 0, err
    assert "classifier.onnx" in out


def test_the_version_is_printed(run: Run) -> None:
    status, out, err = run("--version", models=None)
    assert (status, out, err) == (0, f"img2music {__version__}\n", "")


@pytest.mark.parametrize("name", ["generate", "classify", "reconstruct", "info", "train", "export"])
def test_every_command_has_help(run: Run, name: str) -> None:
    status, out, _ = run(name, "--help", models=None)
    assert status == 0
    assert "Usage" in out


def _png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def _encode(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


BAD_PICTURES = {
    "text": b"not a picture\n",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "zeros": bytes(1000),
    "truncated png": _encode(draw_cover(), "PNG")[:200],
    "truncated jpeg": _encode(draw_cover(), "JPEG")[:400],
    "only a signature": b"\x89PNG\r\n\x1a\n",
    "empty": b"",
    "bomb": _png_claiming(50_000, 50_000),
}


@pytest.mark.parametrize("command", ["generate", "classify"])
@pytest.mark.parametrize("kind", BAD_PICTURES)
def test_a_bad_picture_is_one_line(run: Run, tmp_path: Path, command: str, kind: str) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(BAD_PICTURES[kind])
    _assert_refused(run(command, path), "bad.png")
    assert _listing(tmp_path) == {path}


@pytest.mark.parametrize("command", ["generate", "classify"])
def test_a_folder_or_a_missing_picture_is_one_line(run: Run, tmp_path: Path, command: str) -> None:
    _assert_refused(run(command, tmp_path), "folder")
    _assert_refused(run(command, tmp_path / "missing.png"), "missing.png")
    _assert_refused(run(command, "new\nline\x1b[31m.png"), "new?line?[31m.png")
    assert _listing(tmp_path) == set()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--genre", "polka"], "choose one of classical, hiphop, pop, jazz"),
        (["--genre", ""], "choose one of"),
        (["--alpha", "nan"], "alpha is nan"),
        (["--alpha", "inf"], "alpha is inf"),
        (["--alpha", "-1"], "alpha is -1"),
        (["--alpha", "11"], "alpha is 11"),
        (["--seconds", "nan"], "seconds is nan"),
        (["--seconds", "-inf"], "seconds is -inf"),
        (["--seconds", "0"], "seconds is 0"),
        (["--seconds", "1e9"], "from 1 to 180 s"),
        (["--seed", "-1"], "seed is -1"),
        (["--seed", "99999999999999999999"], "seed is 9999"),
        (["--top-n", "0"], "top-n is 0"),
        (["--top-n", "5"], "top-n is 5"),
        (["--top-n", "2", "--genre", "jazz"], "exclude each other"),
        (["--format", "midi"], "choose one of wav, flac, ogg, mp3"),
        (["--format", ""], "choose one of wav, flac, ogg, mp3"),
        (["-o", "tune.midi"], "choose one of wav, flac, ogg, mp3"),
        (["-o", "tune.wav", "--format", "mp3"], "contradict"),
        (["-o", "missing/tune.wav"], "missing"),
        (["-o", "cover.png/tune.wav"], "not a folder"),
        (["-o", f"{300 * 'x'}.wav"], "too long"),
    ],
)
def test_a_bad_option_is_one_line(run: Run, cover: Path, tmp_path: Path, options: list[str], words: str) -> None:
    _assert_refused(run("generate", cover, *options), words)
    assert _listing(tmp_path) == {cover}


@pytest.mark.parametrize("arguments", [["--alpha", "abc"], ["--seed", "1.5"], ["--no-such-option"]])
def test_a_usage_error_has_status_2(run: Run, cover: Path, tmp_path: Path, arguments: list[str]) -> None:
    status, out, err = run("generate", cover, *arguments)
    assert (status, out) == (2, "")
    assert arguments[0] in err
    assert "Traceback" not in err
    assert _listing(tmp_path) == {cover}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_folder_that_may_not_be_written_is_one_line(run: Run, cover: Path, tmp_path: Path, mode: int) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(mode)
    try:
        _assert_refused(run("generate", cover, "-o", locked / "tune.wav"), "permission denied")
    finally:
        locked.chmod(0o700)
    assert _listing(tmp_path) == {cover, locked}


def test_a_picture_on_a_place_that_cannot_be_written_is_one_line(run: Run) -> None:
    _assert_refused(run("generate", "/dev/null"), "/dev/null")


@pytest.mark.parametrize("content", [b"", b"no sound", _encode(draw_cover(), "PNG")])
def test_a_bad_clip_is_one_line(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.wav"
    path.write_bytes(content)
    _assert_refused(run("reconstruct", path, "--genre", "pop"), "clip.wav")
    _assert_refused(run("reconstruct", tmp_path, "--genre", "pop"), "folder")
    _assert_refused(run("reconstruct", tmp_path / "gone.wav", "--genre", "pop"), "gone.wav")
    assert _listing(tmp_path) == {path}


def test_reconstruct_refuses_an_unknown_genre(run: Run, tmp_path: Path) -> None:
    clip = _write_clip(tmp_path / "clip.wav")
    _assert_refused(run("reconstruct", clip, "--genre", "polka"), "classical, hiphop, pop, jazz")
    assert _listing(tmp_path) == {clip}


@pytest.mark.parametrize("command", [["generate"], ["classify"], ["reconstruct", "--genre", "pop"], ["info"]])
def test_missing_models_are_one_line(run: Run, cover: Path, tmp_path: Path, command: list[str]) -> None:
    clip = _write_clip(tmp_path / "clip.wav")
    source = {"info": [], "reconstruct": [clip]}.get(command[0], [cover])
    _assert_refused(run(*command, *source, models=tmp_path / "nowhere"), "no trained models")
    assert _listing(tmp_path) == {cover, clip}


def test_models_that_do_not_fit_together_are_one_line(run: Run, own_models: Path, cover: Path) -> None:
    narrow = np.zeros((1, CHANNELS - 1, 100), np.float16), np.ones((1, CHANNELS - 1), np.float32)
    write_bank(own_models / "classical" / "bank.safetensors", *narrow)
    seal(own_models)
    _assert_refused(run("generate", cover, models=own_models), "flow.onnx")
    _assert_refused(run("generate", cover, "--engine", "perturb", models=own_models), "decoder.onnx")
    (own_models / "classical" / "decoder.onnx").write_bytes(b"")
    seal(own_models)
    _assert_refused(run("generate", cover, models=own_models), "decoder.onnx")


def _green_corner() -> Image.Image:
    """Transparent black with a green corner: dark, unless it is laid on white."""
    image = Image.new("RGBA", (32, 32))
    image.paste((0, 255, 0, 255), (0, 0, 16, 16))
    return image


UNUSUAL_PICTURES: dict[str, tuple[bytes, str]] = {
    "animated.gif": (
        _encode(
            Image.new("RGB", (9, 9), "red"), "GIF", save_all=True, append_images=[Image.new("RGB", (9, 9), "blue")]
        ),
        "classical",
    ),
    "cmyk.jpg": (_encode(Image.new("RGB", (9, 9), "blue").convert("CMYK"), "JPEG"), "pop"),
    "16-bit.png": (_encode(Image.fromarray(np.full((9, 9), 20 * 257, np.uint16)), "PNG"), "jazz"),
    "transparent.png": (_encode(_green_corner(), "PNG"), "hiphop"),
    "one pixel.png": (_encode(Image.new("RGB", (1, 1), "red"), "PNG"), "classical"),
    "one line.png": (_encode(Image.new("RGB", (3000, 1), "blue"), "PNG"), "pop"),
}


@pytest.mark.parametrize("name", UNUSUAL_PICTURES)
def test_an_unusual_picture_is_read_as_it_looks(run: Run, tmp_path: Path, name: str) -> None:
    data, genre = UNUSUAL_PICTURES[name]
    (tmp_path / name).write_bytes(data)
    status, out, err = run("generate", name, "--seconds", 1, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["genre"] == genre


def test_a_photograph_taken_sideways_is_turned(run: Run, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = draw_cover()
    picture.save("sideways.jpg", exif=exif)
    picture.save("lying.jpg")
    load_picture("sideways.jpg").save("upright.png")
    assert Image.open("upright.png").size == picture.size[::-1]
    for name in ("sideways.jpg", "upright.png", "lying.jpg"):
        assert run("generate", name, "--seconds", 1)[0] == 0
    sideways, upright, lying = (Path(f"{name}.wav").read_bytes() for name in ("sideways", "upright", "lying"))
    assert sideways == upright != lying


@pytest.mark.parametrize(
    "name", ["[bold]x.png", "a[/y].png", "[link=x].png", "–é 音.png", "-cover.png", "line\nbreak.png"]
)
def test_names_are_shown_as_they_are(run: Run, tmp_path: Path, name: str) -> None:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    draw_cover().save(path, "PNG")
    source = f"./{path}"
    shown = str(path).replace("\n", "?")
    status, out, err = run("classify", source)
    assert (status, err) == (0, "")
    assert shown in out
    status, out, err = run("generate", source, "--seconds", 1)
    assert (status, err) == (0, "")
    assert out.startswith(shown.replace(".png", ".wav") + ": 1 s of ")
    assert path.with_suffix(".wav").is_file()


def test_info_shows_the_folder_as_it_is(run: Run, own_models: Path) -> None:
    (own_models.parent / "[red]models[").mkdir()
    folder = own_models.rename(own_models.parent / "[red]models[" / "blue]")
    status, out, err = run("info", models=folder)
    assert (status, err) == (0, "")
    assert str(folder) in out


def test_the_program_runs_as_installed(tiny_models: Path, cover: Path) -> None:
    program = Path(sys.executable).with_name("img2music")
    if not program.exists():
        pytest.skip("img2music is not installed as a program")
    wishes = [program, "generate", cover, "--models", tiny_models, "--seconds", "1", "--json"]
    first = subprocess.run(wishes, capture_output=True, text=True)
    assert (first.returncode, first.stderr) == (0, "")
    assert json.loads(first.stdout)["file"] == str(cover.with_suffix(".wav"))
    second = subprocess.run(wishes, capture_output=True, text=True)
    _assert_refused((second.returncode, second.stdout, second.stderr), "--force")


@pytest.mark.parametrize("module", ["img2music", "img2music.cli.main"])
def test_importing_costs_nothing(module: str) -> None:
    heavy = [
        "torch",
        "torchvision",
        "timm",
        "gradio",
        "librosa",
        "matplotlib",
        "scipy",
        "sklearn",
        "lightning",
        "onnxruntime",
        "PIL",
        "mutagen",
        "av",
    ]
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
