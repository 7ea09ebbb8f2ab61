"""A batch keeps the tree, goes on after bad files, makes nothing twice and ends in a page to listen through."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
import soundfile

from conftest import Run, draw_cover
from gate import Gate
from heeding import heed_signals
from img2music import Img2Music
from img2music.output.formats import FORMATS

COLOURS = ("red", "lime", "blue", "black")


@pytest.fixture
def covers(tmp_path: Path) -> Path:
    """Four covers in a tree, and what is no picture."""
    names = ("a.png", "rock/b.jpg", "rock/live/c.webp", "pop/d.png")
    for name, colour in zip(names, COLOURS, strict=True):
        path = tmp_path / "covers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_cover(colour).save(path)
    (tmp_path / "covers" / "notes.txt").write_text("no picture")
    (tmp_path / "covers" / ".hidden.png").write_bytes(b"no picture")
    return tmp_path / "covers"


def _batch(run: Run, *arguments: object) -> tuple[int, str, str]:
    return run("batch", *arguments, "--out", "out", "--seconds", 1)


def _music(folder: str = "out", suffix: str = ".wav") -> set[str]:
    return {path.relative_to(folder).as_posix() for path in Path(folder).rglob(f"*{suffix}")}


class _Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _links(tag: str) -> list[str]:
    found = _Links(Path("out/index.html").read_text(encoding="utf-8")).found
    return [unquote(facts["src"] or "") for name, facts in found if name == tag]


def test_the_tree_is_kept_and_the_music_is_that_of_generate(run: Run, tiny: Img2Music, covers: Path) -> None:
    status, out, err = _batch(run, covers, "--seed", 5, "--alpha", 1)
    assert (status, err) == (0, "")
    assert out == f"{Path('out/index.html')}\n1 file passed over: .txt 1\n4 made, 0 there already, 0 failed\n"
    assert _music() == {"a.wav", "rock/b.wav", "rock/live/c.wav", "pop/d.wav"}
    tiny.generate(covers / "rock/b.jpg", seed=5, alpha=1, seconds=1).save("alone.wav")
    assert Path("out/rock/b.wav").read_bytes() == Path("alone.wav").read_bytes()
    assert run("again", "out/rock/b.json", "-o", "again.wav")[0] == 0
    assert Path("again.wav").read_bytes() == Path("alone.wav").read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_made(run: Run, covers: Path, format: str) -> None:
    if format == "mp4":
        pytest.importorskip("av")
    assert _batch(run, covers / "pop", "--format", format)[0] == 0
    assert _music(suffix=f".{format}") == {f"d.{format}"}
    if format != "mp4":
        assert soundfile.info(f"out/d.{format}").frames == 22050
    assert _links("video" if format == "mp4" else "audio") == [f"d.{format}"]


def test_what_is_done_is_skipped_unless_forced(run: Run, covers: Path) -> None:
    assert _batch(run, covers)[0] == 0
    first = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in Path("out").rglob("*.wav")}
    draw_cover("blue").save(covers / "e.png")
    assert _batch(run, covers, "--seed", 1)[1].endswith("1 made, 4 there already, 0 failed\n")
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in first} == first
    assert _batch(run, covers, "--seed", 1, "--force")[1].endswith("5 made, 0 there already, 0 failed\n")
    assert all(path.read_bytes() != data for path, (_, data) in first.items())


def test_bad_files_are_listed_at_the_end(run: Run, covers: Path) -> None:
    (covers / "rock" / "bad.png").write_bytes(b"no picture")
    (covers / "empty.jpg").write_bytes(b"")
    status, out, err = _batch(run, covers)
    assert status == 1
    assert out.endswith("4 made, 0 there already, 2 failed\n")
    assert len(_music()) == 4
    lines = err.splitlines()
    assert len(lines) == 2
    assert "bad.png is not a picture" in err
    assert "empty.jpg is empty" in err
    assert all(line.startswith("img2music: ") for line in lines)
    assert len(_links("audio")) == 4


def test_several_processes_make_the_same(run: Run, covers: Path, tmp_path: Path) -> None:
    (covers / "bad.png").write_bytes(b"no picture")
    assert _batch(run, covers)[0] == 1
    status, out, err = run("batch", covers, "--out", "two", "--seconds", 1, "--jobs", 2)
    assert (status, err.count("\n")) == (1, 1), err
    assert out.endswith("4 made, 0 there already, 1 failed\n")
    assert {name: Path("two", name).read_bytes() for name in _music("two")} == {
        name: Path("out", name).read_bytes() for name in _music()
    }


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_option_out_of_range_ends_the_batch_in_one_line(run: Run, covers: Path, jobs: int) -> None:
    status, out, err = _batch(run, covers, "--alpha", "nan", "--jobs", jobs)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "alpha is nan" in err
    assert not Path("out").exists()


def test_patterns_and_files_keep_the_tree_below_the_folder_they_share(run: Run, covers: Path) -> None:
    assert _batch(run, "covers/**/*.[jw]*")[0] == 0
    assert _music() == {"b.wav", "live/c.wav"}
    assert run("batch", covers / "a.png", covers / "pop", "covers/pop/d.png", "--out", "two", "--seconds", 1)[0] == 0
    assert _music("two") == {"a.wav", "pop/d.wav"}


def test_namesakes_keep_their_suffix(run: Run, covers: Path) -> None:
    draw_cover("blue").save(covers / "pop" / "D.jpg")
    assert _batch(run, covers / "pop")[0] == 0
    assert _music() == {"D.jpg.wav", "d.png.wav"}
    assert json.loads(Path("out/d.png.json").read_text())["picture"]["path"] == "../covers/pop/d.png"


def test_what_lies_in_the_folder_of_the_music_is_not_read(run: Run, covers: Path) -> None:
    (covers / "music").mkdir()
    draw_cover().save(covers / "music" / "x.png")
    assert run("batch", covers, "--out", covers / "music", "--seconds", 1)[0] == 0
    assert len(_music("covers/music")) == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing"], "missing: no such file"),
        (["none/*.png"], "no such file"),
        (["empty"], "no picture"),
        (["covers", "--format", "midi"], "choose one of"),
        (["a\0b"], "a?b: no such file"),
    ],
)
def test_a_mistake_is_one_line(run: Run, covers: Path, arguments: list[str], words: str) -> None:
    Path("empty").mkdir()
    status, out, err = _batch(run, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1), err
    assert words in err
    assert not Path("out").exists()


def test_a_page_of_another_origin_is_replaced_only_with_force(run: Run, covers: Path) -> None:
    Path("out").mkdir()
    Path("out/index.html").write_text("precious")
    status, _, err = _batch(run, covers)
    assert (status, err.count("\n")) == (2, 1)
    assert "is not the page of a batch" in err
    assert Path("out/index.html").read_text() == "precious"
    assert _music() == set()
    assert _batch(run, covers, "--force")[0] == 0
    assert _batch(run, covers)[0] == 0


@pytest.mark.skipif(os.name == "nt", reason="such names do not exist there")
def test_the_page_escapes_names_and_links_to_nothing_else(run: Run, tmp_path: Path) -> None:
    names = ["<script>alert(1)<!--.png", 'a" onerror="x.png', "50% #1?.png", "–é 音.png", "$count ${x}.png", "a\nb.png"]
    (tmp_path / "covers").mkdir()
    for name in names:
        draw_cover().save(tmp_path / "covers" / name)
    raw = os.fsencode(tmp_path / "covers") + b"/\xff.png"
    draw_cover().save(tmp_path / "x.png")
    os.rename(tmp_path / "x.png", raw)
    assert _batch(run, "covers")[0] == 0
    text = Path("out/index.html").read_text(encoding="utf-8")
    tags = _Links(text).found
    assert not [name for name, facts in tags if name == "script" or any(key.startswith("on") for key in facts)]
    assert not re.search(r"https?:|//", text)
    music, pictures = _links("audio"), _links("img")
    assert len(music) == len(pictures) == 7
    for link in (*music[:-1], *pictures[:-1]):
        assert Path("out", link).is_file()
    assert [facts["preload"] for name, facts in tags if name == "audio"] == ["none"] * 7


def _start(
    tiny_models: Path, covers: Path, *options: object, environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    wishes = ["batch", covers, "--out", "out", "--seconds", 1, "--models", tiny_models, *options]
    return subprocess.Popen(
        [sys.executable, "-m", "img2music", *map(str, wishes)],
        cwd=covers.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=None if os.name == "nt" else heed_signals,
    )


def _many(covers: Path, count: int) -> None:
    for number in range(count):
        draw_cover(COLOURS[number % 4], (64 + number, 48)).save(covers / f"{number:03}.png")


def test_two_runs_at_once_do_not_disturb_each_other(tiny_models: Path, covers: Path) -> None:
    _many(covers, 20)
    runs = [_start(tiny_models, covers) for _ in range(2)]
    ends = [process.communicate() for process in runs]
    assert [process.returncode for process in runs] == [0, 0], ends
    counts = [[int(number) for number in re.findall(r"\d+", out.splitlines()[-1])] for out, _ in ends]
    assert all(made + there == 24 and not failed for made, there, failed in counts)
    assert sum(made for made, _, _ in counts) == 24
    files = [path for path in (covers.parent / "out").rglob("*") if path.is_file()]
    assert len(files) == 2 * 24 + 1


@pytest.mark.skipif(os.name == "nt", reason="no such signals there")
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_leaves_whole_files_and_goes_on(tiny_models: Path, covers: Path, jobs: int) -> None:
    _many(covers, 60)
    gate = Gate(covers.parent / "gate")
    process = _start(tiny_models, covers, "--jobs", jobs, environment=gate.environment)
    out = covers.parent / "out"
    while not any(out.rglob("[!.]*.wav")) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode != 0
    assert "Traceback" not in err
    done = list(out.rglob("[!.]*.wav"))
    assert 0 < len(done) < 64
    assert not list(out.rglob(".*"))
    for path in done:
        assert soundfile.info(path).frames == 22050
        assert path.with_suffix(".json").is_file()
    again = _start(tiny_models, covers)
    text, _ = again.communicate()
    assert again.returncode == 0
    assert text.endswith(f"{64 - len(done)} made, {len(done)} there already, 0 failed\n")
