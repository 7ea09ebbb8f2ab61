"""Whatever is wrong with a row of a catalogue is that row's failure."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

import pytest

for _package in ("ray", "pyarrow"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

import pyarrow as pa

from conftest import draw_cover
from img2music.batch.failures import write_failures
from img2music.batch.on_ray import Ended, Worker
from img2music.batch.run import State
from img2music.batch.storage import Storage
from img2music.output.request import Request


@pytest.fixture
def worker(tiny_models: Path, tmp_path: Path) -> Worker:
    return Worker(tiny_models, Request(seconds=1.0), str(tmp_path / "out"), False, str(tmp_path))


def _ended(worker: Worker, rows: pa.Table) -> list[dict[str, Any]]:
    ended = worker(rows).to_pylist()
    assert len(ended) == rows.num_rows
    return ended


URIS = [
    *("http://[bad", "://", "a://b://c", "nowhere://x.png", "s3://", "file://host/x.png", "http://%zz/", "x" * 5000),
    *(
        "a\0b.png",
        "a\nb.png",
        "",
        "..",
        "/",
        "?",
        "http://127.0.0.1:1/x.png",
        "memory://",
        "github://a/b",
        "\U0001f3b7.png",
    ),
    "zip://x.png::nowhere.zip",
]


def test_bad_uris_fail_alone(worker: Worker, tmp_path: Path) -> None:
    draw_cover().save(tmp_path / "good.png")
    rows = pa.table({"uri": [*URIS, None, "good.png"]})
    ended = _ended(worker, rows)
    assert [row["state"] for row in ended] == ["failed"] * (len(URIS) + 1) + ["made"]
    assert all(row["problem"].isprintable() and row["problem"] for row in ended[:-1])


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, None]),
        pa.array([1.5, float("nan")]),
        pa.array([True, False]),
        pa.array([{"a": 1}, None]),
        pa.array([[b"x"], []]),
        pa.array([b"\xff\xfe", b""]),
        pa.array([2**60, 0], pa.timestamp("s")),
        pa.array([None, None]),
        pa.array(["a", "b"]).dictionary_encode(),
    ],
)
@pytest.mark.parametrize("name", ["uri", "path", "key", "bytes"])
def test_columns_of_any_kind_fail_row_by_row(worker: Worker, name: str, column: pa.Array) -> None:
    ended = _ended(worker, pa.table({name: column}))
    assert [row["state"] for row in ended] == ["failed", "failed"]


def test_text_that_is_no_unicode_fails_alone(worker: Worker) -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff\xff"]).buffers())
    assert [row["state"] for row in _ended(worker, pa.table({"uri": broken}))] == ["failed"]


def test_whole_numbers_are_keys(worker: Worker, tmp_path: Path) -> None:
    draw_cover().save(tmp_path / "good.png")
    data = (tmp_path / "good.png").read_bytes()
    for keys in (pa.array([7, 8]), pa.array([9.0, 10.0])):
        ended = _ended(worker, pa.table({"key": keys, "bytes": pa.array([data, data])}))
        assert [row["state"] for row in ended] == ["made", "made"]
    assert {path.name for path in (tmp_path / "out").glob("*.wav")} == {f"{number}.wav" for number in range(7, 11)}


@pytest.mark.skipif(os.name == "nt", reason="such names do not exist there")
def test_names_that_are_no_unicode_fail_alone(worker: Worker, tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xff.png"
    (ended,) = _ended(worker, pa.table({"uri": [raw], "key": [b"k"]}))
    assert ended["state"] == "failed"
    draw_cover().save(tmp_path / "x.png")
    os.rename(tmp_path / "x.png", raw)
    (ended,) = _ended(worker, pa.table({"uri": [raw], "key": [b"k"]}))
    assert ended["state"] == "made"


@pytest.mark.parametrize("out", ["out", "memory://two-formats/out"])
def test_a_second_format_has_sidecars_of_its_own(tiny_models: Path, tmp_path: Path, out: str) -> None:
    picture = io.BytesIO()
    draw_cover().save(picture, "PNG")
    rows = pa.table({"key": ["x/a"], "bytes": [picture.getvalue()]})
    out = out if "://" in out else str(tmp_path / out)
    place, whole = Storage.at(out), dict[str, bytes]()
    for format in ("wav", "flac", "wav"):
        worker = Worker(tiny_models, Request(seconds=1.0, format=format), out, False, str(tmp_path))
        (ended,) = _ended(worker, rows)
        assert ended["problem"] == ""
        files = {str(name): place.below(str(name)).read(2**20) for name in place.files()}
        assert {name: files[name] for name in whole} == whole
        whole = files
    assert set(whole) == {"x/a.wav", "x/a.json", "x/a.flac", "x/a.flac.json"}


def test_the_table_of_failures_holds_no_formulas(tmp_path: Path) -> None:
    failed = [Ended(uri, State.FAILED, f"{uri} is bad") for uri in ("=1+1", "-x.png", "@a", "plain.png")]
    table = write_failures(failed, str(tmp_path))
    rows = list(csv.reader(io.StringIO(Path(table).read_text())))
    assert {cell[0] for row in rows for cell in row} <= {"'", "u", "e", "p"}
