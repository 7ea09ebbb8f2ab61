"""Networks of others are refused when any of their weights are somewhere else, wherever in the file it says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed")

from google.protobuf.descriptor import Descriptor, FieldDescriptor  # noqa: E402
from google.protobuf.message import Message  # noqa: E402
from onnx import ModelProto, TensorProto, helper  # noqa: E402

from conftest import Run  # noqa: E402
from img2music import Img2Music  # noqa: E402
from img2music.errors import ModelError  # noqa: E402
from img2music.models.folder import Models  # noqa: E402
from img2music.models.network_file import check_alone  # noqa: E402
from tiny_models import seal  # noqa: E402

Fields = tuple[FieldDescriptor, ...]


def _ways(kind: Descriptor, above: tuple[Descriptor, ...] = ()) -> Iterator[Fields]:
    """Every way from a message of that kind to a tensor that does not go through the same kind thrice."""
    if kind is TensorProto.DESCRIPTOR:
        yield ()
        return
    if above.count(kind) == 2:
        return
    for field in kind.fields:
        if field.message_type is not None:
            for rest in _ways(field.message_type, (*above, kind)):
                yield (field, *rest)


WAYS = sorted(_ways(ModelProto.DESCRIPTOR), key=len)


def _tensor_at(model: Message, way: Fields) -> TensorProto:
    """An empty tensor that the model holds at the end of a way."""
    message = model
    for field in way:
        inner = getattr(message, field.name)
        if hasattr(inner, "add"):
            message = inner.add()
        else:
            inner.SetInParent()
            message = inner
    return message


def test_onnx_has_tensors_in_more_than_a_hundred_places() -> None:
    names = [[field.name for field in way] for way in WAYS]
    assert len(names) > 100
    assert ["graph", "initializer"] in names
    assert ["graph", "node", "attribute", "g", "node", "attribute", "sparse_tensor", "indices"] in names
    assert ["functions", "node", "attribute", "tensors"] in names
    assert ["training_info", "algorithm", "sparse_initializer", "values"] in names


def test_a_tensor_that_is_elsewhere_is_found_wherever_it_is() -> None:
    for way in WAYS:
        model = ModelProto(producer_name="x" * 300, graph=onnx.GraphProto(name="location"))
        tensor = _tensor_at(model, way)
        tensor.raw_data = b"\x6a\x02\x70\x01" * 100  # bytes that would say so themselves if they were a message
        check_alone(model.SerializeToString(), "good.onnx")
        tensor.data_location = TensorProto.DEFAULT
        check_alone(model.SerializeToString(), "good.onnx")
        tensor.data_location = TensorProto.EXTERNAL
        with pytest.raises(ModelError, match="other files"):
            check_alone(model.SerializeToString(), "bad.onnx")
        tensor.ClearField("data_location")
        tensor.external_data.add(key="location", value="/etc/passwd")
        with pytest.raises(ModelError, match="other files"):
            check_alone(model.SerializeToString(), "bad.onnx")


def _nested(depth: int) -> bytes:
    inner = helper.make_graph([], "inner", [], [])
    for _ in range(depth):
        node = helper.make_node("If", ["x"], ["y"], then_branch=inner)
        inner = helper.make_graph([node], "outer", [], [])
    return helper.make_model(inner).SerializeToString()


def test_graphs_within_each_other_are_followed_to_a_bound() -> None:
    check_alone(_nested(20), "deep.onnx")
    with pytest.raises(ModelError, match="not a working model"):
        check_alone(_nested(30), "deep.onnx")


@pytest.mark.parametrize(
    "data",
    [
        b"\x3a",
        b"\x3a\x05\x0a",
        b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\xff" * 30,
        b"\x3b\x3c",
        b"\x09\x00",
        b"\x0d\x00",
        b"\x3a\x02\x2a\x03\x6a\x00\x00",
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="not a working model"):
        check_alone(data, "bad.onnx")


def test_the_format_of_onnx_runtime_is_refused() -> None:
    with pytest.raises(ModelError, match="another format"):
        check_alone(b"\x18\x00\x00\x00ORTM" + bytes(100), "bad.onnx")


def test_the_bundled_networks_are_alone() -> None:
    models = Models()
    names = [name for name in models.manifest.files if name.endswith(".onnx")]
    assert names
    for name in names:
        check_alone(models.read(name), name)


def _move_weights_out(folder: Path, name: str, file: str) -> None:
    """Let a network take its first weights from a file, which it would find in the working folder."""
    path = folder / name
    model = onnx.load(str(path))
    weight = next(each for each in model.graph.initializer if each.raw_data)
    Path(file).write_bytes(weight.raw_data)
    del weight.external_data[:]
    for key, value in {"location": file, "offset": "0", "length": str(len(weight.raw_data))}.items():
        weight.external_data.add(key=key, value=value)
    weight.data_location = TensorProto.EXTERNAL
    weight.ClearField("raw_data")
    path.write_bytes(model.SerializeToString())
    seal(folder)


@pytest.mark.parametrize("name", ["classifier.onnx", "flow.onnx", "classical/decoder.onnx"])
def test_models_that_read_other_files_make_no_music(
    run: Run, own_models: Path, cover: Path, tmp_path: Path, name: str
) -> None:
    _move_weights_out(own_models, name, "secret.bin")
    before = set(tmp_path.iterdir())
    status, out, err = run("generate", cover, "--seconds", 1, models=own_models)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert name in err and "takes weights from other files" in err
    assert set(tmp_path.iterdir()) == before
    with pytest.raises(ModelError, match="other files"):
        Img2Music(own_models).generate(cover, seconds=1)


MARKS = {
    "control": "\x00\x07\x1b\r\n\x7f\x9b",
    "bidi": "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "invisible": "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e",
    "separators": "\u2028\u2029\u0085\u000b\u000c",
}


@pytest.mark.parametrize("kind", MARKS)
def test_what_manifests_say_cannot_move_the_terminal(run: Run, own_models: Path, kind: str) -> None:
    marks = MARKS[kind]
    text = f"good{marks}bad"
    facts = {text: {text: [text, {"deep": text}]}, "[/]": "[bold]"}
    seal(own_models, version=text, trained_on=facts, figures=facts)
    for wishes in (["info"], ["info", "--json"], ["info", "--credits"]):
        status, out, err = run(*wishes, models=own_models)
        assert (status, err) == (0, "")
        assert not set(out) & set(marks) - {"\n"}
        if wishes == ["info"]:
            assert out.count(f"good{'?' * len(marks)}bad") == 9
            assert "[/]" in out and "[bold]" in out


@pytest.mark.parametrize("kind", MARKS)
def test_what_manifests_say_cannot_move_a_saved_card(own_models: Path, tmp_path: Path, kind: str) -> None:
    marks = MARKS[kind]
    text = f"good{marks}bad"
    seal(own_models, version=text, trained_on={text: text}, figures={text: {text: text}})
    Img2Music(own_models).save_pretrained(tmp_path / "saved")
    for name in ("README.md", "config.json", "manifest.json"):
        written = (tmp_path / "saved" / name).read_text(encoding="utf-8")
        assert not set(written) & set(marks) - {"\n"}, name
    assert json.loads((tmp_path / "saved" / "manifest.json").read_text())["version"] == text


@pytest.mark.parametrize("depth", [40, 500, 5000, 100_000])
def test_deep_manifests_are_one_line(run: Run, own_models: Path, depth: int) -> None:
    seal(own_models)
    path = own_models / "manifest.json"
    text = path.read_text()
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        deep = opening * depth + "0" + closing * depth
        path.write_text(text.replace('{"accuracy": 0.5}', deep))
        for wishes in (["info"], ["info", "--json"]):
            status, out, err = run(*wishes, models=own_models)
            assert (status, out, err.count("\n")) == (2, "", 1)
            assert "manifest.json" in err
