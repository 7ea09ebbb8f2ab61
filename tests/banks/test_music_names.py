"""No two pieces of a batch have one name on any file system, and names are the same whichever pictures are read."""

from __future__ import annotations

import itertools
import os
import unicodedata
from pathlib import Path, PurePosixPath

import pytest

from conftest import Run, draw_cover
from img2music.batch.music_names import music_names
from img2music.batch.plan import plan
from img2music.system.names import same_place


def _names(*pictures: str) -> dict[str, str]:
    return {str(picture): str(name) for picture, name in music_names(map(PurePosixPath, pictures)).items()}


def test_names_that_do_not_collide_are_as_short_as_ever() -> None:
    assert _names("a.png", "b/a.png", "a.jpg.png") == {"a.png": "a", "b/a.png": "b/a", "a.jpg.png": "a.jpg"}
    assert _names("a.png", "A.jpg") == {"a.png": "a.png", "A.jpg": "A.jpg"}


@pytest.mark.parametrize(
    "pictures",
    [
        ("a.png", "a.jpg", "a.jpg.png"),
        ("a.png", "a.jpg", "a.jpg.png", "a.jpg.gif", "a.jpg.png.webp", "A.JPG"),
        ("A.png", "a.png"),
        ("Rock/a.png", "rock/a.png"),
        (unicodedata.normalize("NFC", "é.png"), unicodedata.normalize("NFD", "é.png")),
        ("straße.png", "STRASSE.png"),
        (f"{'x' * 251}.png", f"{'x' * 251}.jpg", f"{'x' * 250}y.png", f"{'é' * 125}.png"),
        ("\udcff.png", "\udcff.jpg"),
    ],
)
def test_names_never_collide_on_any_file_system(pictures: tuple[str, ...]) -> None:
    for chosen in itertools.permutations(pictures, min(3, len(pictures))):
        names = _names(*chosen)
        assert len({same_place(name) for name in names.values()}) == len(chosen)
        assert all(len(os.fsencode(Path(name).name + ".flac")) <= 255 for name in names.values())
        assert names == _names(*reversed(chosen))


def test_the_name_does_not_depend_on_what_else_is_read(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.jpg.png", "b.png"):
        (tmp_path / name).touch()
    whole = {piece.picture: piece.music for piece in plan([str(tmp_path)], Path("out"), "wav").tasks}
    assert [music.name for music in whole.values()] == ["a.jpg.wav", "a.jpg.png.wav", "a.png.wav", "b.wav"]
    for picture, music in whole.items():
        (alone,) = plan([str(picture)], Path("out"), "wav").tasks
        assert (alone.picture, alone.music) == (picture, music)


def test_all_of_them_are_made(run: Run, tmp_path: Path) -> None:
    names = ["a.png", "a.jpg", "a.jpg.png", f"{'x' * 251}.png", f"{'é' * 125}x.png"]
    (tmp_path / "covers").mkdir()
    for name, colour in zip(names, ("red", "lime", "blue", "black", "white"), strict=True):
        draw_cover(colour).save(tmp_path / "covers" / name)
    assert run("batch", "covers", "--out", "out", "--seconds", 1)[:2] == (
        0,
        "out/index.html\n5 made, 0 there already, 0 failed\n",
    )
    music, sidecars = sorted(Path("out").glob("*.wav")), sorted(Path("out").glob("*.json"))
    assert len(music) == len(sidecars) == 5
    for number, sidecar in enumerate(sidecars):
        assert run("again", sidecar, "-o", f"{number}.wav")[0] == 0
    assert {path.read_bytes() for path in music} == {Path(f"{number}.wav").read_bytes() for number in range(5)}
    assert run("batch", "covers", "--out", "out", "--seconds", 1)[1].endswith("0 made, 5 there already, 0 failed\n")


def test_the_music_of_another_picture_is_not_taken_for_ones_own(run: Run, tmp_path: Path) -> None:
    for name, colour in (("x/a.png", "red"), ("y/a.png", "blue")):
        (tmp_path / name).parent.mkdir()
        draw_cover(colour).save(tmp_path / name)
    assert run("batch", "x", "--out", "out", "--seconds", 1)[0] == 0
    before = Path("out/a.wav").read_bytes()
    status, out, err = run("batch", "y", "--out", "out", "--seconds", 1)
    assert (status, err.count("\n")) == (1, 1)
    assert "0 made, 0 there already, 1 failed" in out
    assert "is the music of another picture" in err
    assert Path("out/a.wav").read_bytes() == before
    Path("x").rename("moved")
    assert run("batch", "moved", "--out", "out", "--seconds", 1)[0] == 0


def test_a_sidecar_of_the_longest_name_is_written_by_generate(run: Run, tmp_path: Path) -> None:
    cover = tmp_path / f"{'x' * 251}.png"
    draw_cover().save(cover)
    assert run("generate", cover, "--seconds", 1, "--sidecar")[0] == 0
    (sidecar,) = tmp_path.glob("*.json")
    assert run("again", sidecar, "-o", "again.wav")[::2] == (0, "")
    assert Path("again.wav").read_bytes() == cover.with_suffix(".wav").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_patterns_end_in_circles_of_links_and_never_read_what_is_written(tmp_path: Path) -> None:
    top = tmp_path / "covers"
    for name in ("a.png", "x/b.png", "x/y/c.png", ".hidden/d.png", "out/e.png"):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).touch()
    for number in range(3):
        (top / "x" / f"round{number}").symlink_to(top)
    (top / "to-out").symlink_to(top / "out")
    (top / "to-out.png").symlink_to(top / "out" / "e.png")

    def read(*sources: str) -> list[str]:
        planned = plan([str(top / source) for source in sources], top / "out", "wav")
        return [piece.picture.relative_to(top).as_posix() for piece in planned.tasks]

    assert read("**/*.png") == read("**") == read("*") == read("") == ["a.png", "x/b.png", "x/y/c.png"]
    assert read("a.png", "out", "to-out", "x") == ["a.png", "x/b.png", "x/y/c.png"]  # as a shell gives them
    assert read("*/*.png") == ["x/b.png"]
    assert read("x/*/c.png") == ["x/y/c.png"]
    assert read("x/r*/a.png") == ["x/round0/a.png"]
    assert read("out/*.png") == read("out") == read("out/e.png") == ["out/e.png"]
