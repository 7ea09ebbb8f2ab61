"""A sidecar makes the same bytes again, says why when it cannot, and is never trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Painter, Run, draw_cover
from img2music import Img2Music
from img2music.again import make_again
from img2music.errors import SidecarError
from img2music.output.sidecar import LARGEST, Sidecar
from tiny_models import seal

OPTIONS = ("--seconds", 1.5, "--seed", 3, "--alpha", 1, "--sidecar")


def _refused(result: tuple[int, str, str], words: str) -> None:
    status, out, err = result
    assert (status, out, err.count("\n")) == (2, "", 1), err
    assert err.startswith("img2music: ")
    assert words in err


def _made(run: Run, cover: Path, *options: object) -> Path:
    assert run("generate", cover, *OPTIONS, *options)[0] == 0
    return cover.with_suffix(".json")


@pytest.mark.parametrize("format", ["wav", "flac", "ogg", "mp3", "mp4"])
@pytest.mark.parametrize("more", [[], ["--tags"]])
def test_the_same_bytes_are_made_again(run: Run, cover: Path, tmp_path: Path, format: str, more: list[str]) -> None:
    pytest.importorskip("mutagen")
    pytest.importorskip("av")
    sidecar = _made(run, cover, "--format", format, *more)
    status, out, err = run("again", sidecar, "-o", "again")
    assert (status, err) == (0, "")
    assert out.startswith(f"again.{format}: 1.5 s of classical (92%)")
    assert Path(f"again.{format}").read_bytes() == cover.with_suffix(f".{format}").read_bytes()
    assert {path.suffix for path in tmp_path.iterdir()} == {".png", ".json", f".{format}"}


def test_each_genre_has_a_sidecar_and_loops_come_again(run: Run, cover: Path, tmp_path: Path) -> None:
    assert run("generate", cover, *OPTIONS, "--seconds", 6, "--loop", "--top-n", 2)[0] == 0
    for genre in ("classical", "hiphop"):
        assert run("again", f"cover-{genre}.json", "-o", f"{genre}.wav")[0] == 0
        assert Path(f"{genre}.wav").read_bytes() == Path(f"cover-{genre}.wav").read_bytes()


def test_folder_and_picture_can_be_moved_together(run: Run, paint: Painter, tmp_path: Path) -> None:
    (tmp_path / "old" / "music").mkdir(parents=True)
    cover = paint(name="old/cover.png")
    assert run("generate", cover, "-o", tmp_path / "old" / "music", *OPTIONS)[0] == 0
    (tmp_path / "old").rename(tmp_path / "new")
    assert run("again", "new/music/cover.json", "-o", "again.wav")[0] == 0
    assert Path("again.wav").read_bytes() == Path("new/music/cover.wav").read_bytes()


def test_nothing_is_replaced_without_force(run: Run, cover: Path) -> None:
    sidecar = _made(run, cover)
    before = sidecar.read_bytes(), cover.with_suffix(".wav").read_bytes()
    _refused(run("again", sidecar), "--force")
    cover.with_suffix(".wav").unlink()
    _refused(run("generate", cover, *OPTIONS), "cover.json exists")
    assert not cover.with_suffix(".wav").exists()
    assert run("again", sidecar)[0] == 0
    assert (sidecar.read_bytes(), cover.with_suffix(".wav").read_bytes()) == before


def test_a_changed_or_missing_picture_is_one_line(run: Run, cover: Path) -> None:
    sidecar = _made(run, cover)
    draw_cover("blue").save(cover)
    _refused(run("again", sidecar, "-o", "again.wav"), "cover.png has changed")
    cover.unlink()
    _refused(run("again", sidecar, "-o", "again.wav"), "cover.png: no such file")
    assert not Path("again.wav").exists()


def test_other_models_are_one_line(run: Run, cover: Path, own_models: Path) -> None:
    sidecar = _made(run, cover)
    seal(own_models, version="other")
    _refused(run("again", sidecar, "-o", "again.wav", models=own_models), "models tiny, these are other")


def test_another_suffix_is_one_line(run: Run, cover: Path) -> None:
    sidecar = _made(run, cover)
    _refused(run("again", sidecar, "-o", "again.mp3"), "is wav")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]", b"3", b"{}", b'{"sidecar": 1}', b"[" * 9999, b" " * LARGEST]
)
def test_what_is_no_sidecar_is_one_line(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    _refused(run("again", "a.json"), "a.json is no sidecar")


def test_a_large_file_a_folder_and_nothing_are_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b" " * (LARGEST + 1))
    _refused(run("again", "a.json"), "above 1 MiB")
    _refused(run("again", tmp_path), "folder")
    _refused(run("again", "missing.json"), "no such file")


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("order", "seed", 1.5),
        ("order", "seed", True),
        ("order", "alpha", "1"),
        ("order", "alpha", 10**400),
        ("order", "seconds", None),
        ("order", "loop", 0),
        ("order", "tags", "yes"),
        ("order", "genre", ["jazz"]),
        ("order", "genre", None),
        ("order", "format", "../../x"),
        ("picture", "path", 3),
        ("picture", "path", "a\0b"),
        ("picture", "path", 5000 * "x"),
        ("picture", "sha256", "0"),
        ("versions", "models", {}),
    ],
)
def test_a_value_of_a_wrong_kind_is_one_line(run: Run, cover: Path, part: str, name: str, value: object) -> None:
    sidecar = _made(run, cover)
    facts = json.loads(sidecar.read_text())
    facts[part][name] = value
    sidecar.write_text(json.dumps(facts))
    _refused(run("again", sidecar, "-o", "again.wav"), "is no sidecar")


@pytest.mark.parametrize(
    ("name", "value"), [("seed", -1), ("alpha", float("nan")), ("alpha", 1e999), ("seconds", 1e9), ("seconds", 0)]
)
def test_a_number_out_of_range_is_one_line(run: Run, cover: Path, name: str, value: float) -> None:
    sidecar = _made(run, cover)
    facts = json.loads(sidecar.read_text())
    facts["order"][name] = value
    sidecar.write_text(json.dumps(facts))
    _refused(run("again", sidecar, "-o", "again.wav"), f"{name} is")


def test_models_that_know_other_music_are_refused(run: Run, tiny: Img2Music, cover: Path) -> None:
    sidecar = _made(run, cover)
    facts = json.loads(sidecar.read_text())
    facts["embeddings"][0]["title"] = "another"
    sidecar.write_text(json.dumps(facts))
    with pytest.raises(SidecarError, match="other music"):
        make_again(Sidecar.load(sidecar), tiny)
