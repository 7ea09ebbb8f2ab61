"""`verify` tells what a file was made of and whether it was changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Painter, Run

OPTIONS = ("--seconds", 1.5, "--seed", 3)


def _spoil(path: Path, at: int = -100) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("format", ["wav", "flac", "ogg", "mp3"])
def test_what_was_made_is_unchanged(run: Run, cover: Path, format: str) -> None:
    assert run("generate", cover, *OPTIONS, "--sidecar", "--format", format)[0] == 0
    status, out, err = run("verify", f"cover.{format}", "--picture", cover, models=None)
    assert (status, err) == (0, "")
    assert "classical, seed 3, flow, alpha 0.7, 1.5 s" in out
    assert "from Piece 0 of classical" in out or "of classical" in out
    assert "yes: these are the bytes that the sidecar describes" in out
    assert "yes: it was made from" in out


def test_a_changed_file_is_found_out(run: Run, cover: Path) -> None:
    run("generate", cover, *OPTIONS, "--sidecar")
    _spoil(Path("cover.wav"))
    status, out, err = run("verify", "cover.wav", models=None)
    assert status == 1
    assert "no: these are not the bytes" in out
    assert err == "img2music: cover.wav: these are not the bytes that the sidecar describes\n"


def test_another_picture_is_found_out(run: Run, cover: Path, paint: Painter) -> None:
    run("generate", cover, *OPTIONS, "--sidecar")
    other = paint("blue", "other.png")
    status, _, err = run("verify", "cover.wav", "--picture", other, models=None)
    assert status == 1
    assert "it was not made from" in err and err.count("\n") == 1


def test_without_a_sidecar_it_cannot_be_told(run: Run, cover: Path) -> None:
    run("generate", cover, *OPTIONS)
    status, out, err = run("verify", "cover.wav", "--picture", cover, models=None)
    assert status == 2
    assert out.startswith("cover.wav: wav, SHA-256 ")
    assert err.startswith("img2music: cover.wav: it cannot be told whether it was changed") and err.count("\n") == 1


def test_the_sidecar_may_lie_elsewhere(run: Run, cover: Path) -> None:
    run("generate", cover, *OPTIONS, "--sidecar")
    Path("there").mkdir()
    Path("cover.json").rename("there/mine.json")
    assert run("verify", "cover.wav", models=None)[0] == 2
    assert run("verify", "cover.wav", "--sidecar", "there/mine.json", models=None)[0] == 0


def test_a_damaged_sidecar_beside_it_counts_as_none(run: Run, cover: Path) -> None:
    run("generate", cover, *OPTIONS)
    Path("cover.json").write_text('{"sidecar": 1}', encoding="utf-8")
    assert run("verify", "cover.wav", models=None)[0] == 2
    status, out, err = run("verify", "cover.wav", "--sidecar", "cover.json", models=None)
    assert (status, out) == (2, "")
    assert err == "img2music: cover.json is no sidecar of Img2Music, or a damaged one; make it again.\n"


def test_a_sidecar_of_an_older_version_cannot_tell(run: Run, cover: Path) -> None:
    run("generate", cover, *OPTIONS, "--sidecar")
    facts = json.loads(Path("cover.json").read_text(encoding="utf-8"))
    del facts["music"]
    Path("cover.json").write_text(json.dumps(facts), encoding="utf-8")
    status, out, _ = run("verify", "cover.wav", models=None)
    assert status == 2
    assert "seed 3" in out


def test_tags_are_told(run: Run, cover: Path) -> None:
    pytest.importorskip("mutagen", reason="the extra export is not installed")
    run("generate", cover, *OPTIONS, "--tags", "--format", "mp3")
    status, out, _ = run("verify", "cover.mp3", models=None)
    assert status == 2
    assert "artist Img2Music" in out and "seed 3" in out and "picture cover.png" in out


def test_json_holds_what_was_found(run: Run, cover: Path) -> None:
    run("generate", cover, *OPTIONS, "--sidecar")
    status, out, _ = run("verify", "cover.wav", "--json", models=None)
    facts = json.loads(out)
    assert (status, facts["unchanged"]) == (0, True)
    assert facts["sidecar"]["order"]["seed"] == 3
    assert facts["credentials"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.wav"], "Cannot read missing.wav: no such file or folder"),
        (["cover.png"], "is neither wav, flac, ogg, mp3 nor mp4"),
        (["."], "that is a folder"),
        (["cover.wav", "--picture", "missing.png"], "Cannot read missing.png"),
        (["cover.wav", "--sidecar", "missing.json"], "Cannot read missing.json"),
    ],
    ids=["missing", "picture", "folder", "no picture", "no sidecar"],
)
def test_a_mistake_is_one_line(run: Run, cover: Path, arguments: list[str], words: str) -> None:
    run("generate", cover, *OPTIONS)
    status, out, err = run("verify", *arguments, models=None)
    assert (status, out) == (2, "")
    assert err.startswith("img2music: ") and words in err and err.count("\n") == 1
