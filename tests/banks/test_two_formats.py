"""The same pictures in a second format: each file of music has a sidecar of its own, and none is replaced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Run, draw_cover
from img2music.output.sidecar import Sidecar, sidecar_of


@pytest.fixture
def covers(tmp_path: Path) -> Path:
    """Two pictures, one of them in a folder."""
    for name, colour in (("a.png", "red"), ("rock/b.png", "blue")):
        path = tmp_path / "covers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_cover(colour).save(path)
    return tmp_path / "covers"


def _batch(run: Run, format: str, *more: object) -> tuple[int, str, str]:
    return run("batch", "covers", "--out", "out", "--seconds", 1, "--format", format, *more)


def _contents() -> dict[str, bytes]:
    paths = [path for path in Path("out").rglob("*") if path.is_file() and path.suffix != ".html"]
    return {path.relative_to("out").as_posix(): path.read_bytes() for path in paths}


def _all_are_made_again(run: Run) -> None:
    music = [path for path in Path("out").rglob("*") if path.suffix in (".wav", ".flac", ".ogg")]
    for number, path in enumerate(music):
        again = Path(f"again-{number}{path.suffix}")
        assert run("again", sidecar_of(path), "-o", again)[::2] == (0, "")
        assert again.read_bytes() == path.read_bytes()
        again.unlink()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_in_a_second_format_makes_all(run: Run, covers: Path, jobs: int) -> None:
    assert _batch(run, "wav")[0] == 0
    first = _contents()
    status, out, err = _batch(run, "flac", "--jobs", jobs)
    assert (status, err) == (0, "")
    assert out.endswith("2 made, 0 there already, 0 failed\n")
    assert _batch(run, "ogg")[0] == 0
    both = _contents()
    assert {name: both[name] for name in first} == first
    assert set(both) == {
        *("a.wav", "a.json", "a.flac", "a.flac.json", "a.ogg", "a.ogg.json"),
        *("rock/b.wav", "rock/b.json", "rock/b.flac", "rock/b.flac.json", "rock/b.ogg", "rock/b.ogg.json"),
    }
    _all_are_made_again(run)
    for format in ("wav", "flac", "ogg"):
        assert _batch(run, format)[1].endswith("0 made, 2 there already, 0 failed\n")
    assert _contents() == both


def test_forced_each_format_keeps_its_own_sidecar(run: Run, covers: Path) -> None:
    for format in ("wav", "flac"):
        assert _batch(run, format)[0] == 0
    before = _contents()
    assert _batch(run, "flac", "--force", "--seed", 1)[0] == 0
    after = _contents()
    assert {name for name in after if after[name] != before[name]} == {
        *("a.flac", "a.flac.json", "rock/b.flac", "rock/b.flac.json")
    }
    assert _batch(run, "wav", "--force", "--seed", 1)[0] == 0
    assert set(_contents()) == set(before)
    _all_are_made_again(run)


def test_what_was_ended_between_sidecar_and_music_is_made(run: Run, covers: Path) -> None:
    for format in ("wav", "flac"):
        assert _batch(run, format)[0] == 0
    whole = _contents()
    for name in ("a.wav", "rock/b.flac"):
        Path("out", name).unlink()
    for format in ("wav", "flac"):
        assert _batch(run, format)[1].endswith("1 made, 1 there already, 0 failed\n")
    assert _contents() == whole


def test_the_music_of_another_picture_is_not_taken_for_ones_own_in_any_format(run: Run, covers: Path) -> None:
    for format in ("wav", "flac"):
        assert _batch(run, format)[0] == 0
    (covers / "rock" / "b.png").unlink()
    draw_cover("lime").save(covers / "a.png")
    Path("covers").rename("others")
    for format in ("wav", "flac"):
        status, _, err = run("batch", "others", "--out", "out", "--seconds", 1, "--format", format)
        assert (status, err.count("\n")) == (1, 1)
        assert "is the music of another picture" in err


def test_generate_gives_a_second_format_a_sidecar_of_its_own(run: Run, cover: Path) -> None:
    wishes = ["generate", cover, "--seconds", 1, "--sidecar"]
    assert run(*wishes)[0] == 0
    first = cover.with_suffix(".json").read_bytes()
    for more in ([], ["--force"]):
        assert run(*wishes, "--format", "flac", *more)[0] == 0
        assert cover.with_suffix(".json").read_bytes() == first
    second = cover.with_name("cover.flac.json")
    assert Sidecar.load(second).describes(cover.with_suffix(".flac").read_bytes())
    assert "cover.flac exists" in run("again", second)[2]
    cover.with_suffix(".flac").unlink()
    assert run("again", second)[0] == 0
    assert Sidecar.load(second).describes(cover.with_suffix(".flac").read_bytes())


@pytest.mark.parametrize("order", [("wav", "flac"), ("flac", "wav")])
def test_names_that_end_like_formats_share_no_sidecar(run: Run, tmp_path: Path, order: tuple[str, str]) -> None:
    (tmp_path / "covers").mkdir()
    for name, colour in (("a.png", "red"), ("a.flac.png", "blue"), ("a.wav.png", "lime")):
        draw_cover(colour).save(tmp_path / "covers" / name)
    for format in order:
        assert _batch(run, format)[::2] == (0, "")
    assert len(_contents()) == 12
    _all_are_made_again(run)


def test_a_foreign_file_in_the_place_of_the_sidecar_is_kept(run: Run, covers: Path) -> None:
    Path("out").mkdir()
    Path("out/a.json").write_text(json.dumps({"mine": True}))
    status, _, err = _batch(run, "flac")
    assert (status, err.count("\n")) == (1, 1)
    assert json.loads(Path("out/a.json").read_text()) == {"mine": True}


def test_the_longest_names_have_sidecars_in_two_formats(run: Run, tmp_path: Path) -> None:
    (tmp_path / "covers").mkdir()
    draw_cover().save(tmp_path / "covers" / f"{'x' * 251}.png")
    for format in ("wav", "flac"):
        assert _batch(run, format)[::2] == (0, "")
    assert len(_contents()) == 4
    _all_are_made_again(run)
